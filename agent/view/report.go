package view

import (
	"fmt"
	"io"
	"strings"

	"harden/agent/change"
	"harden/agent/report"
)

// ReportText prints a report for people: every control of the profile with
// its verdict, and for each that is open what was expected, what is there,
// where it was read, and its fix.
func (s Style) ReportText(w io.Writer, r report.Report, title string) {
	s.heading(w, r.Plan, title)
	ids, statuses := 0, 0
	for _, c := range r.Controls {
		ids = max(ids, columns(report.Safe(c.Short)))
	}
	if s.Width > 0 {
		ids = min(ids, s.Width/4) // a few long ones leave room for the titles
	}
	for _, status := range change.Statuses {
		statuses = max(statuses, columns(s.status(status)))
	}
	section := "\x00"
	for _, c := range r.Controls {
		if c.Section != section {
			section = c.Section
			s.section(w, r, section)
		}
		row := "  " + s.paint(statusColor[c.Status], pad(s.status(c.Status), statuses)) + "  " + pad(report.Safe(c.Short), ids) + "  "
		s.line(w, statuses+ids+6, row, report.Safe(c.Title.In(s.Lang)))
		for _, f := range c.Findings {
			s.detail(w, f, c)
		}
	}
	fmt.Fprintln(w)
	s.line(w, 2, s.counted(s.Lang.Controls(len(r.Controls)), r.Counts()))
	s.total(w, r.Plan)
}

// section begins the controls of a section, with what they come to.
func (s Style) section(w io.Writer, r report.Report, name string) {
	fmt.Fprintln(w)
	if name == "" {
		return
	}
	controls, counts := 0, map[change.Status]int{}
	for i := range r.Controls {
		if c := &r.Controls[i]; c.Section == name {
			controls++
			counts[c.Status]++
		}
	}
	s.line(w, 2, s.paint(bold, report.Safe(name)), "  ", s.counted(s.Lang.Controls(controls), counts))
}

var statusColor = map[change.Status]string{change.Compliant: green, change.Drift: red, change.Blocked: red, change.Error: red,
	change.Manual: yellow, change.Waived: yellow, change.NotApplicable: dim}

// counted sums verdicts up in colours.
func (s Style) counted(what string, counts map[change.Status]int) string {
	return s.Lang.Counted(what, counts, func(status change.Status, text string) string { return s.paint(statusColor[status], text) })
}

var detailColor = map[report.DetailKind]string{report.DetailReason: "", report.DetailSettled: dim, report.DetailEvidence: dim, report.DetailFix: cyan}

// detail says why a finding is what it is, and what fixes it.
func (s Style) detail(w io.Writer, f report.ReportedFinding, c report.ReportedControl) {
	for _, d := range c.Details(f, s.Lang) {
		s.line(w, d.Indent+2, strings.Repeat(" ", d.Indent), s.paint(detailColor[d.Kind], d.Text))
	}
}
