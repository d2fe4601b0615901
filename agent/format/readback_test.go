package format_test

import (
	"bytes"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"harden/agent/format"
	"harden/agent/report"
	"harden/agent/report/reporttest"
	"harden/agent/view"
)

// A report that is read again gives the same formats, but for what it does not
// hold: titles of rules, and diffs.
func TestReportReadsBack(t *testing.T) {
	r := reporttest.Report()
	var text bytes.Buffer
	if err := r.Document().Write(&text); err != nil {
		t.Fatal(err)
	}
	reporttest.Golden(t, "report.json", text.String())
	again, err := report.ReadReport(text.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	again.Title, again.Lang = r.Title, r.Lang
	var controls []report.Control
	for _, c := range r.Controls {
		controls = append(controls, c.Control)
	}
	if err := again.Complete(controls, map[string]report.Rule{"admin-mode": r.Controls[0].Findings[0].About}); err != nil {
		t.Fatal(err)
	}
	for _, name := range format.Names() {
		want := written(t, name, func(b *bytes.Buffer) error { return write(b, name, r) })
		got := written(t, name, func(b *bytes.Buffer) error { return write(b, name, again) })
		if name == "html" { // its diffs of files are made of whole states, which JSON does not hold
			changes := regexp.MustCompile(`(?s)<section aria-labelledby="changes">.*?</section>`)
			want, got = changes.ReplaceAllString(want, ""), changes.ReplaceAllString(got, "")
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s, -want +got:\n%s", name, diff)
		}
	}
}

func FuzzReadReport(f *testing.F) {
	var text bytes.Buffer
	if err := reporttest.Report().Document().Write(&text); err != nil {
		f.Fatal(err)
	}
	f.Add(text.Bytes())
	f.Add([]byte(`{"schema": "harden/v1", "kind": "Plan", "profile": {}, "node": {}, "findings": [{"controls": [""], "status": "drift", "observed": [{"expected": [1, null, {}]}]}], "changes": [{"target": "", "rules": [""], "fields": [{}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := report.ReadReport(data)
		if err != nil {
			return
		}
		d := report.Compare(r, r)
		for _, name := range format.Names() {
			var b bytes.Buffer
			if err := write(&b, name, r); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if err := writeDiff(&b, name, d); err != nil {
				t.Errorf("%s of a diff: %v", name, err)
			}
		}
		view.Style{}.DiffText(&bytes.Buffer{}, d)
	})
}
