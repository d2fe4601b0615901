package view_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"harden/agent/change"
	"harden/agent/message"
	"harden/agent/report"
	"harden/agent/report/reporttest"
	"harden/agent/view"
)

func TestReportText(t *testing.T) {
	p, controls := reporttest.Controls()
	for name, s := range map[string]view.Style{"report-en.txt": {Lang: "en"}, "report-zh.txt": {Lang: "zh"}, "report-color.txt": {Lang: "en", Color: true}} {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			s.ReportText(&b, report.NewReport(p, report.About{}, controls, nil), "What our site wants")
			reporttest.Golden(t, name, b.String())
		})
	}
}

// Every finding is counted once.
func TestReportTotalsAddUp(t *testing.T) {
	p, controls := reporttest.Controls()
	var b bytes.Buffer
	if err := report.NewReport(p, report.About{}, controls, nil).Document().Write(&b); err != nil {
		t.Fatal(err)
	}
	var d struct {
		Kind     string
		Findings []any
		Summary  map[string]int
	}
	if err := json.Unmarshal(b.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	sum := 0
	for status, n := range d.Summary {
		if status != "changes" {
			sum += n
		}
	}
	if d.Kind != "Report" || sum != len(d.Findings) || d.Summary["changes"] != len(p.Changes) {
		t.Errorf("%s: %d findings, %v", d.Kind, len(d.Findings), d.Summary)
	}
	var text strings.Builder
	view.Style{}.ReportText(&text, report.NewReport(p, report.About{}, controls, nil), "")
	for _, total := range []string{"8 controls: "} {
		line := text.String()[strings.Index(text.String(), total):]
		line, _, _ = strings.Cut(line, "\n")
		if n := summed(t, line); !strings.HasPrefix(total, fmt.Sprint(n)+" ") {
			t.Errorf("%q adds up to %d", line, n)
		}
	}
	controlsInSections := 0
	for line := range strings.Lines(text.String()) {
		if _, total, is := strings.Cut(strings.TrimSpace(line), "  "); is && sectionTotal.MatchString(total) {
			n := summed(t, total)
			if !strings.HasPrefix(total, fmt.Sprint(n)+" control") {
				t.Errorf("%q adds up to %d", total, n)
			}
			controlsInSections += n
		}
	}
	if controlsInSections != 8 {
		t.Errorf("the sections have %d controls in all, want 8:\n%s", controlsInSections, text.String())
	}
}

var sectionTotal = regexp.MustCompile(`^\d+ controls?: `)

// summed adds up "3 controls: 2 compliant · 1 drift".
func summed(t *testing.T, line string) int {
	t.Helper()
	_, parts, _ := strings.Cut(line, ": ")
	sum := 0
	for part := range strings.SplitSeq(parts, " · ") {
		var n int
		if _, err := fmt.Sscanf(part, "%d", &n); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		sum += n
	}
	return sum
}

// Nothing of a node, of a profile or of somebody's report steers a terminal.
func TestHostileReport(t *testing.T) {
	p := change.Plan{Profile: change.Profile{Name: reporttest.HostileText}, Node: change.Node{Platform: reporttest.HostileText}}
	field := change.Field("yaml:" + reporttest.HostileText)
	p.Changes = []change.Change{{Target: change.FileTarget("/" + reporttest.HostileText), Rules: []string{reporttest.HostileText}, Effects: []change.Effect{change.RestartUnit(reporttest.HostileText)},
		Fields: []change.FieldChange{{Field: field, After: reporttest.HostileText}, {Field: "mount:" + field, After: reporttest.HostileText}}}}
	for _, status := range change.Statuses {
		p.Findings = append(p.Findings, change.Finding{Rule: reporttest.HostileText, Controls: []string{reporttest.HostileText}, Status: status, Reason: message.Value(reporttest.HostileText),
			Observed: []change.Observation{{Target: "x", Field: field, Expected: reporttest.HostileText, Actual: reporttest.HostileText, Where: message.Value(reporttest.HostileText)}}})
	}
	controls := []report.Control{{ID: reporttest.HostileText, Title: report.Bilingual{EN: reporttest.HostileText}}}
	from := &report.From{Benchmark: reporttest.HostileText, Failed: []string{reporttest.HostileText}, Unfixed: []report.Unfixed{{Control: reporttest.HostileText, Rule: reporttest.HostileText, Reason: message.Value(reporttest.HostileText)}}}
	for _, lang := range []report.Language{"en", "zh"} {
		var b strings.Builder
		view.Style{Lang: lang}.ReportText(&b, report.NewReport(p, report.About{}, controls, nil), reporttest.HostileText)
		view.Style{Lang: lang}.FromText(&b, from)
		for line := range strings.Lines(b.String()) {
			if slices.ContainsFunc([]rune(strings.TrimSuffix(line, "\n")), func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }) ||
				strings.HasPrefix(strings.TrimSpace(line), "rm -rf") {
				t.Errorf("%s: %q", lang, line)
			}
		}
	}
}
