// Package hostile makes documents that a parser must survive: every form in
// which a YAML or JSON file can be damaged, ambiguous or made to hurt. Tests of
// all readers share it, so that a form that hurt one is shown to the others.
//
// It is for tests only, reads nothing and writes nothing.
package hostile

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

// Verdict is what a strict reader must make of a form.
type Verdict string

// The verdicts.
const (
	// Same: the text says what the sound one says, and must be read so.
	Same Verdict = "same"
	// Refused: no reading of the text is the right one; an error names where.
	Refused Verdict = "refused"
	// Either: a reader may take it, but must take it whole, in bounded time.
	Either Verdict = "either"
)

// Form is one hostile document.
type Form struct {
	Name    string
	Text    string
	Verdict Verdict
}

// depth is how deep the nested forms are.
const depth = 20_000

// YAML makes the forms of a sound text, which must be one block mapping with
// a line break at its end, without a key that begins with "x-".
func YAML(sound string) []Form {
	forms := append(alike(sound), ambiguous(sound)...)
	return append(append(forms, encodings(sound)...), large(sound)...)
}

// alike are ways to write the same.
func alike(sound string) []Form {
	return []Form{
		{"as it is", sound, Same},
		{"CRLF", strings.ReplaceAll(sound, "\n", "\r\n"), Same},
		{"no final line break", strings.TrimSuffix(sound, "\n"), Same},
		{"byte order mark", "\ufeff" + sound, Same},
		{"document start", "---\n" + sound, Same},
		{"document start with a comment", "--- # here\n" + sound, Same},
		{"document end", sound + "...\n", Same},
		{"comments between", "# before\n" + strings.ReplaceAll(sound, "\n", "\n# between\n\n"), Same},
		{"YAML directive", "%YAML 1.1\n---\n" + sound, Same},
	}
}

// ambiguous are texts that two readers read differently, or that grow.
func ambiguous(sound string) []Form {
	bomb := "x-0: &b0 [x, x, x, x, x, x, x, x, x]\n"
	for i := range 9 {
		from, to := string(rune('0'+i)), string(rune('1'+i))
		bomb += "x-" + to + ": &b" + to + " [" + strings.Repeat("*b"+from+", ", 9) + "]\n"
	}
	more := func(name, text string) Form { return Form{name, sound + text, Refused} }
	return []Form{
		more("duplicate key", "x-a: 1\nx-a: 2\n"),
		more("duplicate key, quoted", "x-a: 1\n'x-a': 2\n"),
		more("duplicate key in flow", "x-a: {b: 1, b: 2}\n"),
		more("anchor", "x-a: &a 1\n"),
		more("alias", "x-a: &a 1\nx-b: *a\n"),
		more("alias of itself", "x-a: &a [*a]\n"),
		more("alias bomb", bomb),
		more("merge key", "x-a: {<<: {b: 1}}\n"),
		more("second document", "---\nx-a: 1\n"),
		more("second document, empty", "---\n"),
		more("second document behind an end", "...\n---\nx-a: 1\n"),
		more("mapping as key", "? {x-a: 1}\n: 2\n"),
		more("list as key", "? [x-a]\n: 2\n"),
		more("python object", "x-a: !!python/object/apply:os.system [id]\nx-a: 1\n"),
		more("tab that indents", "x-a:\n\tb: 1\n"),
		more("value behind a value", "x-a: 1: 2\n"),
		more("quote that is not closed", "x-a: \"b\n"),
		more("list that is not closed", "x-a: [b\n"),
		more("reserved indicator", "x-a: @b\n"),
		more("unknown directive", "...\n%FOO\n---\nx-a: 1\n"),
		{"list", "- a\n", Refused},
		{"scalar", "a\n", Refused},
		{"empty", "", Either},
		{"comments only", "# a: 1\n# b: 2\n", Either},
		{"document start only", "---\n", Either},
		{"null", "~\n", Refused},
		{"complex key", sound + "? x-a\n: 1\n", Either},
		{"binary", sound + "x-a: !!binary aGFyZGVu\n", Either},
		{"tag", sound + "x-a: !!str 0644\n", Either},
		{"octal and text", sound + "x-a: 0644\nx-b: \"0644\"\nx-c: 0o644\n", Either},
		{"truth values", sound + "x-a: yes\nx-b: no\nx-c: on\nx-d: 'off'\nx-e: y\n", Either},
		{"block scalar with an indicator", sound + "x-a: |2-\n    b\n   c\n", Either},
		{"block scalar that keeps", sound + "x-a: >+\n b\n\n\n", Either},
		{"sexagesimal and date", sound + "x-a: 12:30:45\nx-b: 2001-01-01\nx-c: .inf\n", Either},
	}
}

// encodings are texts that are not UTF-8, or hold what no line should.
func encodings(sound string) []Form {
	wide := func(order binary.ByteOrder, mark bool) string {
		text := sound
		if mark {
			text = "\ufeff" + sound
		}
		var data []byte
		for _, unit := range utf16.Encode([]rune(text)) {
			data = append(data, 0, 0)
			order.PutUint16(data[len(data)-2:], unit)
		}
		return string(data)
	}
	return []Form{
		{"UTF-16, little end first", wide(binary.LittleEndian, true), Refused},
		{"UTF-16, big end first", wide(binary.BigEndian, true), Refused},
		{"UTF-16 without a mark", wide(binary.LittleEndian, false), Refused},
		{"Windows-1252", sound + "x-a: caf\xe9\n", Refused},
		{"UTF-8 that is truncated", sound + "x-a: \xe2\x82\n", Refused},
		{"surrogate in UTF-8", sound + "x-a: \xed\xa0\x80\n", Refused},
		{"NUL", sound + "x-a: b\x00c\n", Refused},
		{"escape code", sound + "x-a: b\x1b[31mc\n", Refused},
		{"lone carriage return", sound + "x-a: 1\rx-b: 2\n", Either},
		{"next line", sound + "x-a: 1\u0085x-b: 2\n", Either},
		{"line separator", sound + "x-a: b\u2028c\n", Either},
		{"mark within", sound + "\ufeffx-a: 1\n", Either},
	}
}

// large are texts that cost a careless reader time or memory.
func large(sound string) []Form {
	const line = 4 << 20
	var block strings.Builder
	for i := range 3000 { // 4.5 MB; a column each
		block.WriteString(strings.Repeat(" ", i) + "x-a:\n")
	}
	return []Form{
		{"deep flow lists", sound + "x-a: " + strings.Repeat("[", depth) + strings.Repeat("]", depth) + "\n", Refused},
		{"deep flow lists, open", sound + "x-a: " + strings.Repeat("[", depth) + "\n", Refused},
		{"deep flow mappings", sound + "x-a: " + strings.Repeat("{a: ", depth) + strings.Repeat("}", depth) + "\n", Refused},
		{"deep block lists", sound + "x-a:\n" + strings.Repeat("- ", depth) + "b\n", Refused},
		{"deep block mappings", sound + block.String(), Refused},
		{"deep complex keys", sound + strings.Repeat("? ", depth) + "b\n", Refused},
		{"half a million values", sound + "x-a: [" + strings.Repeat("0,", 1<<19) + "]\n", Either},
		{"a list of a million lines", sound + "x-a:\n" + strings.Repeat("-\n", 1<<20), Either},
		{"a million comments", sound + strings.Repeat("#\n", 1<<20), Either},
		{"a key that stands 100 000 times", sound + strings.Repeat("x-a: 1\n", 100_000), Refused},
		{"line of 4 MiB", sound + "x-a: " + strings.Repeat("b", line) + "\n", Either},
		{"line just below 4 MiB", sound + "x-a: '" + strings.Repeat("b", line-len(sound)-100) + "'\n", Either},
		{"comment of 1 MiB", sound + "#" + strings.Repeat("b", 1<<20) + "\n", Either},
		{"key of 100 KB", sound + "x-" + strings.Repeat("a", 100_000) + ": 1\n", Either},
		{"key of 100 KB behind a question mark", sound + "? x-" + strings.Repeat("a", 100_000) + "\n: 1\n", Either},
		{"1 MiB of quotes", sound + "x-a: " + strings.Repeat("'", 1<<20) + "\n", Either},
		{"1 MiB of blanks", sound + "x-a:" + strings.Repeat(" ", 1<<20) + "b\n", Either},
	}
}
