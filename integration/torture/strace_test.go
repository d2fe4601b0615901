//go:build torture

package torture

import "testing"

// TestSettled makes sure that the tests' own measure is sound: a profile is
// applied and rolled back, and each end is told from the others.
func TestSettled(t *testing.T) {
	for _, profile := range []string{"kubeadm-node", "cis-1.12"} {
		t.Run(profile, func(t *testing.T) {
			e := endsOf(t, profile)
			if e.is(e.old) != "old" || e.is(e.new) != "new" || len(e.torn(e.kept)) > 0 {
				t.Error("the ends cannot be told apart")
			}
			dir := workspace(t) + "/node"
			tree(t, dir)
			e.settle(t, dir)
			exits(t, apply(t, dir, profile), 0)
			e.settle(t, dir)
		})
	}
}
