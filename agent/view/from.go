package view

import (
	"fmt"
	"io"
	"strings"

	"harden/agent/change"
)

// From is what a plan makes of the failures of somebody else's report.
type From struct {
	Benchmark string    `json:"benchmark"`
	Failed    []string  `json:"failed"` // controls, "cis-1.10/1.2.15"
	Fixed     []string  `json:"fixed"`  // those of them that the plan fixes
	Unfixed   []Unfixed `json:"unfixed"`
}

// Unfixed is why a plan does not, or not wholly, fix a control.
type Unfixed struct {
	Control string        `json:"control"`
	Rule    string        `json:"rule"`   // "" where it is not about one
	Status  change.Status `json:"status"` // "" where the profile does not have the control
	Reason  string        `json:"reason"`
}

// FromText says which failures of a report a plan fixes, and why it does not
// fix the others; nothing where there is no report.
func (s Style) FromText(w io.Writer, f *From) {
	if f == nil {
		return
	}
	fmt.Fprintf(w, "\n%s\n", s.Wrap(s.say(
		fmt.Sprintf("The report has %s of %s; this plan fixes %d of them.", plural(len(f.Failed), "failure"), Safe(f.Benchmark), len(f.Fixed)),
		fmt.Sprintf("报告中 %s 有 %d 项失败，本计划修复其中 %d 项。", Safe(f.Benchmark), len(f.Failed), len(f.Fixed))), 2))
	for _, u := range f.Unfixed {
		text := Safe(s.translated(u.Reason))
		if u.Rule != "" {
			text = strings.TrimSuffix(Safe(u.Rule)+": "+text, ": ")
		}
		status := s.say("unknown", "未知")
		if u.Status != "" {
			status = s.status(u.Status)
		}
		fmt.Fprintf(w, "  %s  %s\n%s\n", Safe(u.Control), s.paint(yellow, status), s.Wrap("    "+text, 4))
	}
}
