package view

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/report"
)

// FrameworkText lists the controls of a report, or of a profile, by what another framework calls their rules' requirements.
func (s Style) FrameworkText(w io.Writer, r report.Report, framework string) {
	controls, title := map[string][]report.ReportedControl{}, ""
	for _, c := range r.Controls {
		seen := map[string]bool{}
		for _, f := range c.Findings {
			for _, ids := range f.About.IDs {
				if ids.Framework != framework {
					continue
				}
				title = ids.Title
				for _, id := range ids.IDs {
					if !seen[id] {
						seen[id] = true
						controls[id] = append(controls[id], c)
					}
				}
			}
		}
	}
	if len(controls) == 0 {
		fmt.Fprintln(w, s.say("No rule of this profile is mapped to this framework.", "本基线没有规则对应该框架。"))
		return
	}
	fmt.Fprintln(w, s.paint(bold, report.Safe(title)))
	statuses := 7
	for _, status := range change.Statuses {
		statuses = max(statuses, columns(s.status(status)))
	}
	for _, id := range slices.SortedFunc(maps.Keys(controls), report.ByNumber) {
		fmt.Fprintf(w, "\n%s\n", s.paint(bold, report.Safe(id)))
		for _, c := range controls[id] {
			left := "  "
			if c.Status != "" { // a profile has no verdicts
				left += s.paint(statusColor[c.Status], s.status(c.Status)) + strings.Repeat(" ", statuses+1-columns(s.status(c.Status)))
			}
			left += pad(report.Safe(c.Short), 8) + "  "
			s.fitted(w, left, report.Safe(c.Title.In(s.Lang)), s.Lang.Severity(c.Severity))
		}
	}
}
