package view

import (
	"fmt"
	"io"
	"strings"
	"time"
)

var diffTitle = map[DiffState]Bilingual{
	DiffNew: {"New", "新增"}, DiffStill: {"Still open", "仍未解决"}, DiffFixed: {"Fixed", "已修复"},
	DiffChanged: {"Judged otherwise", "结论改变"}, DiffGone: {"No longer in the report", "不再包含"}, DiffSame: {"Unchanged", "未变"},
}

var diffColor = map[DiffState]string{DiffNew: red, DiffStill: yellow, DiffFixed: green, DiffChanged: cyan, DiffGone: dim}

// DiffText prints what changed between two reports, for people.
func (s Style) DiffText(w io.Writer, d Diff) {
	side := func(label string, r Report) {
		text := Safe(r.Plan.Profile.Name) + " " + Safe(r.Plan.Profile.Version)
		if !r.Time.IsZero() {
			text += " · " + r.Time.UTC().Format(time.RFC3339)
		}
		if r.Host != "" {
			text += " · " + Safe(r.Host)
		}
		s.line(w, 8, s.paint(dim, pad(label, 6)), "  ", text)
	}
	side(s.say("Before", "之前"), d.Before)
	side(s.say("After", "之后"), d.After)
	before, after := d.Before.Plan.Profile.Name, d.After.Plan.Profile.Name
	switch {
	case d.ByNumber:
		s.line(w, 0, s.paint(yellow, s.say("The reports are of different profiles. Controls are compared by number; one number can mean different things in two baselines.",
			"两份报告的基线不同。按编号比较控制项；同一编号在两个基线中含义可能不同。")))
	case before != after:
		s.line(w, 0, s.paint(yellow, s.say("The reports are of different profiles. Controls are compared by their ids.", "两份报告的基线不同。按控制项标识比较。")))
	}
	for _, state := range DiffStates {
		if state != DiffSame {
			s.diffState(w, d, state)
		}
	}
	counts := d.Counts()
	var parts []string
	for _, state := range DiffStates {
		if n := counts[state]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, strings.ToLower(diffTitle[state].In(s.Lang))))
		}
	}
	total := s.controls(len(d.Controls))
	if len(parts) > 0 {
		total += s.say(": ", "：") + strings.Join(parts, " · ")
	}
	fmt.Fprintf(w, "\n%s\n", s.Wrap(s.paint(bold, total), 2))
}

// diffState lists the controls of one state.
func (s Style) diffState(w io.Writer, d Diff, state DiffState) {
	title := false
	for _, c := range d.Controls {
		if c.State != state {
			continue
		}
		if !title {
			fmt.Fprintf(w, "\n%s\n", s.paint(diffColor[state], diffTitle[state].In(s.Lang)))
			title = true
		}
		of := c.control()
		s.line(w, 6, "  ", s.verdicts(c), "  ", Safe(of.ID), "  ", Safe(of.Title.In(s.Lang)))
		if reason := of.told(s.Lang); reason != "" && state != DiffFixed && state != DiffGone {
			s.line(w, 6, "      ", reason)
		}
		if c.Reworded && c.Before.told(s.Lang) != "" {
			s.line(w, 6, "      ", s.paint(dim, s.say("before: ", "之前：")+c.Before.told(s.Lang)))
		}
	}
}

// verdicts shows how the verdict went: "drift → compliant".
func (s Style) verdicts(c ControlDiff) string {
	switch {
	case c.Before == nil:
		return s.status(c.After.Status)
	case c.After == nil || c.Before.Status == c.After.Status:
		return s.status(c.Before.Status)
	}
	return s.status(c.Before.Status) + " → " + s.status(c.After.Status)
}
