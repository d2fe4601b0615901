package view_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

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
		{Name: "zbroken", Listed: report.Listed{Site: true, Wrong: message.Value("zbroken.yaml:4:11: cis-9: no profile has this name")}},
		{Name: "cis-1.12", Title: title("CIS Kubernetes Benchmark v1.12", "CIS Kubernetes 基准 v1.12"), Listed: report.Listed{Versions: "1.32–1.34", Controls: 131, Judged: 90, Picked: true}},
		{Name: "stig-kubernetes-v2r6", Title: title("DISA Kubernetes STIG V2R6", "DISA Kubernetes STIG V2R6"), Listed: report.Listed{Controls: 92, Judged: 67}},
	}
}

// toJudge is a report of what a person must judge.
func toJudge() report.Report {
	control := report.Control{ID: "cis-1.12/3.1.3", Level: 1, Title: report.Bilingual{EN: "Do not use bootstrap tokens for people", ZH: "用户不使用引导令牌登录"},
		Manual: report.Bilingual{EN: "List bootstrap tokens: `kubeadm token list`, or `kubectl -n kube-system get secrets --field-selector type=bootstrap.kubernetes.io/token`. Pass if: there are none, or only tokens with an expiry.",
			ZH: "列出引导令牌：`kubeadm token list`，或 `kubectl -n kube-system get secrets --field-selector type=bootstrap.kubernetes.io/token`。合格标准：没有，或仅有带有效期的令牌。"}}
	p := change.Plan{Profile: change.Profile{Name: "cis-1.12", Version: "1.0.0"}, Node: change.Node{Platform: "kubeadm", Kubernetes: "1.34.1"},
		Findings: []change.Finding{{Controls: []string{control.ID}, Status: change.Manual, Reason: message.Value(control.Manual.EN)}}}
	return report.NewReport(p, report.About{Host: "node7"}, []report.Control{control}, nil)
}

// fleet is what reports of three nodes, one of them old, come to.
func fleet(lang report.Language) report.Fleet {
	var g report.FleetReader
	for i, host := range []string{"w1", "w2", "w3"} {
		for day := range 2 {
			r := withRisks(lang)
			r.Host, r.Time = host, time.Date(2026, 11, 22+6*day-4*(i/2), 9, 41, 0, 0, time.UTC)
			g.Add(fmt.Sprintf("%s-%d.json", host, day), host, r)
		}
	}
	g.AddBroken("torn.json", message.Value("it is not a JSON document of harden"))
	return g.Fleet(lang)
}

// attested are verdicts of persons: one that holds, one that is over, one that found something.
func attested() []report.Attestation {
	verdict := func(control, verdict, expires string, expired bool) report.Attestation {
		return report.Attestation{Control: control, Attestation: change.Attestation{Verdict: verdict, Reason: "reviewed in CHG-481", By: "alice", Date: "2026-11-22", Expires: expires, Expired: expired}}
	}
	return []report.Attestation{verdict("cis-1.12/5.1.1", report.Attested, "2027-03-31", false), verdict("cis-1.12/5.1.3", report.AttestedOpen, "2027-01-31", false), verdict("cis-1.12/5.1.4", report.Attested, "2026-11-23", true)}
}

// What explain, profiles list, profiles show, summary, diff and attest print, at three widths and in both languages.
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
				"manual":        func(b *strings.Builder) { s.ReportText(b, toJudge(), "CIS Kubernetes Benchmark v1.12") },
				"summary":       func(b *strings.Builder) { s.FleetText(b, fleet(lang), false) },
				"diff":          func(b *strings.Builder) { s.DiffText(b, report.Compare(reporttest.Earlier(), reporttest.Report())) },
				"attest":        func(b *strings.Builder) { s.AttestationsText(b, attested()) },
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
