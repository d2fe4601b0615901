package view_test

import (
	"bytes"
	"fmt"
	"testing"

	"harden/agent/change"
	"harden/agent/report"
	"harden/agent/report/reporttest"
	"harden/agent/view"
)

// manyControls is the sample report many times over, as large as that of a
// benchmark.
func manyControls() (change.Plan, []report.Control) {
	sample, few := reporttest.Controls()
	p := sample
	p.Findings = nil
	var controls []report.Control
	for i := range 15 {
		again := func(id string) string { return fmt.Sprintf("%s.%d", id, i) }
		for _, c := range few {
			c.ID = again(c.ID)
			controls = append(controls, c)
		}
		for _, f := range sample.Findings {
			ids := make([]string, len(f.Controls))
			for k, id := range f.Controls {
				ids[k] = again(id)
			}
			f.Controls = ids
			p.Findings = append(p.Findings, f)
		}
	}
	return p, controls
}

func BenchmarkReportText(b *testing.B) {
	p, controls := manyControls()
	b.ReportAllocs()
	for b.Loop() {
		var text bytes.Buffer
		view.Style{Lang: "en"}.ReportText(&text, report.NewReport(p, report.About{}, controls, nil), "What our site wants")
		if text.Len() < 10_000 {
			b.Fatal("the report is short: ", text.Len(), " bytes")
		}
	}
}

func BenchmarkPlanText(b *testing.B) {
	p, _ := manyControls()
	b.ReportAllocs()
	for b.Loop() {
		var text bytes.Buffer
		view.Style{Lang: "en"}.PlanText(&text, p, "What our site wants", nil)
		if text.Len() < 1_000 {
			b.Fatal("the plan is short: ", text.Len(), " bytes")
		}
	}
}
