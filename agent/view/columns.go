package view

import (
	"sort"
	"strings"
	"unicode"
)

// wide are the characters that take two columns of a terminal: the blocks of
// the width W and F in EastAsianWidth.txt of Unicode, in order. Single symbols
// of other blocks are left out: no text of harden has them. What is ambiguous
// there, such as “…” and “·”, takes one column where nobody told the terminal
// otherwise.
var wide = [...]struct{ first, last rune }{
	{0x1100, 0x115F},                                     // Hangul Jamo
	{0x2E80, 0x303E},                                     // radicals, CJK punctuation
	{0x3041, 0x3247},                                     // Hiragana, Katakana, Bopomofo
	{0x3250, 0x4DBF},                                     // enclosed and compatible CJK, extension A
	{0x4E00, 0xA4CF},                                     // CJK, Yi
	{0xA960, 0xA97F}, {0xAC00, 0xD7A3}, {0xF900, 0xFAFF}, // Hangul, compatible ideographs
	{0xFE10, 0xFE19}, {0xFE30, 0xFE6F}, // vertical and small forms
	{0xFF01, 0xFF60}, {0xFFE0, 0xFFE6}, // full-width forms
	{0x1F300, 0x1F64F}, {0x1F900, 0x1F9FF}, // pictographs
	{0x20000, 0x3FFFD}, // CJK, extensions B and later
}

func isWide(r rune) bool {
	if r < wide[0].first {
		return false
	}
	i := sort.Search(len(wide), func(i int) bool { return wide[i].last >= r })
	return i < len(wide) && wide[i].first <= r
}

// width is how many columns of a terminal a character takes: none where it
// joins the one before it.
func width(r rune) int {
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
			n += width(r)
		}
	}
	return n
}

// pad fills a text with blanks up to a width in columns.
func pad(text string, to int) string {
	return text + strings.Repeat(" ", max(0, to-columns(text)))
}
