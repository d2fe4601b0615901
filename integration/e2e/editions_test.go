//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// stig is the profile of the DISA STIG, and stigPath the page that TestSTIG writes.
const stig = "stig-kubernetes-v2r6"

var stigPath = filepath.Join("..", "..", "docs", "stig-before-after.md")

// editionOf is the edition of the CIS benchmark that a minor version is judged by.
func editionOf(minor int) string {
	switch {
	case minor >= 36:
		return "cis-2.1"
	case minor >= 34:
		return "cis-2.0.1"
	case minor >= 32:
		return "cis-1.12"
	case minor >= 29:
		return "cis-1.11"
	}
	return "cis-1.10"
}

// TestEdition has harden pick the edition by the node's version, without a flag: one
// apply, nothing left to do, and a way back to where it was.
func TestEdition(t *testing.T) {
	nightly(t, "TestCISOnControlPlane does the same with the newest edition that its judge knows; this one is about the one that is picked")
	n := theNode
	n.requireHealthy(t)
	before := n.snapshot(t)
	edition := editionOf(minor(t))

	planned := decode(t, n.must(t, 0, "harden", "plan", "-o", "json"))
	if planned.Profile.Name != edition || len(planned.Changes) == 0 {
		t.Fatalf("on Kubernetes %s the profile %s is picked, with %d changes; want %s", kubernetes(t), planned.Profile.Name, len(planned.Changes), edition)
	}
	applied := decode(t, n.must(t, 0, "harden", "apply", "--yes", "-o", "json"))
	if applied.Run.State != "applied" || applied.Profile.Name != edition {
		t.Errorf("the run of %s says state %q, want applied", applied.Profile.Name, applied.Run.State)
	}
	n.requireHealthy(t)
	n.must(t, 0, "harden", "plan", "--detailed-exitcode")
	for _, f := range decode(t, n.must(t, 0, "harden", "check", "-o", "json")).Findings {
		if f.Status == "drift" || f.Status == "error" {
			t.Errorf("%s %v is %s after the apply: %s", f.Rule, f.Controls, f.Status, f.Reason)
		}
	}
	n.must(t, 0, "harden", "rollback", "--yes", "--drop-encryption")
	n.requireHealthy(t)
	requireSame(t, before, n.snapshot(t))
}

// TestSTIG hardens the node by the DISA STIG, counts what is open of each category
// before and after, and writes the counts to docs/stig-before-after.md.
func TestSTIG(t *testing.T) {
	nightly(t, "it applies a second baseline to the node, by the same rules as TestEdition")
	n := theNode
	n.requireHealthy(t)
	before, categories := n.snapshot(t), n.categories(t)

	stock := n.openOf(t, categories)
	applied := decode(t, n.must(t, 0, "harden", "apply", "--profile", stig, "--yes", "-o", "json"))
	if applied.Run.State != "applied" {
		t.Errorf("the run says state %q, want applied", applied.Run.State)
	}
	n.requireHealthy(t)
	n.must(t, 0, "harden", "plan", "--profile", stig, "--detailed-exitcode")
	hardened := n.openOf(t, categories)
	t.Logf("CAT I before: %s\nCAT I after: %s", stock["high"], hardened["high"])
	if left := hardened["high"]["drift"]; len(left) > 0 {
		t.Errorf("of CAT I %v fail after the apply", left)
	}
	if len(stock["high"]["drift"]) == 0 {
		t.Error("of CAT I nothing failed before the apply, so that it shows nothing")
	}

	n.must(t, 0, "harden", "rollback", "--yes", "--drop-encryption")
	n.requireHealthy(t)
	requireSame(t, before, n.snapshot(t))
	if !t.Failed() && kubernetes(t) == usualKubernetes(t) { // the page is about that one
		writeSTIG(t, stock, hardened)
	}
}

// categories gives the category of each control of the STIG: "high" is CAT I. The
// checklist has it.
func (n *node) categories(t *testing.T) map[string]string {
	t.Helper()
	var checklist struct {
		STIGs []struct {
			Rules []struct {
				ID       string `json:"group_id"`
				Severity string
			}
		}
	}
	if err := json.Unmarshal([]byte(n.must(t, 0, "harden", "check", "--profile", stig, "-o", "cklb")), &checklist); err != nil {
		t.Fatal(err)
	}
	categories := map[string]string{}
	for _, r := range checklist.STIGs[0].Rules {
		categories[r.ID] = r.Severity
	}
	return categories
}

// byStatus are the controls of one category, by their status.
type byStatus map[string][]string

// String lists what is not compliant.
func (b byStatus) String() string {
	var parts []string
	for _, status := range []string{"drift", "blocked", "error", "manual"} {
		if ids := b[status]; len(ids) > 0 {
			parts = append(parts, fmt.Sprintf("%d %s (%s)", len(ids), status, strings.Join(ids, ", ")))
		}
	}
	return strings.Join(parts, "; ")
}

// openOf gives the controls of the STIG by category and status.
func (n *node) openOf(t *testing.T, categories map[string]string) map[string]byStatus {
	t.Helper()
	var report struct {
		Controls []struct{ ID, Status string }
	}
	if err := json.Unmarshal([]byte(n.must(t, 0, "harden", "check", "--profile", stig, "-o", "json")), &report); err != nil {
		t.Fatal(err)
	}
	found := map[string]byStatus{"high": {}, "medium": {}, "low": {}}
	for _, c := range report.Controls {
		id, own := strings.CutPrefix(c.ID, stig+"/")
		if !own { // kubeadm's record is no control of the STIG
			continue
		}
		category := found[categories[id]]
		if category == nil {
			t.Fatalf("%s has the category %q", id, categories[id])
		}
		category[c.Status] = append(category[c.Status], id)
	}
	return found
}

// writeSTIG writes docs/stig-before-after.md.
func writeSTIG(t *testing.T, before, after map[string]byStatus) {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, `# The DISA Kubernetes STIG before and after

Written by %[1]sTestSTIG%[1]s (%[1]sNIGHTLY=1 make e2e%[1]s): a fresh control plane as kubeadm makes it, Kubernetes %[2]s, judged by
%[1]sharden check --profile %[3]s%[1]s before and after one %[1]sharden apply --profile %[3]s --yes%[1]s.

| | CAT I before | CAT I after | CAT II before | CAT II after |
| --- | ---: | ---: | ---: | ---: |
`, "`", kubernetes(t), stig)
	for _, row := range [][2]string{{"compliant", "met"}, {"drift", "not met, and apply changes it"}, {"blocked", "not met, and something is in the way"},
		{"error", "cannot be told"}, {"manual", "for a person to judge"}, {"not-applicable", "not about this node"}} {
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d |\n", row[1], len(before["high"][row[0]]), len(after["high"][row[0]]), len(before["medium"][row[0]]), len(after["medium"][row[0]]))
	}
	if len(before["low"])+len(after["low"]) > 0 {
		t.Error("the STIG has controls of CAT III, which the page does not show")
	}
	b.WriteString("\nOf CAT I these are changed by the apply: " + strings.Join(closed(before["high"], after["high"]), ", ") + ".\n")
	b.WriteString("Left open, with the reason in `harden explain`: " + strings.Join(slices.Concat(after["high"]["blocked"], after["high"]["error"], after["high"]["manual"]), ", ") + ".\n")
	b.WriteString("\n`harden rollback --drop-encryption` puts the node back as it was, byte for byte. What is left for a person, and what is\nchanged only by name: [Meet the DISA STIG](howto/meet-the-stig.md).\n")
	if err := os.WriteFile(stigPath, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// closed are the controls that failed before and hold after.
func closed(before, after byStatus) []string {
	var ids []string
	for _, id := range before["drift"] {
		if slices.Contains(after["compliant"], id) {
			ids = append(ids, id)
		}
	}
	return ids
}
