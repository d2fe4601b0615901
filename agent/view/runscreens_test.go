package view_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"harden/agent/change"
	"harden/agent/message"
	"harden/agent/report"
	"harden/agent/report/reporttest"
	"harden/agent/view"
)

// pendingRun waits to be confirmed.
func pendingRun() report.Run {
	at := time.Date(2026, 11, 29, 9, 41, 0, 0, time.UTC)
	until := at.Add(10 * time.Minute)
	return report.Run{ID: "20261129T094100Z-3ef1", State: "pending-confirmation", Profile: "cis-1.12", Started: &at, Finished: &at, ConfirmBefore: &until, Changes: 19,
		Restarts: map[string]int{"kubelet.service": 1, "kube-apiserver": 1, "kube-controller-manager": 1, "kube-scheduler": 1}, Backup: "/var/lib/harden/runs/20261129T094100Z-3ef1/backups"}
}

// external is what somebody else changed since a run.
func external() []report.ExternalChange {
	return []report.ExternalChange{
		{Target: change.FileTarget("/var/lib/kubelet/config.yaml"), Fields: []report.ExternalField{{Field: "yaml:podPidsLimit", Before: nil, After: 4096, Now: 100}}, Lines: 2, Diff: []string{"@@ -31,1 +31,1 @@"}},
		{Target: change.FileTarget("/etc/kubernetes/manifests/kube-apiserver.yaml"), Fields: []report.ExternalField{{Field: "flag:--audit-policy-file", Before: nil, After: "/etc/kubernetes/harden/audit-policy.yaml", Now: "/etc/kubernetes/site/policies/audit-policy.yaml"}},
			Reason: message.New("the settings of the run cannot be removed exactly from its text")},
	}
}

// screensOfRuns are what apply, show, history and rollback print.
func screensOfRuns(s view.Style) map[string]func(*strings.Builder) {
	plan, _ := reporttest.Controls()
	runs := reporttest.Runs()
	slices.Reverse(runs)
	return map[string]func(*strings.Builder){
		"apply": func(b *strings.Builder) {
			s.PlanScreen(b, withRisks(s.Lang), "What our site wants")
			b.WriteString("\n")
			s.RunText(b, runs[0])
		},
		"pending":  func(b *strings.Builder) { s.RunText(b, pendingRun()) },
		"show":     func(b *strings.Builder) { s.RunText(b, runs[2]); s.ChangesText(b, plan.Changes) },
		"history":  func(b *strings.Builder) { s.HistoryText(b, slices.Values(runs)) },
		"rollback": func(b *strings.Builder) { s.ExternalChangesText(b, external()); s.RunText(b, runs[2]) },
		"original": func(b *strings.Builder) { s.ReturnText(b, plan.Changes) },
	}
}

// What is printed of runs, at three widths and in both languages.
func TestRunScreens(t *testing.T) {
	for _, lang := range []report.Language{"en", "zh"} {
		for _, width := range []int{60, 80, 120} {
			for name, print := range screensOfRuns(view.Style{Lang: lang, Width: width}) {
				t.Run(fmt.Sprintf("%s-%s-%d", name, lang, width), func(t *testing.T) {
					var b strings.Builder
					print(&b)
					reporttest.Golden(t, fmt.Sprintf("screen-%s-%s-%d.txt", name, lang, width), b.String())
				})
			}
		}
	}
}

// Where a terminal has 60 columns, no path of at most 60 is cut in its middle.
func TestNoPathIsCut(t *testing.T) {
	const width = 60
	for _, lang := range []report.Language{"en", "zh"} {
		s := view.Style{Lang: lang, Width: width}
		all := screensOfRuns(s)
		r := withRisks(lang)
		all["check"] = func(b *strings.Builder) { s.CheckText(b, r, "What our site wants") }
		all["details"] = func(b *strings.Builder) { s.ReportText(b, r, "What our site wants") }
		all["explain"] = func(b *strings.Builder) { s.ExplanationText(b, explained(), view.Explained{}) }
		for name, print := range all {
			var b strings.Builder
			print(&b)
			for line := range strings.Lines(b.String()) {
				if path := cutPath(strings.TrimSuffix(line, "\n"), width); path != "" && !strings.HasPrefix(strings.TrimSpace(line), "+ ") && !strings.HasPrefix(strings.TrimSpace(line), "- ") {
					t.Errorf("%s, %s: %q is cut in %q", name, lang, path, line)
				}
			}
		}
	}
}

// cutPath gives the path that stands over the edge of a line though it would fit by itself, "" for none.
func cutPath(line string, width int) string {
	begin := 0
	for _, word := range strings.SplitAfter(line, " ") {
		end := begin + view.Columns(strings.TrimRight(word, " "))
		if begin < width && end > width && strings.Contains(word, "/") && end-begin <= width {
			return word
		}
		begin += view.Columns(word)
	}
	return ""
}
