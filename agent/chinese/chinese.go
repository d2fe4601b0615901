// Package chinese says in Chinese what harden says in English: the reasons of
// findings, what is waited for, errors, and what to do about them. As with
// gettext, the English text is the key: a message is known by the format that
// it was made with, and found again in the text that came of it. So a report
// that was kept as JSON, which holds English alone, is read in Chinese too, and
// what makes a message need not know of languages. It never changes a name, a
// path, a flag or a value, and leaves as it is what it does not know.
package chinese

import (
	"fmt"
	"strings"
)

// Text gives a text in Chinese, as far as its messages are known. Of the
// messages that fit, the one with the most words of its own is taken; its
// values may be messages themselves. Of a list of reasons each is taken by
// itself, and of a chain of errors the end that is known.
func Text(english string) string {
	t := translation{tries: mostTries}
	return t.text(english)
}

// What bounds the work: nothing that harden says comes near to it, but a file
// that is read can say anything.
const (
	mostTries = 500 // texts that are held against all messages
	window    = 8   // parts of a list, or of a chain, that may be one message
)

// translation is one text on its way.
type translation struct{ tries int }

func (t *translation) text(text string) string {
	if !strings.ContainsAny(text, "abcdefghijklmnopqrstuvwxyz") {
		return text
	}
	if zh, known := t.whole(text); known {
		return zh
	}
	if strings.Contains(text, "; ") {
		return t.list(strings.Split(text, "; "))
	}
	return t.chain(text)
}

// whole translates a text that is one message.
func (t *translation) whole(text string) (zh string, known bool) {
	if t.tries--; t.tries < 0 {
		return text, false
	}
	m, values, known := find(text)
	if !known {
		return text, false
	}
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = t.text(v)
	}
	return fmt.Sprintf(m.zh, args...), true
}

// list translates reasons that stand one after the other. One that has a
// semicolon of its own takes several parts.
func (t *translation) list(parts []string) string {
	var zh []string
	for len(parts) > 0 {
		text, taken := t.chain(parts[0]), 1
		for n := min(len(parts), window); n > 0; n-- {
			joined := strings.Join(parts[:n], "; ")
			one, known := t.whole(joined)
			if !known && n > 1 {
				one, known = t.end(joined, len(parts[0]))
			}
			if known {
				text, taken = one, n
				break
			}
		}
		zh, parts = append(zh, text), parts[taken:]
	}
	return strings.Join(zh, "；")
}

// chain translates the end of a chain of errors; what stands before it stays,
// as the "/etc/x:3:1" that compilers write.
func (t *translation) chain(text string) string {
	if zh, known := t.end(text, len(text)); known {
		return zh
	}
	return text
}

// end translates the end of a chain, which begins within so many bytes.
func (t *translation) end(text string, within int) (zh string, known bool) {
	for at, n := 0, 0; n < window; n++ {
		next := strings.Index(text[at:], ": ")
		if next < 0 || at+next >= within {
			break
		}
		at += next + len(": ")
		if zh, known := t.whole(text[at:]); known {
			return text[:at] + zh, true
		}
	}
	return "", false
}

// find gives the message that a text was made from, with its values.
func find(text string) (best message, values []string, found bool) {
	most := -1
	for _, m := range messages() {
		if m.en[0] != '%' && !strings.HasPrefix(text, m.en[:1]) {
			continue // most go so
		}
		if got, words, fits := match(m.en, text); fits && words > most {
			best, values, most = m, got, words
		}
	}
	return best, values, most >= 0
}

// match holds a text against a format. words is how much of the format is
// fixed, in bytes.
func match(format, text string) (values []string, words int, fits bool) {
	fixed, verb, rest := cutVerb(format)
	if !strings.HasPrefix(text, fixed) {
		return nil, 0, false
	}
	text, words = text[len(fixed):], len(fixed)
	for last := 0; verb != ""; {
		n := last + 1
		if strings.HasPrefix(verb, "%[") {
			n = int(verb[2] - '0') // no message has ten values
		}
		last = n
		fixed, verb, rest = cutVerb(rest)
		end := strings.Index(text, fixed)
		if verb == "" {
			end = len(text) - len(fixed)
			if !strings.HasSuffix(text, fixed) {
				end = -1
			}
		}
		if end < 0 {
			return nil, 0, false
		}
		for len(values) < n {
			values = append(values, "")
		}
		values[n-1] = text[:end]
		text, words = text[end+len(fixed):], words+len(fixed)
	}
	return values, words, text == ""
}

// cutVerb parts a format at its first verb, as "%s", "%[2]s" or "%04o"; the
// verb is "" where there is none.
func cutVerb(format string) (fixed, verb, rest string) {
	at := strings.IndexByte(format, '%')
	if at < 0 {
		return format, "", ""
	}
	end := at + 1 + strings.IndexFunc(format[at+1:], func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' })
	return format[:at], format[at : end+1], format[end+1:]
}
