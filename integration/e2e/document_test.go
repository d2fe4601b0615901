//go:build e2e

package e2e

import (
	"encoding/json"
	"testing"
)

// document is what these tests read of `-o json`, schema harden/v1.
type document struct {
	Schema  string
	Kind    string
	Profile struct{ Name string }
	Changes []struct {
		Target  string
		Effects []string
	}
	Run struct {
		ID       string
		State    string
		Restarts map[string]int
	}
	Error *struct{ Message string }
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
