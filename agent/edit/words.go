package edit

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// piece is one byte of a value after unquoting, with the bytes of the text
// that it was written as: data[from:to].
type piece struct {
	char     byte
	from, to int
}

// word is one argument of a command line.
type word struct {
	pieces   []piece
	from, to int  // its text, quotes included
	quoted   bool // written with quotes or backslashes
}

func (w word) String() string { return plainText(w.pieces) }

// plainText is the value that pieces stand for.
func plainText(pieces []piece) string {
	text := make([]byte, len(pieces))
	for i, p := range pieces {
		text[i] = p.char
	}
	return string(text)
}

// Words splits a text at white space as systemd does for ExecStart=, Environment=
// and $VARIABLES: quotes of both kinds hold a word together and are removed. A
// backslash begins a C escape if escapes is set, as in unit files, and otherwise
// just stands before a character that is taken as it is, as in variables. A quote that is not
// closed ends with the text.
func Words(text string, escapes bool) []string {
	var words []string
	var b strings.Builder
	scanWords(text, escapes, func(part string, _, _ int) { b.WriteString(part) }, func() {
		words = append(words, b.String())
		b.Reset()
	})
	return words
}

// splitWords splits a value as Words does, and keeps where each word is written.
// ok is false where a quote is not closed.
func splitWords(value []piece, escapes bool) (words []word, ok bool) {
	var w word
	within := false
	text := plainText(value)
	ok = scanWords(text, escapes, func(part string, from, to int) {
		first, last := value[from].from, value[to-1].to
		if !within {
			w, within = word{from: first}, true
		}
		w.to, w.quoted = last, w.quoted || part != text[from:to]
		for i := range len(part) {
			w.pieces = append(w.pieces, piece{part[i], first, last})
		}
	}, func() {
		words, within = append(words, w), false
	})
	return words, ok
}

// scanWords calls part for each piece of a word, with what text[from:to] stands for
// ("" for a quote), and end at the end of each word. It returns whether all quotes
// are closed.
func scanWords(text string, escapes bool, part func(part string, from, to int), end func()) (closed bool) {
	var quote byte
	within := false
	for from, to := 0, 0; from < len(text); from = to {
		c := text[from]
		if quote == 0 && isSpace(c) {
			if within {
				end()
			}
			to, within = from+1, false
			continue
		}
		within, to = true, from+1
		switch {
		case c == '\\' && to < len(text):
			stands, length := unescape(text[from:], escapes)
			to = from + length
			part(stands, from, to)
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
			part("", from, to)
		case quote != 0 && c == quote:
			quote = 0
			part("", from, to)
		default:
			part(text[from:to], from, to)
		}
	}
	if within {
		end()
	}
	return quote == 0
}

// unescape returns what the escape at the start of s stands for, and its length. An
// escape that systemd does not know stays.
func unescape(s string, escapes bool) (stands string, length int) {
	switch next := s[1]; {
	case !escapes || next == '"' || next == '\'':
		return s[1:2], 2
	case next == 's':
		return " ", 2
	}
	r, multibyte, rest, err := strconv.UnquoteChar(s, 0)
	switch {
	case err != nil:
		return s[:2], 2
	case multibyte || r < utf8.RuneSelf:
		return string(r), len(s) - len(rest)
	}
	return string([]byte{byte(r)}), len(s) - len(rest) // \xNN and \nnn are bytes
}
