package reporttest

import (
	"fmt"

	"harden/agent/change"
	"harden/agent/message"
	"harden/agent/report"
)

// HostileText is a text that would clear a terminal, forge a line, or turn the
// reading direction around.
const HostileText = "a\x1b[2J\x07b\r\nrm -rf / \u202egnp.exe \x9b31m\u009b\xff"

// Hostile has everything that a node and a profile can say in a way that
// is to do harm.
func Hostile() report.Report {
	const evil = HostileText + `<script>"'&]]>{}\` + "\ufffe" + `${x}`
	p := change.Plan{Profile: change.Profile{Name: "e" + evil, Version: evil, Digest: evil}, Node: change.Node{Platform: evil, Kubernetes: evil, Roles: []string{evil}}}
	var controls []report.Control
	for i, status := range change.Statuses {
		id := fmt.Sprintf("e%s/%d.%d%s", evil, i, i, evil)
		f := change.Finding{Rule: evil, Controls: []string{id}, Status: status, Reason: message.Value(evil), Targets: []change.Target{change.FileTarget("/" + evil)},
			Observed: []change.Observation{{Target: change.FileTarget("/" + evil), Field: change.Field("yaml:" + evil), Op: change.Exact, Expected: evil, Actual: []string{evil}, Where: message.Value("/" + evil + ":3"), Path: "/" + evil, Line: 3}}}
		if status == change.Waived {
			f.Waiver = &change.Waiver{Reason: evil, Expires: evil}
		}
		p.Findings = append(p.Findings, f, change.Finding{Controls: []string{id}, Status: change.Manual, Reason: message.Value(evil),
			Attestation: &change.Attestation{Verdict: evil, By: evil, Date: evil, Reason: evil, Expires: evil}})
		controls = append(controls, report.Control{ID: id, Title: report.Bilingual{EN: evil, ZH: evil}, Rules: []string{evil}, Manual: report.Bilingual{EN: evil, ZH: evil}, Note: report.Bilingual{EN: evil}})
	}
	about := report.About{Title: report.Bilingual{EN: evil}, Host: evil, Version: evil, Lang: "en"}
	return report.NewReport(p, about, controls, map[string]report.Rule{evil: {Title: report.Bilingual{EN: evil}, Why: report.Bilingual{EN: evil}, Risk: report.Bilingual{EN: evil}}})
}
