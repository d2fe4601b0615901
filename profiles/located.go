package profiles

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"
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
	message := err.Error()
	var typed *yaml.TypeError
	if errors.As(err, &typed) && len(typed.Errors) > 0 {
		message = typed.Errors[0]
	}
	m := yamlLine().FindStringSubmatch(message)
	if m == nil {
		return at(path, nil, "%s", strings.TrimPrefix(message, "yaml: "))
	}
	line, convErr := strconv.Atoi(m[1])
	if convErr != nil {
		return at(path, nil, "%s", message)
	}
	e := &Error{Path: path, Line: line, Message: m[2]}
	var n *yaml.Node
	if f := unknownField().FindStringSubmatch(m[2]); f != nil {
		e.Message = fmt.Sprintf("unknown field %.100q", f[1])
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
var kindNames = map[string]string{"seq": "a list", "map": "a mapping", "str": "a text", "int": "a number", "float": "a number",
	"bool": "a truth value", "null": "nothing", "timestamp": "a date", "binary": "binary data"}

// kindOf names the kind of a value.
func kindOf(n *yaml.Node) string { return kindNames[strings.TrimPrefix(n.ShortTag(), "!!")] }

// wrongType says what stands where something else belongs; into is a Go type.
func wrongType(tag, into string, n *yaml.Node) string {
	found := kindNames[tag]
	if found == "" {
		found = "a value of type " + tag
	}
	if n != nil && n.Kind == yaml.ScalarNode && n.Value != "" {
		found = strconv.Quote(shortened(n.Value))
	}
	var needed string
	switch {
	case strings.HasPrefix(into, "[]"):
		needed = "a list"
	case strings.HasPrefix(into, "int"), strings.HasPrefix(into, "uint"):
		needed = "a number"
	case into == "string":
		needed = "a text"
	case into == "bool":
		needed = "true or false"
	default:
		needed = "a mapping"
	}
	return needed + " is needed here, not " + found
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
