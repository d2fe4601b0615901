//go:build e2e

package e2e

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"harden/integration/capabilities"
)

// confined runs a program on the node as root with no more than some
// capabilities, as a unit with CapabilityBoundingSet= does.
func (n *node) confined(t *testing.T, names []string, command ...string) result {
	t.Helper()
	return n.run(t, slices.Concat([]string{"systemd-run", "--quiet", "--pipe", "--wait", "--collect",
		"--property=CapabilityBoundingSet=" + strings.Join(names, " ")}, command)...)
}

// TestCapabilities hardens the node as a unit does that has the capabilities of
// docs/security.md and no other: the control plane rolls, the kubelet restarts
// over D-Bus, kernel parameters are set, processes are looked at. Which of them
// a tree needs is found in integration/torture; a live node needs no more.
func TestCapabilities(t *testing.T) {
	nightly(t, "it rolls the control plane four times; `make blackbox` finds out which capabilities a tree needs")
	listed, err := capabilities.Listed(filepath.Join("..", "..", "docs", "security.md"), "live")
	if err != nil {
		t.Fatal(err)
	}
	n := theNode
	n.requireHealthy(t)
	before := n.snapshot(t)

	t.Run("without CAP_CHOWN", func(t *testing.T) {
		rest := slices.DeleteFunc(slices.Clone(listed), func(name string) bool { return name == "CAP_CHOWN" })
		r := n.confined(t, rest, "harden", "apply", "--profile", "cis-1.12", "--yes")
		// groupadd fails half-way, and its copy of gshadow cannot be given to its group
		if r.code != 5 || !strings.Contains(r.stderr, "/etc/gshadow-") {
			t.Errorf("exit code %d, want 5\n%s", r.code, r.stderr)
		}
		n.must(t, 0, "harden", "rollback", "--yes")
		n.requireHealthy(t)
		requireSame(t, before, n.snapshot(t))
	})
	t.Run("exactly those listed", func(t *testing.T) {
		if r := n.confined(t, listed, "grep", "CapEff", "/proc/self/status"); r.code != 0 || strings.Contains(r.stdout, "ffff") {
			t.Fatalf("the unit is not confined: %s%s", r.stdout, r.stderr)
		}
		for _, command := range [][]string{{"apply", "--profile", "cis-1.12", "--skip", "apiserver-encryption-at-rest", "--yes"}, {"rollback", "--yes"}} {
			if r := n.confined(t, listed, append([]string{"harden"}, command...)...); r.code != 0 {
				t.Fatalf("%s: exit code %d\n%s", command[0], r.code, r.stderr)
			}
			n.requireHealthy(t)
		}
		requireSame(t, before, n.snapshot(t))
	})
	t.Attr("figure/attempts", "3")
}
