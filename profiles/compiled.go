package profiles

import (
	_ "embed" // compiled.bin
	"encoding/binary"

	"gopkg.in/yaml.v3"
)

// What is compiled in: the profiles below builtin/ and the rules below rules/,
// read once when they were edited rather than by every start of the program.
// TestCompiled writes it from the YAML files, and fails where it is older than
// they are.
//
//go:generate go test -run ^TestCompiled$ -update .
//go:embed compiled.bin
var compiled string

// builtinPath begins the paths of files that are compiled in.
const builtinPath = "builtin:"

// compiledReader reads what compiledWriter wrote, in the same order. Each text
// stands once, before everything else, and is named by its place and length.
// Texts are parts of the program's own read-only memory, so they cost nothing
// until they are looked at. It panics on anything else than that: it reads no
// file.
type compiledReader struct{ rest string }

// openCompiled begins with the profiles; the rules follow.
func openCompiled() compiledReader {
	begin := binary.BigEndian.Uint32([]byte(compiled[:compiledHead]))
	return compiledReader{compiled[begin:]}
}

// compiledHead is the size of what says where the texts end, in bytes.
const compiledHead = 4

func (r *compiledReader) uint() int {
	var value uint64
	for shift := 0; ; shift += 7 {
		b := r.rest[0]
		r.rest = r.rest[1:]
		value |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return int(value) //nolint:gosec // lengths and lines of our own files
		}
	}
}

// int reads a number that may be negative: its sign is the lowest bit.
func (r *compiledReader) int() int {
	n := r.uint()
	return n>>1 ^ -(n & 1)
}

func (r *compiledReader) text() string {
	begin, length := r.uint(), r.uint()
	return compiled[begin : begin+length]
}

func (r *compiledReader) bilingual() Text { return Text{EN: r.text(), ZH: r.text()} }

func (r *compiledReader) texts() []string {
	n := r.uint()
	if n == 0 {
		return nil
	}
	list := make([]string, n)
	for i := range list {
		list[i] = r.text()
	}
	return list
}

// node reads a YAML node; one of kind 0 is none.
func (r *compiledReader) node() yaml.Node {
	n := yaml.Node{Kind: yaml.Kind(r.uint())} //nolint:gosec // written from one
	if n.Kind == 0 {
		return n
	}
	n.Style = yaml.Style(r.uint()) //nolint:gosec // written from one
	n.Tag, n.Value, n.Line, n.Column = r.text(), r.text(), r.uint(), r.uint()
	if count := r.uint(); count > 0 {
		children := make([]yaml.Node, count)
		n.Content = make([]*yaml.Node, count)
		for i := range children {
			children[i] = r.node()
			n.Content[i] = &children[i]
		}
	}
	return n
}

// profiles passes over the profiles and gives each by name and by its bodies:
// for profile, and what else draft needs.
func (r *compiledReader) profiles(each func(name, built, laid string)) {
	for range r.uint() {
		each(r.text(), r.text(), r.text())
	}
}

// Names lists the built-in profiles.
func Names() []string {
	var names []string
	r := openCompiled()
	r.profiles(func(name, _, _ string) { names = append(names, name) })
	return names
}

// builtinRules gives the rules that are compiled in, each by its name alone:
// a profile uses a part of them, and a plan must not wait for the rest.
func builtinRules() library {
	r := openCompiled()
	r.profiles(func(string, string, string) {})
	n := r.uint()
	l := library{read: map[string]*rule{}, compiled: make(map[string]string, n)}
	for range n {
		name := r.text()
		l.compiled[name] = r.text()
	}
	return l
}

// rule reads a rule but for the texts that explain it.
func (r *compiledReader) rule(name string) *rule {
	read := &rule{Name: name, path: builtinPath + r.text(), node: &yaml.Node{Line: r.uint()}, Kind: r.text(), Title: r.bilingual(),
		Needs: r.texts(), With: r.node(), explained: r.text()}
	if n := r.uint(); n > 0 {
		read.Parameters = make(map[string]yaml.Node, n)
		for range n {
			parameter := r.text()
			read.Parameters[parameter] = r.node()
		}
	}
	return read
}
