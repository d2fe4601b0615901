package format

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"harden/agent/report"
)

// printable shows what is not printable, or no UTF-8, by its number, but for line
// breaks. Most control characters cannot even be written in XML.
func printable(text string) string {
	var b strings.Builder
	for i, r := range text {
		switch _, size := utf8.DecodeRuneInString(text[i:]); {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case r == '\n' || unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			b.WriteString(report.Safe(string(r)))
		}
	}
	return b.String()
}
