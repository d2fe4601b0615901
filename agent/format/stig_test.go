package format_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"harden/agent/change"
	"harden/agent/format"
	"harden/agent/report"
	"harden/agent/report/reporttest"
)

// write writes a report in a format; in one of a STIG, as if its controls were rules of one.
func write(w io.Writer, name string, r report.Report) error {
	return format.Write(w, name, of(name, r))
}

func writeDiff(w io.Writer, name string, d report.Diff) error {
	if format.OfSTIG(name) {
		d = report.Compare(of(name, d.Before), of(name, d.After))
	}
	return format.WriteDiff(w, name, d)
}

func of(name string, r report.Report) report.Report {
	if !format.OfSTIG(name) {
		return r
	}
	r.STIG = &report.STIG{ID: "Kubernetes_STIG", Title: "Kubernetes Security Technical Implementation Guide", Version: "2", Release: "Release: 6 Benchmark Date: 01 Apr 2026", Key: "5376",
		Rules: map[string]report.STIGRule{}}
	r.Controls = slices.Clone(r.Controls)
	for i := range r.Controls {
		number := fmt.Sprint(242376 + i)
		r.Controls[i].ID = "stig/V-" + number
		r.STIG.Rules["V-"+number] = report.STIGRule{ID: "SV-" + number + "r1_rule", Version: "CNTR-K8-" + number, Severity: change.High}
	}
	return r
}

// TestSTIGFormatsAreOfASTIG refuses a report that is of no STIG.
func TestSTIGFormatsAreOfASTIG(t *testing.T) {
	for _, name := range []string{"ckl", "cklb", "xccdf"} {
		var b bytes.Buffer
		if err := format.Write(&b, name, reporttest.Report()); err == nil || !strings.Contains(err.Error(), "is for reports on a STIG") || b.Len() > 0 {
			t.Errorf("%s: error %v, %d bytes", name, err, b.Len())
		}
	}
	if format.OfSTIG("junit") || format.OfSTIG("none") {
		t.Error("JUnit is not only for a STIG")
	}
}

// verdict is what became of one finding, and what a checklist is to say of it.
type verdict struct {
	finding          change.Finding
	ckl, cklb, xccdf string
	comment, details string
}

var verdicts = []verdict{
	{change.Finding{Rule: "a", Status: change.Compliant}, "NotAFinding", "not_a_finding", "pass", "", "PASS"},
	{change.Finding{Rule: "a", Status: change.Drift}, "Open", "open", "fail", "", "FAIL"},
	{change.Finding{Rule: "a", Status: change.Blocked}, "Open", "open", "fail", "", "BLOCKED"},
	{change.Finding{Rule: "a", Status: change.NotApplicable}, "Not_Applicable", "not_applicable", "notapplicable", "", "N/A"},
	{change.Finding{Status: change.Manual}, "Not_Reviewed", "not_reviewed", "notchecked", "", "MANUAL"},
	{change.Finding{Rule: "a", Status: change.Error}, "Not_Reviewed", "not_reviewed", "error", "", "ERROR"},
	{change.Finding{Rule: "a", Status: change.Waived, Waiver: &change.Waiver{Reason: "until the new scraper", Expires: "2999-12-31"}}, "Open", "open", "fail", "until the new scraper (until 2999-12-31)", "WAIVED"},
	{change.Finding{Status: change.Compliant, Attestation: &change.Attestation{Verdict: report.Attested, By: "ann", Date: "2026-11-01", Reason: "seen", Expires: "2999-12-31"}},
		"NotAFinding", "not_a_finding", "pass", "attested by ann on 2026-11-01: seen (until 2999-12-31)", "PASS"},
	{change.Finding{Status: change.Manual, Attestation: &change.Attestation{Verdict: report.AttestedOpen, By: "ann", Date: "2026-11-01", Reason: "two left", Expires: "2999-12-31"}},
		"Open", "open", "fail", "found open by ann on 2026-11-01: two left (until 2999-12-31)", "MANUAL"},
}

// judged is a report with each of verdicts as a control.
func judged() report.Report {
	var p change.Plan
	var controls []report.Control
	for i, v := range verdicts {
		id := fmt.Sprint("stig/", i)
		v.finding.Controls = []string{id}
		p.Findings = append(p.Findings, v.finding)
		controls = append(controls, report.Control{ID: id, Title: report.Bilingual{EN: "Title"}, Manual: report.Bilingual{EN: "Look."}})
	}
	about := reporttest.About
	about.Lang = "en"
	return report.NewReport(p, about, controls, nil)
}

func TestChecklistStatuses(t *testing.T) {
	var ckl struct {
		Vulns []struct {
			Status   string `xml:"STATUS"`
			Details  string `xml:"FINDING_DETAILS"`
			Comments string `xml:"COMMENTS"`
			Data     []struct {
				Name  string `xml:"VULN_ATTRIBUTE"`
				Value string `xml:"ATTRIBUTE_DATA"`
			} `xml:"STIG_DATA"`
		} `xml:"STIGS>iSTIG>VULN"`
	}
	if err := xml.Unmarshal([]byte(written(t, "ckl", func(b *bytes.Buffer) error { return write(b, "ckl", judged()) })), &ckl); err != nil {
		t.Fatal(err)
	}
	var cklb struct {
		Stigs []struct {
			Size  int
			Rules []struct {
				Group    string `json:"group_id"`
				Rule     string `json:"rule_id"`
				Status   string `json:"status"`
				Comments string `json:"comments"`
				Details  string `json:"finding_details"`
			}
		}
	}
	if err := json.Unmarshal([]byte(written(t, "cklb", func(b *bytes.Buffer) error { return write(b, "cklb", judged()) })), &cklb); err != nil {
		t.Fatal(err)
	}
	var xccdf struct {
		Results []struct {
			Rule     string   `xml:"idref,attr"`
			Result   string   `xml:"result"`
			Messages []string `xml:"message"`
		} `xml:"TestResult>rule-result"`
		Score struct {
			Maximum int `xml:"maximum,attr"`
			Value   int `xml:",chardata"`
		} `xml:"TestResult>score"`
	}
	if err := xml.Unmarshal([]byte(written(t, "xccdf", func(b *bytes.Buffer) error { return write(b, "xccdf", judged()) })), &xccdf); err != nil {
		t.Fatal(err)
	}
	if len(ckl.Vulns) != len(verdicts) || len(cklb.Stigs) != 1 || cklb.Stigs[0].Size != len(verdicts) || len(cklb.Stigs[0].Rules) != len(verdicts) || len(xccdf.Results) != len(verdicts) {
		t.Fatalf("%d, %d and %d rules, not %d", len(ckl.Vulns), len(cklb.Stigs[0].Rules), len(xccdf.Results), len(verdicts))
	}
	if xccdf.Score.Value != 2 || xccdf.Score.Maximum != 6 {
		t.Errorf("the score is %d of %d, not 2 of 6", xccdf.Score.Value, xccdf.Score.Maximum)
	}
	for i, v := range verdicts {
		one, other, result := ckl.Vulns[i], cklb.Stigs[0].Rules[i], xccdf.Results[i]
		number := fmt.Sprint(242376 + i)
		if one.Status != v.ckl || other.Status != v.cklb || result.Result != v.xccdf {
			t.Errorf("%d: %s, %s and %s, not %s, %s and %s", i, one.Status, other.Status, result.Result, v.ckl, v.cklb, v.xccdf)
		}
		if one.Comments != v.comment || other.Comments != v.comment || v.comment != "" && !slices.Contains(result.Messages, v.comment) {
			t.Errorf("%d: comments %q, %q and %q, not %q", i, one.Comments, other.Comments, result.Messages, v.comment)
		}
		if !strings.HasPrefix(one.Details, v.details) || one.Details != other.Details || !slices.Contains(result.Messages, one.Details) {
			t.Errorf("%d: details %q, %q and %q do not begin with %q", i, one.Details, other.Details, result.Messages, v.details)
		}
		if other.Group != "V-"+number || other.Rule != "SV-"+number+"r1" || result.Rule != "xccdf_mil.disa.stig_rule_SV-"+number+"r1_rule" {
			t.Errorf("%d is called %s, %s and %s", i, other.Group, other.Rule, result.Rule)
		}
		attributes := map[string]string{}
		for _, d := range one.Data {
			attributes[d.Name] = d.Value
		}
		if attributes["Vuln_Num"] != "V-"+number || attributes["Rule_ID"] != "SV-"+number+"r1_rule" || attributes["Severity"] != "high" || attributes["Check_Content"] != "Look." {
			t.Errorf("%d has the attributes %v", i, attributes)
		}
	}
}
