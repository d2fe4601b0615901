package view_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"harden/agent/change"
	"harden/agent/report"
	"harden/agent/report/reporttest"
	"harden/agent/view"
)

// withRisks is the sample report with severities, sections, and what rules can break.
func withRisks(lang report.Language) report.Report {
	p, controls := reporttest.Controls()
	severities := map[string]change.Severity{"admin-mode": change.High, "ciphers": change.Low, "link-mode": change.Critical, "pids-limit": change.Medium}
	for i := range p.Findings {
		f := &p.Findings[i]
		f.Severity = severities[f.Rule]
		if f.Status == change.Waived {
			f.Waiver = &change.Waiver{Reason: "until the move", Expires: "2027-06-30"}
		}
	}
	about := reporttest.About
	about.Lang = lang
	about.Sections = []report.Section{{ID: "3", Title: report.Bilingual{EN: "Files of the control plane", ZH: "控制面文件"}}, {ID: "4", Title: report.Bilingual{EN: "Kubelet", ZH: "kubelet"}}}
	rules := map[string]report.Rule{
		"admin-mode": {Risk: report.Bilingual{EN: "Programs that read it without root stop working.", ZH: "以非 root 身份读取它的程序将停止工作。"}, Warn: true},
		"ciphers":    {Risk: report.Bilingual{EN: "Old clients cannot connect.", ZH: "旧客户端无法连接。"}},
	}
	return report.NewReport(p, about, controls, rules)
}

// The default screens, at three widths and in both languages.
func TestScreens(t *testing.T) {
	for _, lang := range []report.Language{"en", "zh"} {
		for _, width := range []int{60, 80, 120} {
			s := view.Style{Lang: lang, Width: width}
			r := withRisks(lang)
			for name, print := range map[string]func(*strings.Builder){
				"check":     func(b *strings.Builder) { s.CheckText(b, r, "What our site wants") },
				"plan":      func(b *strings.Builder) { s.PlanScreen(b, r, "What our site wants") },
				"framework": func(b *strings.Builder) { s.FrameworkText(b, r, "attack") },
			} {
				t.Run(fmt.Sprintf("%s-%s-%d", name, lang, width), func(t *testing.T) {
					var b strings.Builder
					print(&b)
					reporttest.Golden(t, fmt.Sprintf("screen-%s-%s-%d.txt", name, lang, width), b.String())
				})
			}
		}
	}
}

// Nothing of a node or of a profile steers a terminal.
func TestHostileScreens(t *testing.T) {
	r := reporttest.Hostile()
	for _, lang := range []report.Language{"en", "zh"} {
		var b strings.Builder
		s := view.Style{Lang: lang, Width: 80}
		s.CheckText(&b, r, reporttest.HostileText)
		s.PlanScreen(&b, r, reporttest.HostileText)
		s.RisksText(&b, r)
		s.FrameworkText(&b, r, "attack")
		for line := range strings.Lines(b.String()) {
			if strings.ContainsAny(line, "\x1b\x07\r\u202e\u009b") || strings.HasPrefix(strings.TrimSpace(line), "rm -rf") {
				t.Errorf("%s: %q", lang, line)
			}
		}
	}
}

// A restart is told with what it interrupts, and a tree has none.
func TestInterruption(t *testing.T) {
	p := change.Plan{Changes: []change.Change{{Target: "file:/etc/kubernetes/manifests/kube-apiserver.yaml", Effects: []change.Effect{change.RollPod("kube-apiserver")}},
		{Target: "file:/var/lib/kubelet/config.yaml", Effects: []change.Effect{change.RestartUnit("kubelet.service")}}}}
	const restarts = "\nInterruption   kubelet restarts once. kube-apiserver restarts once, unavailable for about 40 s. If this is the only API server, the API cannot be reached during that time. Pods that run now continue to run."
	for _, tt := range []struct {
		want   string
		s      view.Style
		lasted time.Duration
	}{
		{restarts + "\n", view.Style{Lang: "en"}, 0},
		{restarts + " The last run on this node that restarted them took 52s in all.\n", view.Style{Lang: "en"}, 52 * time.Second},
		{"\nInterruption   none: no program runs below --root\n", view.Style{Lang: "en", Tree: true}, 0},
	} {
		var b strings.Builder
		tt.s.PlanScreen(&b, report.Report{Plan: p, About: report.About{Lasted: tt.lasted}}, "")
		if !strings.Contains(b.String(), tt.want) {
			t.Errorf("%q is not in %q", tt.want, b.String())
		}
	}
}
