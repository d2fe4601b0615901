package edit

import (
	"bytes"
	"errors"
	"slices"

	"gopkg.in/yaml.v3"

	"harden/agent/message"
)

// yamlDocument is one YAML mapping. The tree says where things are; the text
// is what is edited.
type yamlDocument struct {
	texts *Texts
	mark  []byte // the byte order mark, or nothing
	data  []byte
	tree
	draft draft
}

func openYAML(texts *Texts, data []byte) (*yamlDocument, error) {
	d := &yamlDocument{texts: texts}
	if bom := []byte("\ufeff"); bytes.HasPrefix(data, bom) {
		d.mark, data = bom, data[len(bom):]
	}
	return d, d.load(data)
}

// load takes over a text, or leaves the document as it was.
func (d *yamlDocument) load(data []byte) error {
	parsed, err := d.texts.parse(data)
	if err != nil {
		return err
	}
	d.data, d.tree = data, parsed
	return nil
}

func (d *yamlDocument) Bytes() []byte { return slices.Concat(d.mark, d.data) }

func (d *yamlDocument) Get(address string) (any, int, bool, error) {
	if at, is := parseManifestAddress(address); is {
		return d.getManifest(at)
	}
	steps, err := parseAddress(address)
	if err != nil {
		return nil, 0, false, err
	}
	nodes := walk(d.root, d.indexed(steps))
	if len(nodes) <= len(steps) {
		return nil, 0, false, nil
	}
	n := nodes[len(steps)]
	line := n.Line
	if parent := nodes[len(steps)-1]; parent.Kind == yaml.MappingNode {
		line = parent.Content[childIndex(parent, steps[len(steps)-1])-1].Line // a key, so the step is as it was
	}
	switch {
	case n.Kind == yaml.ScalarNode:
		return scalarValue(n), line, true, nil
	case isScalarList(n):
		return texts(n), line, true, nil
	}
	return nil, line, true, &TypeError{address, line, kindName(n)}
}

// items gives the items of the list at an address, none where there is no list.
func (d *yamlDocument) items(address string) []*yaml.Node {
	steps, err := parseAddress(address)
	nodes := walk(d.root, steps)
	if err != nil || len(nodes) <= len(steps) || nodes[len(steps)].Kind != yaml.SequenceNode {
		return nil
	}
	return nodes[len(steps)].Content
}

// indexed gives the steps with the items that are chosen by what they hold as
// indexes: that of the first such item, or that of a new one.
func (d *yamlDocument) indexed(steps []step) []step {
	steps = slices.Clone(steps)
	for i, s := range steps {
		nodes := walk(d.root, steps[:i])
		if s.holds == nil || len(nodes) <= i {
			continue
		}
		items := nodes[i].Content
		steps[i].index = len(items)
		if at := slices.IndexFunc(items, s.holds.in); at >= 0 && nodes[i].Kind == yaml.SequenceNode {
			steps[i].index = at
		}
	}
	return steps
}

// in tells whether a node is a mapping with the entry.
func (e entry) in(n *yaml.Node) bool {
	i := childIndex(n, step{key: &e.key})
	return i >= 0 && n.Content[i].Kind == yaml.ScalarNode && n.Content[i].Value == e.value
}

// Set replaces a value, or adds what is missing to the deepest mapping or
// sequence that is there. An item that is chosen by what it holds begins with
// that where it is new.
func (d *yamlDocument) Set(address string, value any) error {
	if at, is := parseManifestAddress(address); is {
		return d.setManifest(at, value)
	}
	steps, err := parseAddress(address)
	if err != nil {
		return err
	}
	before := d.data
	if err := d.setStep(address, steps, value); err != nil {
		// The old text was read before, so reading it again cannot fail.
		return errors.Join(message.Errorf("cannot set %s: %w", address, err), d.load(before))
	}
	return nil
}

// setStep sets one value.
func (d *yamlDocument) setStep(address string, steps []step, value any) error {
	n, err := valueNode(value)
	if err != nil {
		return err
	}
	return d.setNode(address, steps, n)
}

// setNode sets a value, or adds a mapping that is new.
func (d *yamlDocument) setNode(address string, steps []step, n *yaml.Node) error {
	text, err := d.set(address, d.indexed(steps), n)
	if err == nil && text == nil {
		return nil
	}
	return d.commit(text, err)
}

// addItems adds whole mappings to a list: in one edit where it has items, each
// on lines of its own, because each edit of the text is read back.
func (d *yamlDocument) addItems(address string, items []*yaml.Node) error {
	cannot := func(err error) error { return message.Errorf("cannot add to %s: %w", address, err) }
	steps, err := parseAddress(address)
	if err != nil {
		return cannot(err)
	}
	nodes := walk(d.root, steps)
	list := nodes[len(nodes)-1]
	if len(nodes) <= len(steps) || list.Kind != yaml.SequenceNode || len(list.Content) == 0 || isFlow(list) {
		for _, item := range items {
			if err := d.setNode(address, append(slices.Clone(steps), step{index: len(d.items(address))}), item); err != nil {
				return cannot(err)
			}
		}
		return nil
	}
	p, err := d.place(steps)
	if err != nil {
		return cannot(err)
	}
	text, err := d.appendItems(p, items)
	if err := d.commit(text, err); err != nil {
		return cannot(err)
	}
	return nil
}

// set gives the new text, nil where nothing changes, and makes the same
// change in the tree.
func (d *yamlDocument) set(address string, steps []step, n *yaml.Node) ([]byte, error) {
	nodes := walk(d.root, steps)
	depth := len(nodes) - 1
	last := nodes[depth]
	switch {
	case depth == len(steps):
		if last.Kind == yaml.MappingNode || last.Kind == yaml.SequenceNode && !isScalarList(last) {
			return nil, &TypeError{address, last.Line, kindName(last)}
		}
		if equalValues(last, n) {
			return nil, nil
		}
		return d.replace(steps, n)
	case last.Kind == yaml.ScalarNode && last.ShortTag() == "!!null":
		n, err := nest(steps[depth:], n)
		if err != nil {
			return nil, typedAt(err, address, last)
		}
		return d.replace(steps[:depth], n)
	}
	next := steps[depth]
	fits := last.Kind == yaml.MappingNode && next.key != nil || last.Kind == yaml.SequenceNode && next.key == nil
	if !fits {
		return nil, message.Errorf("%s does not fit into the %s at line %d", next, kindName(last), last.Line)
	}
	if next.key == nil && next.index != len(last.Content) {
		return nil, message.Errorf("the list at line %d has %d items", last.Line, len(last.Content))
	}
	n, err := nest(steps[depth+1:], n)
	if err == nil {
		n, err = chosen(next, n)
	}
	if err != nil {
		return nil, typedAt(err, address, last)
	}
	return d.add(steps[:depth], next, n)
}

// typedAt completes a *TypeError of an item that is not there yet.
func typedAt(err error, address string, list *yaml.Node) error {
	if t := (*TypeError)(nil); errors.As(err, &t) {
		t.Address, t.Line = address, list.Line
	}
	return err
}

// errUnsafe is why a text is left as it was.
var errUnsafe = message.Errorf("the text around it has a form that cannot be edited safely")

// commit takes over a text that reads as the tree, in which the change was
// made already. Otherwise, and where making the text failed, the document is
// as it was before.
func (d *yamlDocument) commit(text []byte, err error) error {
	if d.draft != noDraft {
		d.data, d.draft = text, usedDraft
		return err
	}
	want, before := d.root, d.data
	if err == nil {
		err = d.load(text)
	}
	if err == nil && sameTree(d.root, want) {
		return nil
	}
	if err == nil {
		err = errUnsafe
	}
	// The old text was read before, so reading it again cannot fail.
	return errors.Join(err, d.load(before))
}
