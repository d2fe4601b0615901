package edit

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"harden/agent/message"
)

// place says where in the text a node lies. A node knows only where it
// begins; its end is found by reading the text again.
type place struct {
	node   *yaml.Node
	parent *yaml.Node // nil for the root
	head   int        // offset of the key or of the dash; of the node itself in a flow sequence
	from   int        // offset behind the colon or the dash, where the value could begin
	colon  bool       // false for a key without one, as in {a, b: 1}
	start  int        // offsets of the value; start = end = from where it is empty
	end    int
	flow   bool // lies within a flow collection
}

// place finds the node at an address that exists, to change it there: from the
// root to that node the tree is this document's own then.
func (d *yamlDocument) place(steps []step) (place, error) {
	if d.draft == usedDraft {
		return place{}, errUnsafe
	}
	d.root = copied(d.root, steps)
	p := place{node: d.root, colon: true}
	if len(d.root.Content) > 0 || isFlow(d.root) {
		p.start = d.offset(d.root)
		end, err := d.end(d.root, p.start, -1)
		if err != nil {
			return place{}, err
		}
		p.head, p.from, p.end = p.start, p.start, end
	}
	for _, s := range steps {
		flow := p.flow || isFlow(p.node)
		var err error
		if p, err = d.child(p.node, childIndex(p.node, s)); err != nil {
			return place{}, err
		}
		p.flow = flow
	}
	return p, nil
}

// copied gives a tree with the nodes along an address copied, and all others
// shared.
func copied(n *yaml.Node, steps []step) *yaml.Node {
	own := *n
	own.Content = slices.Clone(n.Content)
	if len(steps) > 0 {
		i := childIndex(n, steps[0])
		own.Content[i] = copied(n.Content[i], steps[1:])
	}
	return &own
}

// child finds the value at an index of a collection's content.
func (d *yamlDocument) child(parent *yaml.Node, index int) (place, error) {
	n := parent.Content[index]
	p := place{node: n, parent: parent, colon: true}
	var err error
	switch {
	case parent.Kind == yaml.MappingNode:
		key := parent.Content[index-1]
		p.head = d.offset(key)
		if p.from, err = d.end(key, p.head, -1); err != nil {
			return p, err
		}
		at := d.skip(p.from, false)
		if p.colon = at < len(d.data) && d.data[at] == ':'; p.colon {
			p.from = at + 1
		}
	case isFlow(parent):
		p.head = d.offset(n)
		p.from = p.head
	default:
		if p.head, err = d.dash(parent, index); err != nil {
			return p, err
		}
		p.from = p.head + 1
	}
	p.start, p.end = p.from, p.from
	if !isEmpty(n) {
		p.start = d.offset(n)
		p.end, err = d.end(n, p.start, d.column(parent))
	}
	return p, err
}

// dash finds the dash of an item of a block sequence.
func (d *yamlDocument) dash(sequence *yaml.Node, index int) (int, error) {
	dashes, err := d.dashes(sequence, index+1)
	if err != nil {
		return 0, err
	}
	return dashes[index], nil
}

// dashes finds those of the first items of a block sequence.
func (d *yamlDocument) dashes(sequence *yaml.Node, count int) ([]int, error) {
	at := d.skipTag(d.offset(sequence))
	indent := d.column(sequence)
	list := make([]int, 0, count)
	for _, item := range sequence.Content[:count] {
		if at >= len(d.data) || d.data[at] != '-' {
			return nil, d.lost(sequence)
		}
		list = append(list, at)
		end := at + 1
		if len(list) == count {
			break
		}
		if !isEmpty(item) {
			var err error
			if end, err = d.end(item, d.offset(item), indent); err != nil {
				return nil, err
			}
		}
		at = d.skip(end, false)
	}
	return list, nil
}

// column is the indentation of a block collection, in characters.
func (d *yamlDocument) column(n *yaml.Node) int {
	if n.Kind == yaml.MappingNode && len(n.Content) > 0 {
		n = n.Content[0]
	}
	at := d.skipTag(d.offset(n))
	return utf8.RuneCount(d.data[lineStart(d.data, at):at])
}

// offset is where a node begins.
func (d *yamlDocument) offset(n *yaml.Node) int {
	at := d.rows[min(n.Line, len(d.rows))-1]
	for range n.Column - 1 {
		_, size := utf8.DecodeRune(d.data[at:])
		at += size
	}
	return at
}

// end is where a node that begins at start ends. indent is the indentation
// of the block collection around it.
func (d *yamlDocument) end(n *yaml.Node, start, indent int) (int, error) {
	at := d.skipTag(start)
	if n.Kind == yaml.ScalarNode {
		return d.scalarEnd(n, at, indent)
	}
	end := at + 1
	if len(n.Content) > 0 {
		last, err := d.child(n, len(n.Content)-1)
		if err != nil {
			return 0, err
		}
		end = last.end
	}
	// A mapping such as the one in [a: b] has no braces of its own.
	if !isFlow(n) || at >= len(d.data) || d.data[at] != '{' && d.data[at] != '[' {
		return end, nil
	}
	end = d.skip(end, true)
	if end >= len(d.data) || d.data[end] != '}' && d.data[end] != ']' {
		return 0, d.lost(n)
	}
	return end + 1, nil
}

// skip passes white space, line breaks and comments, and commas if asked to.
func (d *yamlDocument) skip(at int, commas bool) int {
	for at < len(d.data) {
		switch b := d.data[at]; {
		case isSpace(b) || commas && b == ',':
			at++
		case b == '#' && (at == 0 || isSpace(d.data[at-1]) || d.data[at-1] == ','):
			at = lineEnd(d.data, at)
		default:
			return at
		}
	}
	return at
}

// skipTag passes an explicit tag such as !!str.
func (d *yamlDocument) skipTag(at int) int {
	if at >= len(d.data) || d.data[at] != '!' {
		return at
	}
	tag := at
	for at < len(d.data) && !isSpace(d.data[at]) {
		at++
	}
	next := d.skip(at, false)
	// Nothing behind it in this line: the tag is all there is of a scalar, or
	// it stands above its collection.
	if next >= len(d.data) || bytes.IndexByte(d.data[tag:next], '\n') >= 0 && d.data[next] != '-' {
		return at
	}
	return next
}

func (d *yamlDocument) lost(n *yaml.Node) error {
	return message.Errorf("cannot find where the %s at line %d, column %d ends", kindName(n), n.Line, n.Column)
}
