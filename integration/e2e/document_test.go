//go:build e2e

package e2e

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

// document is what these tests read of `-o json`, schema harden/v1.
type document struct {
	Schema   string
	Kind     string
	Profile  struct{ Name string }
	Changes  []changed
	Findings []finding
	Run      struct {
		ID       string
		State    string
		Restarts map[string]int
		Kept     []string
		// ConfirmBefore is until when a pending run can be confirmed.
		ConfirmBefore *time.Time
	}
	Runs  []struct{ State string }
	Error *struct{ Message, Hint string }
	// Rehearsal is what the components said before anything was written.
	Rehearsal []struct {
		Component, Verdict, Message, Field, Target string
		Rules                                      []string
		Milliseconds                               int64
	}
}

// changed is what harden says of one change.
type changed struct {
	Target  string
	Effects []string
	Fields  []struct{ Field string }
}

// decode reads stdout, which is exactly one document, also after a failure.
func decode(t *testing.T, stdout string) document {
	t.Helper()
	var d document
	if err := json.Unmarshal([]byte(stdout), &d); err != nil {
		t.Fatalf("stdout is not one JSON document: %v\n%s", err, stdout)
	}
	if d.Schema != "harden/v1" {
		t.Fatalf("schema %q, want harden/v1", d.Schema)
	}
	return d
}

// finding is what harden says of one rule, or of a control without rules.
type finding struct {
	Rule              string
	Controls, Targets []string
	Status            string
	Reason            string
}

// about gives the findings of one control of the document's profile.
func (d document) about(id string) []finding {
	var found []finding
	for _, f := range d.Findings {
		if slices.Contains(f.Controls, d.Profile.Name+"/"+id) {
			found = append(found, f)
		}
	}
	return found
}

// reason says why a control is left as it is, or "" where all its rules hold.
func (d document) reason(id string) string {
	var reasons []string
	for _, f := range d.about(id) {
		if f.Status != "compliant" {
			reasons = append(reasons, f.Status+": "+f.Reason)
		}
	}
	return strings.Join(slices.Compact(reasons), "; ")
}

// changing names the rules that change something for a control.
func (d document) changing(id string) []string {
	var rules []string
	for _, f := range d.about(id) {
		if f.Status == "drift" {
			rules = append(rules, f.Rule)
		}
	}
	return rules
}
