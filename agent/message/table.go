package message

import (
	"bytes"
	"compress/flate"
	_ "embed" // messages.deflate
	"io"
	"strings"
	"sync"
)

// compressed is messages.txt without its comments: a third of its size, unpacked
// for Chinese and for JSON only.
//
//go:embed messages.deflate
var compressed []byte

// row is one message in the table: its code, its English format as it stands in
// the sources, and the Chinese one with %s for each value, or %[2]s where their
// order differs.
type row struct{ code, en, zh string }

// table has all messages, by format and by code.
var table = sync.OnceValues(func() (byFormat, byCode map[string]row) {
	var text strings.Builder
	text.Grow(3 * len(compressed))
	if _, err := io.Copy(&text, flate.NewReader(bytes.NewReader(compressed))); err != nil {
		panic("message: messages.deflate cannot be read: " + err.Error()) // a test reads it
	}
	rows := parse(text.String())
	byFormat, byCode = make(map[string]row, len(rows)), make(map[string]row, len(rows))
	for _, r := range rows {
		byFormat[keyOf(r.en)], byCode[r.code] = r, r
	}
	return byFormat, byCode
})

// keyOf is a format as the table is searched by: how a value is wrapped or printed
// makes no other message.
func keyOf(format string) string { return keys.Replace(format) }

var keys = strings.NewReplacer("%%", "%%", "%v", "%s", "%w", "%s")

func rowOf(format string) (row, bool) {
	byFormat, _ := table()
	r, known := byFormat[keyOf(format)]
	return r, known
}

// parse reads messages: three lines each. Empty lines, and those that begin with
// "# ", stand between them.
func parse(text string) []row {
	var rows []row
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSuffix(line, "\n"); line == "" || strings.HasPrefix(line, "# ") {
			continue
		}
		if lines = append(lines, line); len(lines) == 3 {
			rows, lines = append(rows, row{lines[0], lines[1], lines[2]}), lines[:0]
		}
	}
	return rows
}
