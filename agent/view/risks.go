package view

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"harden/agent/report"
	"harden/agent/stable"
)

// risk is what some rules of a plan can break.
type risk struct {
	text     string
	controls []string
	warn     bool
	severity int // of the rules, as order gives it
}

// risksOf gives what the rules of a plan's changes can break, those to be read before
// anything is applied first.
func (s Style) risksOf(r report.Report) []risk {
	var list []risk
	for _, c := range r.Controls {
		for _, f := range c.Findings {
			text := report.Safe(f.About.Risk.In(s.Lang))
			if len(f.Fixes) == 0 || text == "" || strings.HasPrefix(f.About.Risk.EN, "None") {
				continue
			}
			i := slices.IndexFunc(list, func(o risk) bool { return o.text == text })
			if i < 0 {
				i = len(list)
				list = append(list, risk{text: text, severity: order(f.Severity)})
			}
			list[i].warn = list[i].warn || f.About.Warn
			if id := report.Safe(c.Short); !slices.Contains(list[i].controls, id) {
				list[i].controls = append(list[i].controls, id)
			}
		}
	}
	stable.Sort(list, func(a, b risk) int {
		switch {
		case a.warn == b.warn:
			return cmp.Compare(a.severity, b.severity)
		case a.warn:
			return -1
		}
		return 1
	})
	return list
}

// risks lists what is to be read before a plan is applied.
func (s Style) risks(w io.Writer, r report.Report) {
	list := s.risksOf(r)
	if len(list) == 0 {
		return
	}
	most := 8 // warnings of one screen
	if s.Width > 0 && s.Width < 72 {
		most = 4
	}
	shown := 0
	fmt.Fprintf(w, "\n%s\n", s.paint(bold, s.say("Read before you apply", "应用前请阅读")))
	for _, risk := range list {
		if risk.warn && shown < most || !list[0].warn && shown < fewest { // not only how many there are
			shown++
			s.line(w, 4, "  ", s.paint(yellow, sign(risk)), " ", firstSentence(risk.text), s.paint(dim, " ("+strings.Join(risk.controls, ", ")+")"))
		}
	}
	if more := len(list) - shown; more > 0 {
		s.line(w, 4, "    ", s.paint(dim, s.say(fmt.Sprintf("%d more: ", more), fmt.Sprintf("另有 %d 项：", more))+Program+" plan -v"))
	}
}

// fewest are shown of what can break, where none of it is a warning.
const fewest = 3

// sign marks what is to be read before anything is applied.
func sign(r risk) string {
	if r.warn {
		return "!"
	}
	return " "
}

// firstSentence leaves the others to harden plan -v.
func firstSentence(text string) string {
	for _, end := range []string{". ", "。"} {
		if i := strings.Index(text, end); i >= 0 {
			return text[:i] + strings.TrimSpace(end)
		}
	}
	return text
}

// RisksText lists everything that a plan can break.
func (s Style) RisksText(w io.Writer, r report.Report) {
	list := s.risksOf(r)
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", s.paint(bold, s.say("Read before you apply", "应用前请阅读")))
	for _, risk := range list {
		s.line(w, 4, "  ", s.paint(yellow, sign(risk)), " ", risk.text, s.paint(dim, " ("+strings.Join(risk.controls, ", ")+")"))
	}
}
