package report_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"harden/agent/change"
	"harden/agent/message"
	"harden/agent/report"
)

// A document is written part by part, and reads as if it were written as one value.
func TestDocumentIsWrittenInParts(t *testing.T) {
	odd := "\",\n    \"observed\": [\n  \"findings\": [\n  ]\u202e"
	observed := []change.Observation{{Target: "a", Actual: odd}, {Target: "b", Expected: []string{"x", "y"}}, {Target: "c"}}
	for name, d := range map[string]report.Document{
		"nothing":        {},
		"no changes":     {Changes: []change.Change{}, Findings: []change.Finding{}},
		"no findings":    {Changes: []change.Change{{Target: "a"}, {Target: "b", Fields: []change.FieldChange{{Before: odd}}}}},
		"none observed":  {Findings: []change.Finding{{Rule: "a", Observed: []change.Observation{}}}},
		"one observed":   {Findings: []change.Finding{{Rule: "a", Observed: observed[:1]}}},
		"texts":          {Profile: &change.Profile{Name: odd}, Findings: []change.Finding{{Rule: odd, Reason: message.Value(odd), Observed: observed}}},
		"what comes on":  {Schema: "s", Findings: []change.Finding{{Rule: "a", Observed: observed, Severity: "high"}, {Rule: "b", Scope: "node"}}, Version: "1"},
		"changes beside": {Changes: []change.Change{{Target: "a"}}, Findings: []change.Finding{{Rule: "a"}, {Rule: "b", Observed: observed}}, Controls: []report.ReportedControl{{Section: "1"}}},
	} {
		t.Run(name, func(t *testing.T) {
			var parts, whole bytes.Buffer
			if err := errors.Join(d.Write(&parts), report.WriteJSON(&whole, d, "  ")); err != nil {
				t.Fatal(err)
			}
			if parts.String() != whole.String() {
				t.Errorf("in parts:\n%s\nas one value:\n%s", parts.String(), whole.String())
			}
		})
	}
}

// What cannot be written, or not encoded, is said.
func TestDocumentThatCannotBeWritten(t *testing.T) {
	d := report.Document{Findings: []change.Finding{{Rule: strings.Repeat("x", 100<<10)}}}
	if err := d.Write(full{}); !errors.Is(err, errFull) {
		t.Errorf("a full disk: %v", err)
	}
	d.Findings[0].Observed = []change.Observation{{Actual: func() {}}}
	if err := d.Write(new(bytes.Buffer)); err == nil {
		t.Error("a value that JSON cannot hold is written")
	}
}

var errFull = errors.New("no space left")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

// An explanation is a document with the codes of what it found, for machines.
func TestExplanationIsCoded(t *testing.T) {
	e := report.Explanation{Name: "a", Findings: []change.Finding{{Rule: "a", Status: change.Waived, Reason: message.New("%s does not exist", "/x"),
		Waiver: &change.Waiver{Reason: "until the move", Expires: "2027-06-30", Blocked: message.New("%s is a %s", "/y", message.New("symbolic link"))}}},
		Changes: []change.Change{{Target: "unit:a", Fields: []change.FieldChange{{Field: change.FieldProcess, Before: message.New("%s was written after the process had started", "/z")}}}}}
	var text bytes.Buffer
	if err := (report.Document{Schema: report.Schema, Kind: "Explanation", Explanation: &e}).Write(&text); err != nil {
		t.Fatal(err)
	}
	type coded struct {
		Code string
		Args []string
	}
	var got struct {
		Explanation struct {
			Findings []struct {
				Code string
				Args []string
				Said map[string]coded
			}
			Changes []struct {
				Fields []struct{ Said map[string]coded }
			}
		}
	}
	if err := json.Unmarshal(text.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	f, field := got.Explanation.Findings[0], got.Explanation.Changes[0].Fields[0]
	if f.Code == "" || !slices.Equal(f.Args, []string{"/x"}) || f.Said["waiver.blocked"].Code == "" || field.Said["before"].Code == "" {
		t.Errorf("%s", text.String())
	}
}

// A check that found nothing has an empty list, and not null.
func TestEmptyReportDocument(t *testing.T) {
	var text bytes.Buffer
	if err := (report.Report{}).Document().Write(&text); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text.String(), `"controls": []`) {
		t.Errorf("%s", text.String())
	}
}
