package edit

import (
	"bytes"
	"slices"

	"gopkg.in/yaml.v3"

	"harden/agent/message"
)

// Unset removes an entry or an item, and the parents that held nothing else.
// A flow mapping under a block one stays as {}: Set never makes one there. An
// item of a list stays as {}: the others must not move up, and an item may
// mean something by being there.
func (d *yamlDocument) Unset(address string) error {
	if at, is := parseManifestAddress(address); is {
		return d.unsetManifest(at)
	}
	steps, err := parseAddress(address)
	if err != nil {
		return err
	}
	steps = d.indexed(steps)
	nodes := walk(d.root, steps)
	if len(nodes) <= len(steps) {
		return nil
	}
	depth := len(steps)
	for depth > 1 && entries(nodes[depth-1]) == 1 {
		parent, around := nodes[depth-1], nodes[depth-2]
		if around.Kind == yaml.SequenceNode || isFlow(parent) && !isFlow(around) {
			break
		}
		depth--
	}
	text, err := d.cut(steps[:depth])
	if err := d.commit(text, err); err != nil {
		return message.Errorf("cannot remove %s: %w", address, err)
	}
	return nil
}

func entries(n *yaml.Node) int {
	if n.Kind == yaml.MappingNode {
		return len(n.Content) / 2
	}
	return len(n.Content)
}

func emptyText(n *yaml.Node) string {
	if n.Kind == yaml.MappingNode {
		return "{}"
	}
	return "[]"
}

// cut gives the text without the entry or item at an address, and removes it
// from the tree.
func (d *yamlDocument) cut(steps []step) ([]byte, error) {
	p, err := d.place(steps)
	if err != nil {
		return nil, err
	}
	last := childIndex(p.parent, steps[len(steps)-1])
	first := last
	if p.parent.Kind == yaml.MappingNode {
		first--
	}
	var text []byte
	switch row := lineStart(d.data, p.head); {
	case isFlow(p.parent):
		text, err = d.cutFlow(p, first, last)
	case len(steps) > 1 && entries(p.parent) == 1:
		text = splice(d.data, p.head, p.end, emptyText(p.parent))
	case len(bytes.Trim(d.data[row:p.head], " ")) == 0:
		text, err = appliedLines(d.data, []textChange{withoutLines(d.data, p.head, p.end)})
	case last+1 < len(p.parent.Content):
		// The first key behind a dash: the next one takes its place.
		var next place
		next, err = d.child(p.parent, last+1+last-first)
		text = splice(d.data, p.head, next.head, "")
	default:
		err = message.Errorf("something else precedes it in its line")
	}
	if err != nil {
		return nil, err
	}
	p.parent.Content = slices.Delete(p.parent.Content, first, last+1)
	return text, nil
}

// cutFlow removes an entry with the comma that belongs to it.
func (d *yamlDocument) cutFlow(p place, first, last int) ([]byte, error) {
	if next := last + 1 + last - first; next < len(p.parent.Content) {
		n, err := d.child(p.parent, next)
		return splice(d.data, p.head, n.head, ""), err
	}
	if first == 0 {
		end := p.end
		if comma := d.skip(end, false); comma < len(d.data) && d.data[comma] == ',' {
			end = comma + 1
		}
		return splice(d.data, p.head, end, ""), nil
	}
	before, err := d.child(p.parent, first-1)
	return splice(d.data, before.end, p.end, ""), err
}
