package view

import (
	"fmt"
	"io"
	"strings"
	"time"

	"harden/agent/report"
)

var diffColor = map[report.DiffState]string{report.DiffNew: red, report.DiffStill: yellow, report.DiffFixed: green, report.DiffChanged: cyan, report.DiffGone: dim}

// DiffText prints what changed between two reports, for people.
func (s Style) DiffText(w io.Writer, d report.Diff) {
	side := func(label string, r report.Report) {
		text := report.Safe(r.Plan.Profile.Name) + " " + report.Safe(r.Plan.Profile.Version)
		if !r.Time.IsZero() {
			text += " · " + r.Time.UTC().Format(time.RFC3339)
		}
		if r.Host != "" {
			text += " · " + report.Safe(r.Host)
		}
		s.line(w, 8, s.paint(dim, pad(label, 6)), "  ", text)
	}
	side(s.say("Before", "之前"), d.Before)
	side(s.say("After", "之后"), d.After)
	before, after := d.Before.Plan.Profile.Name, d.After.Plan.Profile.Name
	switch {
	case d.ByNumber:
		s.line(w, 0, s.paint(yellow, s.say("The two reports are on different profiles. Controls are compared by number, and the same number can mean different things in the two profiles.",
			"两份报告的基线不同。按编号比较控制项；同一编号在两个基线中含义可能不同。")))
	case before != after:
		s.line(w, 0, s.paint(yellow, s.say("The two reports are on different profiles. Controls are compared by id.", "两份报告的基线不同。按控制项标识比较。")))
	}
	for _, state := range report.DiffStates {
		if state != report.DiffSame {
			s.diffState(w, d, state)
		}
	}
	counts := d.Counts()
	var parts []string
	for _, state := range report.DiffStates {
		if n := counts[state]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, strings.ToLower(report.DiffTitle[state].In(s.Lang))))
		}
	}
	total := s.Lang.Controls(len(d.Controls))
	if len(parts) > 0 {
		total += s.say(": ", "：") + strings.Join(parts, " · ")
	}
	fmt.Fprintf(w, "\n%s\n", s.Wrap(s.paint(bold, total), 2))
}

// diffState lists the controls of one state.
func (s Style) diffState(w io.Writer, d report.Diff, state report.DiffState) {
	title := false
	for _, c := range d.Controls {
		if c.State != state {
			continue
		}
		if !title {
			fmt.Fprintf(w, "\n%s\n", s.paint(diffColor[state], report.DiffTitle[state].In(s.Lang)))
			title = true
		}
		of := c.Control()
		s.line(w, 6, "  ", s.verdicts(c), "  ", report.Safe(of.ID), "  ", report.Safe(of.Title.In(s.Lang)))
		if reason := of.OneLine(s.Lang); reason != "" && state != report.DiffFixed && state != report.DiffGone {
			s.line(w, 6, "      ", reason)
		}
		if c.Reworded && c.Before.OneLine(s.Lang) != "" {
			s.line(w, 6, "      ", s.paint(dim, s.say("before: ", "之前：")+c.Before.OneLine(s.Lang)))
		}
	}
}

// verdicts shows how the verdict went: "drift → compliant".
func (s Style) verdicts(c report.ControlDiff) string {
	switch {
	case c.Before == nil:
		return s.status(c.After.Status)
	case c.After == nil || c.Before.Status == c.After.Status:
		return s.status(c.Before.Status)
	}
	return s.status(c.Before.Status) + " → " + s.status(c.After.Status)
}
