package edit

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// lineStart is the offset of the first byte of the line that holds at.
func lineStart(data []byte, at int) int {
	return bytes.LastIndexByte(data[:at], '\n') + 1
}

// lineEnd is the offset behind the last byte of the line that holds at; the
// line break (LF or CRLF) begins there.
func lineEnd(data []byte, at int) int {
	end := len(data)
	if i := bytes.IndexByte(data[at:], '\n'); i >= 0 {
		end = at + i
	}
	if end > at && end < len(data) && data[end-1] == '\r' {
		end--
	}
	return end
}

// lineNumber is the 1-based number of the line that holds at.
func lineNumber(data []byte, at int) int {
	return bytes.Count(data[:at], []byte("\n")) + 1
}

// position is the 1-based line and column, in characters, of an offset.
func position(data []byte, at int) (line, column int) {
	return lineNumber(data, at), utf8.RuneCount(data[lineStart(data, at):at]) + 1
}

// lineBreak is the line break that the text uses.
func lineBreak(data []byte) string {
	if i := bytes.IndexByte(data, '\n'); i > 0 && data[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

// splice replaces data[from:to].
func splice(data []byte, from, to int, text string) []byte {
	return slices.Concat(data[:from], []byte(text), data[to:])
}

// appendLine adds a line at the end. A text without a final line break stays
// without one, so that taking the line away gives back the very same bytes.
func appendLine(data []byte, line string) []byte {
	if len(data) == 0 {
		return []byte(line + "\n")
	}
	if data[len(data)-1] != '\n' {
		return slices.Concat(data, []byte(lineBreak(data)+line))
	}
	return slices.Concat(data, []byte(line+lineBreak(data)))
}

// span is data[from:to].
type span struct{ from, to int }

// cutSpans removes pieces that are in order and do not overlap.
func cutSpans(data []byte, spans []span) []byte {
	kept := make([]byte, 0, len(data))
	at := 0
	for _, s := range spans {
		kept = append(kept, data[at:s.from]...)
		at = s.to
	}
	return append(kept, data[at:]...)
}

// cutAllLines removes the lines that spans, in order, lie on, each with its line
// break: in one pass, because a hostile file can have a million of them. Two may
// share a line.
func cutAllLines(data []byte, spans []span) []byte {
	whole := make([]span, 0, len(spans))
	for _, s := range spans {
		end := lineEnd(data, s.to)
		rest := data[end:]
		end += len(rest) - len(bytes.TrimPrefix(bytes.TrimPrefix(rest, []byte("\r")), []byte("\n")))
		if n := len(whole); n > 0 && lineStart(data, s.from) < whole[n-1].to {
			whole[n-1].to = end
			continue
		}
		whole = append(whole, span{lineStart(data, s.from), end})
	}
	kept := cutSpans(data, whole)
	if n := len(whole); n > 0 && whole[n-1].to == len(data) && !bytes.HasSuffix(data, []byte("\n")) {
		kept = bytes.TrimSuffix(bytes.TrimSuffix(kept, []byte("\n")), []byte("\r"))
	}
	return kept
}

// isBlank tells blanks and tabs.
func isBlank(b byte) bool { return b == ' ' || b == '\t' }

// isSpace tells blanks, tabs and line breaks.
func isSpace(b byte) bool { return isBlank(b) || b == '\n' || b == '\r' }

// hasControl tells whether a value has a line break or another control
// character other than a tab, which no line-based syntax can hold.
func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f })
}
