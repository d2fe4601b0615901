package edit

import (
	"bytes"
	"strings"

	"harden/agent/message"
)

// envAssignment is one VARIABLE=value of an environment file.
type envAssignment struct {
	name     string
	start    int     // offset of the name
	from, to int     // the value as written, quotes included
	quote    byte    // the quote that it begins with, or 0
	value    []piece // unquoted
}

// Variable is one assignment of an environment file.
type Variable struct {
	Name, Value string
	Line        int // of the name, from 1
}

// Variables returns the assignments that systemd takes from a file of EnvironmentFile=,
// in their order: those with a name that a variable can have. A quote that is not closed ends
// with the file.
func Variables(data []byte) []Variable {
	assignments, _ := parseEnv(data) // what is wrong with it matters to who edits it
	var list []Variable
	line, at := 1, 0
	for _, a := range assignments {
		line, at = line+bytes.Count(data[at:a.start], []byte("\n")), a.start
		if isVariableName(a.name) {
			list = append(list, Variable{a.name, plainText(a.value), line})
		}
	}
	return list
}

// isVariableName returns whether a shell could have a variable of that name.
func isVariableName(s string) bool {
	for i, c := range []byte(s) {
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

// parseEnv reads a file as EnvironmentFile= of systemd.exec(5) does: quotes
// may follow one another, a backslash at the end of a line continues it, and
// a comment ends with its line. Lines without "=" mean nothing. With an error for a
// quote that is not closed it returns all assignments, too, as systemd takes them.
func parseEnv(data []byte) ([]envAssignment, error) {
	var list []envAssignment
	for at := 0; at < len(data); {
		if isSpace(data[at]) {
			at++
			continue
		}
		end := len(data)
		if i := bytes.IndexAny(data[at:], "\r\n"); i >= 0 { // a lone carriage return ends a line, too
			end = at + i
		}
		equals := bytes.IndexByte(data[at:end], '=')
		if data[at] == '#' || data[at] == ';' || equals <= 0 { // "=" does not begin a name
			at = end
			continue
		}
		a := envAssignment{name: strings.TrimRight(string(data[at:at+equals]), " \t"), start: at}
		next, err := a.read(data, at+equals+1)
		list = append(list, a)
		if err != nil {
			return list, err
		}
		at = next
	}
	return list, nil
}

// read reads the value that begins at an offset and gives the offset of the
// line break behind it.
func (a *envAssignment) read(data []byte, at int) (int, error) {
	for at < len(data) && isBlank(data[at]) {
		at++
	}
	a.from, a.to = at, at
	for at < len(data) && data[at] != '\n' && data[at] != '\r' {
		switch b := data[at]; {
		case isBlank(b):
			at++
			continue
		case b == '"' || b == '\'':
			if a.from == at {
				a.quote = b
			}
			next, ok := a.readQuoted(data, at+1, b)
			if !ok {
				line, column := position(data, at)
				return 0, &SyntaxError{line, column, message.New("the quote is not closed")}
			}
			at, a.to = next, next
		default:
			at = a.readPlain(data, at)
		}
	}
	return at, nil
}

// readPlain reads the unquoted rest of a line, in which quotes are ordinary
// characters.
func (a *envAssignment) readPlain(data []byte, at int) int {
	solid := len(a.value)
	for at < len(data) && data[at] != '\n' && data[at] != '\r' {
		from := at
		if data[at] == '\\' {
			if at++; at == len(data) {
				a.to = at
				break
			}
			if n := breakLength(data, at); n > 0 {
				at += n
				continue
			}
		}
		a.value = append(a.value, piece{data[at], from, at + 1})
		if at++; at-from == 2 || !isBlank(data[at-1]) {
			solid, a.to = len(a.value), at
		}
	}
	a.value = a.value[:solid] // without the blanks at the end
	return at
}

// readQuoted reads to the closing quote and gives the offset behind it.
func (a *envAssignment) readQuoted(data []byte, at int, quote byte) (next int, ok bool) {
	for at < len(data) {
		from := at
		switch b := data[at]; {
		case b == quote:
			return at + 1, true
		case b == '\\' && quote == '"' && at+1 < len(data):
			if n := breakLength(data, at+1); n > 0 {
				at += 1 + n
				continue
			}
			// A backslash before any other character is a backslash.
			if bytes.IndexByte([]byte("\"\\`$"), data[at+1]) >= 0 {
				at++
			}
		}
		a.value = append(a.value, piece{data[at], from, at + 1})
		at++
	}
	return at, false
}

// breakLength is the length of the line break at an offset, or 0.
func breakLength(data []byte, at int) int {
	switch {
	case bytes.HasPrefix(data[at:], []byte("\r\n")):
		return 2
	case data[at] == '\n':
		return 1
	}
	return 0
}
