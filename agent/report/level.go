package report

import (
	"fmt"
	"strings"

	"harden/agent/change"
)

// Level says what a control's level is in the words of its baseline: Q/KXY CS001 says what
// must (应) and what should (宜) be done; others have numbers.
func (l Language) Level(control string, level int) string {
	switch {
	case level == 0:
		return ""
	case !strings.HasPrefix(control, "qkxy-"):
		return l.Say(fmt.Sprint("level ", level), fmt.Sprint("级别 ", level))
	case level == 1:
		return l.Say("must", "应")
	}
	return l.Say("should", "宜")
}

// ControlCounts counts the controls that a plan has findings of, by the worst of these; a
// rule that serves none counts as one.
func ControlCounts(p change.Plan) (n int, counts map[change.Status]int) {
	status := map[string]change.Status{}
	for i := range p.Findings {
		f := &p.Findings[i]
		names := f.Controls
		if len(names) == 0 {
			names = []string{f.Rule}
		}
		for _, name := range names {
			if s, known := status[name]; !known || heavier(f.Status, s) {
				status[name] = f.Status
			}
		}
	}
	counts = map[change.Status]int{}
	for _, s := range status {
		counts[s]++
	}
	return len(status), counts
}
