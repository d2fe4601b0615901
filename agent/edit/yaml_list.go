package edit

import (
	"bytes"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// replaceItems turns one list of scalars into another and touches only the
// items that must change: what is in both, in the same order, stays. n
// becomes the list as it is to be read afterwards.
func (d *yamlDocument) replaceItems(p place, n *yaml.Node, w writer) ([]byte, error) {
	old := p.node.Content
	for i, item := range n.Content {
		// The number 10 in a list stays a number when the list is written
		// with the text "10" in it.
		if j := slices.IndexFunc(old, func(o *yaml.Node) bool { return o.Value == item.Value }); j >= 0 && old[j].Style&(blockStyle|yaml.TaggedStyle) == 0 {
			n.Content[i] = old[j]
		}
	}
	keep := 0
	for keep < len(old) && keep < len(n.Content) && old[keep].Value == n.Content[keep].Value {
		n.Content[keep] = old[keep]
		keep++
	}
	if gone, ok := missing(old, n.Content); ok && !isFlow(p.node) && d.ownLines(p.node) {
		return d.cutItems(p, gone)
	}
	if isFlow(p.node) {
		w.quoted = w.quoted || isQuoted(p.node)
		if keep < len(old) {
			text, err := w.inline(n, true)
			return splice(d.data, p.start, p.end, text), err
		}
	}
	return d.replaceTail(p, n, keep, w)
}

// missing lists the indexes of old items that the new list, which is the old
// one without them, does not have.
func missing(old, list []*yaml.Node) (gone []int, ok bool) {
	next := 0
	for i, o := range old {
		if next < len(list) && o.Value == list[next].Value {
			list[next] = o
			next++
			continue
		}
		gone = append(gone, i)
	}
	return gone, next == len(list)
}

// ownLines tells whether every item of a block sequence begins its line.
func (d *yamlDocument) ownLines(n *yaml.Node) bool {
	first := d.skipTag(d.offset(n))
	return len(bytes.Trim(d.data[lineStart(d.data, first):first], " ")) == 0
}

func (d *yamlDocument) cutItems(p place, gone []int) ([]byte, error) {
	dashes, err := d.dashes(p.node, len(p.node.Content))
	if err != nil {
		return nil, err
	}
	spans := make([]span, 0, len(gone))
	for _, i := range gone {
		item := p.node.Content[i]
		end := dashes[i] + 1
		if !isEmpty(item) {
			if end, err = d.end(item, d.offset(item), d.column(p.node)); err != nil {
				return nil, err
			}
		}
		spans = append(spans, span{dashes[i], end})
	}
	return cutAllLines(d.data, spans), nil
}

// replaceTail writes all items from an index on anew.
func (d *yamlDocument) replaceTail(p place, n *yaml.Node, keep int, w writer) ([]byte, error) {
	if isFlow(p.node) {
		text, err := w.inline(&yaml.Node{Kind: yaml.SequenceNode, Content: n.Content[keep:]}, true)
		if err != nil {
			return nil, err
		}
		last, err := d.child(p.node, keep-1)
		return splice(d.data, last.end, last.end, ", "+text[1:len(text)-1]), err
	}
	indent := d.column(p.node)
	separator := w.newline + strings.Repeat(" ", indent)
	lines := make([]string, 0, len(n.Content))
	for _, c := range n.Content[keep:] {
		line, err := w.item(c, indent)
		if err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	text := strings.Join(lines, separator)
	if keep == len(p.node.Content) {
		eol := lineEnd(d.data, p.end)
		return splice(d.data, eol, eol, separator+text), nil
	}
	from, err := d.dash(p.node, keep)
	return splice(d.data, from, p.end, text), err
}
