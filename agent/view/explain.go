package view

import (
	"fmt"
	"io"
	"strings"

	"harden/agent/change"
)

// Explanation is what there is to know of a rule or a control.
type Explanation struct {
	Name     string           `json:"name"`
	Controls []Control        `json:"controls,omitempty"` // the control that was asked for
	Rules    []RuleExplained  `json:"rules"`
	Serves   []string         `json:"serves"`             // every control that the rules serve
	Findings []change.Finding `json:"findings,omitempty"` // on this node
	Changes  []change.Change  `json:"changes,omitempty"`
	Here     string           `json:"here,omitempty"` // why nothing can be said of this node
}

// RuleExplained is one rule, for people.
type RuleExplained struct {
	Name  string    `json:"name"`
	Kind  string    `json:"kind"`
	Title Bilingual `json:"title"`
	Why   Bilingual `json:"why"`
	Risk  Bilingual `json:"risk"`
	Phase string    `json:"phase"` // "host": before kubeadm init or join, "cluster": after it
	Needs []string  `json:"needs,omitempty"`
}

// ExplanationText prints an explanation.
func (s Style) ExplanationText(w io.Writer, e Explanation) {
	line := func(en, zh, text string) {
		if text != "" {
			s.line(w, 18, "  ", s.paint(dim, pad(s.say(en, zh), 14)), "  ", Safe(text))
		}
	}
	for _, c := range e.Controls {
		s.line(w, 2, s.paint(bold, Safe(c.ID)), "  ", Safe(c.Title.In(s.Lang)))
		line("level", "级别", fmt.Sprint(c.Level))
		line("how to judge", "判断方法", c.Manual.In(s.Lang))
		line("does not apply", "不适用", c.NotApplicable.In(s.Lang))
		line("note", "说明", c.Note.In(s.Lang))
	}
	for _, r := range e.Rules {
		s.line(w, 2, s.paint(bold, Safe(r.Name)), "  ", Safe(r.Title.In(s.Lang)))
		line("why", "原因", r.Why.In(s.Lang))
		line("can break", "风险", r.Risk.In(s.Lang))
		line("from when on", "适用阶段", s.phase(r.Phase))
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
	line("serves", "对应控制项", strings.Join(e.Serves, ", "))
	s.ChangesText(w, e.Changes)
}

func (s Style) phase(phase string) string {
	if phase == "host" {
		return s.say("before kubeadm init or join", "kubeadm init 或 join 之前即可")
	}
	return s.say("after kubeadm init or join", "kubeadm init 或 join 之后")
}
