package edit

import (
	"fmt"
	"strconv"
	"strings"
)

// step is one step of an address into a YAML document: a key of a mapping, or
// an index of a sequence where key is nil.
type step struct {
	key   *string
	index int
}

func (s step) String() string {
	if s.key == nil {
		return "[" + strconv.Itoa(s.index) + "]"
	}
	return *s.key
}

// parseAddress reads an address such as a.b[0].c or a["b.c/d"].e.
func parseAddress(address string) ([]step, error) {
	var steps []step
	rest := address
	for first := true; rest != "" || first; first = false {
		if strings.HasPrefix(rest, "[") {
			s, after, ok := parseBracket(rest)
			if !ok {
				return nil, fmt.Errorf("address %q: a bracket needs an index or a quoted key", address)
			}
			steps, rest = append(steps, s), after
			continue
		}
		if !first {
			if rest[0] != '.' {
				return nil, fmt.Errorf("address %q: a dot is missing before %q", address, rest)
			}
			rest = rest[1:]
		}
		name := rest
		if end := strings.IndexAny(rest, ".["); end >= 0 {
			name = rest[:end]
		}
		if name == "" {
			return nil, fmt.Errorf("address %q has an empty step", address)
		}
		steps, rest = append(steps, step{key: &name}), rest[len(name):]
	}
	return steps, nil
}

// parseBracket reads [0] or ["key"] from the front of a text.
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
	index, err := strconv.ParseUint(digits, 10, 31)
	return step{index: int(index)}, rest, ok && err == nil
}
