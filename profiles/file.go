package profiles

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// Format is the first line of every profile: what it is and in which version.
const Format = "profile/v1"

// MaxSize bounds a profile's file, in bytes.
const MaxSize = 4 << 20

// file is a profile as it is written.
type file struct {
	Format   string               `yaml:"harden"`
	Name     string               `yaml:"name"`
	Version  string               `yaml:"version"`
	Title    Text                 `yaml:"title"`
	Source   string               `yaml:"source"`
	Extends  []string             `yaml:"extends"`
	Set      map[string]yaml.Node `yaml:"set"`    // parameters
	Adjust   map[string]yaml.Node `yaml:"adjust"` // rule → what of its "with" is different here
	Skip     []string             `yaml:"skip"`   // rules and controls of the extended profiles
	Controls []control            `yaml:"controls"`
	Rules    []rule               `yaml:"rules"`
	Waivers  []Waiver             `yaml:"waivers"`

	path string
}

type control struct {
	ID            string      `yaml:"id"`
	Title         Text        `yaml:"title"`
	Level         int         `yaml:"level"`
	Rules         []yaml.Node `yaml:"rules"` // each a name, or {rule, with}
	Manual        Text        `yaml:"manual"`
	NotApplicable Text        `yaml:"notApplicable"`
	Note          Text        `yaml:"note"`
	line          int
}

// use is a rule that a control asks for, with parameters of its own or nil.
type use struct {
	rule string
	with *yaml.Node
	line int
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
	line       int
	path       string
}

// uses reads the rules of a control. The decoder is strict on structures
// only, and a use is a name or a structure, so this looks at keys itself.
func (c *control) uses(path string) ([]use, error) {
	uses := make([]use, len(c.Rules))
	for i := range c.Rules {
		n := &c.Rules[i]
		uses[i].line = n.Line
		if n.Kind == yaml.ScalarNode {
			uses[i].rule = n.Value
			continue
		}
		for k := 0; k+1 < len(n.Content); k += 2 {
			switch key := n.Content[k]; key.Value {
			case "rule":
				uses[i].rule = n.Content[k+1].Value
			case "with":
				uses[i].with = n.Content[k+1]
			default:
				return nil, &Error{Path: path, Line: key.Line, Column: key.Column, Message: fmt.Sprintf("unknown field %q", key.Value)}
			}
		}
		if uses[i].rule == "" {
			return nil, &Error{Path: path, Line: n.Line, Column: n.Column, Message: "a rule's name is missing"}
		}
	}
	return uses, nil
}

// lines notes where controls and rules stand, for errors about them.
func (f *file) lines(tree *yaml.Node) {
	for i, n := range items(tree, "controls") {
		f.Controls[i].line = n.Line
	}
	for i, n := range items(tree, "rules") {
		f.Rules[i].line, f.Rules[i].path = n.Line, f.path
	}
}

// items gives the elements of a list at the top of a document.
func items(tree *yaml.Node, key string) []*yaml.Node {
	if len(tree.Content) == 0 {
		return nil
	}
	root := tree.Content[0]
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value == key {
			return root.Content[i+1].Content
		}
	}
	return nil
}

// Error is what is wrong with a profile, and where.
type Error struct {
	Path         string
	Line, Column int // 0 where it is about the whole file
	Message      string
}

func (e *Error) Error() string {
	switch {
	case e.Line == 0:
		return e.Path + ": " + e.Message
	case e.Column == 0:
		return fmt.Sprintf("%s:%d: %s", e.Path, e.Line, e.Message)
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.Path, e.Line, e.Column, e.Message)
}

// decode reads exactly one YAML document into a profile, strictly.
func decode(path string, data []byte) (*file, error) {
	f := &file{path: path}
	tree, err := decodeInto(path, data, f)
	if err != nil {
		return nil, err
	}
	f.lines(tree)
	return f, nil
}

// decodeBuiltin reads a file that is compiled in. It was read strictly when it
// was tested, so this parses it once.
func decodeBuiltin(name string) (*file, error) {
	data, err := builtin.ReadFile(name)
	if err != nil {
		return nil, err
	}
	f := &file{path: "builtin:" + name}
	var tree yaml.Node
	if err := yaml.Unmarshal(data, &tree); err != nil {
		return nil, located(f.path, err, &tree)
	}
	if err := tree.Decode(f); err != nil {
		return nil, located(f.path, err, &tree)
	}
	f.lines(&tree)
	return f, nil
}

func decodeInto(path string, data []byte, into any) (*yaml.Node, error) {
	if len(data) > MaxSize {
		return nil, &Error{Path: path, Message: fmt.Sprintf("is larger than %d bytes", MaxSize)}
	}
	var tree yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	if err := decoder.Decode(&tree); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, &Error{Path: path, Message: "is empty"}
		}
		return nil, located(path, err, &tree)
	}
	if err := checkTree(path, &tree, 0); err != nil {
		return nil, err
	}
	var second yaml.Node
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		return nil, &Error{Path: path, Line: second.Line, Message: "holds more than one document"}
	}
	strict := yaml.NewDecoder(bytes.NewReader(data))
	strict.KnownFields(true)
	if err := strict.Decode(into); err != nil {
		return nil, located(path, err, &tree)
	}
	return &tree, nil
}

// maxDepth bounds the nesting of a profile; a written one needs about eight.
const maxDepth = 32

// checkTree refuses what makes YAML dangerous or ambiguous: anchors, which
// can grow without bound, duplicate keys, and deep nesting.
func checkTree(path string, n *yaml.Node, depth int) error {
	at := func(n *yaml.Node, message string) error {
		return &Error{Path: path, Line: n.Line, Column: n.Column, Message: message}
	}
	switch {
	case depth > maxDepth:
		return at(n, "is nested too deeply")
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		return at(n, "anchors and aliases are not supported")
	}
	if n.Kind == yaml.MappingNode {
		seen := map[string]int{}
		for i := 0; i < len(n.Content); i += 2 {
			key := n.Content[i]
			if line, twice := seen[key.Value]; twice {
				return at(key, fmt.Sprintf("key %q stands twice, first in line %d", key.Value, line))
			}
			seen[key.Value] = key.Line
		}
	}
	for _, c := range n.Content {
		if err := checkTree(path, c, depth+1); err != nil {
			return err
		}
	}
	return nil
}

var (
	yamlLine     = regexp.MustCompile(`^(?:yaml: )?line (\d+): (.*)$`)
	unknownField = regexp.MustCompile(`^field (\S+) not found in type \S+$`)
	badType      = regexp.MustCompile("^cannot unmarshal !!(\\w+)(?: `(.*)`)? into \\S+$")
)

// located turns an error of the YAML decoder into one with line and column.
func located(path string, err error, tree *yaml.Node) error {
	var own *Error
	if errors.As(err, &own) {
		return own
	}
	message := err.Error()
	var typed *yaml.TypeError
	if errors.As(err, &typed) && len(typed.Errors) > 0 {
		message = typed.Errors[0]
	}
	m := yamlLine.FindStringSubmatch(message)
	if m == nil {
		return &Error{Path: path, Message: strings.TrimPrefix(message, "yaml: ")}
	}
	line, convErr := strconv.Atoi(m[1])
	if convErr != nil {
		return &Error{Path: path, Message: message}
	}
	e := &Error{Path: path, Line: line, Message: m[2]}
	name := ""
	if f := unknownField.FindStringSubmatch(m[2]); f != nil {
		name = f[1]
		e.Message = fmt.Sprintf("unknown field %q", name)
	} else if f := badType.FindStringSubmatch(m[2]); f != nil {
		name = f[2]
		e.Message = fmt.Sprintf("a %s does not belong here", kindNames[f[1]])
		if name != "" {
			e.Message = fmt.Sprintf("%q does not belong here", name)
		}
	}
	if n := nodeAt(tree, line, name); n != nil {
		e.Column = n.Column
	}
	return e
}

var kindNames = map[string]string{"seq": "list", "map": "mapping", "str": "text", "int": "number", "bool": "truth value", "null": "null", "float": "number"}

// nodeAt finds the scalar of a line, the one with the given text if there is one.
func nodeAt(n *yaml.Node, line int, text string) *yaml.Node {
	var first *yaml.Node
	if n.Line == line && n.Kind != yaml.DocumentNode && (text == "" || n.Value == text) {
		first = n
	}
	for _, c := range n.Content {
		if first != nil {
			break
		}
		first = nodeAt(c, line, text)
	}
	return first
}
