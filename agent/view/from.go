package view

import (
	"fmt"
	"io"
	"strings"

	"harden/agent/report"
)

// FromText says which failures of a report a plan fixes, and why it does not
// fix the others; nothing where there is no report.
func (s Style) FromText(w io.Writer, f *report.From) {
	if f == nil {
		return
	}
	fmt.Fprintf(w, "\n%s\n", s.Wrap(s.say(
		fmt.Sprintf("The report has %s of %s; this plan fixes %d of them.", report.Plural(len(f.Failed), "failure"), report.Safe(f.Benchmark), len(f.Fixed)),
		fmt.Sprintf("报告中 %s 有 %d 项失败，本计划修复其中 %d 项。", report.Safe(f.Benchmark), len(f.Failed), len(f.Fixed))), 2))
	for _, u := range f.Unfixed {
		text := report.Safe(s.Lang.Text(u.Reason))
		if u.Rule != "" {
			text = strings.TrimSuffix(report.Safe(u.Rule)+": "+text, ": ")
		}
		status := s.say("unknown", "未知")
		if u.Status != "" {
			status = s.status(u.Status)
		}
		fmt.Fprintf(w, "  %s  %s\n%s\n", report.Safe(u.Control), s.paint(yellow, status), s.Wrap("    "+text, 4))
	}
}
