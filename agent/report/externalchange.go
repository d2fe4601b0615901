package report

import (
	"fmt"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/message"
)

// ExternalChange is a target that something other than harden changed after a run.
type ExternalChange struct {
	Target change.Target   `json:"target"`
	Fields []ExternalField `json:"fields"`
	// Lines is how many lines were added or removed since the run, 0 where the
	// target is not text, holds a secret, or where what the run wrote is not
	// known any more. Diff says between which lines they stand, "@@ -3,2 +3,1 @@"
	// as in a unified diff, and never what they say: it is somebody else's.
	Lines int      `json:"lines,omitempty"`
	Diff  []string `json:"diff,omitempty"`
	// Keepable tells whether what the run wrote can be put back exactly while
	// what somebody else changed stays; Reason says why not.
	Keepable bool         `json:"keepable"`
	Reason   message.Text `json:"reason,omitzero"`
}

// ExternalField is one field that is neither as before the run nor as the run
// wrote it; or, of an address in a document, not as the run wrote it.
type ExternalField struct {
	Field  change.Field `json:"field"`
	Before any          `json:"before"` // the run found
	After  any          `json:"after"`  // the run wrote
	Now    any          `json:"now"`
}

// Compare sets Lines and Diff.
func (f *ExternalChange) Compare(wrote, now string) {
	before, after := slices.Collect(strings.Lines(wrote)), slices.Collect(strings.Lines(now))
	first, end := 0, 0 // how many are the same at both ends
	for first < min(len(before), len(after)) && before[first] == after[first] {
		first++
	}
	for end < min(len(before), len(after))-first && before[len(before)-1-end] == after[len(after)-1-end] {
		end++
	}
	before, after = before[first:len(before)-end], after[first:len(after)-end]
	if f.Lines = unpaired(before, after); f.Lines > 0 {
		f.Diff = []string{fmt.Sprintf("@@ -%d,%d +%d,%d @@", first+1, len(before), first+1, len(after))}
	}
}

// unpaired counts the lines that only one of two texts has.
func unpaired(before, after []string) int {
	balance, n := map[string]int{}, 0
	for _, line := range before {
		balance[line]++
	}
	for _, line := range after {
		balance[line]--
	}
	for _, left := range balance {
		n += max(left, -left)
	}
	return n
}

// Originals is what is kept of the node as it was before harden.
type Originals struct {
	Targets int `json:"targets"` // that harden ever wrote, each with its first state
}
