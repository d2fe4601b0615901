package format_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"harden/agent/change"
	"harden/agent/format"
	"harden/agent/message"
	"harden/agent/report"
	"harden/agent/report/reporttest"
)

// rated is a report by a site's profile that extends a benchmark: with severities, sections, ids of other
// frameworks, commands for a person, and objects of a cluster, one of which is waived.
func rated() report.Report {
	const pki = "/etc/kubernetes/pki/"
	var many []change.Observation
	for i := range 130 {
		file := fmt.Sprintf("%s%d.key", pki, i)
		many = append(many, change.Observation{Target: change.FileTarget(file), Field: change.FieldMode, Op: change.AtMost, Expected: "0600", Actual: "0644", Where: message.Value(file), Path: file})
	}
	object := func(name string) change.Observation {
		return change.Observation{Target: change.ObjectTarget("Pod", "", "shop", name), Field: "yaml:spec.hostNetwork", Op: change.Exact, Expected: false, Actual: true, Where: message.Value("Pod shop/" + name)}
	}
	waived := object("agent")
	waived.Waiver = &change.Waiver{Reason: "the agent needs it", Expires: "2027-06-30"}
	p := change.Plan{Profile: change.Profile{Name: "ours", Version: "1.0.0"}, Node: change.Node{Platform: "kubeadm", Kubernetes: "1.34.1", Roles: []string{"control-plane", "etcd"}}}
	rules := map[string]report.Rule{}
	var controls []report.Control
	add := func(id string, level int, severity change.Severity, status change.Status, observed ...change.Observation) *report.Control {
		rule := "rule-" + strings.ReplaceAll(id, ".", "-")
		id = "cis-1.12/" + id
		p.Findings = append(p.Findings, change.Finding{Rule: rule, Controls: []string{id}, Status: status, Severity: severity, Reason: message.New("%s is not set, should be %v", rule, "x"), Observed: observed})
		rules[rule] = report.Rule{Title: report.Bilingual{EN: "What " + rule + " wants"}, Why: report.Bilingual{EN: "Whoever has it owns the node."},
			IDs: []report.FrameworkIDs{{Framework: "nist-800-53", Title: "NIST SP 800-53", IDs: []string{"AC-3", "SC-5"}}, {Framework: "nist-800-53", Title: "NIST SP 800-53", IDs: []string{"AC-3", "SC-5"}}}}
		controls = append(controls, report.Control{ID: id, Level: level, Title: report.Bilingual{EN: "Control " + id, ZH: "控制项 " + id}, Rules: []string{rule}})
		return &controls[len(controls)-1]
	}
	add("1.1.1", 1, change.Critical, change.Drift, many...)
	add("1.2.1", 2, change.High, change.Blocked, change.Observation{Target: "user:etcd", Field: change.FieldUID, Op: change.Exact, Expected: 52034, Where: message.Value("/etc/passwd")}).NotApplicable = report.Bilingual{EN: "Where etcd runs elsewhere."}
	add("2.1", 1, change.Medium, change.Drift, change.Observation{Target: "file:/etc/etcd.yaml", Field: "yaml:a", Op: change.Exact, Expected: 1, Actual: 2, Where: message.Value("/etc/etcd.yaml:3"), Path: "/etc/etcd.yaml", Line: 3})
	add("4.1.1", 1, change.Low, change.Error).Note = report.Bilingual{EN: "The source gives no number."}
	add("5.1.1", 1, change.High, change.Blocked, object("web"), waived)
	p.Changes = []change.Change{{Target: change.FileTarget(pki + "0.key"), Rules: []string{"rule-1-1-1"}, Fields: []change.FieldChange{{Field: change.FieldMode, Before: "0644", After: "0600"}}}}
	for i, manual := range []report.Bilingual{
		{EN: "List them: `kubectl get pods -A`. Pass if: there are none.", ZH: "列出：`kubectl get pods -A`。合格标准：没有。"},
		{EN: "List them: `kubectl get nodes -o wide`. Pass if: all are known.", ZH: "请查看节点列表。"},
	} {
		id := fmt.Sprintf("cis-1.12/5.2.%d", i+1)
		p.Findings = append(p.Findings, change.Finding{Controls: []string{id}, Status: change.Manual, Reason: message.Value(manual.EN)})
		controls = append(controls, report.Control{ID: id, Level: 1, Title: report.Bilingual{EN: "A person looks", ZH: "人工检查"}, Manual: manual, Rules: []string{}})
	}
	p.Findings[len(p.Findings)-1].Targets = []change.Target{"object:Node/n1", "file:/etc/nodes"}
	about := reporttest.About
	about.By, about.Command = "alice", "harden check --profile ours -o html"
	about.Sections = []report.Section{{ID: "cis-1.12/1.1", Title: report.Bilingual{EN: "Files of the control plane", ZH: "控制面文件"}}}
	return report.NewReport(p, about, controls, rules)
}

// The page shows what a report says of itself, how severe its findings are, what other frameworks call them, and how a person judges.
func TestRatedHTML(t *testing.T) {
	page := written(t, "html", func(b *bytes.Buffer) error { return format.Write(b, "html", rated()) })
	reporttest.Golden(t, "rated.html", htmlDigests.ReplaceAllString(htmlScripts.ReplaceAllString(htmlStyles.ReplaceAllString(page, "<style/>"), "<script/>"), "'sha256'"))
	control := func(i int) string {
		_, rest, _ := strings.Cut(page, fmt.Sprintf(`<details class="control" id="c%d"`, i))
		part, _, _ := strings.Cut(rest, "</details>")
		return part
	}
	if n := strings.Count(control(0), "<tr>") - 1; n != 20 || !strings.Contains(control(0), " 110 ") {
		t.Errorf("of 130 files %d are shown, and the others are not counted: %s", n, control(0))
	}
	if n := strings.Count(control(0), "AC-3, SC-5"); n != 1 {
		t.Errorf("an id of another framework stands there %d times", n)
	}
	// A command is to be copied whole, once where both languages have it, and one language alone where they differ.
	for i, want := range map[int]string{5: "kubectl get pods -A", 6: "kubectl get nodes -o wide"} {
		runs := regexp.MustCompile(`<pre class="run"><code>(.*?)</code></pre>`).FindAllStringSubmatch(control(i), -1)
		if len(runs) != 1 || runs[0][1] != want {
			t.Errorf("the commands of control %d are %q", i, runs)
		}
	}
	if _, rest, _ := strings.Cut(control(6), `<div lang="zh">`); strings.Contains(rest, "<pre") || !strings.Contains(rest, "请查看节点列表。") {
		t.Errorf("what the Chinese how-to says is not its own: %s", rest)
	}
	if compared := written(t, "html", func(b *bytes.Buffer) error {
		return format.WriteDiff(b, "html", report.Compare(reporttest.Verdicts("a", "a/1 drift"), reporttest.Verdicts("b", "b/1 drift")))
	}); !strings.Contains(compared, `<p class="note">`) {
		t.Error("a comparison by number does not say so")
	}
}

// What SARIF says of severities is what viewers sort alerts by.
func TestSARIFLevels(t *testing.T) {
	var log struct {
		Runs []struct {
			Tool struct {
				Driver struct {
					Rules []struct {
						ID      string
						Default struct{ Level string } `json:"defaultConfiguration"`
						Help    struct{ Text string }
						Of      map[string]any `json:"properties"`
					}
				}
			}
			Results []struct {
				RuleID      string
				RuleIndex   int
				Kind, Level string
				Locations   []struct {
					Physical *struct {
						Artifact struct{ URI string } `json:"artifactLocation"`
						Region   *struct{ StartLine int }
					} `json:"physicalLocation"`
					Logical []struct {
						Name string `json:"fullyQualifiedName"`
						Kind string
					} `json:"logicalLocations"`
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(written(t, "sarif", func(b *bytes.Buffer) error { return format.Write(b, "sarif", rated()) })), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	var rules, results, places []string
	for _, r := range run.Tool.Driver.Rules {
		rules = append(rules, fmt.Sprint(strings.TrimPrefix(r.ID, "cis-1.12/"), " ", r.Default.Level, " ", r.Of["security-severity"], " ", r.Of["severity"]))
	}
	for _, r := range run.Results {
		if run.Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID {
			t.Errorf("the result of %s leads to %s", r.RuleID, run.Tool.Driver.Rules[r.RuleIndex].ID)
		}
		results = append(results, strings.TrimPrefix(r.RuleID, "cis-1.12/")+" "+r.Kind+" "+r.Level)
		for _, l := range r.Locations[:min(len(r.Locations), 2)] {
			switch {
			case l.Physical == nil:
				places = append(places, l.Logical[0].Kind+" "+l.Logical[0].Name)
			case l.Physical.Region == nil:
				places = append(places, l.Physical.Artifact.URI)
			default:
				places = append(places, fmt.Sprint(l.Physical.Artifact.URI, ":", l.Physical.Region.StartLine))
			}
		}
	}
	if diff := cmp.Diff([]string{"1.1.1 error 9.0 critical", "1.2.1 error 7.5 high", "2.1 warning 5.0 medium", "4.1.1 note 2.0 low", "5.1.1 error 7.5 high", "5.2.1 none <nil> <nil>", "5.2.2 none <nil> <nil>"}, rules); diff != "" {
		t.Errorf("rules, -want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"1.1.1 fail error", "1.2.1 fail error", "2.1 fail warning", "4.1.1 open none", "5.1.1 fail error", "5.2.1 review none", "5.2.2 review none"}, results); diff != "" {
		t.Errorf("results, -want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"file:///etc/kubernetes/pki/0.key", "file:///etc/kubernetes/pki/1.key", "user /etc/passwd", "file:///etc/etcd.yaml:3", "object Pod shop/web", "object Pod shop/agent", "object object:Node/n1", "file:///etc/nodes"}, places); diff != "" {
		t.Errorf("places, -want +got:\n%s", diff)
	}
	if n := len(run.Results[0].Locations); n != 100 {
		t.Errorf("a result has %d places", n)
	}
	if help := run.Tool.Driver.Rules[1].Help.Text; !strings.Contains(help, "Where etcd runs elsewhere.") || !strings.Contains(help, "rule-1-2-1: What rule-1-2-1 wants\n") {
		t.Errorf("the help is %q", help)
	}
}

// A report by a profile that extends a benchmark has the parts of that benchmark, as kube-bench names them.
func TestKubeBenchParts(t *testing.T) {
	var all struct {
		Controls []struct {
			ID, Version, Detected string
			Node                  string `json:"node_type"`
			Text                  string
			Tests                 []struct {
				Section string
				Results []struct {
					Number string `json:"test_number"`
					Status string
				}
			}
			Pass int `json:"total_pass"`
			Fail int `json:"total_fail"`
			Warn int `json:"total_warn"`
		}
		Totals struct {
			Fail int `json:"total_fail"`
			Warn int `json:"total_warn"`
		}
	}
	if err := json.Unmarshal([]byte(written(t, "kube-bench", func(b *bytes.Buffer) error { return format.Write(b, "kube-bench", rated()) })), &all); err != nil {
		t.Fatal(err)
	}
	var parts []string
	for _, p := range all.Controls {
		text := fmt.Sprintf("%s %s %s", p.ID, p.Version, p.Node)
		for _, s := range p.Tests {
			for _, r := range s.Results {
				text += " " + r.Number + " " + r.Status
			}
		}
		parts = append(parts, fmt.Sprintf("%s: %d fail, %d warn", text, p.Fail, p.Warn))
	}
	if diff := cmp.Diff([]string{"1 cis-1.12 master 1.1.1 FAIL 1.2.1 FAIL: 2 fail, 0 warn", "2 cis-1.12 etcd 2.1 FAIL: 1 fail, 0 warn", "4 cis-1.12 node 4.1.1 WARN: 0 fail, 1 warn",
		"5 cis-1.12 policies 5.1.1 FAIL 5.2.1 WARN 5.2.2 WARN: 1 fail, 2 warn"}, parts); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if all.Totals.Fail != 4 || all.Totals.Warn != 3 {
		t.Errorf("in all %+v", all.Totals)
	}
}

// A failure names how severe it is, where it is told of in one line.
func TestJUnitNamesTheSeverity(t *testing.T) {
	f := soundJUnit(t, written(t, "junit", func(b *bytes.Buffer) error { return format.Write(b, "junit", rated()) }))
	var messages []string
	for _, s := range f.Suites {
		for _, c := range s.Cases {
			for _, why := range slices.Concat(c.Failure, c.Error) {
				messages = append(messages, why.Message)
			}
		}
	}
	want := []string{"FAIL (critical): ", "FAIL (medium): ", "ERROR (low): "}
	if len(messages) != len(want) {
		t.Fatalf("%q", messages)
	}
	for i := range want {
		if !strings.HasPrefix(messages[i], want[i]) {
			t.Errorf("%q does not begin with %q", messages[i], want[i])
		}
	}
}

// A control of a site's own is in no checklist of a STIG.
func TestSTIGLeavesOutOthers(t *testing.T) {
	r := of("ckl", reporttest.Report())
	own := r.Controls[0]
	own.ID = "site/our-own"
	r.Controls = append(r.Controls, own)
	for _, name := range format.Names() {
		if !format.OfSTIG(name) {
			continue
		}
		if text := written(t, name, func(b *bytes.Buffer) error { return format.Write(b, name, r) }); strings.Contains(text, "our-own") {
			t.Errorf("%s has it", name)
		}
	}
}
