package report_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"harden/agent/change"
	"harden/agent/message"
	"harden/agent/report"
	"harden/agent/report/reporttest"
)

// What is no report is refused, and it is said why: by the code of the message and its values.
func TestReadReportRefuses(t *testing.T) {
	const head = `{"schema": "harden/v1", "kind": "Report", "profile": {"name": "s"}, "node": {"platform": "kubeadm"}`
	for name, tt := range map[string]struct {
		data string
		want []string // the code of the message, and the values that it has to name
	}{
		"larger than any report":      {strings.Repeat(" ", report.MaxReport+1), []string{"larger-than-larger-than-bytes", "67108864"}},
		"nothing":                     {"", []string{"no-json-document-of-harden", "EOF"}},
		"no JSON":                     {"node1: compliant\n", []string{"no-json-document-of-harden"}},
		"JSON of another kind":        {`[1, 2]`, []string{"no-json-document-of-harden"}},
		"half of one":                 {head, []string{"no-json-document-of-harden", "unexpected EOF"}},
		"two documents":               {head + "} {}", []string{"something-follows-document"}},
		"another schema":              {`{"schema": "harden/v2", "kind": "Report"}`, []string{"schema-is-another", "harden/v2", "harden/v1"}},
		"JSON of another program":     {`{"totals": {"pass": 1}}`, []string{"schema-is-another", "", "harden/v1"}},
		"a history":                   {`{"schema": "harden/v1", "kind": "History"}`, []string{"is-not-report", "History"}},
		"a check that failed":         {`{"schema": "harden/v1", "kind": "Report", "error": {"code": 1, "message": "needs root", "hint": ""}}`, []string{"holds-no-findings", "needs root"}},
		"of nothing":                  {`{"schema": "harden/v1", "kind": "Plan"}`, []string{"says-of-no-profile-or-node"}},
		"of a profile, of no node":    {`{"schema": "harden/v1", "kind": "Plan", "profile": {"name": "s"}}`, []string{"says-of-no-profile-or-node"}},
		"a status that is none":       {head + `, "findings": [{"rule": "a", "status": "drift"}, {"rule": "b", "status": "fine"}]}`, []string{"finding-of-rule", "2", "b", "fine"}},
		"a finding about nothing":     {head + `, "findings": [{"rule": "", "controls": [], "status": "drift"}]}`, []string{"finding-is-about-no-rule", "1"}},
		"a control that stands twice": {head + `, "controls": [{"id": "s/1"}, {"id": "s/2"}, {"id": "s/1"}]}`, []string{"control-stands-twice-control-stands-twice", "s/1"}},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := report.ReadReport([]byte(tt.data))
			if err == nil {
				t.Fatalf("it was read: %+v", r)
			}
			said := message.Of(err).Coded()
			if said.Code != tt.want[0] {
				t.Errorf("it says %q (%s), not %s", err, said.Code, tt.want[0])
			}
			for _, value := range tt.want[1:] {
				if !slices.ContainsFunc(said.Args, func(arg string) bool { return strings.Contains(arg, value) }) {
					t.Errorf("it says %q, and does not name %q", err, value)
				}
			}
			if chinese := message.Of(err).In("zh"); chinese == err.Error() {
				t.Errorf("it is not said in Chinese: %q", chinese)
			}
		})
	}
}

// A report of a newer harden is read, as far as it is known here.
func TestReadReportOfANewerHarden(t *testing.T) {
	r, err := report.ReadReport([]byte(`{"schema": "harden/v1", "kind": "Report", "profile": {"name": "s", "colour": "red"}, "node": {"platform": "kubeadm"}, "weather": {"is": "fine"},
		"controls": [{"id": "s/1.2", "title": {"en": "One", "fr": "Un"}, "rules": ["a"], "level": 1}],
		"findings": [{"rule": "a", "controls": ["s/1.10", "s/1.2", "s/1.9"], "status": "drift", "reason": "of tomorrow", "code": "a-code-of-tomorrow", "args": ["x"], "mood": "sad",
			"observed": [{"target": "file:/a", "field": "flag:--x", "expected": ["p", 7], "actual": 10255, "where": "/a:1"}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, c := range r.Controls {
		ids = append(ids, c.ID)
	}
	if got := strings.Join(ids, " "); got != "s/1.2 s/1.9 s/1.10" { // those that it does not tell of stand behind, by number
		t.Errorf("controls %s", got)
	}
	if c := r.Controls[0]; c.Title.EN != "One" || c.Status != change.Drift || c.Short != "1.2" || c.Section != "1" {
		t.Errorf("%+v", c)
	}
	f := r.Plan.Findings[0]
	if got := f.Reason.In("zh"); got != "of tomorrow" {
		t.Errorf("a message that is not known here is %q in Chinese", got)
	}
	if diff := cmp.Diff([]any{any([]string{"p", "7"}), any(json.Number("10255"))}, []any{f.Observed[0].Expected, f.Observed[0].Actual}); diff != "" {
		t.Errorf("values, -want +got:\n%s", diff)
	}
}

// What is in the way of the next boot comes back from JSON, in both languages.
func TestNextBootReadsBack(t *testing.T) {
	r := reporttest.Report()
	r.NextBoot = []change.Conflict{{ID: "swap", Severity: change.High, Where: "/etc/fstab:3", Reason: message.New("%s is not set, should be %v", "a", "b"), Fix: message.New("%s does not exist", "/x")}}
	var text bytes.Buffer
	if err := r.Document().Write(&text); err != nil {
		t.Fatal(err)
	}
	if len(r.NextBoot[0].CodedTexts) > 0 {
		t.Error("to write a report changes it")
	}
	again, err := report.ReadReport(text.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r.NextBoot, again.NextBoot, cmp.Comparer(func(a, b message.Text) bool { return a.In("en") == b.In("en") && a.In("zh") == b.In("zh") })); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if again.NextBoot[0].Reason.In("zh") == again.NextBoot[0].Reason.In("en") {
		t.Error("its Chinese is lost")
	}
}
