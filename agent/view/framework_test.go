package view_test

import (
	"strings"
	"testing"

	"harden/agent/change"
	"harden/agent/report"
	"harden/agent/report/reporttest"
	"harden/agent/view"
)

// Controls stand below each requirement of a framework that their rules meet, by number, with their verdicts.
func TestFramework(t *testing.T) {
	ids := func(list ...string) report.Rule {
		return report.Rule{IDs: []report.FrameworkIDs{{Framework: "pci-dss-4.0", Title: "PCI DSS 4.0", IDs: list}, {Framework: "stig", Title: "STIG", IDs: []string{"V-1"}}}}
	}
	r := reporttest.Report()
	var controls []report.Control
	for _, c := range r.Controls {
		controls = append(controls, c.Control)
	}
	rules := map[string]report.Rule{"admin-mode": ids("2.2.10", "2.2.9"), "link-mode": ids("2.2.10"), "ciphers": ids("2.2.10", "2.2.10"), "pids-limit": ids("2.2.10"), "seccomp": ids("10.1")}
	for i := range r.Plan.Findings {
		r.Plan.Findings[i].Severity = change.High
	}
	r = report.NewReport(r.Plan, r.About, controls, rules)
	golden(t, "framework", func(s view.Style, b *strings.Builder) { s.FrameworkText(b, r, "pci-dss-4.0") })
	var b strings.Builder
	view.Style{Lang: "en"}.FrameworkText(&b, r, "pci-dss-4.0")
	var lines []string
	for line := range strings.Lines(b.String()) {
		if fields := strings.Fields(line); len(fields) == 1 {
			lines = append(lines, fields[0]+":")
		} else if len(fields) > 2 && len(lines) > 0 {
			lines = append(lines, fields[1])
		}
	}
	if got, want := strings.Join(lines, " "), "2.2.9: 3.1 2.2.10: 3.1 3.2 4.4 10.1: 4.5"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	b.Reset()
	view.Style{Lang: "zh"}.FrameworkText(&b, r, "pci-dss-4.0")
	places := map[int]bool{} // where the ids begin
	for line := range strings.Lines(b.String()) {
		for _, id := range []string{" 3.1 ", " 3.2 ", " 4.4 ", " 4.5 "} {
			if at := strings.Index(line, id); at >= 0 {
				places[view.Columns(line[:at])] = true
			}
		}
	}
	if len(places) != 1 {
		t.Errorf("the ids begin in the columns %v:\n%s", places, b.String())
	}
	for i := range r.Controls { // of a profile there are no verdicts
		r.Controls[i].Status = ""
	}
	b.Reset()
	view.Style{Lang: "en"}.FrameworkText(&b, r, "pci-dss-4.0")
	if !strings.Contains(b.String(), "\n  3.1 ") {
		t.Errorf("%s", b.String())
	}
}
