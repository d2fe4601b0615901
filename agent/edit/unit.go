package edit

import (
	"bytes"
	"strings"

	"harden/agent/message"
)

// unitDocument is a unit file of systemd, to be read only.
type unitDocument struct {
	data        []byte
	assignments []unitAssignment
}

// unitAssignment is one "key=value" with its continuation lines.
type unitAssignment struct {
	section, key string
	start        int     // offset of the key
	value        []piece // one blank where a line is continued, trimmed
}

// UnitSetting is one assignment of a unit file.
type UnitSetting struct {
	Section    string // "Service"
	Key, Value string // one blank where a line is continued
	Line       int    // of the key, from 1
}

// UnitSettings gives all assignments of a unit file, in their order.
func UnitSettings(data []byte) []UnitSetting {
	assignments := parseUnit(data)
	settings := make([]UnitSetting, len(assignments))
	line, at := 1, 0
	for i, a := range assignments {
		line, at = line+bytes.Count(data[at:a.start], []byte("\n")), a.start
		settings[i] = UnitSetting{a.section, a.key, plainText(a.value), line}
	}
	return settings
}

func openUnit(data []byte) *unitDocument {
	return &unitDocument{data, parseUnit(data)}
}

// parseUnit reads systemd.syntax(7). Lines that systemd ignores with a
// warning, and assignments outside of sections, are passed over.
func parseUnit(data []byte) []unitAssignment {
	var list []unitAssignment
	section := ""
	for start := 0; start < len(data); {
		line, next := logicalLine(data, start)
		start = next
		if len(line) == 0 {
			continue
		}
		text := plainText(line)
		if strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]") {
			section = text[1 : len(text)-1]
			continue
		}
		key, _, ok := strings.Cut(text, "=")
		if !ok || section == "" {
			continue
		}
		list = append(list, unitAssignment{section, strings.Trim(key, " \t\r\n"), line[0].from, trim(line[len(key)+1:])})
	}
	return list
}

// logicalLine reads a line and the lines that continue it, joined by one
// blank, without comments; next is where the following one begins.
func logicalLine(data []byte, start int) (line []piece, next int) {
	for first := true; start < len(data); first = false {
		end := lineEnd(data, start)
		if end == len(data) && end > start && data[end-1] == '\r' {
			end-- // it ends the last line, also where nothing follows
		}
		next = len(data)
		if i := bytes.IndexByte(data[start:], '\n'); i >= 0 {
			next = start + i + 1
		}
		text := bytes.TrimLeft(data[start:end], " \t")
		from := end - len(text)
		comment := len(text) > 0 && (text[0] == '#' || text[0] == ';')
		if comment && first {
			return nil, next
		}
		start = next
		if comment {
			continue
		}
		// An odd number of backslashes: the last one is not escaped.
		slashes := len(text) - len(bytes.TrimRight(text, `\`))
		continued := slashes%2 == 1
		if continued {
			end--
		}
		for end > from && isBlank(data[end-1]) {
			end--
		}
		for i := from; i < end; i++ {
			line = append(line, piece{data[i], i, i + 1})
		}
		if !continued {
			break
		}
		line = append(line, piece{' ', end, next})
	}
	return trim(line), next
}

func trim(line []piece) []piece {
	for len(line) > 0 && isSpace(line[0].char) {
		line = line[1:]
	}
	for len(line) > 0 && isSpace(line[len(line)-1].char) {
		line = line[:len(line)-1]
	}
	return line
}

// assigned gives the assignments of a key that hold: those after the last
// empty one, which resets the list. found is false where there is none at all.
func (d *unitDocument) assigned(section, key string) (list []unitAssignment, line int, found bool) {
	last := 0
	for _, a := range d.assignments {
		if a.section != section || a.key != key {
			continue
		}
		last, found = a.start, true
		if len(a.value) == 0 {
			list = nil
			continue
		}
		list = append(list, a)
	}
	return list, lineNumber(d.data, last), found
}

func (d *unitDocument) Bytes() []byte { return d.data }

func (d *unitDocument) Get(address string) (any, int, bool, error) {
	section, key, ok := strings.Cut(address, "/")
	if !ok {
		return nil, 0, false, message.Errorf("address %q is not a Section/Key", address)
	}
	list, line, found := d.assigned(section, key)
	if !found {
		return nil, 0, false, nil
	}
	values := make([]string, len(list))
	for i, a := range list {
		values[i] = plainText(a.value)
	}
	return values, line, true, nil
}

var errReadOnly = message.Errorf("unit files can only be read; write a drop-in instead")

func (d *unitDocument) Set(address string, _ any) error {
	return message.Errorf("cannot set %s: %w", address, errReadOnly)
}

func (d *unitDocument) Unset(address string) error {
	return message.Errorf("cannot remove %s: %w", address, errReadOnly)
}
