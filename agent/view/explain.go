package view

import (
	"fmt"
	"io"
	"strings"

	"harden/agent/report"
)

// ExplanationText prints an explanation.
func (s Style) ExplanationText(w io.Writer, e report.Explanation) {
	line := func(en, zh, text string) {
		if text != "" {
			s.line(w, 18, "  ", s.paint(dim, pad(s.say(en, zh), 14)), "  ", report.Safe(text))
		}
	}
	for _, c := range e.Controls {
		s.line(w, 2, s.paint(bold, report.Safe(c.ID)), "  ", report.Safe(c.Title.In(s.Lang)))
		line("level", "级别", fmt.Sprint(c.Level))
		line("how to judge", "判断方法", c.Manual.In(s.Lang))
		line("does not apply", "不适用", c.NotApplicable.In(s.Lang))
		if c.From != "" {
			line("versions", "适用版本", s.say("from Kubernetes "+c.From+" on", "Kubernetes "+c.From+" 及以上"))
		}
		if c.Until != "" {
			line("versions", "适用版本", s.say("before Kubernetes "+c.Until, "低于 Kubernetes "+c.Until))
		}
		line("note", "说明", c.Note.In(s.Lang))
	}
	for _, r := range e.Rules {
		s.line(w, 2, s.paint(bold, report.Safe(r.Name)), "  ", report.Safe(r.Title.In(s.Lang)))
		if r.Severity != "" {
			line("severity", "严重程度", strings.TrimSuffix(s.Lang.Severity(r.Severity)+s.say(": ", "：")+r.Because.In(s.Lang), s.say(": ", "：")))
		}
		line("why", "原因", r.Why.In(s.Lang))
		line("can break", "风险", r.Risk.In(s.Lang))
		line("applies", "适用阶段", s.phase(r.Phase))
		line("needs", "依赖", strings.Join(r.Needs, ", "))
		for _, f := range e.Findings {
			if f.Rule == r.Name {
				text := s.status(f.Status)
				if f.Reason != "" {
					text += s.say(": ", "：") + s.translated(f.Reason)
				}
				line("here", "本节点", text)
			}
		}
	}
	line("here", "本节点", s.translated(e.Here))
	for _, r := range e.Rules {
		for _, ids := range r.IDs {
			line(ids.Framework, ids.Framework, strings.Join(ids.IDs, ", "))
		}
	}
	line("serves", "对应控制项", strings.Join(e.Serves, ", "))
	s.ChangesText(w, e.Changes)
}

func (s Style) phase(phase string) string {
	if phase == "host" {
		return s.say("before kubeadm init or join", "kubeadm init 或 join 之前即可")
	}
	return s.say("after kubeadm init or join", "kubeadm init 或 join 之后")
}
