package view

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// isWide tells whether a character takes two columns of a terminal: width W or F
// of Unicode's UAX #11. What is ambiguous there, such as “…” and “·”, takes one
// column unless the terminal is told otherwise.
func isWide(r rune) bool {
	if r < 0x1100 { // no letter of Latin, Greek or Cyrillic is
		return false
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return true
	}
	return false
}

// columnsOf is how many columns of a terminal a character takes: none where it
// joins the one before it.
func columnsOf(r rune) int {
	switch {
	case isWide(r):
		return 2
	case r >= 0x300 && unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	}
	return 1
}

// columns is how many columns of a terminal a text takes; its colours take
// none. See Style.paint: Safe leaves no other sequence in a text.
func columns(text string) int {
	n, color := 0, false
	for _, r := range text {
		switch {
		case r == '\x1b':
			color = true
		case color:
			color = r != 'm'
		default:
			n += columnsOf(r)
		}
	}
	return n
}

// pad fills a text with blanks up to a width in columns.
func pad(text string, to int) string {
	return text + strings.Repeat(" ", max(0, to-columns(text)))
}
