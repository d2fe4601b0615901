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

// Where reports are of different profiles, it is said how their controls were compared.
func TestDiffOfProfiles(t *testing.T) {
	one := reporttest.Verdicts("a", "a/1 drift")
	for name, tt := range map[string]struct {
		after report.Report
		lines int // before the first state
	}{
		"the same":              {reporttest.Verdicts("a", "a/1 compliant"), 2},
		"that share controls":   {reporttest.Verdicts("b", "a/1 compliant"), 3},
		"that share numbers":    {reporttest.Verdicts("b", "b/1 compliant"), 3},
		"that have nothing so":  {reporttest.Verdicts("b", "b/2 compliant"), 3},
		"one without a control": {reporttest.Verdicts("b"), 3},
	} {
		var b strings.Builder
		view.Style{Lang: "en"}.DiffText(&b, report.Compare(one, tt.after))
		head, _, _ := strings.Cut(b.String(), "\n\n")
		lines := strings.Split(head, "\n")
		if len(lines) != tt.lines || tt.lines == 3 && strings.Contains(lines[2], "number") != (name == "that share numbers") {
			t.Errorf("%s: %q", name, lines)
		}
	}
}
