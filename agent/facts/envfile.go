package facts

import "strings"

// isVariableName tells whether a shell could have a variable of that name.
func isVariableName(s string) bool {
	for i, c := range []byte(s) {
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

// parseEnvironmentFile reads the assignments of an EnvironmentFile= into
// environment, the last one of a name wins (systemd.exec(5)). It is not a
// shell: nothing is expanded, "export" is not understood, and a "#" within a
// line is part of the value. Lines that assign nothing are skipped.
func parseEnvironmentFile(file string, data []byte, environment map[string]variable) {
	s := string(data)
	for line := 1; s != ""; {
		text := s
		if end := strings.IndexAny(s, "\r\n"); end >= 0 { // a lone carriage return ends a line, too
			text = s[:end]
		}
		name, _, assigned := strings.Cut(text, "=")
		key := strings.Trim(name, " \t")
		length := min(len(text)+1, len(s))
		if assigned && key != "" && key[0] != '#' && key[0] != ';' { // "=" does not begin a name
			value, more := environmentValue(s[len(name)+1:]) // may go on over the end of the line
			if isVariableName(key) {
				environment[key] = variable{value, origin{file, line}}
			}
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
		case c == '\\' && quote != '\'' && i+1 == len(s): // systemd drops it
		case c == '\\' && quote != '\'':
			i++
			begin = false
			if strings.HasPrefix(s[i:], "\r\n") {
				i++
			}
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
		case c == '\n' || c == '\r':
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
