package view

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Wrap breaks a text into lines that fit the terminal: at blanks, and between
// Chinese characters, but not before what closes or after what opens. Lines
// after the first begin with hang blanks. A word is never cut, and a command
// that somebody may copy stays on one line: where such is longer than the
// terminal is wide, the terminal itself breaks it, and copies it whole.
func (s Style) Wrap(text string, hang int) string {
	if s.Width <= 0 || columns(text) <= s.Width {
		return text
	}
	hang = min(hang, s.Width/3)
	var lines strings.Builder
	column, blanks := 0, "" // blanks stand before the next piece, unless a line ends there
	begun := false
	for text != "" {
		piece, rest := nextPiece(text)
		text = rest
		if strings.Trim(piece, " ") == "" {
			blanks = piece
			continue
		}
		if begun && column+len(blanks)+columns(piece) > s.Width {
			column, blanks = hang, ""
			if room := s.Width - columns(piece); room >= 0 { // a path that fits is not cut for its indent
				column = min(hang, room)
			}
			lines.WriteString("\n" + strings.Repeat(" ", column))
		}
		lines.WriteString(blanks + piece)
		column += len(blanks) + columns(piece)
		blanks, begun = "", true
	}
	return lines.String()
}

// line prints a text that is put together, wrapped, and ends its line.
func (s Style) line(w io.Writer, hang int, parts ...string) {
	if b, is := w.(*bytes.Buffer); is && s.Width <= 0 { // a report is laid out whole: no line need be put together first
		for _, part := range parts {
			b.WriteString(part)
		}
		b.WriteByte('\n')
		return
	}
	fmt.Fprintln(w, s.Wrap(strings.Join(parts, ""), hang))
}

// What no line may begin or end with.
const (
	closing = "，。；：、！？）》」』】〉〕”’…,.;:!?)]}%"
	opening = "（《「『【〈〔“‘([{"
)

// commands are the programs that texts tell a reader to start.
var commands = [...]string{"kubectl", "harden", "sudo", "systemctl", "journalctl", "openssl", "etcdctl", "crictl", "docker", "curl", "grep", "stat", "ps", "ls", "jq"}

// nextPiece parts a text after what stays together: a run of blanks, a word, a
// Chinese character with its punctuation, or a command with its arguments.
func nextPiece(text string) (piece, rest string) {
	if blanks := len(text) - len(strings.TrimLeft(text, " ")); blanks > 0 {
		return text[:blanks], text[blanks:]
	}
	var before rune // 0 at the beginning, and behind a colour there
	command, quoted := false, false
	for i := 0; i < len(text); {
		if after, is := afterColor(text[i:]); is {
			i = len(text) - len(after)
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case quoted:
		case r == ' ':
			command = (command || isCommand(text[:i])) && !strings.ContainsRune(".,;:", before)
			if !command {
				return text[:i], text[i:]
			}
		case before != 0 && (isWide(before) || isWide(r)) && !strings.ContainsRune(closing, r) && !strings.ContainsRune(opening, before):
			return text[:i], text[i:]
		}
		if command && r == '\'' {
			quoted = !quoted
		}
		before = r
		i += size
	}
	return text, ""
}

func isCommand(word string) bool {
	word = strings.TrimLeft(word, opening)
	for _, c := range commands {
		if word == c {
			return true
		}
	}
	return false
}

// afterColor gives what follows a colour that a text begins with.
func afterColor(text string) (after string, is bool) {
	if !strings.HasPrefix(text, "\x1b[") {
		return text, false
	}
	end := strings.IndexByte(text, 'm')
	return text[end+1:], end > 0
}
