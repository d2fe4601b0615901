package chinese

import (
	"bytes"
	"compress/flate"
	_ "embed" // messages.deflate
	"io"
	"strings"
	"sync"
)

// compressed is messages.txt without its comments: a third of its size, which
// only who reads Chinese unpacks.
//
//go:embed messages.deflate
var compressed []byte

// message is one text: its English format as it stands in the sources, and in
// Chinese with %s for each value, or %[2]s where their order differs.
type message struct{ en, zh string }

// messages are all texts that are known.
var messages = sync.OnceValue(func() []message {
	text, err := io.ReadAll(flate.NewReader(bytes.NewReader(compressed)))
	if err != nil {
		panic("chinese: messages.deflate cannot be read: " + err.Error()) // a test reads it
	}
	return parse(string(text))
})

// parse reads messages: two lines each. Empty lines, and those that begin with
// "# ", stand between them.
func parse(text string) []message {
	var list []message
	en := ""
	for line := range strings.Lines(text) {
		switch line = strings.TrimSuffix(line, "\n"); {
		case line == "" || strings.HasPrefix(line, "# "):
		case en == "":
			en = line
		default:
			list, en = append(list, message{en, line}), ""
		}
	}
	return list
}
