package view_test

import (
	"fmt"
	"strings"
	"testing"

	"harden/agent/change"
	"harden/agent/message"
	"harden/agent/report"
	"harden/agent/report/reporttest"
	"harden/agent/view"
)

// explained is an explanation with everything in it.
func explained() report.Explanation {
	plan, _ := reporttest.Controls()
	title := report.Bilingual{EN: "Limit the processes of a pod", ZH: "限制每个 Pod 的进程数"}
	return report.Explanation{Name: "cis-1.12/4.2.13",
		Controls: []report.Control{{ID: "cis-1.12/4.2.13", Level: 1, Title: title, From: "1.20", Note: report.Bilingual{EN: "The source gives no number.", ZH: "原文未给出数值。"}}},
		Rules: []report.RuleExplained{{Name: "pids-limit", Title: title, Severity: change.Medium, Because: report.Bilingual{EN: "One fork bomb takes the node down.", ZH: "一次 fork 炸弹即可拖垮节点。"},
			Why:  report.Bilingual{EN: "A fork bomb in one container otherwise uses up the node's process ids.", ZH: "否则一个容器中的 fork 炸弹会耗尽节点的进程号。"},
			Risk: report.Bilingual{EN: "Pods with more processes than the limit fail to make new ones.", ZH: "进程数超过上限的 Pod 无法再创建新进程。"}, Phase: "cluster",
			IDs: []report.FrameworkIDs{{Framework: "nist-800-53", IDs: []string{"SC-5", "SC-6", "CM-6", "AC-3"}}}}},
		Serves:   []string{"cis-1.11/4.2.13", "cis-1.12/4.2.13", "kubeadm-node/kubelet.limits", "qkxy-cs001-2023/5.6.3.2"},
		Findings: []change.Finding{{Rule: "pids-limit", Status: change.Drift, Reason: message.New("%s is not set, should be %v", "podPidsLimit", 4096)}},
		Changes:  plan.Changes[len(plan.Changes)-2:]}
}

// listed are profiles as a list has them.
func listed() []report.Profile {
	title := func(en, zh string) report.Bilingual { return report.Bilingual{EN: en, ZH: zh} }
	return []report.Profile{
		{Name: "site", Title: title("Our nodes", "本站节点"), Listed: report.Listed{Site: true, Controls: 131, Judged: 90},
			Differences: &report.Differences{Extends: []string{"cis-1.12"}, Waivers: make([]report.ProfileWaiver, 2)}},
		{Name: "zbroken", Listed: report.Listed{Site: true, Wrong: message.Value("zbroken.yaml:4:11: cis-9: no profile of that name")}},
		{Name: "cis-1.12", Title: title("CIS Kubernetes Benchmark v1.12", "CIS Kubernetes 基准 v1.12"), Listed: report.Listed{Versions: "1.32–1.34", Controls: 131, Judged: 90, Picked: true}},
		{Name: "stig-kubernetes-v2r6", Title: title("DISA Kubernetes STIG V2R6", "DISA Kubernetes STIG V2R6"), Listed: report.Listed{Controls: 92, Judged: 67}},
	}
}

// What explain, profiles list and profiles show print, at three widths and in both languages.
func TestListScreens(t *testing.T) {
	site := listed()[0]
	site.Version, site.Differences = "1.0.0", &report.Differences{Extends: []string{"cis-1.12"}, Set: []report.ChangedParameter{{Name: "audit-log-maxage", From: "30", To: "90"}},
		Adjust: []string{"pki-key-mode"}, Skip: []string{"1.2.9"}, Severity: map[string]change.Severity{"pids-limit": change.Critical},
		Waivers: []report.ProfileWaiver{{Control: "4.2.14", Reason: "an old application needs keyctl", Expires: "2027-06-30"}}}
	for _, lang := range []report.Language{"en", "zh"} {
		for _, width := range []int{60, 80, 120} {
			s := view.Style{Lang: lang, Width: width}
			for name, print := range map[string]func(*strings.Builder){
				"explain":       func(b *strings.Builder) { s.ExplanationText(b, explained(), view.Explained{}) },
				"profiles-list": func(b *strings.Builder) { s.ProfilesText(b, listed()) },
				"profiles-show": func(b *strings.Builder) { s.ProfileText(b, site, nil) },
				"details":       func(b *strings.Builder) { s.ReportText(b, withRisks(lang), "What our site wants") },
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
