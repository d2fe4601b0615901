package agent_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"harden/agent"
	"harden/agent/host"
	"harden/agent/journal"
	"harden/agent/node"

	"github.com/google/go-cmp/cmp"
)

// thorough asks for every fault, not for a sample; make torture sets it.
var thorough = os.Getenv("HARDEN_TORTURE") != ""

// scenario is something that harden does to a node.
type scenario struct {
	prepare func(n *testNode)
	do      func(n *testNode, calls host.Calls) error
	// step: of a scenario that is much like another, the short form tries each
	// step-th operation; 0 is each.
	step int
}

var scenarios = map[string]scenario{
	"apply": {
		prepare: func(*testNode) {},
		do:      func(n *testNode, calls host.Calls) error { _, err := n.apply(n.agent(site, calls)); return err },
	},
	"rollback": {
		prepare: func(n *testNode) { n.applied(site) },
		do: func(n *testNode, calls host.Calls) error {
			_, err := n.agent("", calls).Rollback(n.Context(), "", agent.RollbackOptions{})
			return err
		},
	},
	"recover": {
		prepare: func(n *testNode) { n.cutOff(lastStep) },
		do: func(n *testNode, calls host.Calls) error {
			_, err := n.agent("", calls).Recover(n.Context())
			return err
		},
	},
	"baseline": {
		prepare: func(n *testNode) { n.applied(site) },
		do: func(n *testNode, calls host.Calls) error {
			_, err := n.agent("", calls).RollbackToBaseline(n.Context(), agent.RollbackOptions{})
			return err
		},
	},
	"recover a rollback": {
		prepare: func(n *testNode) {
			n.applied(site)
			calls := killing(12) // some targets are put back, and some not
			survives(func() { _, _ = n.agent("", calls).Rollback(n.Context(), "", agent.RollbackOptions{}) })
		},
		do: func(n *testNode, calls host.Calls) error {
			_, err := n.agent("", calls).Recover(n.Context())
			return err
		},
	},
	"apply --confirm-within": {
		step:    3,
		prepare: func(*testNode) {},
		do: func(n *testNode, calls host.Calls) error {
			_, err := n.apply(n.guarded(site, calls))
			return err
		},
	},
	"confirm": {
		prepare: func(n *testNode) { n.appliedWithin(site) },
		do: func(n *testNode, calls host.Calls) error {
			_, err := n.agent("", calls).Confirm(n.Context(), "")
			return err
		},
	},
	"recover what was not confirmed": {
		step:    3,
		prepare: func(n *testNode) { n.appliedWithin(site); time.Sleep(confirmWithin) },
		do: func(n *testNode, calls host.Calls) error {
			_, err := n.agent("", calls).Recover(n.Context())
			return err
		},
	},
}

// lastStep is the operation that writes the last target of site.
func lastStep(op host.Op) bool { return op.Name == "renameat" && op.Path == kubeletConfig }

// cutOff kills an apply of site behind the first operation that is so.
func (n *testNode) cutOff(is func(host.Op) bool) {
	n.Helper()
	n.cutOffBy(n.agent, is)
}

// cutOffBy is cutOff for an agent of one's own.
func (n *testNode) cutOffBy(with func(profile string, calls host.Calls) *agent.Agent, is func(host.Op) bool) {
	n.Helper()
	at := -1
	calls := &script{}
	calls.at = func(k int, op host.Op) error {
		if at >= 0 && k > at {
			calls.dead = true
			panic(killed{})
		}
		if at < 0 && is(op) {
			at = k
		}
		return nil
	}
	if survives(func() { _, _ = n.apply(with(site, calls)) }) {
		n.Fatal("the run was not cut off")
	}
}

// outcome is a node before and after a run of site, as the snapshots tell.
type outcome struct {
	sample   *testNode // that the others are like
	old, new []string
}

func outcomes(t *testing.T) (o outcome) {
	t.Helper()
	o.sample = newNode(t)
	o.sample.cluster = newCluster() // each run also keeps the record of the cluster
	synctest.Test(t, func(t *testing.T) {
		n := o.sample.small(t)
		o.old = n.snapshot()
		n.applied(site)
		o.new = n.snapshot()
	})
	return o
}

// is tells whether the node is all-old or all-new.
func (o outcome) is(n *testNode) string {
	// What is there to undo a run goes when the run is settled.
	now := slices.DeleteFunc(n.snapshot(), func(line string) bool { return strings.HasPrefix(line, "etc/systemd/system/") })
	switch {
	case slices.Equal(now, o.old):
		return "old"
	case slices.Equal(now, o.new):
		return "new"
	}
	return "neither"
}

// settle does what an operator does after a failure: harden recover, and for
// a rollback that was incomplete the rollback that its hint names. The node is
// then all-old, or all-new with an applied run to show for it, nothing is left
// over, and the kubelet runs what is written.
func (o outcome) settle(n *testNode) {
	n.Helper()
	n.isGuarded()
	_, err := n.agent("", nil).Recover(n.Context())
	n.ok(err)
	if pending, err := n.agent("", nil).Pending(); err != nil || len(pending) > 0 {
		n.ok(err)
		if is := o.is(n); is != "new" {
			n.Errorf("run %s waits for confirmation, and the node is %s", pending[0].ID, is)
		}
		n.isGuarded()
		time.Sleep(confirmWithin)
		_, err := n.agent("", nil).Recover(n.Context())
		n.ok(err)
	}
	applied := ""
	records, err := n.runs()
	n.ok(err)
	for _, r := range records {
		if r.State == journal.RollbackIncomplete {
			_, err := n.agent("", nil).Rollback(n.Context(), r.ID, agent.RollbackOptions{})
			n.ok(err)
		}
	}
	records, err = n.runs() // a return to the baseline ends the others too
	n.ok(err)
	for _, r := range records {
		switch r.State {
		case journal.Applied:
			applied = r.ID
		case journal.RolledBack:
		default:
			n.Errorf("run %s is %s", r.ID, r.State)
		}
	}
	want := o.old
	if applied != "" {
		want = o.new
	}
	if diff := cmp.Diff(want, n.snapshot()); diff != "" {
		n.Errorf("with the applied run %q, -want +got:\n%s", applied, diff)
	}
	if left := n.units.Timers(); len(left) > 0 {
		n.Errorf("timers are left: %v", left)
	}
	if n.running != n.read(kubeletConfig) {
		n.Error("the kubelet does not run what is written")
	}
}

// sweep runs a scenario once for each of its operations, or each step-th, with
// calls that break it there, until a run comes to its end without meeting the
// break. It counts the breaks as a figure of docs/guarantees.md.
func (o outcome) sweep(t *testing.T, s scenario, step int, figure string, breaks func(k int) *script, check func(n *testNode, at string, err error, finished bool)) {
	t.Helper()
	step *= max(1, s.step)
	if thorough {
		step = 1
	}
	for k := 0; ; k += step {
		finished := false
		synctest.Test(t, func(t *testing.T) {
			n := o.sample.small(t)
			s.prepare(n)
			calls := breaks(k)
			var err error
			alive := survives(func() { err = s.do(n, calls) })
			finished = alive && len(calls.ops) <= k
			at := fmt.Sprintf("operation %d", k)
			if !finished {
				at += fmt.Sprintf(", %s of %s", calls.ops[k].Name, calls.ops[k].Path)
			}
			check(n, at, err, finished)
		})
		if t.Failed() {
			t.Fatalf("stopped at operation %d", k)
		}
		if finished {
			t.Attr("figure/"+figure, strconv.Itoa(k/step))
			return
		}
	}
}

// TestEachOperationFails fails every operation once, with an error before it
// took effect, and with one after; and fills the disk from each operation on.
// The node is then as the error says, or one command makes it so.
func TestEachOperationFails(t *testing.T) {
	o := outcomes(t)
	breaks := map[string]struct {
		step int // the less likely ones are tried at fewer operations, for the time it takes
		at   func(k int) *script
	}{
		"an error":          {1, func(k int) *script { return failing(k, syscall.EIO) }},
		"an error too late": {5, func(k int) *script { s := failing(k, syscall.EIO); s.late = true; return s }},
		"a full disk":       {5, filling},
		"no permission":     {11, func(k int) *script { return failing(k, syscall.EACCES) }},
		"an interruption":   {11, func(k int) *script { return failing(k, syscall.EINTR) }},
	}
	for name, s := range scenarios {
		for breakName, brk := range breaks {
			t.Run(name+", "+breakName, func(t *testing.T) {
				t.Parallel()
				o.sweep(t, s, brk.step, "faults", brk.at, func(n *testNode, at string, err error, finished bool) {
					if finished {
						n.ok(err)
					}
					n.says(o, name, err)
					if strings.HasPrefix(name, "apply") && breakName != "a full disk" && kindOf(err) == node.Incomplete {
						n.Error("there was one fault, and it was not put back")
					}
					o.settle(n)
					if n.Failed() {
						n.Logf("at %s: %v", at, err)
					}
				})
			})
		}
	}
}

// filling fills the disk at the k-th operation: nothing that needs space
// works from then on.
func filling(k int) *script {
	return &script{at: func(n int, op host.Op) error {
		if n >= k && slices.Contains([]string{"write", "openat", "mkdirat"}, op.Name) {
			return syscall.ENOSPC
		}
		return nil
	}}
}

// says makes sure that an error tells the truth about the node.
func (n *testNode) says(o outcome, scenario string, err error) {
	n.Helper()
	is, want := o.is(n), ""
	switch kindOf(err) {
	case 0:
		want = "old"
		if strings.HasPrefix(scenario, "apply") || scenario == "confirm" {
			want = "new"
		}
		if err != nil {
			n.Errorf("an error of no kind: %v", err)
		}
	case node.Undone:
		want = "old"
	case node.Failed:
		want = map[string]string{"apply": "old", "rollback": "new", "baseline": "new", "apply --confirm-within": "old", "confirm": "new"}[scenario]
	case node.Incomplete:
		if !strings.Contains(hint(err), "harden") {
			n.Errorf("the hint %q names no command", hint(err))
		}
	default:
		n.Errorf("an error of kind %d", kindOf(err))
	}
	if want != "" && is != want {
		n.Errorf("the tree is %s, and the error says %s", is, want)
	}
}

func hint(err error) string {
	var e *node.Error
	if !errors.As(err, &e) {
		return ""
	}
	return e.Hint.String()
}

// TestKilledAnywhere kills a run before each of its operations. Recover makes
// the node all-old, or all-new where the run was applied, and the next run
// finds nothing in its way.
func TestKilledAnywhere(t *testing.T) {
	o := outcomes(t)
	for name, s := range scenarios {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o.sweep(t, s, 1, "kills", killing, func(n *testNode, at string, err error, finished bool) {
				if finished {
					n.ok(err)
				}
				o.settle(n)
				if n.Failed() {
					n.Logf("killed at %s", at)
				}
			})
		})
	}
}

// TestBrokenAgain kills a run, and then breaks its recovery: kills it, fails
// one of its operations, or fills the disk. The steps between the breaks have
// no common divisor, so that a few runs meet many pairs.
func TestBrokenAgain(t *testing.T) {
	step, again := 13, 11
	if thorough {
		step, again = 5, 3
	}
	o := outcomes(t)
	breaks := map[string]func(k int) *script{
		"killed":      killing,
		"a fault":     func(k int) *script { return failing(k, syscall.EIO) },
		"a full disk": filling,
	}
	for name, s := range scenarios {
		for breakName, second := range breaks {
			t.Run(name+", then "+breakName, func(t *testing.T) {
				t.Parallel()
				step, pairs, ended := step, 0, false
				if !thorough {
					step *= max(1, s.step)
				}
				for first := 0; !ended && !t.Failed(); first += step {
					for at, met := first%again, true; met && !t.Failed(); at += again {
						synctest.Test(t, func(t *testing.T) {
							n := o.sample.small(t)
							s.prepare(n)
							ended = survives(func() { _ = s.do(n, killing(first)) })
							calls := second(at)
							alive := survives(func() { _, _ = n.agent("", calls).Recover(n.Context()) })
							met = !alive || len(calls.ops) > at
							o.settle(n)
							if n.Failed() {
								n.Logf("killed at operation %d, and broken again at %d: %v", first, at, calls.ops)
							}
						})
						pairs++
					}
				}
				t.Attr("figure/faults", strconv.Itoa(2*pairs))
			})
		}
	}
}
