package reporttest

import (
	"fmt"
	"strings"

	"harden/agent/change"
	"harden/agent/message"
	"harden/agent/report"
)

// Verdicts is a report with one finding for each control: "id status reason".
func Verdicts(profile string, list ...string) report.Report {
	p := change.Plan{Profile: change.Profile{Name: profile}}
	var controls []report.Control
	for i, line := range list {
		words := strings.SplitN(line, " ", 3)
		p.Findings = append(p.Findings, change.Finding{Rule: fmt.Sprint("rule", i), Controls: words[:1], Status: change.Status(words[1]), Reason: message.Value(strings.Join(words[2:], " "))})
		controls = append(controls, report.Control{ID: words[0], Title: report.Bilingual{EN: "title of " + words[0]}, Rules: []string{}})
	}
	return report.NewReport(p, report.About{}, controls, nil)
}
