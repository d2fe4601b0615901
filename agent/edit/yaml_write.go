package edit

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// writer writes new nodes by the habits of a document.
type writer struct {
	newline  string
	step     int  // blanks that a mapping is indented under its key
	sequence int  // blanks that a sequence is indented under its key
	quoted   bool // keys and strings in double quotes, as in JSON
}

// writer learns the habits: two blanks, and sequences not indented, are what
// kubeadm writes.
func (d *yamlDocument) writer() writer {
	w := writer{newline: lineBreak(d.data), step: -1, sequence: -1}
	var learn func(n *yaml.Node)
	learn = func(n *yaml.Node) {
		for i, c := range n.Content {
			if isFlow(c) || isFlow(n) || w.step >= 0 && w.sequence >= 0 {
				return
			}
			under := len(c.Content) > 0 && n.Kind == yaml.MappingNode && i%2 == 1
			if under && c.Kind == yaml.MappingNode && w.step < 0 {
				w.step = d.column(c) - d.column(n)
			}
			if under && c.Kind == yaml.SequenceNode && w.sequence < 0 {
				w.sequence = d.column(c) - d.column(n)
			}
			learn(c)
		}
	}
	learn(d.root)
	if w.step <= 0 {
		w.step = 2
	}
	w.sequence = max(w.sequence, 0)
	return w
}

// block writes what follows the colon of a key, or the dash of an item, that
// is indented by indent blanks.
func (w writer) block(n *yaml.Node, indent int) (string, error) {
	if n.Kind == yaml.ScalarNode || len(n.Content) == 0 {
		text, err := w.inline(n, false)
		return " " + text, err
	}
	var b strings.Builder
	if n.Kind == yaml.MappingNode {
		indent += w.step
		for i := 0; i < len(n.Content); i += 2 {
			text, err := w.entry(n.Content[i], n.Content[i+1], indent)
			if err != nil {
				return "", err
			}
			b.WriteString(w.newline + strings.Repeat(" ", indent) + text)
		}
		return b.String(), nil
	}
	indent += w.sequence
	for _, c := range n.Content {
		text, err := w.item(c, indent)
		if err != nil {
			return "", err
		}
		b.WriteString(w.newline + strings.Repeat(" ", indent) + text)
	}
	return b.String(), nil
}

// entry writes "key: value".
func (w writer) entry(key, value *yaml.Node, indent int) (string, error) {
	name, err := w.inline(key, false)
	if err != nil {
		return "", err
	}
	text, err := w.block(value, indent)
	return name + ":" + text, err
}

// item writes "- value"; the first key of a mapping stands behind the dash.
func (w writer) item(n *yaml.Node, indent int) (string, error) {
	if n.Kind == yaml.ScalarNode || n.Kind == yaml.SequenceNode {
		text, err := w.inline(n, n.Kind == yaml.SequenceNode)
		return "- " + text, err
	}
	const dash = "- "
	w.step = len(dash)
	text, err := w.block(n, indent)
	return dash + strings.TrimLeft(text, "\r\n "), err
}

// inline writes a node on one line.
func (w writer) inline(n *yaml.Node, flow bool) (string, error) {
	if n.Kind == yaml.ScalarNode {
		if n.ShortTag() != "!!str" {
			return n.Value, nil
		}
		style := n.Style
		if w.quoted {
			style = yaml.DoubleQuotedStyle
		}
		return stringText(n.Value, style, flow)
	}
	parts := make([]string, 0, len(n.Content))
	for i, c := range n.Content {
		text, err := w.inline(c, true)
		if err != nil {
			return "", err
		}
		if n.Kind == yaml.MappingNode && i%2 == 1 {
			parts[len(parts)-1] += ": " + text
			continue
		}
		parts = append(parts, text)
	}
	if n.Kind == yaml.MappingNode {
		return "{" + strings.Join(parts, ", ") + "}", nil
	}
	return "[" + strings.Join(parts, ", ") + "]", nil
}
