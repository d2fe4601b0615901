package profiles

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"harden/agent/message"
	"harden/profiles/generated"
)

// Format is the first line of every profile: what it is and in which version.
const Format = "profile/v1"

// MaxSize bounds a profile's file, in bytes.
const MaxSize = 4 << 20

// file is a profile as it is written. Its fields are those of the format.
type file struct {
	Format     string               `yaml:"harden"`
	Name       string               `yaml:"name"`
	Version    string               `yaml:"version"`
	Title      Text                 `yaml:"title"`
	Source     string               `yaml:"source"`
	Family     string               `yaml:"family"` // controls inherited within a family take the name of the profile that inherits them
	Kubernetes versions             `yaml:"kubernetes"`
	Extends    []string             `yaml:"extends"`
	Set        map[string]yaml.Node `yaml:"set"`    // parameters
	Adjust     map[string]yaml.Node `yaml:"adjust"` // rule → what of its "with" is different here
	Skip       []string             `yaml:"skip"`   // rules and controls of the extended profiles
	Controls   []control            `yaml:"controls"`
	Rules      []rule               `yaml:"rules"`
	Waivers    []Waiver             `yaml:"waivers"`
	Severity   map[string]yaml.Node `yaml:"severity"` // rule → critical, high, medium or low

	path    string
	root    *yaml.Node // the document's mapping, for where things stand
	site    bool       // read by name from the site's directory
	builtin bool
}

// versions says which Kubernetes versions a built-in edition is picked for.
type versions struct {
	From     string `yaml:"from"`     // the first minor version, "1.32"
	Platform string `yaml:"platform"` // "rke2", "k3s"; "" is kubeadm
}

type control struct {
	ID            string      `yaml:"id"`
	As            string      `yaml:"as"` // the id of an inherited control; what is not said here is as it says
	Title         Text        `yaml:"title"`
	Level         int         `yaml:"level"`
	Severity      string      `yaml:"severity"`
	Rules         []yaml.Node `yaml:"rules"` // each a name, or {rule, with}
	Manual        Text        `yaml:"manual"`
	NotApplicable Text        `yaml:"notApplicable"`
	From          string      `yaml:"from"`
	Until         string      `yaml:"until"`
	Note          Text        `yaml:"note"`
	node          *yaml.Node
}

// use is a rule that a control asks for, with parameters of its own or nil.
type use struct {
	rule string
	with *yaml.Node
	node *yaml.Node
}

// rule is a rule as the library and profiles define it.
type rule struct {
	Name       string               `yaml:"name"`
	Kind       string               `yaml:"kind"`
	With       yaml.Node            `yaml:"with"`
	Parameters map[string]yaml.Node `yaml:"parameters"` // name → default, used as $name
	Needs      []string             `yaml:"needs"`
	Title      Text                 `yaml:"title"`
	Why        Text                 `yaml:"why"`
	Risk       Text                 `yaml:"risk"`
	rating     `yaml:",inline"`
	node       *yaml.Node
	path       string
	builtin    *generated.Rule // nil for a rule of a profile's own
}

// rating is how much a rule matters.
type rating struct {
	Severity   string              `yaml:"severity"`   // "" is medium
	Because    Text                `yaml:"because"`    // why it is that severe
	Warn       bool                `yaml:"warn"`       // the risk is to be read before it is applied
	Frameworks map[string][]string `yaml:"frameworks"` // framework → the ids of the same requirement
}

// uses reads the rules of a control. The decoder is strict on structures
// only, and a use is a name or a structure, so this looks at keys itself.
func (c *control) uses(path string) ([]use, error) {
	uses := make([]use, len(c.Rules))
	for i := range c.Rules {
		n := &c.Rules[i]
		uses[i].node = n
		if n.Kind == yaml.ScalarNode {
			uses[i].rule = n.Value
			continue
		}
		if n.Kind != yaml.MappingNode {
			return nil, at(path, n, "a rule's name, or rule and with, is needed here, not a list")
		}
		for k := 0; k+1 < len(n.Content); k += 2 {
			switch key := n.Content[k]; key.Value {
			case "rule":
				uses[i].rule = n.Content[k+1].Value
			case "with":
				uses[i].with = n.Content[k+1]
			default:
				return nil, at(path, key, "unknown field %q", key.Value)
			}
		}
		if uses[i].rule == "" {
			return nil, at(path, n, "a rule's name is missing")
		}
	}
	return uses, nil
}

// places notes where things stand, for errors about them.
func (f *file) places(tree *yaml.Node) {
	if len(tree.Content) > 0 {
		f.root = tree.Content[0]
	}
	for i := range f.Controls {
		f.Controls[i].node = f.item("controls", i)
	}
	for i := range f.Rules {
		f.Rules[i].node, f.Rules[i].path = f.item("rules", i), f.path
	}
}

// value gives what stands at a key at the top of the file, or nil.
func (f *file) value(key string) *yaml.Node {
	for i := 0; f.root != nil && i+1 < len(f.root.Content); i += 2 {
		if f.root.Content[i].Value == key {
			return f.root.Content[i+1]
		}
	}
	return nil
}

// item gives an element of a list at the top of the file.
func (f *file) item(key string, i int) *yaml.Node {
	if list := f.value(key); list != nil && i < len(list.Content) {
		return list.Content[i]
	}
	return nil
}

// Error is what is wrong with a profile, and where.
type Error struct {
	Path         string
	Line, Column int // 0 where it is about the whole file
	Message      message.Text
	Err          error // why a file could not be read, or nil
}

func (e *Error) Unwrap() error { return e.Err }

func (e *Error) Error() string { return e.Text().String() }

// Text is the text as a value.
func (e *Error) Text() message.Text {
	switch {
	case e.Line == 0:
		return message.New("%s: %s", e.Path, e.Message)
	case e.Column == 0:
		return message.New("%s:%d: %s", e.Path, e.Line, e.Message)
	}
	return message.New("%s:%d:%d: %s", e.Path, e.Line, e.Column, e.Message)
}

// at makes an error about a place in a file; without a node, about all of it.
func at(path string, n *yaml.Node, format string, args ...any) error {
	e := &Error{Path: path, Message: message.New(format, args...)}
	if n != nil {
		e.Line, e.Column = n.Line, n.Column
	}
	return e
}

// because is at, for an error that a caller may look into.
func because(path string, n *yaml.Node, err error, format string, args ...any) error {
	e := at(path, n, format, args...).(*Error) //nolint:errorlint // it comes bare
	e.Err = err
	return e
}

// decode reads exactly one YAML document into a profile, strictly.
func decode(path string, data []byte) (*file, error) {
	f := &file{path: path}
	tree, err := decodeInto(path, data, f)
	if err != nil {
		return nil, err
	}
	f.places(tree)
	return f, nil
}

func decodeInto(path string, data []byte, into any) (_ *yaml.Node, err error) {
	// The file may be hostile, and the parser is not ours: its panic must not
	// end a program that runs as root.
	defer func() {
		if p := recover(); p != nil {
			err = at(path, nil, "the YAML parser failed: %v", p)
		}
	}()
	if len(data) > MaxSize {
		return nil, at(path, nil, "is larger than %d bytes", MaxSize)
	}
	if e := checkText(path, data); e != nil {
		return nil, e
	}
	var tree yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	if err := decoder.Decode(&tree); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, at(path, nil, "is empty")
		}
		return nil, located(path, err, &tree)
	}
	if content := tree.Content; len(content) == 1 && content[0].ShortTag() == "!!null" {
		return nil, at(path, nil, "is empty")
	}
	if err := checkTree(path, &tree, 0); err != nil {
		return nil, err
	}
	var second yaml.Node
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		return nil, at(path, &second, "holds more than one document")
	}
	strict := yaml.NewDecoder(bytes.NewReader(data))
	strict.KnownFields(true)
	if err := strict.Decode(into); err != nil {
		return nil, everyLocated(path, err, &tree)
	}
	return &tree, nil
}

// maxDepth bounds the nesting of a profile; a written one needs about eight.
const maxDepth = 32

// checkText refuses what is not UTF-8: the parser would take UTF-16, in which a
// person who looks for a word finds none, and names no line for the rest.
func checkText(path string, data []byte) error {
	line := 1
	for text := range bytes.Lines(data) {
		if !utf8.Valid(text) {
			return &Error{Path: path, Line: line, Message: message.New("is not UTF-8")}
		}
		line++
	}
	return nil
}

// maxKeys bounds a mapping: the decoder compares each key with every other.
const maxKeys = 2000

// checkTree refuses what makes YAML dangerous or ambiguous: anchors, which
// can grow without bound, tags, merge and duplicate keys, empty list elements,
// which the decoder passes over, deep nesting, and what could steer a terminal.
func checkTree(path string, n *yaml.Node, depth int) error {
	switch {
	case depth > maxDepth:
		return at(path, n, "is nested too deeply")
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		return at(path, n, "anchors and aliases are not supported")
	case n.Kind == yaml.MappingNode && len(n.Content)/2 > maxKeys:
		return at(path, n, "a mapping of more than %d keys", maxKeys)
	case n.Style&yaml.TaggedStyle != 0:
		return at(path, n, "tags such as !!str are not supported")
	case strings.ContainsFunc(n.Value, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }):
		return at(path, n, "control characters are not supported")
	}
	seen := map[string]int{}
	for i, c := range n.Content {
		switch {
		case n.Kind == yaml.SequenceNode && c.ShortTag() == "!!null":
			return at(path, c, "an element of this list is empty")
		case n.Kind != yaml.MappingNode || i%2 > 0:
		case c.Kind != yaml.ScalarNode:
			return at(path, c, "a key must be a text")
		case c.Value == "<<":
			return at(path, c, "merge keys are not supported")
		case seen[c.Value] > 0:
			return at(path, c, "key %q appears twice, first in line %d", c.Value, seen[c.Value])
		default:
			seen[c.Value] = c.Line
		}
	}
	for _, c := range n.Content {
		if err := checkTree(path, c, depth+1); err != nil {
			return err
		}
	}
	return nil
}
