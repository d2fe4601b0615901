package format

import (
	"fmt"
	"html"
	"strings"

	"harden/agent/message"
	"harden/agent/report"
)

// markup is HTML that this package wrote; every other value is text.
type markup string

// htmlWriter writes HTML. It is not a template engine: formats are constants of
// this package, and whatever they are given is escaped, for text as well as
// for attributes in double quotes, unless it is markup.
type htmlWriter struct {
	strings.Builder
	prefix string                      // that is left out of every id
	titles map[string]report.Bilingual // of sections
}

// f writes markup with values in it.
func (h *htmlWriter) f(format string, values ...any) {
	h.WriteString(string(markupf(format, values...)))
}

// markupf gives markup with values in it. They are escaped as in XML: what is not
// printable, which text direction marks are, is shown and has no effect.
func markupf(format string, values ...any) markup {
	escaped := make([]any, len(values))
	for i, v := range values {
		if m, is := v.(markup); is {
			escaped[i] = string(m)
			continue
		}
		escaped[i] = escape(fmt.Sprint(v))
	}
	return markup(fmt.Sprintf(format, escaped...))
}

// tell is a text, or markup, in both languages, of which the page shows one.
func tell[T string | markup](en, zh T) markup {
	if zh == "" || zh == en {
		return markupf("%s", en)
	}
	return markupf(`<span lang="en">%s</span><span lang="zh">%s</span>`, en, zh)
}

// both is a text in both languages, of which the page shows one.
func both(b report.Bilingual) markup {
	if b.EN == "" {
		return tell(b.ZH, "")
	}
	return tell(b.EN, b.ZH)
}

// escape writes a text for HTML, where it is text as well as in an attribute.
func escape(text string) string { return html.EscapeString(printable(text)) }

// breakEvery is how many bytes of a text stand at least between two places where it may
// go on in a new line: each place is an element of the page.
const breakEvery = 12

// breakable is a text, such as a path or a list, that may go on in a new line
// after a slash, comma or underscore.
func breakable(text string) markup {
	var b strings.Builder
	for text = escape(text); ; {
		at := min(breakEvery, len(text))
		next := strings.IndexAny(text[at:], "/,_")
		if at += next + 1; next < 0 || at == len(text) {
			b.WriteString(text)
			return markup(b.String())
		}
		b.WriteString(text[:at])
		b.WriteString("<wbr>")
		text = text[at:]
	}
}

// bothOf is a message in both languages.
func bothOf(t message.Text) markup {
	return tell(breakable(report.Safe(t.String())), breakable(report.Safe(t.In("zh"))))
}

// inBoth gives what a function says in each language.
func inBoth(say func(lang report.Language) string) report.Bilingual {
	return report.Bilingual{EN: say("en"), ZH: say("zh")}
}

// cssText is a text as a string of CSS.
func cssText(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range report.Safe(text) {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == ' ' || r == '.' || r == '-' {
			b.WriteRune(r)
			continue
		}
		fmt.Fprintf(&b, `\%06x`, r)
	}
	b.WriteByte('"')
	return b.String()
}
