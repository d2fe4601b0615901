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
// that is not set is empty. Specifiers but for %% stay as they are written.
func expand(words []word, environment map[string]variable) []word {
	var out []word
	for _, w := range words {
		if name, ok := strings.CutPrefix(w.text, "$"); ok && name != "" && name[0] != '{' && name[0] != '$' {
			v := environment[name]
			for _, text := range splitWords(v.value, false) {
				out = append(out, word{text, v.origin})
			}
			continue
		}
		w.text = expandInside(w.text, environment)
		out = append(out, w)
	}
	return out
}

func expandInside(s string, environment map[string]variable) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(s, "$")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, rest, closed := strings.Cut(strings.TrimPrefix(after, "{"), "}")
		switch {
		case strings.HasPrefix(after, "{") && closed:
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
