package view

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/report"
)

// Explained says how much of an explanation is shown.
type Explained struct {
	Details bool // every control that the rules serve, and every id of other frameworks
	Diff    bool // every line that changes
}

// ExplanationText prints an explanation.
func (s Style) ExplanationText(w io.Writer, e report.Explanation, shown Explained) {
	for _, c := range e.Controls {
		s.explainedControl(w, c, e)
	}
	for _, r := range e.Rules {
		s.explainedRule(w, r, e)
	}
	s.explainedLine(w, "Here", "本节点", s.Lang.Text(e.Here))
	if !shown.Diff {
		s.explainedLine(w, "Fix", "修复", s.fixes(e.Changes))
	}
	s.alsoIn(w, e, shown.Details)
	if shown.Diff {
		s.ChangesText(w, e.Changes)
	}
}

func (s Style) explainedLine(w io.Writer, en, zh, text string) {
	if text != "" {
		s.line(w, 13, s.paint(dim, pad(s.say(en, zh), 11)), "  ", report.Safe(text))
	}
}

// explainedControl is its id, how severe and of which level it is, and its title.
func (s Style) explainedControl(w io.Writer, c report.Control, e report.Explanation) {
	var worst change.Severity
	for _, r := range e.Rules {
		if worst == "" || r.Severity.AtLeast(worst) {
			worst = r.Severity
		}
	}
	about := strings.Join(nonEmpty(s.Lang.Severity(worst), s.Lang.Level(c.ID, c.Level)), " · ")
	s.line(w, 2, s.paint(bold, report.Safe(c.ID)), "  ", s.paint(severityColor[worst], about), "  ", s.paint(bold, report.Safe(c.Title.In(s.Lang))))
	line := func(en, zh, text string) { s.explainedLine(w, en, zh, text) }
	for i, step := range report.Steps(c.Manual.In(s.Lang)) {
		switch {
		case step.Command && i == 0:
			line("Check", "核查方法", s.say("run", "执行"))
			fallthrough
		case step.Command:
			fmt.Fprintln(w, strings.Repeat(" ", 15)+s.paint(bold, report.Safe(step.Text)))
		case i == 0:
			line("Check", "核查方法", step.Text)
		default:
			s.line(w, 13, strings.Repeat(" ", 13), report.Safe(step.Text))
		}
	}
	line("N/A", "不适用", c.NotApplicable.In(s.Lang))
	if c.From != "" {
		line("Versions", "适用版本", s.say("from Kubernetes "+c.From+" on", "Kubernetes "+c.From+" 及以上"))
	}
	if c.Until != "" {
		line("Versions", "适用版本", s.say("before Kubernetes "+c.Until, "低于 Kubernetes "+c.Until))
	}
	line("Note", "说明", c.Note.In(s.Lang))
}

func (s Style) explainedRule(w io.Writer, r report.RuleExplained, e report.Explanation) {
	line := func(en, zh, text string) { s.explainedLine(w, en, zh, text) }
	title := ""
	if len(e.Controls) == 0 || e.Controls[0].Title != r.Title {
		title = "  " + r.Title.In(s.Lang)
	}
	line("Rule", "规则", r.Name+title)
	for _, f := range e.Findings {
		if f.Rule == r.Name {
			text := s.Lang.Status(f.Status)
			if !f.Reason.IsZero() {
				text += s.say(": ", "：") + s.Lang.Text(f.Reason)
			}
			line("Here", "本节点", text)
		}
	}
	line("Why", "原因", r.Why.In(s.Lang))
	line("Can break", "风险", r.Risk.In(s.Lang))
	if r.Severity != "" {
		line("Severity", "严重程度", strings.TrimSuffix(s.Lang.Severity(r.Severity)+s.say(": ", "：")+r.Because.In(s.Lang), s.say(": ", "：")))
	}
	line("Applies", "适用阶段", s.phase(r.Phase))
	line("Needs", "依赖", strings.Join(r.Needs, ", "))
}

// fixes says in a few words what apply changes.
func (s Style) fixes(changes []change.Change) string {
	var texts []string
	for _, r := range s.rows(change.Plan{Changes: changes}) {
		texts = append(texts, strings.TrimSpace(r.sign+" "+r.name+" "+r.what))
	}
	if len(texts) == 0 {
		return ""
	}
	var effects []change.Effect
	for _, c := range changes {
		effects = append(effects, c.Effects...)
	}
	return strings.Join(append(texts, nonEmpty(s.Lang.Effects(change.SortEffects(effects)))...), "; ") + s.say("  (--diff shows it)", "（--diff 可查看）")
}

// alsoIn says which other controls the rules serve, and what other frameworks call it.
func (s Style) alsoIn(w io.Writer, e report.Explanation, details bool) {
	const most = 3 // ids of a framework
	var parts []string
	editions := 0
	for _, id := range e.Serves {
		profile, short, _ := strings.Cut(id, "/")
		switch {
		case slices.ContainsFunc(e.Controls, func(c report.Control) bool { return c.ID == id }):
		case details:
			parts = append(parts, id)
		case strings.HasPrefix(profile, "cis-"):
			editions++
		default:
			parts = append(parts, profile+" "+short)
		}
	}
	for _, r := range e.Rules {
		for _, ids := range r.IDs {
			list := ids.IDs
			if !details && len(list) > most {
				list = append(slices.Clone(list[:most]), "…")
			}
			if part := ids.Framework + " " + strings.Join(list, ", "); !slices.Contains(parts, part) {
				parts = append(parts, part)
			}
		}
	}
	if editions > 0 {
		parts = append(parts, s.say(report.Plural(editions, "other edition")+" of CIS (-v)", fmt.Sprintf("CIS 的另外 %d 处（-v）", editions)))
	}
	s.explainedLine(w, "Also in", "另见", strings.Join(parts, " · "))
}

func (s Style) phase(phase string) string {
	if phase == "host" {
		return s.say("before kubeadm init or join", "kubeadm init 或 join 之前即可")
	}
	return s.say("after kubeadm init or join", "kubeadm init 或 join 之后")
}
