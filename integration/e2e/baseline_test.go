//go:build e2e

package e2e

import (
	"os"
	"testing"

	"gopkg.in/yaml.v3"
)

const (
	baseline  = "qkxy-cs001-2023"
	catalogue = "../../profiles/testdata/catalog/" + baseline + ".yaml"
)

// TestBaselineReport requires a verdict by a rule for every control that the
// standard checks automatically on a node, and a how-to for all that is left
// to a person.
func TestBaselineReport(t *testing.T) {
	n := theNode
	n.requireHealthy(t)
	data, err := os.ReadFile(catalogue)
	if err != nil {
		t.Fatal(err)
	}
	var listed struct {
		Controls []struct {
			ID        string
			Scope     string
			Automated bool
		}
	}
	if err := yaml.Unmarshal(data, &listed); err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"plan", "check"} {
		report := decode(t, n.must(t, 0, "harden", verb, "--profile", baseline, "-o", "json"))
		automatic := 0
		for _, c := range listed.Controls {
			findings := report.about(c.ID)
			if len(findings) == 0 {
				t.Errorf("%s: %s has no finding", verb, c.ID)
			}
			if c.Automated && c.Scope == "node" {
				automatic++
			}
			for _, f := range findings {
				switch {
				case f.Status == "error":
					t.Errorf("%s: %s could not be checked: %s", verb, c.ID, f.Reason)
				case f.Status != "manual":
				case f.Reason == "":
					t.Errorf("%s: %s is left to a person, and does not say how", verb, c.ID)
				case c.Automated && c.Scope == "node":
					t.Errorf("%s: %s is automatic and lies on a node, and is left to a person: %s", verb, c.ID, f.Reason)
				}
			}
		}
		if automatic == 0 {
			t.Errorf("the catalogue lists no automatic control of a node")
		}
	}
}
