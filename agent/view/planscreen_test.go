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

// bigPlan has changes that belong together, restarts of several things, risks, and much that it does not fix.
func bigPlan() report.Report {
	const manifest = change.Target("file:/etc/kubernetes/manifests/kube-apiserver.yaml")
	file, unit := change.State{File: &change.File{Mode: 0o644}}, change.State{Unit: &change.Unit{}}
	mode := []change.FieldChange{{Field: change.FieldMode, Before: "0644", After: "0600"}}
	one := func(target change.Target, before, after change.State, fields ...change.FieldChange) change.Change {
		return change.Change{Target: target, Rules: []string{"rule-" + target.Name()}, Fields: fields, Before: before, After: after}
	}
	sysctl := func(key, from, to string) change.Change {
		return one(change.SysctlTarget(key), change.State{Sysctl: &change.Sysctl{Value: from}}, change.State{Sysctl: &change.Sysctl{Value: to}}, change.FieldChange{Field: change.FieldValue, Before: from, After: to})
	}
	made := change.ToBeMade(32).String()
	p := change.Plan{Profile: change.Profile{Name: "cis-1.12", Version: "1.0.0"}, Node: change.Node{Platform: "kubeadm", Kubernetes: "1.34.1"}, Changes: []change.Change{
		one("file:/etc/kubernetes/pki/ca.key", file, file, mode...), one("file:/etc/kubernetes/admin.conf", file, file, mode...), one("file:/root/.kube/config", file, file, mode...),
		sysctl("kernel.panic", "0", "10"), sysctl("vm.overcommit_memory", "0", "1"),
		one("group:etcd", change.State{}, change.State{Group: &change.Group{}}, change.FieldChange{Field: change.FieldGID, After: 52034}), one("user:etcd", change.State{}, change.State{User: &change.User{}}, change.FieldChange{Field: change.FieldUID, After: 52034}),
		one("file:/etc/kubernetes/harden", change.State{}, change.State{File: &change.File{Directory: true}}, change.FieldChange{Field: change.FieldType, After: "directory"}),
		one("file:/etc/kubernetes/harden/audit-policy.yaml", change.State{}, file, change.FieldChange{Field: change.FieldContent, After: "a: 1\n"}),
		one("file:/etc/kubernetes/old.conf", file, change.State{}, change.FieldChange{Field: change.FieldContent, Before: change.Redacted([]byte("a"))}),
		one(manifest, file, file, change.FieldChange{Field: "flag:--profiling", After: "false"}, change.FieldChange{Field: "flag:--authorization-mode", Before: "AlwaysAllow", After: "Node"},
			change.FieldChange{Field: "flag:--authorization-mode", Before: "Node", After: "Node,RBAC"}, change.FieldChange{Field: "flag:--insecure-port", Before: "8080"}, change.FieldChange{Field: "flag:--audit-log-path", After: "/a"},
			change.FieldChange{Field: "mount:/var/log/audit", After: "rw"}, change.FieldChange{Field: change.FieldXattrs, After: "x"}),
		one("file:/etc/kubernetes/encryption.yaml", file, file, change.FieldChange{Field: change.FieldContent, Before: change.Redacted([]byte("a")), After: made}),
		one("file:/etc/kubernetes/encryption.yaml", file, file, change.FieldChange{Field: change.FieldContent, Before: made, After: made}),
		one("unit:kubelet.service", unit, unit, change.FieldChange{Field: change.FieldProcess, Before: message.Value("is old"), After: change.Current}),
	}}
	p.Changes[10].Effects = []change.Effect{change.RollPod("kube-apiserver"), change.RollPod("etcd"), change.RollPod("kube-scheduler")}
	p.Changes[12].Later = true
	p.Changes[13].Effects = []change.Effect{change.DaemonReload, change.RestartUnit("kubelet.service"), change.RestartUnit("containerd.service")}
	var controls []report.Control
	rules := map[string]report.Rule{}
	add := func(rule string, status change.Status, severity change.Severity, reason string) {
		id := fmt.Sprintf("cis-1.12/1.%d", len(controls)+1)
		p.Findings = append(p.Findings, change.Finding{Rule: rule, Controls: []string{id}, Status: status, Severity: severity, Reason: message.Value(reason)})
		controls = append(controls, report.Control{ID: id, Rules: []string{rule}, Title: report.Bilingual{EN: "A control"}})
	}
	for i, c := range p.Changes {
		if rule := c.Rules[0]; rules[rule].Risk.EN == "" {
			rules[rule] = report.Rule{Warn: i >= 2, Risk: report.Bilingual{EN: fmt.Sprintf("What number %d can break\x1b[2J. And how to see it.", i), ZH: fmt.Sprintf("第 %d 项可能的影响。如何发现。", i)}}
			add(rule, change.Drift, change.Severities[i%4], "it is not so")
		}
	}
	rules["rule-/root/.kube/config"] = report.Rule{Risk: report.Bilingual{EN: "None. It is read by nobody."}}
	for range 11 {
		add("old-kubelet", change.Blocked, change.Medium, "the kubelet is too old. Upgrade it.")
	}
	add("proxy", change.Error, change.High, strings.Repeat("a text that goes on, ", 20)+"and does not end")
	add("fstab", change.Error, change.High, "one sentence alone")
	return report.NewReport(p, report.About{}, controls, rules)
}

// What belongs together is one line, and what is told of it is short enough for one screen.
func TestBigPlan(t *testing.T) {
	whys := map[string]report.Rule{}
	for _, c := range bigPlan().Plan.Changes {
		whys[c.Rules[0]] = report.Rule{Why: report.Bilingual{EN: "It is open.", ZH: "存在风险。"}}
	}
	golden(t, "big-plan", func(s view.Style, b *strings.Builder) { s.PlanScreen(b, bigPlan(), "CIS Kubernetes Benchmark v1.12") })
	golden(t, "big-plan-risks", func(s view.Style, b *strings.Builder) { s.RisksText(b, bigPlan()) })
	golden(t, "big-plan-v", func(s view.Style, b *strings.Builder) { s.PlanText(b, bigPlan().Plan, "", whys) })
}

// Each target of a plan stands on its screen, and each risk in the list of them, the warnings first.
func TestPlanIsTold(t *testing.T) {
	r := bigPlan()
	for _, width := range []int{0, 40, 60, 80, 120} {
		s := view.Style{Lang: "en", Width: width}
		var plan, risks strings.Builder
		s.PlanScreen(&plan, r, "")
		s.RisksText(&risks, r)
		for _, c := range r.Plan.Changes {
			if name := c.Target.Name(); !strings.Contains(plan.String(), name[strings.LastIndexByte(name, '/')+1:]) {
				t.Errorf("%d columns: %s is not told of:\n%s", width, c.Target, plan.String())
			}
		}
		if strings.Contains(plan.String()+risks.String(), "\x1b") {
			t.Errorf("%d columns: raw", width)
		}
		flat := strings.Join(strings.Fields(risks.String()), " ")
		if n := strings.Count(flat, "can break"); n != 11 || strings.Contains(flat, "None.") { // one of twelve rules has none
			t.Errorf("%d columns: %d risks:\n%s", width, n, flat)
		}
		// Within the warnings, and within the others, what is most severe comes first.
		at := 0
		for _, i := range []int{4, 8, 5, 9, 13, 10, 3, 7, 11, 0, 1} {
			next := strings.Index(flat, fmt.Sprintf("number %d can", i))
			if next < at {
				t.Errorf("%d columns: risk %d stands at %d, before %d:\n%s", width, i, next, at, flat)
			}
			at = next
		}
	}
}

// A plan without a risk says nothing of risks; one without a restart says so; one without a change has nothing to be done.
func TestSmallPlan(t *testing.T) {
	s := view.Style{Lang: "en"}
	var b strings.Builder
	s.RisksText(&b, reporttest.Report())
	if b.Len() > 0 {
		t.Errorf("%q", b.String())
	}
	one := change.Plan{Changes: []change.Change{{Target: "sysctl:a", Fields: []change.FieldChange{{Field: change.FieldValue, Before: "0", After: "1"}}}},
		Findings: []change.Finding{{Rule: "r", Controls: []string{"p/1"}, Status: change.Drift}}}
	s.PlanScreen(&b, report.NewReport(one, report.About{}, []report.Control{{ID: "p/1"}}, nil), "")
	if text := b.String(); !strings.Contains(text, "nothing restarts") || !strings.Contains(text, "1 control that fails.") {
		t.Errorf("%s", text)
	}
	b.Reset()
	s.PlanScreen(&b, report.Report{}, "")
	if text := b.String(); strings.Contains(text, "Interruption") || !strings.HasSuffix(text, "\nNothing to change.\n") {
		t.Errorf("%s", text)
	}
}
