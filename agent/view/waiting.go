package view

import (
	"fmt"
	"time"

	"harden/agent/message"
	"harden/agent/report"
)

// Text gives a text of the other packages, which is English, for a terminal.
func (s Style) Text(text message.Text) string { return s.Wrap(report.Safe(s.Lang.Text(text)), 2) }

// Waiting says in one line of the terminal what is waited for: how long
// already, and how long at most, 0 where that is not known. Where the line is
// too short, what is waited for is cut, and not the time.
func (s Style) Waiting(doing message.Text, since, atMost time.Duration) string {
	seconds := func(d time.Duration) int { return int(d.Round(time.Second).Seconds()) }
	took := s.say(fmt.Sprintf(", %d s", seconds(since)), fmt.Sprintf("，已 %d 秒", seconds(since)))
	if atMost > 0 {
		took += s.say(fmt.Sprintf(" of at most %d s", seconds(atMost)), fmt.Sprintf("，最多 %d 秒", seconds(atMost)))
	}
	text := report.Safe(s.Lang.Text(doing))
	if room := s.Width - 1 - columns(took); s.Width > 0 && columns(text) > room { // the last column would end the line
		text = cut(text, max(room-1, 0)) + "…"
	}
	return text + took
}

// cut gives the beginning of a text that takes at most so many columns.
func cut(text string, to int) string {
	n := 0
	for i, r := range text {
		if n += columnsOf(r); n > to {
			return text[:i]
		}
	}
	return text
}
