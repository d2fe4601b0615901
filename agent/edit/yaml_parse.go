package edit

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"harden/agent/message"
)

// maxDepth is how deep mappings and sequences may lie in one another.
const maxDepth = 100

// maxMarks is how many characters that can begin a value a text may have. The
// parser needs some 250 bytes for each value, and 4 MiB of "[0,0,0" would be
// half a gigabyte; the largest manifest that kubeadm writes has 400.
const maxMarks = 1 << 18

// parseYAML reads a text that holds one mapping, or nothing. yaml.v3 alone
// would accept duplicate keys and leave out all documents but the first.
func parseYAML(data []byte) (root *yaml.Node, err error) {
	if err := checkText(data); err != nil {
		return nil, err
	}
	// A file may be hostile, and the parser is not ours: its panic must not
	// end a program that runs as root.
	defer func() {
		if p := recover(); p != nil {
			root, err = nil, &SyntaxError{Line: 1, Message: message.New("the YAML parser failed: %v", p)}
		}
	}()
	if len(bytes.TrimSpace(data)) == 0 {
		return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}, nil // without a parser and its buffers
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var document, second yaml.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}, nil
	case err != nil:
		return nil, syntaxError(data, err)
	}
	switch err := decoder.Decode(&second); {
	case err == nil:
		return nil, &SyntaxError{second.Line, second.Column, message.New("several documents in one file are not supported")}
	case !errors.Is(err, io.EOF):
		return nil, syntaxError(data, err)
	}
	root = document.Content[0]
	if isEmpty(root) {
		return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}, nil
	}
	if root.Kind != yaml.MappingNode {
		return nil, &SyntaxError{root.Line, root.Column, message.New("a mapping is needed, not a %s", kindName(root))}
	}
	return root, checkNode(root, 1)
}

// checkText rejects what makes lines and columns ambiguous.
func checkText(data []byte) error {
	fail := func(at int, format string, args ...any) error {
		line, column := position(data, at)
		return &SyntaxError{line, column, message.New(format, args...)}
	}
	marks := 0
	for at := 0; at < len(data); {
		r, size := rune(data[at]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(data[at:])
		}
		switch r {
		case ':', ',', '-', '?', '[', '{', '\n':
			if marks++; marks > maxMarks {
				return fail(at, "the text has more than %d values", maxMarks)
			}
		}
		switch {
		case r == utf8.RuneError && size == 1:
			return fail(at, "invalid UTF-8")
		case r == '\r' && !bytes.HasPrefix(data[at+1:], []byte("\n")), r == '\u0085', r == '\u2028', r == '\u2029':
			return fail(at, "the line break %U is not supported", r)
		case r == '\ufeff':
			return fail(at, "a byte order mark stands within the text")
		}
		at += size
	}
	return nil
}

// checkNode rejects what cannot be edited safely, at any depth.
func checkNode(n *yaml.Node, depth int) error {
	fail := func(n *yaml.Node, format string, args ...any) error {
		return &SyntaxError{n.Line, n.Column, message.New(format, args...)}
	}
	switch {
	case depth > maxDepth:
		return fail(n, "nested deeper than %d", maxDepth)
	case n.Anchor != "" || n.Kind == yaml.AliasNode:
		return fail(n, "anchors are not supported")
	}
	if n.Kind == yaml.MappingNode {
		first := firstKeys(n)
		for i := 0; i < len(n.Content); i += 2 {
			key := n.Content[i]
			switch before := first(i); {
			case key.Kind == yaml.AliasNode || key.Anchor != "":
				return fail(key, "anchors are not supported")
			case key.Kind != yaml.ScalarNode:
				return fail(key, "a key must be a scalar")
			case key.ShortTag() == "!!merge":
				return fail(key, "merge keys are not supported")
			case before != nil:
				return fail(key, "the key %q is already in line %d", key.Value, before.Line)
			}
		}
	}
	for _, child := range n.Content {
		if err := checkNode(child, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// fewKeys is how many keys of a mapping are compared with each other, which is
// faster than to gather them.
const fewKeys = 16

// firstKeys gives a function that looks for the key of an index among those
// before it. It is to be asked for each key in turn.
func firstKeys(mapping *yaml.Node) func(index int) *yaml.Node {
	keys := mapping.Content
	if len(keys) <= 2*fewKeys {
		return func(index int) *yaml.Node {
			for i := 0; i < index; i += 2 {
				if keys[i].Value == keys[index].Value {
					return keys[i]
				}
			}
			return nil
		}
	}
	known := make(map[string]*yaml.Node, len(keys)/2)
	return func(index int) *yaml.Node {
		before := known[keys[index].Value]
		if before == nil {
			known[keys[index].Value] = keys[index]
		}
		return before
	}
}

// syntaxError turns an error of the parser into one with a position. The
// parser gives a line only, sometimes the one before, and for anchors none.
func syntaxError(data []byte, err error) error {
	said := strings.TrimPrefix(err.Error(), "yaml: ")
	if name, ok := strings.CutPrefix(said, "unknown anchor '"); ok {
		name, _, _ = strings.Cut(name, "'")
		line, column := position(data, max(0, bytes.Index(data, []byte("*"+name))))
		return &SyntaxError{line, column, message.New("anchors are not supported")}
	}
	line := 1
	if m := regexp.MustCompile(`^line (\d+): `).FindStringSubmatch(said); m != nil {
		// The expression matches digits only; a number too large is not a line.
		line, _ = strconv.Atoi(m[1])
		said = said[len(m[0]):]
	}
	// The usual cause of the parser's obscurest message.
	rows := bytes.SplitAfter(data, []byte("\n"))
	for _, row := range []int{line - 1, line} {
		if row < 0 || row >= len(rows) || !strings.Contains(said, "cannot start any token") {
			continue
		}
		indent := rows[row][:len(rows[row])-len(bytes.TrimLeft(rows[row], " \t"))]
		if tab := bytes.IndexByte(indent, '\t'); tab >= 0 {
			return &SyntaxError{row + 1, tab + 1, message.New("a tab cannot indent: %s", said)}
		}
	}
	return &SyntaxError{Line: line, Message: message.Value(said)}
}

// walk gives the nodes along an address as far as they exist: root first, and
// one more per step that is there.
func walk(root *yaml.Node, steps []step) []*yaml.Node {
	nodes := []*yaml.Node{root}
	for _, s := range steps {
		n := nodes[len(nodes)-1]
		i := childIndex(n, s)
		if i < 0 {
			break
		}
		nodes = append(nodes, n.Content[i])
	}
	return nodes
}

// childIndex finds the value of a step in the content of a node, or -1.
func childIndex(n *yaml.Node, s step) int {
	switch {
	case n.Kind == yaml.SequenceNode && s.key == nil && s.index < len(n.Content):
		return s.index
	case n.Kind == yaml.MappingNode && s.key != nil:
		for i := 0; i < len(n.Content); i += 2 {
			if n.Content[i].Value == *s.key {
				return i + 1
			}
		}
	}
	return -1
}

// sameTree compares two trees by what they say, not by how it is written.
func sameTree(a, b *yaml.Node) bool {
	return a.Kind == b.Kind && a.ShortTag() == b.ShortTag() && a.Value == b.Value &&
		slices.EqualFunc(a.Content, b.Content, sameTree)
}
