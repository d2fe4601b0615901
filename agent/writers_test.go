package agent_test

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"harden/agent"
	"harden/agent/host"
	"harden/agent/journal"
	"harden/agent/node"
	"harden/agent/transaction"
)

// stranger is somebody else who writes a file while harden is at work: in its
// place, as kubeadm does, or by a new file with its name, as editors do.
type stranger struct {
	path string
	line string // added at the end
	over bool   // a new file with its name
}

func (s stranger) write(n *testNode) {
	n.Helper()
	text := []byte(n.read(s.path) + s.line)
	if !s.over {
		n.ok(os.WriteFile(n.path(s.path), text, 0o644))
		return
	}
	info, err := os.Stat(n.path(s.path))
	n.ok(err)
	n.ok(os.WriteFile(n.path(s.path)+".theirs", text, info.Mode()))
	n.ok(os.Chmod(n.path(s.path)+".theirs", info.Mode()))
	n.ok(os.Rename(n.path(s.path)+".theirs", n.path(s.path)))
}

const theirLine = "podCIDR: 10.0.0.0/8 # theirs\n"

// TestWriterDuringApply has somebody else write the kubelet's configuration at
// each operation of an apply. His line is never lost; it is noticed, unless it
// came before the plan or after the proof; all that the run wrote is put back,
// from the same file too, and the kubelet runs what is written.
func TestWriterDuringApply(t *testing.T) {
	sample := newNode(t)
	sample.profile(site) // loaded once, for all at the same time
	for name, s := range map[string]stranger{
		"in its place": {kubeletConfig, theirLine, false},
		"over it":      {kubeletConfig, theirLine, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			attempts := everyOperation(t, sample, s, func(n *testNode, calls host.Calls) (*transaction.Result, error) { return n.apply(n.agent(site, calls)) },
				func(*testNode) {})
			t.Attr("figure/attempts", strconv.Itoa(attempts))
		})
	}
}

// TestWriterDuringUndo does the same while an apply that failed is undone, and
// while a run is rolled back.
func TestWriterDuringUndo(t *testing.T) {
	sample := newNode(t)
	sample.profile(site) // loaded once, for all at the same time
	s := stranger{kubeletConfig, theirLine, true}
	t.Run("an apply that failed", func(t *testing.T) {
		t.Parallel()
		attempts := everyOperation(t, sample, s, func(n *testNode, calls host.Calls) (*transaction.Result, error) {
			n.restarts(broken, broken)
			result, err := n.apply(n.agent(site, calls))
			n.restarts()
			n.ok(n.units.Restart(n.Context(), "kubelet.service"))
			return result, err
		}, func(*testNode) {})
		t.Attr("figure/attempts", strconv.Itoa(attempts))
	})
	t.Run("a rollback", func(t *testing.T) {
		t.Parallel()
		attempts := everyOperation(t, sample, s, func(n *testNode, calls host.Calls) (*transaction.Result, error) {
			return n.agent("", calls).Rollback(n.Context(), "", agent.RollbackOptions{})
		}, func(n *testNode) { n.applied(site) })
		t.Attr("figure/attempts", strconv.Itoa(attempts))
	})
}

// everyOperation has a stranger write at each operation, until none is met.
func everyOperation(t *testing.T, sample *testNode, s stranger, do func(*testNode, host.Calls) (*transaction.Result, error), prepare func(*testNode)) (attempts int) {
	t.Helper()
	step := 5
	if thorough {
		step = 1
	}
	for k := 0; ; k += step {
		met := false
		synctest.Test(t, func(t *testing.T) {
			n := sample.small(t)
			before := n.snapshot()
			prepare(n)
			at := host.Op{}
			calls := &script{at: func(i int, op host.Op) error {
				if i == k {
					met, at = true, op
					s.write(n)
				}
				return nil
			}}
			result, err := do(n, calls)
			if met {
				n.theirs(s, at, before, result, err)
			}
			if n.Failed() {
				n.Logf("operation %d, %s of %s: %v", k, at.Name, at.Path, err)
			}
		})
		if t.Failed() || !met {
			return attempts
		}
		attempts++
	}
}

// theirs makes sure that a stranger's line is there, and nothing of the run
// but where the run is applied.
func (n *testNode) theirs(s stranger, at host.Op, before []string, result *transaction.Result, err error) {
	n.Helper()
	text := n.read(s.path)
	if strings.Count(text, s.line) != 1 {
		// Between the last look at a file and the rename over it there are two
		// system calls (docs/decisions/0003): a new file that gets the name
		// right there is the one write that is lost.
		if s.over && at.Name == "renameat" && at.Path == s.path {
			return
		}
		n.Errorf("their line stands %d times in the file", strings.Count(text, s.line))
	}
	if result == nil || result.Record == nil {
		if k := kindOf(err); k != node.Failed && k != node.Stale {
			n.Errorf("an error of kind %d: %v", k, err)
		}
		return
	}
	if result.Record.State == journal.Applied {
		return // before the run looked, or after it was proven; or a rollback that was refused
	}
	if strings.Contains(text, "podPidsLimit") || strings.Contains(text, "eventRecordQPS: 5") {
		n.Error("something of the run is left in the file")
	}
	if err == nil && n.running != text && n.running+s.line != text { // he may come after the restart
		n.Error("the kubelet does not run what is written")
	}
	if kindOf(err) == node.Incomplete && !strings.Contains(err.Error(), s.path) && !strings.Contains(err.Error(), "kubelet.service") {
		n.Errorf("the file is not named: %v", err)
	}
	n.ok(os.WriteFile(n.path(s.path), []byte(strings.Replace(text, s.line, "", 1)), 0o644))
	n.equal(before, n.snapshot())
}
