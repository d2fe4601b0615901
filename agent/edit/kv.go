package edit

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"harden/agent/message"
)

// kvDocument is a file of sysctl.d(5). Lines that are not an assignment are kept
// and mean nothing; keys with glob characters are not expanded.
type kvDocument struct {
	data        []byte
	assignments []kvAssignment
}

// kvAssignment is one line "key = value", by its offsets.
type kvAssignment struct {
	key                  string // as a path below /proc/sys
	start                int    // of the key
	valueStart, valueEnd int
	value                string // white space folded
}

func openKV(data []byte) *kvDocument {
	return &kvDocument{data, parseKV(data)}
}

func parseKV(data []byte) []kvAssignment {
	var list []kvAssignment
	for start := 0; start < len(data); {
		next := len(data)
		if i := bytes.IndexByte(data[start:], '\n'); i >= 0 {
			next = start + i + 1
		}
		if a, ok := parseKVLine(data, start, next); ok {
			list = append(list, a)
		}
		start = next
	}
	return list
}

func parseKVLine(data []byte, start, end int) (a kvAssignment, ok bool) {
	for start < end && isSpace(data[start]) {
		start++
	}
	for end > start && isSpace(data[end-1]) {
		end--
	}
	line := data[start:end]
	equals := bytes.IndexByte(line, '=')
	if equals < 0 || line[0] == '#' || line[0] == ';' {
		return a, false
	}
	key := strings.TrimSpace(strings.TrimPrefix(string(line[:equals]), "-"))
	if key == "" {
		return a, false
	}
	value := start + equals + 1
	for value < end && isSpace(data[value]) {
		value++
	}
	return kvAssignment{sysctlPath(key), start, value, end, fold(string(data[value:end]))}, true
}

// sysctlPath turns a sysctl's name into its path below /proc/sys, which is
// one and the same for kernel.panic and kernel/panic. The first separator
// says which kind the name uses; where that is the dot, a slash stands for a
// dot: net.ipv4.conf.eth0/1.forwarding is net/ipv4/conf/eth0.1/forwarding.
func sysctlPath(name string) string {
	if i := strings.IndexAny(name, "./"); i < 0 || name[i] == '/' {
		return name
	}
	return strings.Map(func(r rune) rune {
		switch r {
		case '.':
			return '/'
		case '/':
			return '.'
		}
		return r
	}, name)
}

// fold makes one blank of every run of white space.
func fold(s string) string { return strings.Join(strings.Fields(s), " ") }

func (d *kvDocument) Bytes() []byte { return d.data }

// last finds the assignment that holds: the last one.
func (d *kvDocument) last(address string) (kvAssignment, bool) {
	key := sysctlPath(address)
	for _, a := range slices.Backward(d.assignments) {
		if a.key == key {
			return a, true
		}
	}
	return kvAssignment{}, false
}

func (d *kvDocument) Get(address string) (any, int, bool, error) {
	a, found := d.last(address)
	if !found {
		return nil, 0, false, nil
	}
	return a.value, lineNumber(d.data, a.start), true, nil
}

func (d *kvDocument) Set(address string, value any) error {
	text, err := lineValue(value)
	if err == nil && hasControl(address) {
		err = message.Errorf("the key has a line break or another control character")
	}
	if err != nil {
		return message.Errorf("cannot set %s: %w", address, err)
	}
	text = strings.TrimSpace(text)
	if a, found := d.last(address); found {
		if a.value == fold(text) {
			return nil
		}
		return d.commit(address, text, splice(d.data, a.valueStart, a.valueEnd, text))
	}
	separator := "="
	for _, a := range slices.Backward(d.assignments) {
		if before := d.data[a.valueStart-1]; isBlank(before) {
			separator = " = "
		}
		break
	}
	return d.commit(address, text, appendLine(d.data, address+separator+text))
}

// commit takes over a new text if it reads as it must.
func (d *kvDocument) commit(address, value string, text []byte) error {
	after := &kvDocument{text, parseKV(text)}
	if a, found := after.last(address); !found || a.value != fold(value) || !slices.Equal(d.others(address), after.others(address)) {
		return message.Errorf("cannot set %s: the key or the value does not fit into one line", address)
	}
	*d = *after
	return nil
}

// others gives all assignments but those of one key.
func (d *kvDocument) others(address string) []string {
	key := sysctlPath(address)
	var list []string
	for _, a := range d.assignments {
		if a.key != key {
			list = append(list, a.key+"="+a.value)
		}
	}
	return list
}

func (d *kvDocument) Unset(address string) error {
	var gone []span
	key := sysctlPath(address)
	for _, a := range d.assignments {
		if a.key == key {
			gone = append(gone, span{a.start, a.valueEnd})
		}
	}
	*d = *openKV(cutAllLines(d.data, gone))
	return nil
}

// lineValue writes a value as the line-based syntaxes hold it.
func lineValue(value any) (string, error) {
	switch v := value.(type) {
	case string:
		if hasControl(v) {
			return "", message.Errorf("the value %q has a line break or another control character", v)
		}
		return v, nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	}
	return "", message.Errorf("a value of type %T does not fit here", value)
}
