// Package message is what harden says, as values: the reasons of findings, what
// is waited for, errors, and what to do about them. A message is the English
// format as it stands where it is made, and its values; a value can be a message
// itself, or an error. So it is told in Chinese by its parts, and machines get a
// code and the values (see Coded): nothing is found again in a finished sentence.
// It never changes a name, a path, a flag or a value.
package message

import (
	"fmt"
	"slices"
	"strings"
)

// Text is one message, or several. Two of one message with the same values are
// equal. The zero Text says nothing.
type Text struct{ packed string } // parts, as small as a string

// parts are what a message is made of.
type parts struct {
	english string
	format  string // the key of the table, "" of a text that is only a value
	args    string // the values, see pack
}

func (p parts) text() Text { return Text{pack(p.english, p.format, p.args)} }

func (t Text) parts() (p parts) {
	if t.packed == "" {
		return parts{}
	}
	var rest string
	p.english, rest = first(t.packed)
	p.format, rest = first(rest)
	p.args, _ = first(rest)
	return p
}

// New makes a message. Its format stands in messages.txt; a test holds that.
// What %s, %v and %w stand for may be a Text or an error, whose own parts are
// kept.
func New(format string, args ...any) Text {
	return made(fmt.Sprintf(format, args...), format, args)
}

func made(english, format string, args []any) Text {
	values := valuesOf(format, args)
	if len(values) == 1 && len(format) == 2 { // "%s" says no more than its value
		return values[0]
	}
	return parts{english, format, packTexts(values)}.text()
}

// Value is a text that is the same in every language: a name, or what somebody
// else wrote.
func Value(text string) Text {
	if text == "" {
		return Text{}
	}
	return parts{english: text}.text()
}

// The separators mark several messages: sentences, names in one sentence, and what
// errors.Join puts into lines.
const (
	listed = "; "
	series = ", "
	joined = "\n"
)

// List is several messages one after the other, without those that say nothing.
func List(texts ...Text) Text { return list(listed, texts) }

// Series is several messages as parts of one sentence.
func Series(texts ...Text) Text { return list(series, texts) }

func list(separator string, texts []Text) Text {
	var values []Text
	var english []string
	for _, t := range texts {
		if !t.IsZero() {
			values, english = append(values, t), append(english, t.String())
		}
	}
	switch len(values) {
	case 0:
		return Text{}
	case 1:
		return values[0]
	}
	return parts{strings.Join(english, separator), separator, packTexts(values)}.text()
}

// bilingual marks a value of which Chinese is known, its args.
const bilingual = "\x00"

// Knowing gives the message with the Chinese of a value: every one that reads so
// in English.
func (t Text) Knowing(english, chinese string) Text {
	p := t.parts()
	switch {
	case english == "" || chinese == "" || p.format == bilingual || p.format == "" && p.english != english:
		return t
	case p.format == "":
		return parts{english, bilingual, chinese}.text()
	}
	values := texts(p.args)
	for i, v := range values {
		values[i] = v.Knowing(english, chinese)
	}
	p.args = packTexts(values)
	return p.text()
}

// IsZero tells whether the message says nothing.
func (t Text) IsZero() bool { return t == Text{} }

// Equal tells whether two messages read the same.
func (t Text) Equal(other Text) bool { return t.String() == other.String() }

// Has tells whether it is a message of a format, or one of its values is.
func (t Text) Has(format string) bool {
	p := t.parts()
	switch p.format {
	case format:
		return true
	case "", bilingual:
		return false
	}
	return slices.ContainsFunc(texts(p.args), func(v Text) bool { return v.Has(format) })
}

// String gives the message in English.
func (t Text) String() string { return t.parts().english }

// In gives the message in a language: "zh", or anything else for English.
func (t Text) In(language string) string {
	if language != "zh" {
		return t.String()
	}
	return t.chinese()
}

func (t Text) chinese() string {
	p := t.parts()
	switch p.format {
	case "":
		return p.english
	case bilingual:
		return p.args
	}
	var values []string
	for _, v := range texts(p.args) {
		values = append(values, v.chinese())
	}
	switch p.format {
	case listed:
		return strings.Join(values, "；")
	case series, joined:
		return strings.Join(values, p.format)
	}
	row, known := rowOf(p.format)
	if !known { // it has no words of its own, or they are those of Go's libraries
		row.zh = p.format
	}
	return fill(row.zh, values)
}

// MarshalText gives the English text, which JSON has; see Coded for the rest.
func (t Text) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText takes a text as it was written. It says the same in every
// language until Coded tells more.
func (t *Text) UnmarshalText(text []byte) error {
	*t = Value(string(text))
	return nil
}
