package report

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

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

// Value shows a field's value in one line.
func Value(v any) string {
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

// Plural counts things: "1 change", "3 changes".
func Plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
