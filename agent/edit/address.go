package edit

import (
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"harden/agent/message"
)

// step is one step of an address into a YAML document: a key of a mapping, or
// where key is nil an item of a sequence, by its index or by what it holds.
type step struct {
	key   *string
	index int
	holds *entry // the item is the mapping with this entry; nil: the one at index
}

// entry is a key of a mapping and its value, a text.
type entry struct{ key, value string }

func (s step) String() string {
	switch {
	case s.key != nil:
		return *s.key
	case s.holds != nil:
		return "[" + s.holds.key + "=" + s.holds.value + "]"
	}
	return "[" + strconv.Itoa(s.index) + "]"
}

// parseAddress reads an address such as a.b[0].c, a["b.c/d"].e or a[name=b].c.
func parseAddress(address string) ([]step, error) {
	steps := make([]step, 0, 1+strings.Count(address, ".")+strings.Count(address, "["))
	rest := address
	for first := true; rest != "" || first; first = false {
		if strings.HasPrefix(rest, "[") {
			s, after, ok := parseBracket(rest)
			if !ok {
				return nil, message.Errorf("address %q: a bracket needs an index, a quoted key or key=value", address)
			}
			steps, rest = append(steps, s), after
			continue
		}
		if !first {
			if rest[0] != '.' {
				return nil, message.Errorf("address %q: a dot is missing before %q", address, rest)
			}
			rest = rest[1:]
		}
		name := rest
		if end := strings.IndexAny(rest, ".["); end >= 0 {
			name = rest[:end]
		}
		if name == "" {
			return nil, message.Errorf("address %q has an empty step", address)
		}
		steps, rest = append(steps, step{key: &name}), rest[len(name):]
	}
	return steps, nil
}

// parseBracket reads [0], ["key"] or [key=value] from the front of a text.
func parseBracket(text string) (s step, rest string, ok bool) {
	inner := text[len("["):]
	if strings.HasPrefix(inner, `"`) {
		quoted, err := strconv.QuotedPrefix(inner)
		if err != nil {
			return step{}, "", false
		}
		// QuotedPrefix gave a valid literal, so Unquote cannot fail.
		key, err := strconv.Unquote(quoted)
		rest, ok = strings.CutPrefix(inner[len(quoted):], "]")
		return step{key: &key}, rest, ok && err == nil
	}
	digits, rest, ok := strings.Cut(inner, "]")
	if key, value, is := strings.Cut(digits, "="); is {
		return step{holds: &entry{key, value}}, rest, ok && key != "" && value != ""
	}
	index, err := strconv.ParseUint(digits, 10, 31)
	return step{index: int(index)}, rest, ok && err == nil
}

// Keys lists the keys of the mapping at an address of a YAML document, in their
// order; none where no mapping stands there.
func Keys(doc Document, address string) []string {
	d, is := doc.(*yamlDocument)
	steps, err := parseAddress(address)
	if !is || err != nil {
		return nil
	}
	nodes := walk(d.root, d.indexed(steps))
	if len(nodes) <= len(steps) || nodes[len(steps)].Kind != yaml.MappingNode {
		return nil
	}
	var keys []string
	for i := 0; i < len(nodes[len(steps)].Content); i += 2 {
		keys = append(keys, nodes[len(steps)].Content[i].Value)
	}
	return keys
}
