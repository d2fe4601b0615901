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
	"harden/agent/view"
)

// sampleReport is the sample plan as harden check gives it: with controls, and
// with what was read.
func sampleReport() (change.Plan, []view.Control) {
	p := samplePlan()
	p.Profile.Name = "site"
	observe := func(rule string, list ...change.Observation) {
		for i := range p.Findings {
			if p.Findings[i].Rule == rule {
				p.Findings[i].Observed = list
			}
		}
	}
	observe("admin-mode", change.Observation{Target: "file:/etc/kubernetes/admin.conf", Field: change.FieldMode, Op: change.AtMost,
		Expected: "0600", Actual: "0644", Where: "/etc/kubernetes/admin.conf"})
	observe("seccomp", change.Observation{Target: "file:/var/lib/kubelet/config.yaml", Field: "yaml:seccompDefault", Op: change.Exact,
		Expected: true, Actual: true, Where: "/var/lib/kubelet/config.yaml:7", Holds: true})
	p.Findings = append(p.Findings, change.Finding{Rule: "ciphers", Controls: []string{"site/4.4"}, Status: change.Drift, Reason: "tlsCipherSuites is not set, should be [TLS_A TLS_B]",
		Observed: []change.Observation{
			{Target: "file:/var/lib/kubelet/config.yaml", Field: "yaml:tlsCipherSuites", Op: change.OneOf, Expected: []string{"TLS_A", "TLS_B"}, Where: "/var/lib/kubelet/config.yaml (not set)"},
			{Target: "pod:kube-apiserver", Field: "flag:--tls-cipher-suites", Op: change.Excludes, Expected: "TLS_C", Actual: "TLS_C", Where: "process 812 --tls-cipher-suites"}}})
	control := func(id, title string, rules ...string) view.Control {
		return view.Control{ID: "site/" + id, Title: view.Bilingual{EN: title, ZH: title}, Rules: rules}
	}
	manual := control("9.1", "Somebody reads the audit log")
	manual.Manual = view.Bilingual{EN: "look at the audit log", ZH: "请查看审计日志"}
	return p, []view.Control{control("3.1", "Only root reads the administrator's access", "admin-mode"), control("3.2", "No link", "link-mode"),
		control("3.3", "No link's owner", "link-owner"), control("3.4", "Manifests", "manifest-mode"), control("4.4", "Limits and ciphers", "pids-limit", "ciphers"),
		control("4.5", "seccomp", "seccomp"), control("5.1", "The proxy", "proxy"), control("7.1", "Left out", "other"), manual}
}

func report(p change.Plan, controls []view.Control) view.Report {
	return view.NewReport(p, view.About{}, controls, nil)
}

func TestReportText(t *testing.T) {
	p, controls := sampleReport()
	for name, s := range map[string]view.Style{"report-en.txt": {Lang: "en"}, "report-zh.txt": {Lang: "zh"}, "report-color.txt": {Lang: "en", Color: true}} {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			s.ReportText(&b, report(p, controls), "What our site wants")
			golden(t, name, b.String())
		})
	}
}

// Every finding is counted once.
func TestReportTotalsAddUp(t *testing.T) {
	p, controls := sampleReport()
	var b bytes.Buffer
	if err := report(p, controls).Document().Write(&b); err != nil {
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
	view.Style{}.ReportText(&text, report(p, controls), "")
	for _, total := range []string{"8 controls: ", fmt.Sprintf("%d findings: ", len(p.Findings))} {
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
	p := change.Plan{Profile: change.Profile{Name: hostile}, Node: change.Node{Platform: hostile}}
	field := change.Field("yaml:" + hostile)
	p.Changes = []change.Change{{Target: change.FileTarget("/" + hostile), Rules: []string{hostile}, Effects: []change.Effect{change.RestartUnit(hostile)},
		Fields: []change.FieldChange{{Field: field, After: hostile}, {Field: "mount:" + field, After: hostile}}}}
	for _, status := range change.Statuses {
		p.Findings = append(p.Findings, change.Finding{Rule: hostile, Controls: []string{hostile}, Status: status, Reason: hostile,
			Observed: []change.Observation{{Target: "x", Field: field, Expected: hostile, Actual: hostile, Where: hostile}}})
	}
	controls := []view.Control{{ID: hostile, Title: view.Bilingual{EN: hostile}}}
	from := &view.From{Benchmark: hostile, Failed: []string{hostile}, Unfixed: []view.Unfixed{{Control: hostile, Rule: hostile, Reason: hostile}}}
	for _, lang := range []string{"en", "zh"} {
		var b strings.Builder
		view.Style{Lang: lang}.ReportText(&b, report(p, controls), hostile)
		view.Style{Lang: lang}.FromText(&b, from)
		for line := range strings.Lines(b.String()) {
			if slices.ContainsFunc([]rune(strings.TrimSuffix(line, "\n")), func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }) ||
				strings.HasPrefix(strings.TrimSpace(line), "rm -rf") {
				t.Errorf("%s: %q", lang, line)
			}
		}
	}
}
