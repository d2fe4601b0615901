package view

import (
	"fmt"
	"io"
	"slices"
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
	section, told := "\x00", map[string]string{} // rule → the control below which it is told
	howTo := s.judgedHere(r)
	for _, c := range r.Controls {
		if c.Section != section {
			section = c.Section
			s.section(w, r, section)
		}
		row := "  " + s.paint(statusColor[c.Status], pad(s.status(c.Status), statuses)) + "  " + pad(report.Safe(c.Short), ids) + "  "
		about := ""
		if texts := nonEmpty(s.Lang.Severity(c.Severity), s.Lang.Level(c.ID, c.Level)); report.Open(c.Status) && len(texts) > 0 {
			about = s.paint(dim, "  "+strings.Join(texts, " · "))
		}
		s.line(w, statuses+ids+6, row, report.Safe(c.Title.In(s.Lang)), about)
		for _, f := range c.Findings {
			if first := told[f.Rule]; f.Rule != "" && first != "" && report.Open(f.Status) {
				s.line(w, 8, "      ", s.paint(dim, report.Safe(f.Rule)+s.say(": as in ", "：同 ")+first))
				continue
			}
			told[f.Rule] = report.Safe(c.Short)
			if howTo || f.Status != change.Manual {
				s.detail(w, f, c)
			}
		}
		if note := c.Note.In(s.Lang); note != "" && report.Open(c.Status) {
			s.line(w, 8, "      ", s.paint(dim, s.say("note: ", "说明：")+report.Safe(note)))
		}
	}
	s.nextBoot(w, r)
	fmt.Fprintln(w)
	s.line(w, 2, s.counted(s.Lang.Controls(len(r.Controls)), r.Counts()))
	if r.Counts()[change.Manual] > 0 && !howTo {
		s.line(w, 2, s.say("How to judge the manual controls: harden check --status manual", "人工核查的方法：harden check --status manual"))
	}
	s.pending(w, r.Plan)
}

// judgedHere tells whether it is said how a person judges controls: among many that rules judge,
// they would be most of the text.
func (s Style) judgedHere(r report.Report) bool {
	const few = 10
	return len(r.Controls) <= few || !slices.ContainsFunc(r.Controls, func(c report.ReportedControl) bool { return c.Status != change.Manual })
}

func nonEmpty(texts ...string) []string {
	return slices.DeleteFunc(texts, func(text string) bool { return text == "" })
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
	title := ""
	if i := slices.IndexFunc(r.Sections, func(section report.Section) bool { return section.ID == name }); i >= 0 {
		title = report.Safe(r.Sections[i].Title.In(s.Lang)) + "  "
	}
	if _, id, is := strings.Cut(name, "/"); is && !slices.ContainsFunc(r.Controls, func(c report.ReportedControl) bool { return strings.Contains(c.Short, "/") }) {
		name = id
	}
	s.line(w, 2, s.paint(bold, report.Safe(name)), "  ", s.paint(bold, title), s.counted(s.Lang.Controls(controls), counts))
}

var statusColor = map[change.Status]string{change.Compliant: green, change.Drift: red, change.Blocked: red, change.Error: red,
	change.Manual: yellow, change.Waived: yellow, change.NotApplicable: dim}

// counted sums verdicts up in colours.
func (s Style) counted(what string, counts map[change.Status]int) string {
	return s.Lang.Counted(what, counts, func(status change.Status, text string) string { return s.paint(statusColor[status], text) })
}

var detailColor = map[report.DetailKind]string{report.DetailReason: "", report.DetailSettled: dim, report.DetailEvidence: dim, report.DetailFix: cyan, report.DetailCommand: bold}

// detail says why a finding is what it is, and what fixes it.
func (s Style) detail(w io.Writer, f report.ReportedFinding, c report.ReportedControl) {
	for _, d := range c.Details(f, s.Lang) {
		if d.Kind == report.DetailCommand {
			fmt.Fprintln(w, strings.Repeat(" ", d.Indent)+s.paint(bold, d.Text))
			continue
		}
		s.line(w, d.Indent+2, strings.Repeat(" ", d.Indent), s.paint(detailColor[d.Kind], d.Text))
	}
}
