package message

import (
	"fmt"
	"strconv"
	"strings"
)

// pack writes texts into one, so that messages can be compared: each with its
// length.
func pack(list ...string) string {
	var b strings.Builder
	size := 0
	for _, text := range list {
		size += len(text) + len("1000:")
	}
	b.Grow(size)
	for _, text := range list {
		b.WriteString(strconv.Itoa(len(text)))
		b.WriteByte(':')
		b.WriteString(text)
	}
	return b.String()
}

// unpack reads what pack wrote.
func unpack(packed string) []string {
	var list []string
	for packed != "" {
		var text string
		text, packed = first(packed)
		list = append(list, text)
	}
	return list
}

// first reads one text of what pack wrote.
func first(packed string) (text, rest string) {
	size, rest, _ := strings.Cut(packed, ":")
	n, _ := strconv.Atoi(size)
	return rest[:n], rest[n:]
}

func packTexts(values []Text) string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = v.packed
	}
	return pack(list...)
}

func texts(packed string) []Text {
	var values []Text
	for _, one := range unpack(packed) {
		values = append(values, Text{one})
	}
	return values
}

// valuesOf gives the values of a format, in the order of the arguments.
func valuesOf(format string, args []any) []Text {
	values := make([]Text, len(args))
	for _, p := range partsOf(format) {
		if p.arg == 0 || p.arg > len(args) {
			continue
		}
		arg := args[p.arg-1]
		v := Value(fmt.Sprintf(p.verb, arg))
		if p.verb == "%s" || p.verb == "%v" { // anything else, such as a quoted message, is a value
			switch arg := arg.(type) {
			case Text:
				v = arg
			case error:
				v = Of(arg)
			}
		}
		values[p.arg-1] = v
	}
	return values
}

// part is a piece of a format: text, and a verb behind it, "%04o" of argument 1;
// the argument is 0 where there is none.
type part struct {
	text, verb string
	arg        int
}

// partsOf takes a format apart. Of "%[2]s" the verb is "%s", as it is of "%w".
func partsOf(format string) []part {
	parts := make([]part, 0, strings.Count(format, "%")+1)
	for last := 0; ; {
		text, rest, found := strings.Cut(format, "%")
		for found && strings.HasPrefix(rest, "%") {
			var more string
			more, rest, found = strings.Cut(rest[1:], "%")
			text += "%" + more
		}
		if !found {
			return append(parts, part{text: text})
		}
		end := strings.IndexFunc(rest, func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' })
		verb := rest[:end+1]
		format = rest[end+1:]
		last++
		if index, after, is := strings.Cut(verb, "]"); is {
			last, _ = strconv.Atoi(index[1:])
			verb = after
		}
		if verb == "w" {
			verb = "s"
		}
		parts = append(parts, part{text, "%" + verb, last})
	}
}

// fill puts values into a format, whatever its verbs.
func fill(format string, values []string) string {
	var b strings.Builder
	for _, p := range partsOf(format) {
		b.WriteString(p.text)
		if p.arg > 0 && p.arg <= len(values) {
			b.WriteString(values[p.arg-1])
		}
	}
	return b.String()
}
