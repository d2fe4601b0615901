package view

import (
	"harden/agent/change"
	"harden/agent/report"
)

// Style is how text looks: with colour or without, in English or Chinese.
type Style struct {
	Color bool
	Tree  bool // the node is a tree below --root: nothing runs there
	Lang  report.Language
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
func (s Style) say(en, zh string) string { return s.Lang.Say(en, zh) }

// translated gives what the other packages say, in English, in the style's
// language.

func (s Style) status(status change.Status) string { return s.Lang.Status(status) }

// Program is what the program is called in advice. kubectl-harden sets it, once and at
// its start: as a field of Style, which is copied everywhere, it would make harden
// larger.
var Program = "harden"
