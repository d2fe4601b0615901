package facts

import (
	"strconv"
	"strings"
	"unicode/utf8"
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

// splitWords splits at white space as systemd does: quotes of both kinds hold
// a word together and are removed. A backslash begins a C escape if escapes is
// set, and otherwise just stands before a character that is taken as it is. A
// quote that is not closed ends with the text.
func splitWords(s string, escapes bool) []string {
	var words []string
	var b strings.Builder
	inWord := false
	quote := byte(0)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '\\' && i+1 < len(s):
			inWord = true
			i += writeEscape(&b, s[i:], escapes) - 1
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote, inWord = c, true
		case quote == 0 && strings.IndexByte(" \t\n\r", c) >= 0:
			if inWord {
				words = append(words, b.String())
			}
			b.Reset()
			inWord = false
		default:
			inWord = true
			b.WriteByte(c)
		}
	}
	if inWord {
		words = append(words, b.String())
	}
	return words
}

// writeEscape writes what the escape at the start of s stands for, and returns
// how many bytes of s it takes. An escape that systemd does not know stays.
func writeEscape(b *strings.Builder, s string, escapes bool) int {
	switch next := s[1]; {
	case !escapes || next == '"' || next == '\'':
		b.WriteByte(next)
		return 2
	case next == 's':
		b.WriteByte(' ')
		return 2
	}
	r, multibyte, rest, err := strconv.UnquoteChar(s, 0)
	switch {
	case err != nil:
		b.WriteString(s[:2])
		return 2
	case multibyte || r < utf8.RuneSelf:
		b.WriteRune(r)
	default:
		b.WriteByte(byte(r)) // \xNN and \nnn are bytes
	}
	return len(s) - len(rest)
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
			for _, text := range splitWords(v.value, false) {
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
