package view_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"harden/agent/message"
	"harden/agent/report"
	"harden/agent/view"

	"github.com/google/go-cmp/cmp"
)

// Runs that come one at a time are printed as those that a document holds.
func TestWriteHistory(t *testing.T) {
	at := time.Date(2026, 11, 21, 23, 24, 34, 0, time.UTC)
	all := []report.Run{
		{ID: "b", State: "applied", Started: &at, Restarts: map[string]int{"kubelet.service": 2}, Changes: 3, Profile: `"runs": [] <b>` + "\u202e"},
		{ID: "a", State: "damaged", Restarts: map[string]int{}, Problems: []message.Text{message.New("x"), message.New("y")}},
	}
	for n := range len(all) + 1 {
		for _, end := range []report.Document{{}, {Originals: &report.Originals{Targets: 3}}, {Error: &report.Error{Code: 1, Message: message.Value(`"runs": []`)}}} {
			end.Schema, end.Kind = report.Schema, "History"
			whole := end
			whole.Runs = all[:n]
			var want, got strings.Builder
			if err := whole.Write(&want); err != nil {
				t.Fatal(err)
			}
			if err := report.WriteHistory(&got, slices.Values(all[:n]), func() report.Document { return end }); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want.String(), got.String()); diff != "" {
				t.Errorf("%d runs, -want +got:\n%s", n, diff)
			}
		}
	}
}

// More runs than the columns are measured by are in the same columns.
func TestLongHistory(t *testing.T) {
	const n = 3000
	runs := func(yield func(report.Run) bool) {
		for i := range n {
			if !yield(report.Run{ID: "20261119T232434Z-1a2b", State: "applied", Profile: "site", Changes: i}) {
				return
			}
		}
	}
	var b strings.Builder
	view.Style{Lang: "en"}.HistoryText(&b, runs)
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	if len(lines) != n+1 {
		t.Fatalf("%d lines of %d runs", len(lines), n)
	}
	column := strings.Index(lines[0], "STATE")
	for _, line := range lines[1:] {
		if strings.Index(line, "applied") != column {
			t.Fatalf("%q is not in the columns of %q", line, lines[0])
		}
	}
}
