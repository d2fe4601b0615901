package facts

import (
	"regexp"
	"strings"
	"sync"
)

var variableName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
})

// parseEnvironmentFile reads the assignments of an EnvironmentFile= into
// environment, the last one of a name wins (systemd.exec(5)). It is not a
// shell: nothing is expanded, "export" is not understood, and a "#" within a
// line is part of the value. Lines that assign nothing are skipped.
func parseEnvironmentFile(file string, data []byte, environment map[string]variable) {
	s := strings.ReplaceAll(string(data), "\r\n", "\n")
	for line := 1; s != ""; {
		text, _, _ := strings.Cut(s, "\n")
		name, _, assigned := strings.Cut(text, "=")
		key := strings.TrimSpace(name) // not a name where the line is a comment
		length := min(len(text)+1, len(s))
		if assigned && variableName().MatchString(key) {
			value, more := environmentValue(s[len(name)+1:]) // may go on over the end of the line
			environment[key] = variable{value, origin{file, line}}
			length = len(name) + 1 + more
		}
		line += strings.Count(s[:length], "\n")
		s = s[length:]
	}
}

// environmentValue reads the value at the start of s up to the end of its
// last line, and returns how many bytes of s it takes. Quotes count only where
// a value or a further piece of it begins: those inside a word are literal.
func environmentValue(s string) (value string, length int) {
	var b strings.Builder
	quote := byte(0)
	begin := true
	kept := 0 // length of the value without white space at its end
	i := 0
	for ; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '\\' && quote != '\'' && i+1 < len(s):
			i++
			begin = false
			if s[i] == '\n' {
				continue
			}
			if quote == '"' && strings.IndexByte("\"$`\\", s[i]) < 0 {
				b.WriteByte(c)
			}
			b.WriteByte(s[i])
			kept = b.Len()
		case quote != 0 && c == quote:
			quote, begin = 0, true
		case quote != 0:
			b.WriteByte(c)
			kept = b.Len()
		case c == '\n':
			return b.String()[:kept], i + 1
		case begin && (c == '"' || c == '\''):
			quote = c
		case c == ' ' || c == '\t':
			if !begin {
				b.WriteByte(c)
			}
		default:
			begin = false
			b.WriteByte(c)
			kept = b.Len()
		}
	}
	return b.String()[:kept], i
}
