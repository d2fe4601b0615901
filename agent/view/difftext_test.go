package view_test

import (
	"strings"
	"testing"
	"unicode"

	"harden/agent/change"
	"harden/agent/report"
	"harden/agent/report/reporttest"
	"harden/agent/view"
)

func TestDiffText(t *testing.T) {
	d := report.Compare(reporttest.Earlier(), reporttest.Report())
	for name, s := range map[string]view.Style{"diff-en.txt": {Lang: "en"}, "diff-zh.txt": {Lang: "zh"}, "diff-color.txt": {Lang: "en", Color: true}} {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			s.DiffText(&b, d)
			reporttest.Golden(t, name, b.String())
		})
	}
	var b strings.Builder
	view.Style{}.DiffText(&b, report.Compare(reporttest.Hostile(), reporttest.Verdicts("other", "other/1 drift")))
	view.Style{}.AttestationsText(&b, []report.Attestation{{Control: reporttest.HostileText, Attestation: change.Attestation{By: reporttest.HostileText, Reason: reporttest.HostileText}}})
	for line := range strings.Lines(b.String()) {
		if i := strings.IndexFunc(strings.TrimSuffix(line, "\n"), func(r rune) bool { return !unicode.IsPrint(r) }); i >= 0 {
			t.Errorf("raw at %d: %q", i, line)
		}
	}
}
