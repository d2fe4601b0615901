package view

import (
	"strings"

	"harden/agent/change"
)

// ChangeText is one change as a plan prints it: its target, its fields, and the
// lines of its file that differ.
func (s Style) ChangeText(c change.Change) string {
	var text strings.Builder
	s.change(&text, c)
	return text.String()
}
