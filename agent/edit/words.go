package edit

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

// splitWords splits a value at white space as systemd does for ExecStart=,
// Environment= and $VARIABLES: quotes keep white space together and are
// removed. Escapes other than of quotes, backslashes and blanks are left as
// they are. ok is false where a quote is not closed.
func splitWords(pieces []piece) (words []word, ok bool) {
	var w word
	var quote byte
	within := false
	for i := 0; i < len(pieces); i++ {
		p := pieces[i]
		if quote == 0 && isSpace(p.char) {
			if within {
				words = append(words, w)
			}
			w, within = word{}, false
			continue
		}
		if !within {
			w.from, within = p.from, true
		}
		w.to = p.to
		switch {
		case quote == 0 && (p.char == '"' || p.char == '\''):
			quote, w.quoted = p.char, true
		case quote != 0 && p.char == quote:
			quote = 0
		case p.char == '\\' && i+1 < len(pieces) && isEscaped(pieces[i+1].char):
			i++
			w.to, w.quoted = pieces[i].to, true
			w.pieces = append(w.pieces, piece{pieces[i].char, p.from, pieces[i].to})
		default:
			w.pieces = append(w.pieces, p)
		}
	}
	if within {
		words = append(words, w)
	}
	return words, quote == 0
}

func isEscaped(b byte) bool {
	return b == '"' || b == '\'' || b == '\\' || b == ' '
}
