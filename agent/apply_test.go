package agent_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"harden/agent"
	"harden/agent/change"
	"harden/agent/host"
	"harden/agent/journal"
	"harden/agent/node"
	"harden/fixers"
	"harden/systemd"
)

// inBubble runs a test whose waiting takes no time.
func inBubble(t *testing.T, test func(n *testNode)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(newNode(t)) })
}

const restart = "restart " + fixers.KubeletUnit

func TestApplyThenNothingIsLeft(t *testing.T) {
	inBubble(t, func(n *testNode) {
		result, err := n.apply(n.agent(site, nil))
		n.ok(err)
		r := result.Record
		n.equal(journal.Applied, r.State)
		if len(r.Steps) < 5 {
			n.Errorf("%d changes, want one for each file and directory", len(r.Steps))
		}
		// Two settings of the kubelet changed, and it was restarted once.
		n.equal([]string{restart}, n.units.Calls())
		n.equal(n.read(kubeletConfig), n.running)

		again, err := n.agent(site, nil).Plan(n.Context())
		n.ok(err)
		n.equal([]string{}, targets(again))
		nothing, err := n.agent(site, nil).Apply(n.Context(), again)
		n.ok(err)
		if nothing.Record != nil || len(n.runDirs()) != 1 {
			n.Error("a run was made of nothing")
		}
	})
}

// However many changes a whole profile makes, the kubelet is restarted once,
// and put back it is as it was.
func TestWholeProfile(t *testing.T) {
	inBubble(t, func(n *testNode) {
		before := n.snapshot()
		record := n.applied("kubeadm-node")
		n.equal([]string{restart}, n.units.Calls())
		again, err := n.agent("kubeadm-node", nil).Plan(n.Context())
		n.ok(err)
		n.equal([]string{}, targets(again))
		_, err = n.agent("", nil).Rollback(n.Context(), record.ID, agent.RollbackOptions{})
		n.ok(err)
		n.equal([]string{restart, restart}, n.units.Calls())
		n.equal(before, n.snapshot())
	})
}

// Everything is backed up before the first target is touched.
func TestBackupComesFirst(t *testing.T) {
	inBubble(t, func(n *testNode) {
		calls := &script{}
		result, err := n.apply(n.agent(site, calls))
		n.ok(err)
		firstWrite := slices.IndexFunc(calls.ops, func(op host.Op) bool { return !strings.HasPrefix(op.Path, node.StateDir) && op.Path != "/var/lib" })
		for _, step := range result.Record.Steps {
			if step.Backup == "" {
				continue
			}
			saved := slices.Index(calls.ops, host.Op{Name: "renameat2", Path: step.Backup})
			if saved < 0 || saved > firstWrite {
				n.Errorf("%s was backed up by operation %d; the first target was touched by %d", step.Target, saved, firstWrite)
			}
		}
	})
}

// Whatever fails, at whichever stage, everything is put back, the step that
// failed included, and the kubelet is proven healthy again with what it ran
// before.
func TestFailureIsUndone(t *testing.T) {
	noSpace := func(path string) func(n *testNode) host.Calls {
		return func(*testNode) host.Calls {
			return &script{at: func(_ int, op host.Op) error {
				if op.Name == "write" && filepath.Dir(op.Path) == filepath.Dir(path) && !strings.HasPrefix(op.Path, node.StateDir) {
					return errNoSpace
				}
				return nil
			}}
		}
	}
	behave := func(behaviours ...systemd.Behaviour) func(n *testNode) host.Calls {
		return func(n *testNode) host.Calls { n.restarts(behaviours...); return nil }
	}
	tests := map[string]struct {
		breaks   func(n *testNode) host.Calls
		says     string
		restarts int
	}{
		"the first write":                  {noSpace(newFile), "no space left", 0},
		"the last write":                   {noSpace(kubeletConfig), "no space left", 0},
		"the restart job":                  {behave(systemd.Behaviour{Result: "failed"}, systemd.Behaviour{}), "kubelet.service", 2},
		"a restart that ends the old one":  {behave(systemd.Behaviour{Result: "failed", KeepsInvocation: true}, systemd.Behaviour{}), "kubelet.service", 2},
		"a restart that starts nothing":    {behave(systemd.Behaviour{KeepsInvocation: true}, systemd.Behaviour{}), "was not restarted", 1},
		"a restart that hangs":             {behave(systemd.Behaviour{Hangs: true}, systemd.Behaviour{}), "still under way", 2},
		"a crash loop":                     {behave(systemd.Behaviour{CrashAfter: time.Second}, systemd.Behaviour{}), "auto-restart", 2},
		"a crash at the end of the window": {behave(systemd.Behaviour{CrashAfter: 11 * time.Second}, systemd.Behaviour{}), "kubelet.service", 2},
		"a change that did not stay": {func(n *testNode) host.Calls {
			n.meddle(func() { n.ok(os.Chmod(n.path(cniConfig), 0o644)) })
			return nil
		}, "is not as harden wrote it", 2},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(n *testNode) {
				before := n.snapshot()
				result, err := n.apply(n.agent(site, tt.breaks(n)))
				n.failed(err, node.Undone, tt.says, "everything was restored")
				n.equal(journal.RolledBack, result.Record.State)
				n.equal(before, n.snapshot())
				n.equal(tt.restarts, len(n.units.Calls()))
				n.equal(n.read(kubeletConfig), n.running)
				u, err := n.units.Unit(n.Context(), fixers.KubeletUnit)
				n.ok(err)
				n.equal("active", u.ActiveState)
				n.applied(site) // nothing is in the way of a second try, once the cause is fixed
			})
		})
	}
}

// meddle has somebody else at work while the kubelet is restarted for the
// first time.
func (n *testNode) meddle(do func()) {
	n.units.OnRestart(fixers.KubeletUnit, func() systemd.Behaviour {
		n.running = n.read(kubeletConfig)
		do()
		do = func() {}
		return systemd.Behaviour{}
	})
}

// What somebody else writes during a run is noticed, left alone, and
// reported; the rest is put back.
func TestSomebodyElseWritesMeanwhile(t *testing.T) {
	inBubble(t, func(n *testNode) {
		before := n.snapshot()
		n.meddle(func() { n.replace(newFile, "a = 1", "a = 2") })
		result, err := n.apply(n.agent(site, nil))
		n.failed(err, node.Incomplete, newFile+" was changed by someone else after the run: content", "/etc/new")
		n.equal(journal.RollbackIncomplete, result.Record.State)
		n.equal("a = 2\n", n.read(newFile))
		n.ok(os.RemoveAll(n.path("/etc/new")))
		n.equal(before, n.snapshot())
	})
}

// broken is a kubelet that does not start.
var broken = systemd.Behaviour{Result: "failed"}

// A kubelet that runs and does not answer is not healthy: it is put back when
// the time is up. Its health is asked where its configuration says.
func TestHealthEndpoint(t *testing.T) {
	var healthy atomic.Bool
	healthy.Store(true)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if !healthy.Load() {
			http.Error(w, "PLEG is not healthy", http.StatusInternalServerError)
		}
	}))
	defer server.Close()
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	inBubble(t, func(n *testNode) {
		n.replace(kubeletConfig, "healthzPort: 0", "healthzPort: "+port)
		before := n.snapshot()
		n.units.OnRestart(fixers.KubeletUnit, func() systemd.Behaviour {
			n.running = n.read(kubeletConfig)
			healthy.Store(!strings.Contains(n.running, "podPidsLimit"))
			return systemd.Behaviour{}
		})
		started := time.Now()
		_, err := n.apply(n.agent(site, nil))
		n.failed(err, node.Undone, "did not become healthy", "PLEG is not healthy", "everything was restored")
		if waited := time.Since(started); waited < time.Minute || waited > 2*time.Minute {
			n.Errorf("it waited for %v, and a minute was given", waited)
		}
		n.equal(before, n.snapshot())
		n.equal([]string{restart, restart}, n.units.Calls())

		healthy.Store(false)
		n.judged(n.plan(site), "kubelet-pod-pids-limit", change.Blocked, "PLEG is not healthy")
	})
}

// The record that a run is applied is the last thing. Where it cannot be
// written, the run is not applied, and all of it is undone.
func TestCommitFails(t *testing.T) {
	commit := 0
	inBubble(t, func(n *testNode) {
		calls := &script{}
		_, err := n.apply(n.agent(site, calls))
		n.ok(err)
		commit = lastIndex(calls.ops, func(op host.Op) bool { return op.Name == "fdatasync" && strings.HasSuffix(op.Path, "/journal") })
	})
	inBubble(t, func(n *testNode) {
		before := n.snapshot()
		result, err := n.apply(n.agent(site, failing(commit, errNoSpace)))
		n.failed(err, node.Undone, "cannot record in run", "no space left")
		n.equal(journal.RolledBack, result.Record.State)
		n.equal(before, n.snapshot())
		n.equal([]string{restart, restart}, n.units.Calls())
		n.equal(n.read(kubeletConfig), n.running)
	})
}

var errNoSpace = errors.New("no space left")

func TestCancelledIsUndone(t *testing.T) {
	stop := errors.New("stopped by a signal")
	inBubble(t, func(n *testNode) {
		before := n.snapshot()
		ctx, cancel := context.WithCancelCause(n.Context())
		calls := &script{at: func(_ int, op host.Op) error {
			if op.Name == "fchmod" && op.Path == cniConfig {
				cancel(stop)
			}
			return nil
		}}
		_, err := n.applyWith(ctx, n.agent(site, calls))
		n.failed(err, node.Undone)
		if !errors.Is(err, stop) {
			n.Errorf("the error does not say why it was cancelled: %v", err)
		}
		n.equal(before, n.snapshot())
		n.equal([]string(nil), n.units.Calls())
	})
	t.Run("while the kubelet is restarted", func(t *testing.T) {
		inBubble(t, func(n *testNode) {
			before := n.snapshot()
			ctx, cancel := context.WithCancelCause(n.Context())
			n.restarts(systemd.Behaviour{Hangs: true}, systemd.Behaviour{})
			time.AfterFunc(5*time.Second, func() { cancel(stop) })
			_, err := n.applyWith(ctx, n.agent(site, nil))
			n.failed(err, node.Undone)
			n.equal(before, n.snapshot())
			n.equal([]string{restart, restart}, n.units.Calls())
			n.equal(n.read(kubeletConfig), n.running)
		})
	})
}

// TestUnreadableIsNotStale makes sure that a file that cannot be read when the
// plan is made again is not taken for a change by somebody else.
func TestUnreadableIsNotStale(t *testing.T) {
	n := newNode(t)
	a := n.agent(site, nil)
	readable, err := a.Plan(n.Context())
	n.ok(err)
	sound := n.read(kubeletConfig)
	n.write(kubeletConfig, sound+sound, 0o644) // each key twice
	unreadable, err := a.Plan(n.Context())
	n.ok(err)
	_, err = a.Apply(n.Context(), readable)
	n.failed(err, node.Failed, "cannot check everything", kubeletConfig)
	n.write(kubeletConfig, sound, 0o644)
	_, err = a.Apply(n.Context(), unreadable)
	n.failed(err, node.Stale, kubeletConfig) // there is more to be done than was shown
}
