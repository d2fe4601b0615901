package report

import (
	"regexp"
	"strings"

	"harden/agent/change"
)

// Attestation is a person's verdict on a control, as it is listed.
type Attestation struct {
	Control string `json:"control"`
	change.Attestation
}

// Step is a part of what a profile says of how a person judges a control.
type Step struct {
	Text    string
	Command bool // to be run, and copied whole
	Pass    bool // when the control passes; Text begins with the label
}

// passes finds where a text begins to say when the control passes.
var passes = regexp.MustCompile(`Pass( [a-z0-9. ]+)? if[: ]|[^。；，]*合格标准：`)

// Steps parts a how-to: commands of several words stand between backquotes. A command that
// stands in brackets within a sentence stays in it.
func Steps(text string) []Step {
	var steps []Step
	said := "" // since the last command
	say := func() {
		trimmed := strings.TrimRight(strings.TrimLeft(said, " .,;)。，；、）"), " (（")
		said = ""
		for trimmed != "" {
			at := passes.FindStringIndex(trimmed)
			if at == nil || at[0] == 0 {
				steps = append(steps, Step{Text: trimmed, Pass: at != nil})
				return
			}
			if before := strings.TrimSpace(trimmed[:at[0]]); before != "" {
				steps = append(steps, Step{Text: before})
			}
			trimmed = trimmed[at[0]:]
		}
	}
	parts := strings.Split(text, "`")
	for i, part := range parts {
		before, after := strings.TrimRight(said, " "), ""
		if i+1 < len(parts) {
			after = parts[i+1]
		}
		within := (strings.HasSuffix(before, "(") || strings.HasSuffix(before, "（")) && !strings.HasPrefix(after, ")") && !strings.HasPrefix(after, "）")
		if i%2 == 0 || within || !strings.Contains(part, " ") {
			said += part
			continue
		}
		say()
		steps = append(steps, Step{Text: part, Command: true})
	}
	say()
	return steps
}
