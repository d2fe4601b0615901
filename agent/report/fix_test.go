package report_test

import (
	"fmt"
	"strings"
	"testing"

	"harden/agent/change"
	"harden/agent/message"
	"harden/agent/report"
	"harden/agent/report/reporttest"
)

// fixedBy is a report of one control for each of some rules that do not hold, and what fixes them.
func fixedBy(changes []change.Change, observed map[string][]change.Observation) report.Report {
	p := change.Plan{Profile: change.Profile{Name: "s"}, Changes: changes}
	var controls []report.Control
	known := map[string]bool{}
	for _, c := range changes {
		rule := c.Rules[0]
		if !known[rule] {
			known[rule] = true
			p.Findings = append(p.Findings, change.Finding{Rule: rule, Controls: []string{"s/" + rule}, Status: change.Drift, Reason: message.Value("it is not so"), Observed: observed[rule]})
			controls = append(controls, report.Control{ID: "s/" + rule, Rules: []string{rule}})
		}
	}
	return report.NewReport(p, report.About{}, controls, nil)
}

// In one line it is said what apply would do, about any kind of target.
func TestFix(t *testing.T) {
	set := func(rule string, target change.Target, field change.Field, before, after any, effects ...change.Effect) change.Change {
		return change.Change{Target: target, Rules: []string{rule}, Fields: []change.FieldChange{{Field: field, Before: before, After: after}}, Effects: effects}
	}
	const manifest, config = change.Target("file:/etc/kubernetes/manifests/kube-apiserver.yaml"), change.Target("file:/var/lib/kubelet/config.yaml")
	var changes []change.Change
	for i := range 9 {
		changes = append(changes, set("the mode of many files", change.FileTarget(fmt.Sprintf("/etc/kubernetes/pki/%d.key", i)), change.FieldMode, "0644", "0600"))
	}
	changes = append(changes,
		set("the mode of one file", "file:/etc/kubernetes/admin.conf", change.FieldMode, "0644", "0600"),
		set("the owner", "file:/etc/kubernetes/admin.conf", change.FieldOwner, "kube:kube", "root:root"),
		set("two modes", "file:/a", change.FieldMode, "0644", "0600"), set("two modes", "file:/b", change.FieldMode, "0755", "0700"),
		set("a user", "user:etcd", change.FieldUID, nil, 52034), set("a group", "group:etcd", change.FieldGID, nil, 52034),
		set("a kernel parameter", "sysctl:kernel.panic", change.FieldValue, "0", "10"),
		set("a pod", "pod:kube-apiserver", change.FieldProcess, message.New("…"), change.Current),
		set("a unit", "unit:kubelet.service", change.FieldProcess, message.New("…"), change.Current, change.DaemonReload, change.RestartUnit("kubelet.service")),
		set("a directory", "file:/var/log/audit", change.FieldType, nil, "directory"),
		set("a whole file", "file:/etc/kubernetes/audit.yaml", change.FieldContent, nil, "a: 1\n", change.ReloadEncryption),
		set("a mount", manifest, "mount:/var/log/audit", nil, "rw", change.RollPod("kube-apiserver")),
		set("a flag", manifest, "flag:--profiling", "true", "false", change.RollPod("kube-apiserver")),
		set("a flag that goes", manifest, "flag:--insecure-port", "8080", nil),
		set("an attribute", "file:/etc/kubernetes/admin.conf", change.FieldXattrs, "a", "b"),
		set("a long value", config, "yaml:tlsCipherSuites", nil, []string{strings.Repeat("TLS_ECDHE_", 9)}),
		set("many settings", config, "yaml:a", nil, 1), set("many settings", config, "yaml:b", nil, 2), set("many settings", config, "yaml:c", nil, 3), set("many settings", config, "yaml:d", nil, 4), set("many settings", config, "yaml:d", nil, 4),
	)
	r := fixedBy(changes, nil)
	var b strings.Builder
	for _, c := range r.Controls {
		fmt.Fprintln(&b, c.Short)
		for _, lang := range []report.Language{"en", "zh"} {
			fmt.Fprintf(&b, "    %s\n", c.Findings[0].Fix(lang))
		}
		if c.Remedy(c.Findings[0], "en") != "harden apply: "+c.Findings[0].Fix("en") {
			t.Errorf("the remedy of %s is %q", c.Short, c.Remedy(c.Findings[0], "en"))
		}
	}
	reporttest.Golden(t, "fixes.txt", b.String())
	if got := r.Controls[0].Findings[0].Fix("en"); !strings.Contains(got, "/etc/kubernetes/pki/0.key") || strings.Contains(got, "1.key") || !strings.Contains(got, " 8 ") {
		t.Errorf("nine files are told of as %q", got)
	}
}

// Of a change that several rules make, the fix of one is what that rule asks for.
func TestFixIsThatOfItsRule(t *testing.T) {
	const config = change.Target("file:/var/lib/kubelet/config.yaml")
	changes := []change.Change{{Target: config, Rules: []string{"ours"}, Fields: []change.FieldChange{{Field: "yaml:a", After: 1}, {Field: "yaml:b", Before: 1, After: 2}, {Field: "yaml:b", Before: 2, After: 3}, {Field: "yaml:c", After: 1}}}}
	f := fixedBy(changes, map[string][]change.Observation{"ours": {
		{Target: config, Field: "yaml:b", Expected: 3, Actual: 1}, {Target: config, Field: "yaml:c", Holds: true}, {Target: "file:/other", Field: "yaml:a"}}}).Controls[0].Findings[0]
	if got := f.Fix("en"); !strings.Contains(got, "b to 3") || strings.Contains(got, "b to 2") || strings.Contains(got, "a to 1") || strings.Contains(got, "c to 1") {
		t.Errorf("the fix is %q", got)
	}
}

// Where a rule is told to be left alone, or nothing mends it, no fix is told of.
func TestNoFix(t *testing.T) {
	p := change.Plan{Profile: change.Profile{Name: "s"}, Changes: []change.Change{{Target: "file:/a", Rules: []string{"r"}, Fields: []change.FieldChange{{Field: change.FieldMode, After: "0600"}}}}}
	manual := report.Bilingual{EN: "look", ZH: "请查看"}
	var controls []report.Control
	for _, status := range change.Statuses {
		p.Findings = append(p.Findings, change.Finding{Rule: "r", Controls: []string{"s/" + string(status)}, Status: status, Reason: message.Value("because of " + string(status))})
		controls = append(controls, report.Control{ID: "s/" + string(status), Manual: manual})
	}
	want := map[change.Status]string{change.Manual: "请查看", change.Blocked: "because of blocked", change.Error: "because of error"}
	for _, c := range report.NewReport(p, report.About{}, controls, nil).Controls {
		f := c.Findings[0]
		if c.Status == change.Drift {
			continue
		}
		if fix := f.Fix("en"); fix != "" {
			t.Errorf("%s is fixed by %q", c.Status, fix)
		}
		if got := c.Remedy(f, "zh"); got != want[c.Status] {
			t.Errorf("what to do about %s is %q, want %q", c.Status, got, want[c.Status])
		}
	}
}
