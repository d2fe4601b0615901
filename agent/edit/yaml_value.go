package edit

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"harden/agent/message"
)

// Styles of scalars that are not plain ones.
const (
	quotedStyle = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle
	blockStyle  = yaml.LiteralStyle | yaml.FoldedStyle
)

func isFlow(n *yaml.Node) bool { return n.Style&yaml.FlowStyle != 0 }

// isEmpty tells a null that has no text at all, as in "key:".
func isEmpty(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Value == "" && n.Style == 0
}

func isScalarList(n *yaml.Node) bool {
	return n.Kind == yaml.SequenceNode &&
		!slices.ContainsFunc(n.Content, func(c *yaml.Node) bool { return c.Kind != yaml.ScalarNode })
}

func kindName(n *yaml.Node) message.Text {
	switch n.Kind {
	case yaml.MappingNode:
		return message.New("mapping")
	case yaml.SequenceNode:
		return message.New("list")
	}
	return message.New("scalar")
}

// texts gives the items of a list of scalars as they are written, unquoted.
func texts(n *yaml.Node) []string {
	list := make([]string, len(n.Content))
	for i, c := range n.Content {
		list[i] = c.Value
	}
	return list
}

// scalarValue reads a scalar as the Kubernetes components do: they use the
// types of YAML 1.1, where a plain yes, no, on or off is a bool. A date stays
// a string, a number beyond int64 is a float64.
func scalarValue(n *yaml.Node) any {
	switch n.ShortTag() {
	case "!!null":
		return nil
	case "!!bool":
		var v bool
		if n.Decode(&v) == nil {
			return v
		}
	case "!!int", "!!float":
		var i int64
		if n.ShortTag() == "!!int" && n.Decode(&i) == nil {
			return i
		}
		var f float64
		if n.Decode(&f) == nil {
			return f
		}
	}
	if n.Style == 0 {
		switch n.Value {
		case "y", "Y", "yes", "Yes", "YES", "on", "On", "ON":
			return true
		case "n", "N", "no", "No", "NO", "off", "Off", "OFF":
			return false
		}
	}
	return n.Value
}

// valueNode makes the node of a value that a caller wants to write.
func valueNode(value any) (*yaml.Node, error) {
	switch v := value.(type) {
	case bool:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: strconv.FormatBool(v)}, nil
	case int64:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.FormatInt(v, 10)}, nil
	case string:
		if !utf8.ValidString(v) {
			return nil, message.Errorf("the value %q is not UTF-8", v)
		}
		return stringNode(v), nil
	case []string:
		list := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for _, s := range v {
			item, err := valueNode(s)
			if err != nil {
				return nil, err
			}
			list.Content = append(list.Content, item)
		}
		return list, nil
	}
	return nil, message.Errorf("a value of type %T does not fit here", value)
}

func stringNode(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
}

// nest wraps a value into the mappings and sequences that steps lead through.
func nest(steps []step, n *yaml.Node) (*yaml.Node, error) {
	for _, s := range slices.Backward(steps) {
		switch {
		case s.key != nil:
			n = &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: []*yaml.Node{stringNode(*s.key), n}}
		case s.index == 0:
			item, err := chosen(s, n)
			if err != nil {
				return nil, err
			}
			n = &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: []*yaml.Node{item}}
		default:
			return nil, message.Errorf("there is no list with %d items", s.index)
		}
	}
	return n, nil
}

// chosen has a new item that is chosen by what it holds begin with that.
func chosen(s step, n *yaml.Node) (*yaml.Node, error) {
	switch {
	case s.holds == nil:
		return n, nil
	case n.Kind != yaml.MappingNode:
		return nil, &TypeError{Kind: kindName(&yaml.Node{Kind: yaml.MappingNode})}
	case len(n.Content) > 0 && n.Content[0].Value == s.holds.key:
		return n, nil
	}
	n.Content = slices.Concat([]*yaml.Node{stringNode(s.holds.key), stringNode(s.holds.value)}, n.Content)
	return n, nil
}

// equalValues tells whether a node says already what is to be written.
func equalValues(old, n *yaml.Node) bool {
	if old.Kind != n.Kind {
		return false
	}
	if n.Kind == yaml.SequenceNode {
		return slices.Equal(texts(old), texts(n))
	}
	if n.Tag == "!!str" {
		return scalarValue(old) == n.Value // a new "no" is not a bool
	}
	return scalarValue(old) == scalarValue(n)
}

// stringText writes a string so that it is read as one by YAML 1.1 and 1.2:
// plain where yaml.v3 itself would write it plain, in the quotes that style
// asks for otherwise.
func stringText(s string, style yaml.Style, flow bool) (string, error) {
	if style&quotedStyle == 0 && isWord(s, flow) {
		return s, nil
	}
	if style&quotedStyle == 0 {
		out, err := yaml.Marshal(s)
		text := strings.TrimSuffix(string(out), "\n")
		// yaml.v3 forgets that "<<" and "=" have a type of their own.
		plain := text == s && s != "<<" && s != "=" && !(flow && strings.ContainsAny(s, ",[]{}"))
		if err == nil && (plain || text != s && strings.ContainsAny(text[:1], `'"`) && !strings.Contains(text, "\n")) {
			return text, nil
		}
	}
	if style&quotedStyle == 0 || strings.ContainsFunc(s, unicode.IsControl) {
		style = yaml.DoubleQuotedStyle
	}
	out, err := yaml.Marshal(&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s, Style: style & quotedStyle})
	if err != nil {
		return "", err
	}
	return strings.TrimSuffix(string(out), "\n"), nil
}

// isWord tells texts that every reader of YAML takes for a string as they
// stand, which are nearly all that is ever written: flags, paths and names.
// They begin with a letter, a slash or a double dash, so they are not a number,
// and the words that mean something else are not among them.
func isWord(s string, flow bool) bool {
	flag := len(s) > 2 && strings.HasPrefix(s, "--")
	for i, b := range []byte(s) {
		switch {
		case b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z', b >= '0' && b <= '9', b == '/', b == '-', b == '_', b == '=', b == '.':
		case flag && !flow && (b == ',' || b == ':' && i < len(s)-1):
		default:
			return false
		}
	}
	switch {
	case flag:
		return s[2] >= 'a' && s[2] <= 'z'
	case s == "" || len(s) < 6 && slices.Contains(meanings, strings.ToLower(s)):
		return false
	}
	return s[0] == '/' || s[0] >= 'a' && s[0] <= 'z' || s[0] >= 'A' && s[0] <= 'Z'
}

// meanings are words of letters that are not strings in YAML 1.1 or 1.2.
var meanings = []string{"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
