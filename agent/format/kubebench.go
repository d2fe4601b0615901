package format

import (
	"cmp"
	"io"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/report"
)

// The report of kube-bench v0.12.0 (check.OverallControls), key by key, since
// its importers read it.
type (
	kbReport struct {
		Controls []*kbControls
		Totals   kbTotals
	}
	kbControls struct {
		ID       string     `json:"id"`
		Version  string     `json:"version"`
		Detected string     `json:"detected_version,omitempty"`
		Text     string     `json:"text"`
		NodeType string     `json:"node_type"`
		Tests    []*kbGroup `json:"tests"`
		kbTotals
	}
	kbGroup struct {
		Section string    `json:"section"`
		Type    string    `json:"type"`
		Pass    int       `json:"pass"`
		Fail    int       `json:"fail"`
		Warn    int       `json:"warn"`
		Info    int       `json:"info"`
		Desc    string    `json:"desc"`
		Results []kbCheck `json:"results"`
	}
	// kbCheck has the fields of kube-bench.
	kbCheck struct {
		ID          string   `json:"test_number"`
		Text        string   `json:"test_desc"`
		Audit       string   `json:"audit"`
		AuditEnv    string   `json:"AuditEnv"`
		AuditConfig string   `json:"AuditConfig"`
		Type        string   `json:"type"`
		Remediation string   `json:"remediation"`
		Info        []string `json:"test_info"`
		Status      string   `json:"status"`
		Actual      string   `json:"actual_value"`
		Scored      bool     `json:"scored"`
		Multiple    bool     `json:"IsMultiple"`
		Expected    string   `json:"expected_result"`
		Reason      string   `json:"reason,omitempty"`
	}
	kbTotals struct {
		Pass int `json:"total_pass"`
		Fail int `json:"total_fail"`
		Warn int `json:"total_warn"`
		Info int `json:"total_info"`
	}
)

// kbManual is what kube-bench says of a manual check. Importers know one by it.
const kbManual = "Test marked as a manual test"

// kbParts are the parts of the CIS Kubernetes Benchmark, as kube-bench names
// the kinds of nodes that they are about.
var kbParts = map[string]struct{ node, text string }{
	"1": {"master", "Control Plane Security Configuration"}, "2": {"etcd", "Etcd Node Configuration"},
	"3": {"controlplane", "Control Plane Configuration"}, "4": {"node", "Worker Node Security Configuration"}, "5": {"policies", "Kubernetes Policies"},
}

// writeKubeBench writes a report as kube-bench does with --json. What it has
// no word for is said in the reason: WARN is what a person must judge and
// what could not be checked, INFO what was left out, by the site or because it
// is not about this node. Of a comparison it holds what is not the same.
func writeKubeBench(w io.Writer, r report.Report, d *report.Diff) error {
	benchmark := kbBenchmark(r)
	var all kbReport
	for _, c := range r.Controls {
		state := d.Of(c.ID).State
		if state == report.DiffSame {
			continue
		}
		part := all.part(r, c, benchmark)
		group := part.group(c)
		check := kbCheckOf(r, c, benchmark, state)
		group.Results = append(group.Results, check)
		for _, n := range []*int{
			count(check.Status, &group.Pass, &group.Fail, &group.Warn, &group.Info),
			count(check.Status, &part.Pass, &part.Fail, &part.Warn, &part.Info),
			count(check.Status, &all.Totals.Pass, &all.Totals.Fail, &all.Totals.Warn, &all.Totals.Info),
		} {
			*n++
		}
	}
	if all.Controls == nil {
		all.Controls = []*kbControls{}
	}
	return report.WriteJSON(w, all, "")
}

// count chooses the counter of a status.
func count(status string, pass, fail, warn, info *int) *int {
	return map[string]*int{"PASS": pass, "FAIL": fail, "WARN": warn, "INFO": info}[status]
}

// kbBenchmark is the benchmark that most controls are of: a profile of a site
// that extends cis-1.10 has the controls of that.
func kbBenchmark(r report.Report) string {
	name, most := r.Plan.Profile.Name, 0
	counts := map[string]int{}
	for _, c := range r.Controls {
		of, _, _ := strings.Cut(c.ID, "/")
		if counts[of]++; counts[of] > most {
			name, most = of, counts[of]
		}
	}
	return name
}

// kbID is a control's number in the benchmark; its whole id where it is of
// another one.
func kbID(c report.ReportedControl, benchmark string) string {
	return strings.TrimPrefix(c.ID, benchmark+"/")
}

// part finds or makes the part of the report that a control belongs to.
func (k *kbReport) part(r report.Report, c report.ReportedControl, benchmark string) *kbControls {
	id, _, _ := strings.Cut(kbID(c, benchmark), ".")
	if i := slices.IndexFunc(k.Controls, func(o *kbControls) bool { return o.ID == id }); i >= 0 {
		return k.Controls[i]
	}
	minor := strings.SplitN(r.Plan.Node.Kubernetes, ".", 3)
	part := &kbControls{ID: id, Version: benchmark, Detected: strings.Join(minor[:min(2, len(minor))], "."), Text: r.Heading(), NodeType: "node"}
	if known, is := kbParts[id]; is && strings.HasPrefix(benchmark, "cis-") {
		part.NodeType, part.Text = known.node, known.text
	} else if slices.Contains(r.Plan.Node.Roles, "control-plane") {
		part.NodeType = "master"
	}
	k.Controls = append(k.Controls, part)
	return part
}

func (p *kbControls) group(c report.ReportedControl) *kbGroup {
	section := cmp.Or(c.Section, p.ID)
	if i := slices.IndexFunc(p.Tests, func(g *kbGroup) bool { return g.Section == section }); i >= 0 {
		return p.Tests[i]
	}
	g := &kbGroup{Section: section, Desc: p.Text}
	p.Tests = append(p.Tests, g)
	return g
}

func kbCheckOf(r report.Report, c report.ReportedControl, benchmark string, state report.DiffState) kbCheck {
	s := r.Lang
	id := kbID(c, benchmark)
	check := kbCheck{ID: id, Text: report.Safe(c.Title.In(r.Lang)), Audit: report.Safe("harden check --only " + c.ID), Info: []string{}, Scored: len(c.Rules) > 0, Reason: c.OneLine(r.Lang)}
	var actual, expected []string
	for _, f := range c.Findings {
		if remedy := report.Safe(c.Remedy(f, r.Lang)); remedy != "" {
			check.Info = append(check.Info, remedy)
		}
		for _, o := range f.Observed {
			actual = append(actual, report.Safe(o.Where.String())+": "+report.Value(o.Actual))
			expected = append(expected, s.Expected(o))
		}
	}
	check.Remediation = strings.Join(check.Info, "\n")
	check.Actual, check.Expected = strings.Join(actual, "\n"), strings.Join(expected, "\n")
	switch c.Status {
	case change.Compliant:
		check.Status = "PASS"
	case change.Drift, change.Blocked:
		check.Status = "FAIL"
	case change.Waived, change.NotApplicable:
		check.Status, check.Type = "INFO", "skip"
	case change.Manual:
		check.Status, check.Type = "WARN", "manual"
	default:
		check.Status = "WARN"
	}
	switch {
	case check.Type == "manual" && !slices.ContainsFunc(c.Findings, func(f report.ReportedFinding) bool { return f.Attestation != nil }):
		check.Reason = kbManual // how to judge it is its remediation
	case c.Status != change.Compliant && c.Status != change.Drift:
		check.Reason = strings.TrimSuffix(s.Status(c.Status)+": "+check.Reason, ": ")
	}
	if state != "" {
		check.Reason = strings.TrimSuffix(report.DiffTitle[state].In(r.Lang)+": "+check.Reason, ": ")
	}
	return check
}
