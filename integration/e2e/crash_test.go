//go:build e2e

package e2e

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestKilledApplyRecovers cuts off apply at several moments, from before its
// first write to after the kubelet's restart.
func TestKilledApplyRecovers(t *testing.T) {
	n := theNode
	n.requireHealthy(t)
	before := n.snapshot(t)
	n.must(t, 0, "harden", "apply", "--profile", "kubeadm-node", "--yes")
	after := n.snapshot(t)
	n.must(t, 0, "harden", "rollback", "--yes")
	requireSame(t, before, n.snapshot(t))

	for _, moment := range moments() {
		t.Run(moment.String(), func(t *testing.T) {
			n.requireHealthy(t)
			cutOff := n.killApplyAfter(t, moment)
			plan := n.run(t, "harden", "plan", "--profile", "kubeadm-node")
			if cutOff && !strings.Contains(plan.stderr, "harden recover") {
				t.Errorf("after a run was interrupted, plan does not say so and name `harden recover`:\n%s", plan.stderr)
			}
			n.must(t, 0, "harden", "recover")
			now := n.snapshot(t)
			switch {
			case cmp.Equal(now, before):
			case cmp.Equal(now, after):
				n.must(t, 0, "harden", "rollback", "--yes")
				requireSame(t, before, n.snapshot(t))
			default:
				t.Fatalf("the node is neither as before nor as after.\n-before +now:\n%s\n-after +now:\n%s", cmp.Diff(before, now), cmp.Diff(after, now))
			}
		})
	}
}

// moments are after how long an apply is killed. Each takes half a minute, so
// a change has one of preparing, one of writing and one of restarting.
func moments() []time.Duration {
	few := []time.Duration{20 * time.Millisecond, 100 * time.Millisecond, time.Second}
	if !nightlyRun() {
		return few
	}
	return append(few, 5*time.Millisecond, 10*time.Millisecond, 50*time.Millisecond, 200*time.Millisecond, 3*time.Second)
}

// killApplyAfter starts apply on the node, kills it when the time is up, and
// tells whether that left a run in the middle: the process was killed, and it
// had come as far as a directory of its own in /var/lib/harden/runs.
func (n *node) killApplyAfter(t *testing.T, moment time.Duration) (cutOff bool) {
	t.Helper()
	// on the node, because getting there takes longer than some of the moments
	const script = `harden apply --profile kubeadm-node --yes >/dev/null 2>&1 & run=$!; sleep "$1"; kill -KILL $run; wait $run`
	runs := n.runs(t)
	seconds := strconv.FormatFloat(moment.Seconds(), 'f', 3, 64)
	r := n.run(t, "sh", "-c", script, "sh", seconds)
	switch r.code {
	case 137:
	case 0:
		t.Logf("apply was done before %v", moment)
	default:
		t.Fatalf("apply ended by itself with exit code %d", r.code)
	}
	return r.code == 137 && n.runs(t) > runs
}

// runs counts the runs that the node remembers.
func (n *node) runs(t *testing.T) int {
	t.Helper()
	return len(strings.Fields(n.must(t, 0, "find", "/var/lib/harden/runs", "-mindepth", "1", "-maxdepth", "1", "-name", "[!.]*", "-printf", "%f\n")))
}
