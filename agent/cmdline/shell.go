package cmdline

import (
	"path"
	"slices"
	"strings"

	"harden/agent/message"
)

// Shell is a string that a shell runs, as far as it is one simple command: words,
// quotes and redirections. Where it is more, nothing is said of it.
type Shell struct {
	Item  Word // of the manifest's list
	spans []span
	first int // the span of the program
}

// span is where a word stands in the string, in bytes.
type span struct{ from, to int }

// fromShell reads what a shell is told to run. arguments are the words behind
// the string, $0 and on.
func (c *CommandLine) fromShell(script Word, arguments []Word) {
	if !script.Unknown.IsZero() {
		c.Unknown = script.Unknown
		return
	}
	words, spans, plain := shellWords(script.Text)
	if !plain {
		if mentions(script.Text, c.Component) {
			c.Program, c.Unknown = c.Component, message.New("a shell script starts it, and harden does not interpret shell scripts")
		}
		return
	}
	starts := slices.IndexFunc(words, func(w string) bool { return !slices.Contains(wrappers, path.Base(w)) })
	if starts >= 0 && path.Base(words[starts]) != c.Component && slices.Contains(Names, path.Base(words[starts])) {
		return // another component, whose words may name this one
	}
	at := slices.IndexFunc(words, func(w string) bool { return path.Base(w) == c.Component })
	if at < 0 || slices.ContainsFunc(words[:at], func(w string) bool { return !slices.Contains(wrappers, path.Base(w)) }) {
		if mentions(script.Text, c.Component) {
			c.Program, c.Unknown = c.Component, message.New("a shell script starts it, and harden does not interpret shell scripts")
		}
		return
	}
	c.Program, c.Shell = words[at], &Shell{Item: script, spans: spans, first: at}
	for i, text := range words[at+1:] {
		c.Words = append(c.Words, Word{Text: text, Place: Place{List: "shell", Index: at + 1 + i, Line: script.Place.Line}})
	}
}

// mentions tells whether a text has a name as a word, or as the end of a path; that
// of a directory within a path is none.
func mentions(text, name string) bool {
	for rest := text; ; {
		i := strings.Index(rest, name)
		if i < 0 {
			return false
		}
		before := i == 0 || !isNameByte(rest[i-1])
		end := i + len(name)
		if before && (end == len(rest) || !isNameByte(rest[end]) && rest[end] != '/') {
			return true
		}
		rest = rest[end:]
	}
}

func isNameByte(b byte) bool {
	return b == '-' || b == '_' || b == '.' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

// shellWords splits a simple command into words and leaves its redirections out.
// plain is false for all that a shell would give a meaning of its own.
func shellWords(script string) (words []string, spans []span, plain bool) {
	l := shellLexer{text: script}
	for l.blank(); l.at < len(l.text); l.blank() {
		from := l.at
		if isRedirection(l.text[l.at:]) {
			if !l.redirection() {
				return nil, nil, false
			}
			continue
		}
		word, ok := l.word()
		if !ok || l.at == from {
			return nil, nil, false
		}
		words, spans = append(words, word), append(spans, span{from, l.at})
	}
	if len(words) > 0 && strings.Contains(words[0], "=") {
		return nil, nil, false // an assignment before the command
	}
	return words, spans, true
}

type shellLexer struct {
	text string
	at   int
}

// blank passes white space, continued lines included. A line break ends a
// command, so it is passed only before the end.
func (l *shellLexer) blank() {
	for l.at < len(l.text) {
		rest := l.text[l.at:]
		switch {
		case rest[0] == ' ' || rest[0] == '\t':
			l.at++
		case strings.HasPrefix(rest, "\\\n"):
			l.at += 2
		case rest[0] == '\n' && strings.TrimSpace(rest) == "":
			l.at = len(l.text)
		default:
			return
		}
	}
}

// isRedirection tells whether "2>&1", ">>file" or "<file" begins here.
func isRedirection(rest string) bool {
	rest = strings.TrimLeft(rest, "0123456789")
	return rest != "" && (rest[0] == '>' || rest[0] == '<')
}

// redirection passes a redirection to or from a file or a descriptor.
func (l *shellLexer) redirection() bool {
	for l.at < len(l.text) && l.text[l.at] >= '0' && l.text[l.at] <= '9' {
		l.at++
	}
	operator := l.text[l.at:]
	for _, o := range []string{">>", ">&", "<&", ">", "<"} {
		if strings.HasPrefix(operator, o) {
			if strings.HasPrefix(operator, "<<") {
				return false
			}
			l.at += len(o)
			l.blank()
			target, ok := l.word()
			return ok && target != ""
		}
	}
	return false
}

// special are the bytes that have a meaning of their own outside of quotes.
const special = "|&;<>()$`*?[]{}~#!\n\r"

// word reads one word.
func (l *shellLexer) word() (string, bool) {
	var b strings.Builder
	for l.at < len(l.text) {
		switch c := l.text[l.at]; {
		case c == ' ' || c == '\t' || c == '>' || c == '<':
			return b.String(), true
		case c == '\'':
			end := strings.IndexByte(l.text[l.at+1:], '\'')
			if end < 0 {
				return "", false
			}
			b.WriteString(l.text[l.at+1 : l.at+1+end])
			l.at += end + 2
		case c == '"':
			if !l.doubleQuoted(&b) {
				return "", false
			}
		case c == '\\':
			if l.at+1 == len(l.text) {
				return "", false
			}
			if l.text[l.at+1] == '\n' {
				return b.String(), b.Len() > 0
			}
			b.WriteByte(l.text[l.at+1])
			l.at += 2
		case c == '\n' && strings.TrimSpace(l.text[l.at:]) == "":
			return b.String(), true
		case strings.IndexByte(special, c) >= 0:
			return "", false
		default:
			b.WriteByte(c)
			l.at++
		}
	}
	return b.String(), true
}

func (l *shellLexer) doubleQuoted(b *strings.Builder) bool {
	for l.at++; l.at < len(l.text); l.at++ {
		switch c := l.text[l.at]; c {
		case '"':
			l.at++
			return true
		case '$', '`', '!':
			return false
		case '\\':
			if l.at+1 < len(l.text) && strings.IndexByte("\\\"$`\n", l.text[l.at+1]) >= 0 {
				l.at++
				if l.text[l.at] != '\n' {
					b.WriteByte(l.text[l.at])
				}
				continue
			}
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	return false
}

// Replace gives the shell's string with the words [from, to) of the command
// line replaced, or with words added at its end where from is beyond the last.
// It is read again, and false where the result would mean anything else.
func (s *Shell) Replace(from, to int, words []string) (string, bool) {
	first := s.first + 1
	before, spans, _ := shellWords(s.Item.Text)
	at, end := 0, 0
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = shellQuoted(w)
	}
	text := strings.Join(quoted, " ")
	switch {
	case from+first >= len(spans):
		at = spans[len(spans)-1].to
		end, text = at, " "+text
	default:
		at, end = spans[from+first].from, spans[to-1+first].to
		if len(words) == 0 {
			at = spans[from+first-1].to // with the blanks before it
		}
	}
	result := s.Item.Text[:at] + text + s.Item.Text[end:]
	after, _, plain := shellWords(result)
	last := min(to+first, len(before))
	expected := slices.Concat(before[:min(from+first, len(before))], words, before[last:])
	return result, plain && slices.Equal(after, expected)
}

// shellQuoted writes a word so that a shell reads it as it is.
func shellQuoted(word string) string {
	if word != "" && !strings.ContainsAny(word, special+" \t'\"\\") {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
