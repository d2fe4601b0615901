package report_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"harden/agent/change"
	"harden/agent/message"
	"harden/agent/report"
	"harden/agent/report/reporttest"
)

// What is said of a change, of what was read, and of a verdict, in both languages.
func TestSentences(t *testing.T) {
	at := func(target change.Target, field change.Field, op change.Op, expected, actual any) change.Observation {
		return change.Observation{Target: target, Field: field, Op: op, Expected: expected, Actual: actual, Where: message.Value("/etc/a:7")}
	}
	waived := at("object:Pod/shop/web", "yaml:spec.hostNetwork", change.Exact, false, true)
	waived.Waiver = &change.Waiver{Reason: "until the new CNI\x1b[2J", Expires: "2027-06-30"}
	restarting := change.Plan{Changes: []change.Change{{Effects: []change.Effect{change.RestartUnit("kubelet.service"), change.RollPod("kube-apiserver"), change.RollPod("etcd")}}}}
	blocked := change.Finding{Status: change.Waived, Waiver: &change.Waiver{Reason: "until the move", Expires: "2027-06-30", Blocked: message.Value("only root may")}}
	attested := change.Attestation{Verdict: report.Attested, By: "alice", Date: "2026-11-22", Reason: "seen in CHG-481", Expires: "2027-03-31"}
	open, over := attested, attested
	open.Verdict, over.Expired = report.AttestedOpen, true
	control := report.ReportedControl{Control: report.Control{Manual: report.Bilingual{EN: "Look at it.", ZH: "请查看。"}}}
	var b strings.Builder
	for _, lang := range []report.Language{"en", "zh"} {
		for _, text := range []string{
			lang.Effects([]change.Effect{change.DaemonReload, change.RestartUnit("kubelet.service"), change.ApproveServing("/etc/kubernetes/pki/ca.crt"), change.RollPod("etcd"), change.ReloadEncryption}),
			lang.Effects([]change.Effect{change.AwaitServing("/etc/kubernetes/pki/ca.crt")}),
			lang.Pending(restarting, false), lang.Pending(restarting, true), lang.Pending(change.Plan{Changes: make([]change.Change, 1)}, false),
			lang.Observed(at("user:etcd", change.FieldUID, change.Exact, 52034, nil)), lang.Observed(at("group:etcd", change.FieldGID, change.Exact, 52034, nil)),
			lang.Observed(at("file:/var/log/audit", change.FieldType, change.Exact, "directory", nil)), lang.Observed(at("file:/etc/audit.yaml", change.FieldContent, change.Exact, "a", nil)),
			lang.Observed(at("file:/etc/a", change.FieldMode, change.AtMost, "0600", "0644")), lang.Observed(at("file:/etc/a", "flag:--x", change.Present, nil, nil)),
			lang.Observed(at("file:/etc/a", "flag:--x", change.OneOf, []string{"a", "b"}, "")), lang.Observed(waived),
			lang.Level("cis-1.12/1.1.1", 2), lang.Level("qkxy-cs001-2023/5.1", 1), lang.Level("qkxy-cs001-2023/5.1", 2),
			control.Reason(blocked, lang),
			lang.Attested(attested, control.Manual), lang.Attested(open, control.Manual), lang.Attested(over, control.Manual),
		} {
			fmt.Fprintln(&b, text)
		}
	}
	reporttest.Golden(t, "sentences.txt", b.String())
	if got := report.Language("en").Level("cis-1.12/1.1.1", 0); got != "" {
		t.Errorf("a control of no level has the level %q", got)
	}
}

// A value is shown in one line, and one that is empty is not taken for one that is missing.
func TestValue(t *testing.T) {
	for _, tt := range []struct {
		value any
		want  string
	}{{nil, "—"}, {"", `""`}, {"a\nb", `a\nb`}, {[]string{"a", "b\x1b"}, `a,b\x1b`}, {int64(4096), "4096"}, {false, "false"}, {[]string{}, ""}} {
		if got := report.Value(tt.value); got != tt.want {
			t.Errorf("%#v is shown as %q, want %q", tt.value, got, tt.want)
		}
	}
}

// Controls are counted by the worst of their findings, and a rule that serves none is one.
func TestControlCounts(t *testing.T) {
	finding := func(rule string, status change.Status, controls ...string) change.Finding {
		return change.Finding{Rule: rule, Status: status, Controls: controls}
	}
	n, counts := report.ControlCounts(change.Plan{Findings: []change.Finding{finding("a", change.Drift, "s/1", "s/2"), finding("b", change.Compliant, "s/1"), finding("c", change.Error, "s/2"),
		finding("d", change.Drift), finding("d", change.Compliant), finding("", change.Manual, "s/3")}})
	if want := map[change.Status]int{change.Drift: 2, change.Error: 1, change.Manual: 1}; n != 4 || !maps.Equal(counts, want) {
		t.Errorf("%d controls: %v, want 4: %v", n, counts, want)
	}
}

// Beside a title there is room for what was found in a few words, and for nothing else.
func TestFound(t *testing.T) {
	for name, tt := range map[string]struct {
		o    change.Observation
		want string
	}{
		"a mode":                   {change.Observation{Field: change.FieldMode, Op: change.AtMost, Expected: "0600", Actual: "0644"}, "mode 0644 → 0600"},
		"not set":                  {change.Observation{Field: "yaml:podPidsLimit", Op: change.Exact, Expected: 4096}, "podPidsLimit none → 4096"},
		"a path":                   {change.Observation{Field: "flag:--x", Op: change.Exact, Expected: "/a", Actual: "/b"}, ""},
		"a long value":             {change.Observation{Field: "flag:--x", Op: change.Exact, Expected: strings.Repeat("a", 30), Actual: "b"}, ""},
		"one of several":           {change.Observation{Field: "flag:--x", Op: change.OneOf, Expected: "a", Actual: "b"}, ""},
		"a text":                   {change.Observation{Field: change.FieldContent, Op: change.Exact, Expected: "a", Actual: "b"}, ""},
		"a user that has no match": {change.Observation{Field: change.FieldUID, Op: change.Exact, Expected: "1", Actual: "2"}, ""},
		"it must not be set":       {change.Observation{Field: "flag:--x", Op: change.Absent, Actual: "b"}, ""},
		"all is as it should be":   {change.Observation{Field: "flag:--x", Op: change.Exact, Expected: "a", Actual: "b", Holds: true}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			tt.o.Target = "file:/a"
			holds := report.ReportedFinding{Finding: change.Finding{Status: change.Compliant, Observed: []change.Observation{{Expected: "1", Actual: "2"}}}}
			c := report.ReportedControl{Status: change.Drift, Findings: []report.ReportedFinding{holds, {Finding: change.Finding{Status: change.Drift, Observed: []change.Observation{tt.o}}}}}
			if got := report.Language("en").Found(c); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

// Five lines of what was read are enough for a terminal; the others are counted.
func TestManyObservations(t *testing.T) {
	var list []change.Observation
	for i := range 9 {
		list = append(list, change.Observation{Target: change.FileTarget(fmt.Sprint("/", i)), Field: change.FieldMode, Op: change.AtMost, Expected: "0600", Actual: "0644", Where: message.Value(fmt.Sprint("/", i))})
	}
	f := report.ReportedFinding{Finding: change.Finding{Rule: "r", Status: change.Drift, Reason: message.New("%s is %v, should be %v", "mode", "0644", "0600"), Observed: list}}
	details := report.ReportedControl{Status: change.Drift}.Details(f, "en")
	if len(details) != 1+5+1 || details[0].Kind != report.DetailReason || !strings.Contains(details[0].Text, "0644") || details[6].Kind != report.DetailEvidence || !strings.Contains(details[6].Text, " 4 ") {
		t.Errorf("%+v", details)
	}
}
