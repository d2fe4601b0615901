package view_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"harden/agent/change"
	"harden/agent/message"
	"harden/agent/report"
	"harden/agent/report/reporttest"
	"harden/agent/view"
)

// golden compares what is printed with a file for each language.
func golden(t *testing.T, name string, print func(s view.Style, b *strings.Builder)) {
	t.Helper()
	for _, lang := range []report.Language{"en", "zh"} {
		var b strings.Builder
		print(view.Style{Lang: lang, Width: 80}, &b)
		reporttest.Golden(t, fmt.Sprintf("%s-%s.txt", name, lang), b.String())
	}
}

// busySections are the controls of a node on which much is wrong, by section, a letter each: C H M L fail, and are
// critical, high, medium or low; B is blocked, E an error, W waived, p passes, m is
// for a person, n not applicable. C and b are two controls of one rule each.
var busySections = []struct{ id, verdicts string }{
	{"1.1", "CCHHp"}, {"1.2", "HHHpp"}, {"1.3", "MMMMp"}, {"2.1", "MMMM"}, {"2.2", "MMMM"}, {"2.3", "MMMM"}, {"3.1", "LLLp"}, {"3.2", "bbBBB"}, {"3.3", "BBBBBBB"},
	{"4.1", "BE"}, {"4.2", "WWW"}, {"4.3", "ppp"}, {"5.1", "pm"}, {"5.2", "mm"}, {"5.3", "p"}, {"6.1", "n"}, {"6.2", "n"}, {"6.3", "nn"},
}

func busy() report.Report {
	severities := map[rune]change.Severity{'C': change.Critical, 'H': change.High, 'M': change.Medium, 'L': change.Low, 'B': change.High, 'b': change.High, 'E': change.Medium, 'W': change.Low}
	statuses := map[rune]change.Status{'B': change.Blocked, 'b': change.Blocked, 'E': change.Error, 'W': change.Waived, 'p': change.Compliant, 'm': change.Manual, 'n': change.NotApplicable}
	waivers := []change.Waiver{{Reason: "until the move", Expires: "2027-06-30"}, {Reason: "the agent needs it", Expires: "2026-11-22", Blocked: message.Value("only root may write it. Become root.")}, {Reason: "of a newer harden", Expires: "never"}}
	p := change.Plan{Profile: change.Profile{Name: "ours", Version: "1"}, Node: change.Node{Platform: "kubeadm", Kubernetes: "1.34.1"}}
	var controls []report.Control
	about := reporttest.About
	for i := range 6 {
		about.Sections = append(about.Sections, report.Section{ID: fmt.Sprint("cis-1.12/", i+1), Title: report.Bilingual{EN: fmt.Sprint("Part ", i+1), ZH: fmt.Sprint("部分 ", i+1)}})
	}
	for _, s := range busySections {
		for i, v := range s.verdicts {
			id, rule := fmt.Sprintf("cis-1.12/%s.%d", s.id, i+1), fmt.Sprintf("rule-%s-%d", s.id, i+1)
			if v == 'C' || v == 'b' {
				rule = "of-two-" + s.id
			}
			f := change.Finding{Rule: rule, Controls: []string{id}, Status: change.Drift, Severity: severities[v], Reason: message.New("%s is %v, should be %v", "mode", "0644", "0600"),
				Observed: []change.Observation{{Target: "file:/a", Field: change.FieldMode, Op: change.AtMost, Expected: "0600", Actual: "0644"}}}
			if status, is := statuses[v]; is {
				f.Status = status
			}
			if v == 'W' {
				f.Waiver = &waivers[i]
			}
			p.Findings = append(p.Findings, f)
			controls = append(controls, report.Control{ID: id, Rules: []string{rule}, Title: report.Bilingual{EN: "What a control asks for, at some length" + strings.Repeat(" and more", 3*i), ZH: "控制项的要求"}})
		}
	}
	r := report.NewReport(p, about, controls, nil)
	r.NextBoot = []change.Conflict{
		{ID: "swap", Severity: change.High, Where: "/etc/fstab:3", Reason: message.Value("swap is switched on at boot"), Fix: message.Value("take the line out")},
		{ID: "noexec", Severity: change.Medium, Where: "/etc/fstab:5\x1b[2J", Reason: message.Value("/var is mounted noexec"), Fix: message.Value("take noexec out")},
	}
	return r
}

// A node on which much is wrong fills one screen: the worst by lines, the others by their ids.
func TestCheckOfABusyNode(t *testing.T) {
	golden(t, "busy-check", func(s view.Style, b *strings.Builder) { s.CheckText(b, busy(), "What our site wants") })
}

// However narrow a terminal is, and where there is none, each control that is open is named.
func TestEachFailureIsNamed(t *testing.T) {
	var many []report.Control
	p := change.Plan{Profile: change.Profile{Name: "p"}}
	for i := range 30 { // of one rule for two statuses
		id := fmt.Sprintf("p/%d.1", i)
		many = append(many, report.Control{ID: id, Title: report.Bilingual{EN: "All of one rule"}, Rules: []string{"r"}})
		p.Findings = append(p.Findings, change.Finding{Rule: "r", Controls: []string{id}, Severity: change.High, Status: []change.Status{change.Drift, change.Blocked}[i%2]})
	}
	for name, r := range map[string]report.Report{"busy": busy(), "of one rule": report.NewReport(p, report.About{}, many, nil)} {
		for _, lang := range []report.Language{"en", "zh"} {
			for _, width := range []int{0, 40, 60, 80, 120} {
				var b strings.Builder
				view.Style{Lang: lang, Width: width}.CheckText(&b, r, "")
				named := strings.Fields(b.String())
				for _, c := range r.Controls {
					if report.Open(c.Status) && !slices.Contains(named, c.Short) {
						t.Errorf("%s, %s, %d columns: %s (%s) is not named", name, lang, width, c.Short, c.Status)
					}
				}
				for line := range strings.Lines(b.String()) {
					if line = strings.TrimSuffix(line, "\n"); strings.Contains(line, "\x1b") || width > 0 && view.Columns(line) > width && strings.Contains(line, ".1") {
						t.Errorf("%s, %s, %d columns: %q", name, lang, width, line)
					}
				}
			}
		}
	}
}

// Of a waiver it is said how long it holds, its last day included: beside the control, or below it where a title is long.
func TestWaiversInCheck(t *testing.T) {
	for _, width := range []int{0, 40, 80, 120} {
		var b strings.Builder
		view.Style{Lang: "en", Width: width}.CheckText(&b, busy(), "")
		_, waived, _ := strings.Cut(b.String(), "\nWAIVED")
		waived, _, _ = strings.Cut(waived, "\n\n")
		texts := strings.Split(strings.Join(strings.Fields(waived), " "), "4.2.") // of each control, however its lines are broken
		for i, parts := range [][]string{{"3"}, {"2027-06-30 (220 days)", "until the move"}, {"2026-11-22 (1 day)", "the agent needs it", "only root may write it."}, {"never", "of a newer harden"}} {
			if i >= len(texts) || slices.ContainsFunc(parts, func(part string) bool { return strings.Count(texts[i], part) != 1 }) {
				t.Errorf("%d columns: %d does not have %q:\n%s", width, i, parts, waived)
			}
		}
		if strings.Contains(waived, "Become root") { // what to do is told by explain
			t.Errorf("%d columns: %s", width, waived)
		}
	}
}

// A node on which all holds has a short screen; one of which nothing is known has no table.
func TestCheckWithoutFailures(t *testing.T) {
	var b strings.Builder
	view.Style{Lang: "en"}.CheckText(&b, reporttest.Verdicts("p", "p/1.1 compliant", "p/1.2 compliant"), "")
	if text := b.String(); strings.Contains(text, "FAIL") || strings.Count(text, "\n\n") > 2 || !strings.Contains(text, "100 %") {
		t.Errorf("%s", text)
	}
	b.Reset()
	view.Style{Lang: "en"}.CheckText(&b, reporttest.Verdicts("p", "p/1.1 not-applicable"), "")
	if text := b.String(); strings.Contains(text, "SECTION") {
		t.Errorf("%s", text)
	}
}
