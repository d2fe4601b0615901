package edit

import (
	"bytes"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// replace writes a value over the scalar or the list of scalars at an
// address that exists. The comment behind it stays.
func (d *yamlDocument) replace(steps []step, n *yaml.Node) ([]byte, error) {
	p, err := d.place(steps)
	if err != nil {
		return nil, err
	}
	w := d.writer()
	old := *p.node
	w.quoted = p.flow && isQuoted(p.parent)
	if n.Kind == yaml.ScalarNode && old.Kind == yaml.ScalarNode && n.Tag == "!!str" {
		n.Style = old.Style & quotedStyle
	}
	var text []byte
	switch block := !p.flow && p.parent.Kind == yaml.MappingNode; {
	case old.Kind == yaml.SequenceNode && n.Kind == yaml.SequenceNode && len(old.Content) > 0 && len(n.Content) > 0:
		text, err = d.replaceItems(p, n, w)
	case block && n.Kind != yaml.ScalarNode && len(n.Content) > 0 && !isFlow(&old):
		var lines string
		lines, err = w.block(n, d.column(p.parent))
		eol := lineEnd(d.data, p.end)
		text = slices.Concat(d.data[:p.from], d.data[p.end:eol], []byte(lines), d.data[eol:])
	default:
		text, err = d.replaceInline(p, n, w)
	}
	*p.node = *n
	return text, err
}

// replaceInline writes a value into the line of its key.
func (d *yamlDocument) replaceInline(p place, n *yaml.Node, w writer) ([]byte, error) {
	text, err := w.inline(n, p.flow)
	if err != nil {
		return nil, err
	}
	switch eol := lineEnd(d.data, p.from); {
	case isEmpty(p.node) && !p.colon:
		return splice(d.data, p.from, p.from, ": "+text), nil
	case isEmpty(p.node):
		return splice(d.data, p.from, p.from, " "+text), nil
	case p.start > eol:
		// A value below its key moves up; a comment behind the key stays.
		return slices.Concat(d.data[:p.from], []byte(" "+text), d.data[p.from:eol], d.data[lineEnd(d.data, p.end):]), nil
	}
	return splice(d.data, p.start, p.end, text), nil
}

// add writes a new entry at the end of a mapping, or a new item at the end of
// a sequence: behind its last value, before what follows it.
func (d *yamlDocument) add(steps []step, next step, n *yaml.Node) ([]byte, error) {
	p, err := d.place(steps)
	if err != nil {
		return nil, err
	}
	if next.key == nil && !isFlow(p.node) && len(p.node.Content) > 0 {
		return d.appendItems(p, []*yaml.Node{n})
	}
	w := d.writer()
	var key *yaml.Node
	if next.key != nil {
		key = stringNode(*next.key)
	}
	var text []byte
	switch {
	case isFlow(p.node):
		w.quoted = isQuoted(p.node)
		text, err = d.addFlow(p, key, n, w)
	case len(p.node.Content) == 0:
		var line string
		line, err = w.entry(key, n, 0)
		text = appendLine(d.data, line)
	default:
		indent := d.column(p.node)
		var line string
		line, err = w.entry(key, n, indent)
		eol := lineEnd(d.data, p.end)
		text = splice(d.data, eol, eol, w.newline+strings.Repeat(" ", indent)+line)
	}
	if key != nil {
		p.node.Content = append(p.node.Content, key)
	}
	p.node.Content = append(p.node.Content, n)
	return text, err
}

// appendItems writes items behind the last one of a block sequence that has
// some.
func (d *yamlDocument) appendItems(p place, items []*yaml.Node) ([]byte, error) {
	w, indent := d.writer(), d.column(p.node)
	var lines strings.Builder
	for _, item := range items {
		line, err := w.item(item, indent)
		if err != nil {
			return nil, err
		}
		lines.WriteString(w.newline + strings.Repeat(" ", indent) + line)
	}
	p.node.Content = append(p.node.Content, items...)
	eol := lineEnd(d.data, p.end)
	return splice(d.data, eol, eol, lines.String()), nil
}

// addFlow writes a new entry or item before the closing bracket, on a line of
// its own where the last one has that, too.
func (d *yamlDocument) addFlow(p place, key, n *yaml.Node, w writer) ([]byte, error) {
	text, err := w.inline(n, true)
	if err != nil {
		return nil, err
	}
	if key != nil {
		name, err := w.inline(key, true)
		if err != nil {
			return nil, err
		}
		text = name + ": " + text
	}
	if len(p.node.Content) == 0 {
		at := d.skipTag(p.start) + 1
		return splice(d.data, at, at, text), nil
	}
	last, err := d.child(p.node, len(p.node.Content)-1)
	if err != nil {
		return nil, err
	}
	separator := ", "
	row := lineStart(d.data, last.head)
	indent := d.data[row:last.head]
	if row > p.start && len(bytes.Trim(indent, " \t")) == 0 {
		separator = "," + w.newline + string(indent)
	}
	return splice(d.data, last.end, last.end, separator+text), nil
}

// isQuoted tells whether a flow collection quotes its keys, as JSON does.
func isQuoted(n *yaml.Node) bool {
	return isFlow(n) && len(n.Content) > 0 && (n.Content[0].Style&yaml.DoubleQuotedStyle != 0 || isQuoted(n.Content[0]))
}
