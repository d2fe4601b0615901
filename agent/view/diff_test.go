package view_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"harden/agent/change"
	"harden/agent/view"

	"github.com/google/go-cmp/cmp"
)

// verdicts is a report with one finding for each control: "id status reason".
func verdicts(profile string, list ...string) view.Report {
	p := change.Plan{Profile: change.Profile{Name: profile}}
	var controls []view.Control
	for i, line := range list {
		words := strings.SplitN(line, " ", 3)
		p.Findings = append(p.Findings, change.Finding{Rule: fmt.Sprint("rule", i), Controls: words[:1], Status: change.Status(words[1]), Reason: strings.Join(words[2:], " ")})
		controls = append(controls, view.Control{ID: words[0], Title: view.Bilingual{EN: "title of " + words[0]}, Rules: []string{}})
	}
	return view.NewReport(p, view.About{}, controls, nil)
}

func TestCompare(t *testing.T) {
	for name, tt := range map[string]struct {
		before, after view.Report
		want          []string
		byNumber      bool
	}{
		"each way": {
			before: verdicts("p", "p/1 drift x", "p/2 compliant", "p/3 drift x", "p/4 drift x", "p/5 manual", "p/6 waived", "p/7 error x", "p/8 compliant"),
			after:  verdicts("p", "p/1 compliant", "p/2 drift y", "p/3 drift x", "p/4 drift y", "p/5 compliant", "p/6 drift", "p/7 drift x", "p/8 compliant"),
			want: []string{"p/1 fixed", "p/2 new", "p/3 still", "p/4 still reworded", "p/5 changed", "p/6 new", "p/7 still reworded",
				"p/8 same"},
		},
		"what could not be checked is open": {before: verdicts("p", "p/1 compliant"), after: verdicts("p", "p/1 error x"), want: []string{"p/1 new"}},
		"only in one of them": {before: verdicts("p", "p/1 drift", "p/2 compliant"), after: verdicts("p", "p/2 compliant", "p/3 drift", "p/4 manual"),
			want: []string{"p/2 same", "p/3 new", "p/4 changed", "p/1 gone"}},
		"profiles that share controls": {before: verdicts("site", "cis/1 drift", "site/1 drift"), after: verdicts("cis", "cis/1 compliant"),
			want: []string{"cis/1 fixed", "site/1 gone"}},
		"profiles that share numbers": {before: verdicts("a", "a/1 drift", "a/2 compliant"), after: verdicts("b", "b/1 compliant", "b/3 compliant"),
			want: []string{"b/1 fixed", "b/3 changed", "a/2 gone"}, byNumber: true},
		"profiles that share nothing": {before: verdicts("a", "a/1 drift"), after: verdicts("b", "b/9 compliant"), want: []string{"b/9 changed", "a/1 gone"}},
		"nothing at all":              {before: verdicts("a"), after: verdicts("a")},
	} {
		t.Run(name, func(t *testing.T) {
			d := view.Compare(tt.before, tt.after)
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

func TestDiffText(t *testing.T) {
	d := view.Compare(earlierReport(), facesReport())
	for name, s := range map[string]view.Style{"diff-en.txt": {Lang: "en"}, "diff-zh.txt": {Lang: "zh"}, "diff-color.txt": {Lang: "en", Color: true}} {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			s.DiffText(&b, d)
			golden(t, name, b.String())
		})
	}
	var b strings.Builder
	view.Style{}.DiffText(&b, view.Compare(hostileReport(), verdicts("other", "other/1 drift")))
	view.Style{}.AttestationsText(&b, []view.Attestation{{Control: hostile, Attestation: change.Attestation{By: hostile, Reason: hostile}}})
	for line := range strings.Lines(b.String()) {
		if i := strings.IndexFunc(strings.TrimSuffix(line, "\n"), func(r rune) bool { return !unicode.IsPrint(r) }); i >= 0 {
			t.Errorf("raw at %d: %q", i, line)
		}
	}
}

// A report that is read again gives the same faces, but for what it does not
// hold: titles of rules, and diffs.
func TestReportReadsBack(t *testing.T) {
	r := facesReport()
	var text bytes.Buffer
	if err := r.Document().Write(&text); err != nil {
		t.Fatal(err)
	}
	golden(t, "report.json", text.String())
	again, err := view.ReadReport(text.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	again.Title, again.Lang = r.Title, r.Lang
	var controls []view.Control
	for _, c := range r.Controls {
		controls = append(controls, c.Control)
	}
	if err := again.Complete(controls, map[string]view.Rule{"admin-mode": r.Controls[0].Findings[0].About}); err != nil {
		t.Fatal(err)
	}
	for _, name := range view.Faces() {
		want := face(t, name, func(b *bytes.Buffer) error { return r.Write(b, name) })
		got := face(t, name, func(b *bytes.Buffer) error { return again.Write(b, name) })
		if name == "html" { // its diffs of files are made of whole states, which JSON does not hold
			changes := regexp.MustCompile(`(?s)<section aria-labelledby="changes">.*?</section>`)
			want, got = changes.ReplaceAllString(want, ""), changes.ReplaceAllString(got, "")
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s, -want +got:\n%s", name, diff)
		}
	}
}

// Steering characters are escaped in JSON, and come back as they were.
func TestJSONIsHarmless(t *testing.T) {
	r := verdicts("p", "p/1 drift a\u202eb\u009b\u2028\U000e0001c")
	var text bytes.Buffer
	if err := r.Document().Write(&text); err != nil {
		t.Fatal(err)
	}
	if i := bytes.IndexFunc(text.Bytes(), func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }); i >= 0 {
		t.Errorf("raw at %d: %q", i, text.Bytes()[i:min(i+20, text.Len())])
	}
	again, err := view.ReadReport(text.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if got := again.Plan.Findings[0].Reason; got != r.Plan.Findings[0].Reason {
		t.Errorf("it comes back as %q", got)
	}
}

func FuzzReadReport(f *testing.F) {
	var text bytes.Buffer
	if err := facesReport().Document().Write(&text); err != nil {
		f.Fatal(err)
	}
	f.Add(text.Bytes())
	f.Add([]byte(`{"schema": "harden/v1", "kind": "Plan", "profile": {}, "node": {}, "findings": [{"controls": [""], "status": "drift", "observed": [{"expected": [1, null, {}]}]}], "changes": [{"target": "", "rules": [""], "fields": [{}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := view.ReadReport(data)
		if err != nil {
			return
		}
		d := view.Compare(r, r)
		for _, name := range view.Faces() {
			var b bytes.Buffer
			if err := r.Write(&b, name); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if err := d.Write(&b, name); err != nil {
				t.Errorf("%s of a diff: %v", name, err)
			}
		}
		view.Style{}.DiffText(&bytes.Buffer{}, d)
	})
}
