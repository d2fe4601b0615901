package report_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"harden/agent/report"
	"harden/agent/report/reporttest"

	"github.com/google/go-cmp/cmp"
)

func TestCompare(t *testing.T) {
	for name, tt := range map[string]struct {
		before, after report.Report
		want          []string
		byNumber      bool
	}{
		"each way": {
			before: reporttest.Verdicts("p", "p/1 drift x", "p/2 compliant", "p/3 drift x", "p/4 drift x", "p/5 manual", "p/6 waived", "p/7 error x", "p/8 compliant"),
			after:  reporttest.Verdicts("p", "p/1 compliant", "p/2 drift y", "p/3 drift x", "p/4 drift y", "p/5 compliant", "p/6 drift", "p/7 drift x", "p/8 compliant"),
			want: []string{"p/1 fixed", "p/2 new", "p/3 still", "p/4 still reworded", "p/5 changed", "p/6 new", "p/7 still reworded",
				"p/8 same"},
		},
		"what could not be checked is open": {before: reporttest.Verdicts("p", "p/1 compliant"), after: reporttest.Verdicts("p", "p/1 error x"), want: []string{"p/1 new"}},
		"only in one of them": {before: reporttest.Verdicts("p", "p/1 drift", "p/2 compliant"), after: reporttest.Verdicts("p", "p/2 compliant", "p/3 drift", "p/4 manual"),
			want: []string{"p/2 same", "p/3 new", "p/4 changed", "p/1 gone"}},
		"profiles that share controls": {before: reporttest.Verdicts("site", "cis/1 drift", "site/1 drift"), after: reporttest.Verdicts("cis", "cis/1 compliant"),
			want: []string{"cis/1 fixed", "site/1 gone"}},
		"profiles that share numbers": {before: reporttest.Verdicts("a", "a/1 drift", "a/2 compliant"), after: reporttest.Verdicts("b", "b/1 compliant", "b/3 compliant"),
			want: []string{"b/1 fixed", "b/3 changed", "a/2 gone"}, byNumber: true},
		"profiles that share nothing": {before: reporttest.Verdicts("a", "a/1 drift"), after: reporttest.Verdicts("b", "b/9 compliant"), want: []string{"b/9 changed", "a/1 gone"}},
		"nothing at all":              {before: reporttest.Verdicts("a"), after: reporttest.Verdicts("a")},
	} {
		t.Run(name, func(t *testing.T) {
			d := report.Compare(tt.before, tt.after)
			var got []string
			for _, c := range d.Controls {
				id := ""
				if c.After != nil {
					id = c.After.ID
				} else {
					id = c.Before.ID
				}
				line := id + " " + string(c.State)
				if c.Reworded {
					line += " reworded"
				}
				got = append(got, line)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if d.ByNumber != tt.byNumber {
				t.Errorf("by number: %v", d.ByNumber)
			}
		})
	}
}

// A comparison is a document that a program reads: all but what stayed as it was, and the numbers of all.
func TestDiffDocument(t *testing.T) {
	before := reporttest.Verdicts("p", "p/1 drift x", "p/2 compliant", "p/3 drift x", "p/4 compliant", "p/5 manual look")
	after := reporttest.Verdicts("p", "p/1 compliant", "p/2 drift y", "p/3 drift z", "p/4 compliant")
	before.Time, before.Host, after.Host = reporttest.About.Time, "node1", "node1"
	var text bytes.Buffer
	if err := report.Compare(before, after).Document().Write(&text); err != nil {
		t.Fatal(err)
	}
	type verdict struct{ Status, Reason string }
	type side struct {
		Profile    struct{ Name string }
		Host, Time string
	}
	var got struct {
		Kind string
		Diff struct {
			Before, After side
			ComparedBy    string
			Controls      []struct {
				ID, State     string
				Before, After *verdict
				Reworded      bool
			}
			Summary map[string]int
		}
	}
	if err := json.Unmarshal(text.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	d := got.Diff
	if got.Kind != "Diff" || d.ComparedBy != "id" || d.Before != (side{struct{ Name string }{"p"}, "node1", "2026-11-22T03:04:05Z"}) || d.After.Time != "" {
		t.Errorf("%s", text.String())
	}
	if diff := cmp.Diff(map[string]int{"new": 1, "fixed": 1, "still": 1, "changed": 0, "gone": 1, "same": 1}, d.Summary); diff != "" {
		t.Errorf("summary, -want +got:\n%s", diff)
	}
	var lines []string
	for _, c := range d.Controls {
		line := c.ID + " " + c.State
		for _, v := range []*verdict{c.Before, c.After} {
			if v == nil {
				line += " –"
				continue
			}
			line += " " + strings.TrimSpace(v.Status+" "+v.Reason)
		}
		lines = append(lines, line)
	}
	if diff := cmp.Diff([]string{"p/1 fixed drift x compliant", "p/2 new compliant drift y", "p/3 still drift x drift z", "p/5 gone manual look –"}, lines); diff != "" {
		t.Errorf("controls, -want +got:\n%s", diff)
	}
	other := report.Compare(reporttest.Verdicts("a", "a/1 drift"), reporttest.Verdicts("b", "b/1 drift"))
	if by := other.Document().Diff.ComparedBy; by != "number" {
		t.Errorf("profiles that share numbers alone are compared by %q", by)
	}
	if state := other.Of("b/2").State; state != "" {
		t.Errorf("a control that neither has is %q", state)
	}
}

// Steering characters are escaped in JSON, and come back as they were.
func TestJSONIsHarmless(t *testing.T) {
	r := reporttest.Verdicts("p", "p/1 drift a\u202eb\u009b\u2028\U000e0001c")
	var text bytes.Buffer
	if err := r.Document().Write(&text); err != nil {
		t.Fatal(err)
	}
	if i := bytes.IndexFunc(text.Bytes(), func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }); i >= 0 {
		t.Errorf("raw at %d: %q", i, text.Bytes()[i:min(i+20, text.Len())])
	}
	again, err := report.ReadReport(text.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if got := again.Plan.Findings[0].Reason; got != r.Plan.Findings[0].Reason {
		t.Errorf("it comes back as %q", got)
	}
}
