package format_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"harden/agent/change"
	"harden/agent/format"
	"harden/agent/message"
	"harden/agent/report"
	"harden/agent/report/reporttest"
)

func TestEntries(t *testing.T) {
	p, controls := reporttest.Controls()
	r := report.NewReport(p, report.About{}, controls, nil)
	entries := format.Entries(r)
	open := 0
	for _, c := range r.Controls {
		for _, f := range c.Findings {
			if report.Open(f.Status) {
				open++
			}
		}
	}
	if open == 0 || len(entries) != open+1 {
		t.Fatalf("%d entries for %d open findings", len(entries), open)
	}
	for _, e := range entries[:open] {
		if e.Fields["MESSAGE_ID"] != format.OpenFindingID || e.Fields["HARDEN_CONTROL"] == "" || e.Fields["HARDEN_STATUS"] == "" {
			t.Errorf("fields of a finding: %v", e.Fields)
		}
		want := 4
		if e.Fields["HARDEN_STATUS"] == string(change.Error) {
			want = 3
		}
		if e.Priority != want {
			t.Errorf("%s: priority %d, want %d", e.Message, e.Priority, want)
		}
	}
	last := entries[open]
	if last.Fields["MESSAGE_ID"] != format.ReportID || last.Priority != 5 || last.Fields["HARDEN_OPEN"] == "0" {
		t.Errorf("the summary is %+v", last)
	}
}

func TestEntriesOfOneFinding(t *testing.T) {
	p := change.Plan{Profile: change.Profile{Name: "site", Version: "1", Digest: "sha256:ab"}, Findings: []change.Finding{{
		Rule: "pki-mode", Controls: []string{"site/1.1", "site/1.2"}, Status: change.Drift, Reason: message.Value("mode is 0644,\nshould be 0600"),
		Targets: []change.Target{"file:/etc/a\x1b[31m", "file:/etc/b"}}}}
	controls := []report.Control{{ID: "site/1.1", Title: report.Bilingual{EN: "Keys are private"}}, {ID: "site/1.2"}}
	r := report.NewReport(p, report.About{Version: "1.2.3", Lang: "en"}, controls, nil)
	entries := format.Entries(r)
	want := []format.Entry{
		{Priority: 4, Message: `site/1.1: FAIL: mode is 0644,\nshould be 0600`, Fields: map[string]string{
			"MESSAGE_ID": format.OpenFindingID, "SYSLOG_IDENTIFIER": "harden", "HARDEN_VERSION": "1.2.3", "HARDEN_PROFILE": "site", "HARDEN_PROFILE_DIGEST": "sha256:ab",
			"HARDEN_CONTROL": "site/1.1", "HARDEN_TITLE": "Keys are private", "HARDEN_RULE": "pki-mode", "HARDEN_STATUS": "drift",
			"HARDEN_REASON": `mode is 0644,\nshould be 0600`, "HARDEN_TARGET": `file:/etc/a\x1b[31m` + "\nfile:/etc/b"}},
	}
	if diff := cmp.Diff(want, entries[:1]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(entries) != 3 || entries[1].Fields["HARDEN_CONTROL"] != "site/1.2" {
		t.Errorf("a finding of two controls has two entries, and one sums up: %+v", entries)
	}
}

func TestEntriesWhereNothingIsOpen(t *testing.T) {
	p := change.Plan{Profile: change.Profile{Name: "site"}, Findings: []change.Finding{{Rule: "a", Controls: []string{"site/1"}, Status: change.Compliant}}}
	entries := format.Entries(report.NewReport(p, report.About{Lang: "zh"}, []report.Control{{ID: "site/1"}}, nil))
	if len(entries) != 1 || entries[0].Priority != 6 || entries[0].Fields["HARDEN_OPEN"] != "0" || !strings.HasPrefix(entries[0].Message, "site: 1 个控制项：") {
		t.Errorf("got %+v", entries)
	}
}
