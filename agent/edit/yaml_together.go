package edit

import (
	"slices"

	"gopkg.in/yaml.v3"
)

// draft says that a document is one of those that together tries an edit on.
type draft int

const (
	noDraft draft = iota
	newDraft
	usedDraft // its text was changed, so its tree no longer says where things are
)

// together makes edits of different parts of the text, each of them one, and
// reads it back once instead of after each. On an error the document is as it
// was, and the edits may be made one after the other.
func (d *yamlDocument) together(edits []func(*yamlDocument) error) error {
	var roots []*yaml.Node
	var changes []textChange
	for _, edit := range edits {
		one := *d
		one.draft = newDraft
		if err := edit(&one); err != nil {
			return err
		}
		if one.draft == usedDraft { // otherwise nothing was to be changed
			roots, changes = append(roots, one.root), append(changes, changeOf(d.data, one.data))
		}
	}
	if len(changes) == 0 {
		return nil
	}
	root, ok := merged(d.root, roots)
	sortChanges(changes)
	for i, c := range changes[1:] {
		ok = ok && c.from > changes[i].to // two at one place may be meant in another order
	}
	text, apart := applied(d.data, changes)
	if !ok || !apart {
		return errUnsafe
	}
	d.root = root
	return d.commit(text, nil)
}

// merged gives a tree with the changes of several, each made from the base by
// copying the nodes along the way to what it changes. It fails where two
// change the same list of children.
func merged(base *yaml.Node, trees []*yaml.Node) (*yaml.Node, bool) {
	trees = slices.DeleteFunc(slices.Clone(trees), func(n *yaml.Node) bool { return n == base })
	switch len(trees) {
	case 0:
		return base, true
	case 1:
		return trees[0], true
	}
	own := *base
	own.Content = make([]*yaml.Node, len(base.Content))
	below := make([]*yaml.Node, len(trees))
	for i := range base.Content {
		for k, n := range trees {
			if len(n.Content) != len(base.Content) || n.Kind == yaml.ScalarNode {
				return nil, false
			}
			below[k] = n.Content[i]
		}
		var ok bool
		if own.Content[i], ok = merged(base.Content[i], below); !ok {
			return nil, false
		}
	}
	return &own, len(base.Content) > 0
}

// textChange is what stands in a text instead of what stood there.
type textChange struct {
	from, to int
	text     []byte
}

// changeOf finds the one part in which a text differs from the one before.
func changeOf(before, after []byte) textChange {
	short := min(len(before), len(after))
	from := 0
	for from < short && before[from] == after[from] {
		from++
	}
	behind := 0
	for behind < short-from && before[len(before)-1-behind] == after[len(after)-1-behind] {
		behind++
	}
	return textChange{from, len(before) - behind, after[from : len(after)-behind]}
}

// applied makes changes to a text, none of which overlaps another.
func applied(data []byte, changes []textChange) (text []byte, apart bool) {
	sortChanges(changes)
	end := 0
	for _, c := range changes {
		if c.from < end {
			return nil, false
		}
		text = append(append(text, data[end:c.from]...), c.text...)
		end = c.to
	}
	return append(text, data[end:]...), true
}
