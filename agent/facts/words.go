package facts

import (
	"strings"

	"harden/agent/edit"
)

// word is one word of a command line, and where it is written.
type word struct {
	text string
	origin
}

// variable is the value of an environment variable, and where it is set.
type variable struct {
	value string
	origin
}

// expand replaces the variables in the words of a command line: $NAME as a
// word of its own gives as many words as the value has, ${NAME} anywhere gives
// the value as it is, $$ is a dollar sign (systemd.service(5)). A variable
// that is not set is empty. Specifiers but for %% stay as they are written. ok
// is false where the result is longer than any program can be started with.
func expand(words []word, environment map[string]variable) (out []word, ok bool) {
	size := 0
	for _, w := range words {
		if name, ok := strings.CutPrefix(w.text, "$"); ok && name != "" && name[0] != '{' && name[0] != '$' {
			v := environment[name]
			if size += len(v.value); size > maxCommand {
				return nil, false
			}
			for _, text := range edit.Words(v.value, false) {
				out = append(out, word{text, v.origin})
			}
			continue
		}
		if w.text, ok = expandInside(w.text, environment, maxCommand-size); !ok {
			return nil, false
		}
		size += len(w.text)
		out = append(out, w)
	}
	return out, true
}

// maxCommand is the longest command line that is expanded, in bytes: what
// execve(2) takes, a quarter of the standard stack limit. The variables of a
// hostile unit multiply.
const maxCommand = 2 << 20

// expandInside expands within a word, to limit bytes at most.
func expandInside(s string, environment map[string]variable, limit int) (text string, ok bool) {
	var b strings.Builder
	last := strings.LastIndexByte(s, '}')
	for end := len(s); ; {
		before, after, found := strings.Cut(s, "$")
		b.WriteString(before)
		if b.Len() > limit {
			return "", false
		}
		if !found {
			return b.String(), true
		}
		inside, brace := strings.CutPrefix(after, "{")
		switch {
		case brace && last >= end-len(inside): // so a closing brace follows
			name, rest, _ := strings.Cut(inside, "}")
			b.WriteString(environment[name].value)
			s = rest
		case strings.HasPrefix(after, "$"):
			b.WriteByte('$')
			s = after[1:]
		default:
			b.WriteByte('$')
			s = after
		}
	}
}
