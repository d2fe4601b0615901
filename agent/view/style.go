package view

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"harden/agent/chinese"
)

// Style is how text looks: with colour or without, in English or Chinese.
type Style struct {
	Color bool
	Tree  bool   // the node is a tree below --root: nothing runs there
	Lang  string // "en" or "zh"
	// Width is that of the terminal, in columns: longer texts go on in the next
	// line. 0: they do not.
	Width int
}

const (
	red    = "31"
	green  = "32"
	yellow = "33"
	cyan   = "36"
	dim    = "2"
	bold   = "1"
)

func (s Style) paint(color, text string) string {
	if !s.Color || text == "" {
		return text
	}
	return "\x1b[" + color + "m" + text + "\x1b[0m"
}

// say gives the text in the style's language.
func (s Style) say(en, zh string) string {
	if s.Lang == "zh" {
		return zh
	}
	return en
}

// translated gives what the other packages say, in English, in the style's
// language.
func (s Style) translated(english string) string {
	if s.Lang == "zh" {
		return chinese.Text(english)
	}
	return english
}

// Safe makes a text that comes from a node harmless to a terminal: what is
// not printable, or no UTF-8, is shown escaped.
func Safe(text string) string {
	if plainASCII(text) {
		return text
	}
	if utf8.ValidString(text) && strings.IndexFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) < 0 {
		return text
	}
	quoted := strconv.Quote(text)
	return quoted[1 : len(quoted)-1]
}

// plainASCII tells at less cost of most texts that they are harmless.
func plainASCII(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

// value shows a field's value in one line.
func value(v any) string {
	switch v := v.(type) {
	case nil:
		return "—"
	case []string:
		return Safe(strings.Join(v, ","))
	case string:
		if v == "" {
			return `""`
		}
		return Safe(v)
	}
	return Safe(fmt.Sprint(v))
}

// plural counts things: "1 change", "3 changes".
func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
