package view

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/message"
	"harden/agent/report"
)

// PlanText prints a plan for people: what would be changed, why, what it
// restarts, and what is not going to be changed.
func (s Style) PlanText(w io.Writer, p change.Plan, title string, rules map[string]report.Rule) {
	s.heading(w, p, title)
	explained := map[string]bool{}
	for _, c := range p.Changes {
		fmt.Fprintln(w)
		s.change(w, c)
		s.why(w, c, rules, explained)
	}
	s.open(w, p)
	fmt.Fprintln(w)
	s.total(w, p)
}

// heading says what was planned or checked, and where.
func (s Style) heading(w io.Writer, p change.Plan, title string) {
	labels := columns(s.say("Profile", "基线"))
	line := func(en, zh, text string) {
		s.line(w, labels+2, s.paint(dim, pad(s.say(en, zh), labels)), "  ", text)
	}
	line("Profile", "基线", strings.Join(nonEmpty(s.paint(bold, report.Safe(p.Profile.Name))+" "+report.Safe(p.Profile.Version), report.Safe(title)), " · "))
	line("Node", "节点", s.Lang.Node(p.Node))
}

// change prints one change: its sign and target, then its fields.
func (s Style) change(w io.Writer, c change.Change) {
	sign, color := "~", yellow
	if !c.Before.Exists() {
		sign, color = "+", green
	} else if !c.After.Exists() {
		sign, color = "-", red
	}
	name := c.Target.Name()
	if c.Target.Kind() != change.KindFile {
		name = c.Target.Kind() + " " + name
	}
	if c.Later {
		name += s.say(" (second step)", "（第二步）")
	}
	s.line(w, 4, s.paint(color, sign), " ", s.paint(bold, report.Safe(name)), s.effects(c.Effects))
	for _, f := range c.Fields {
		if !report.InDiff(f) {
			fmt.Fprintf(w, "    %s\n", s.field(c, f))
		}
	}
	for _, line := range report.DiffLines(c) {
		color := green
		if strings.HasPrefix(line, "-") {
			color = red
		}
		fmt.Fprintf(w, "    %s\n", s.paint(color, line))
	}
}

func (s Style) effects(effects []change.Effect) string {
	if texts := s.Lang.Effects(effects); texts != "" {
		return s.paint(cyan, "  ["+texts+"]")
	}
	return ""
}

func (s Style) field(c change.Change, f change.FieldChange) string {
	if f.Field == change.FieldProcess || f.Field == change.FieldServing {
		return report.Safe(s.Lang.Text(report.AsText(f.Before)))
	}
	name, before, after := s.Lang.FieldName(f.Field), report.Value(f.Before), report.Value(f.After)
	if f.Field == change.FieldContent { // in words, of what is not shown
		before, after = s.Lang.Text(report.AsText(f.Before)), s.Lang.Text(report.AsText(f.After))
	}
	switch {
	case f.Field == change.FieldContent && c.Later && before == after:
		return name + " " + s.paint(green, s.say("the new key becomes the first one", "新密钥移到首位"))
	case f.Before == nil:
		return fmt.Sprintf("%s %s", name, s.paint(green, after))
	}
	return fmt.Sprintf("%s %s → %s", name, s.paint(red, before), s.paint(green, after))
}

// why says once for each rule what it is for, and what it can break.
func (s Style) why(w io.Writer, c change.Change, rules map[string]report.Rule, explained map[string]bool) {
	for _, name := range c.Rules {
		if explained[name] {
			continue
		}
		explained[name] = true
		r := rules[name]
		s.line(w, 6, "    ", s.paint(dim, "· "+report.Safe(name+s.say(": ", "：")+r.Why.In(s.Lang))))
	}
}

// open lists what the plan does not fix, and why.
func (s Style) open(w io.Writer, p change.Plan) {
	titles := []struct {
		status change.Status
		title  string
		color  string
	}{
		{change.Error, s.say("Could not be checked", "未能检查"), red},
		{change.Blocked, s.say("Blocked", "暂无法整改"), red},
		{change.Waived, s.say("Waived", "已豁免"), yellow},
	}
	for _, t := range titles {
		var findings []change.Finding
		for i := range p.Findings {
			if p.Findings[i].Status == t.status {
				findings = append(findings, p.Findings[i])
			}
		}
		if len(findings) == 0 {
			continue
		}
		fmt.Fprintf(w, "\n%s\n", s.paint(t.color, t.title))
		for _, group := range byReason(findings) {
			s.line(w, 2, "  ", s.names(group.rules))
			s.line(w, 4, "    ", report.Safe(s.Lang.Text(group.reason)))
		}
	}
}

// names lists rules, as many as a reader takes in; JSON has them all.
func (s Style) names(rules []string) string {
	const most = 8
	if len(rules) <= most {
		return report.Safe(strings.Join(rules, ", "))
	}
	first, more := report.Safe(strings.Join(rules[:most], ", ")), len(rules)-most
	return s.say(fmt.Sprintf("%s and %d more", first, more), fmt.Sprintf("%s 等，另有 %d 条", first, more))
}

type reasonGroup struct {
	reason message.Text
	rules  []string
}

// byReason gathers the rules that are open for one reason.
func byReason(findings []change.Finding) []reasonGroup {
	var groups []reasonGroup
	for _, f := range findings {
		name := f.Rule
		if name == "" {
			name = strings.Join(f.Controls, ", ")
		}
		if i := slices.IndexFunc(groups, func(g reasonGroup) bool { return g.reason == f.Reason }); i >= 0 {
			groups[i].rules = append(groups[i].rules, name)
			continue
		}
		groups = append(groups, reasonGroup{f.Reason, []string{name}})
	}
	return groups
}

// total sums the plan up in two lines, by controls.
func (s Style) total(w io.Writer, p change.Plan) {
	n, counts := report.ControlCounts(p)
	s.line(w, 2, s.counted(s.Lang.Controls(n), counts))
	s.pending(w, p)
}

// pending says how much a plan changes.
func (s Style) pending(w io.Writer, p change.Plan) {
	if len(p.Changes) == 0 {
		fmt.Fprintln(w, s.paint(green, s.say("Nothing to change.", "无需变更。")))
		return
	}
	fmt.Fprintln(w, s.Wrap(s.paint(bold, s.Lang.Pending(p, s.Tree)), 2))
}
