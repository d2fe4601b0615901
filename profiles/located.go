package profiles

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"

	"harden/agent/message"
)

// What the YAML decoder says: a line, and then one of two things that name
// types of this program. Names may hold anything, line breaks included.
var (
	yamlLine = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?s)^(?:yaml: )?line (\d+): (.*)$`)
	})
	unknownField = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?s)^field (.*) not found in type \S+$`)
	})
	badType = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile("(?s)^cannot unmarshal !!(\\w+)(?: `(.*)`)? into (\\S+)$")
	})
)

// located turns an error of the YAML decoder into one with line and column.
func located(path string, err error, tree *yaml.Node) error {
	var own *Error
	if errors.As(err, &own) {
		return own
	}
	said := err.Error()
	var typed *yaml.TypeError
	if errors.As(err, &typed) && len(typed.Errors) > 0 {
		said = typed.Errors[0]
	}
	m := yamlLine().FindStringSubmatch(said)
	if m == nil {
		return at(path, nil, "%s", strings.TrimPrefix(said, "yaml: "))
	}
	line, convErr := strconv.Atoi(m[1])
	if convErr != nil {
		return at(path, nil, "%s", said)
	}
	e := &Error{Path: path, Line: line, Message: message.Value(m[2])}
	var n *yaml.Node
	if f := unknownField().FindStringSubmatch(m[2]); f != nil {
		e.Message = message.New("unknown field %.100q", f[1])
		n = find(tree, func(n *yaml.Node) bool { return n.Line == line && n.Value == f[1] })
	} else if f := badType().FindStringSubmatch(m[2]); f != nil {
		// A long value is cut short by the decoder, in the middle of a letter.
		begin, _ := strings.CutSuffix(f[2], "...")
		n = find(tree, func(n *yaml.Node) bool {
			return n.Line == line && n.ShortTag() == "!!"+f[1] && strings.HasPrefix(n.Value, begin)
		})
		e.Message = wrongType(f[1], f[3], n)
	}
	if n != nil {
		e.Column = n.Column
	}
	return e
}

// everyLocated is located for all that the decoder found.
func everyLocated(path string, err error, tree *yaml.Node) error {
	var typed *yaml.TypeError
	if !errors.As(err, &typed) || len(typed.Errors) < 2 {
		return located(path, err, tree)
	}
	var list Mistakes
	for _, one := range typed.Errors[:min(len(typed.Errors), mostMistakes)] {
		list = append(list, located(path, &yaml.TypeError{Errors: []string{one}}, tree))
	}
	return list
}

// kindNames are the kinds of YAML values in plain words, by tag.
var kindNames = map[string]message.Text{"seq": message.New("a list"), "map": message.New("a mapping"), "str": message.New("a text"), "int": message.New("a number"),
	"float": message.New("a number"), "bool": message.New("a truth value"), "null": message.New("nothing"), "timestamp": message.New("a date"), "binary": message.New("binary data")}

// kindOf names the kind of a value.
func kindOf(n *yaml.Node) message.Text { return kindNames[strings.TrimPrefix(n.ShortTag(), "!!")] }

// wrongType says what stands where something else belongs; into is a Go type.
func wrongType(tag, into string, n *yaml.Node) message.Text {
	found := kindNames[tag]
	if found.IsZero() {
		found = message.New("a value of type %s", tag)
	}
	var needed message.Text
	switch {
	case strings.HasPrefix(into, "[]"):
		needed = message.New("a list")
	case strings.HasPrefix(into, "int"), strings.HasPrefix(into, "uint"):
		needed = message.New("a number")
	case into == "string":
		needed = message.New("a text")
	case into == "bool":
		needed = message.New("true or false")
	default:
		needed = message.New("a mapping")
	}
	if n != nil && n.Kind == yaml.ScalarNode && n.Value != "" {
		return message.New("%s is needed here, not %q", needed, shortened(n.Value))
	}
	return message.New("%s is needed here, not %s", needed, found)
}

// shortened keeps a value in a message to a line.
func shortened(value string) string {
	if runes := []rune(value); len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return value
}

// find gives the first node that is meant, in the order of the text.
func find(n *yaml.Node, meant func(*yaml.Node) bool) *yaml.Node {
	if n.Kind != yaml.DocumentNode && meant(n) {
		return n
	}
	for _, c := range n.Content {
		if found := find(c, meant); found != nil {
			return found
		}
	}
	return nil
}
