package agent_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"harden/agent"
	"harden/agent/change"
	"harden/agent/controlplane"
	"harden/agent/facts"
	"harden/agent/host"
	"harden/agent/journal"
	"harden/agent/node"
	"harden/fixers"
	"harden/systemd"
)

var errAway = errors.New("connection refused")

// boots starts the machine again: nothing of Kubernetes runs yet.
func (n *testNode) boots(boot string) {
	n.boot, n.booted = boot, time.Now()
	n.units = systemd.NewFake(systemd.Unit{Name: fixers.KubeletUnit, LoadState: "loaded", ActiveState: "inactive", SubState: "dead"})
	n.cluster.goes(errAway)
}

// comesUp starts the kubelet, and with it the API server.
func (n *testNode) comesUp() {
	timers := n.units.Timers()
	n.units = systemd.NewFake(systemd.Unit{Name: fixers.KubeletUnit, LoadState: "loaded", ActiveState: "active", SubState: "running",
		InvocationID: "00000000000000000000000000000001", Started: time.Now(), RestartDelay: 10 * time.Second})
	for _, timer := range timers {
		n.ok(n.units.StartTimer(n.Context(), timer))
	}
	n.running = n.read(kubeletConfig)
	n.restarts()
	n.cluster.goes(nil)
}

// undoneAtBoot is a run that nobody confirmed before the machine was started again: all but
// the record is put back.
func undoneAtBoot(t *testing.T, sample *testNode) (n *testNode, before []string, record journal.Record) {
	t.Helper()
	n = sample.small(t)
	n.withRecord("--profiling=false", "--tls-min-version=VersionTLS12")
	before = n.snapshot()
	record = n.appliedWithin(recordSite)
	recorded := n.cluster.lines()
	n.boots("boot-2")
	began := time.Now()
	results, err := n.agent("", nil).Recover(n.Context())
	n.ok(err)
	if waited := time.Since(began); waited > time.Second {
		n.Errorf("the kubelet was held back for %v", waited)
	}
	n.equal(1, len(results))
	n.equal(recorded, n.cluster.lines())
	if strings.Contains(n.read(kubeletConfig), "podPidsLimit: 4096") {
		n.Error("the files are not put back")
	}
	return n, before, record
}

// isWaiting makes sure that a run waits for the API server, and is gone on with.
func (n *testNode) isWaiting(id string) {
	n.Helper()
	waiting, err := n.agent("", nil).Waiting()
	n.ok(err)
	if len(waiting) != 1 || waiting[0].ID != id {
		n.Fatalf("these runs wait: %v", waiting)
	}
	n.equal(journal.RollbackIncomplete, waiting[0].State)
	n.equal(2, len(waiting[0].Problems))
	if p := waiting[0].Problems[0].String(); !strings.Contains(p, "waits for the API server") {
		n.Errorf("it is said: %s", p)
	}
	if timers := n.units.Timers(); len(timers) != 1 || timers[0].Name != "harden-confirm-"+id || !slices.Equal(timers[0].Command, []string{"/usr/bin/harden", "recover", "--wait"}) {
		n.Errorf("the timers are %v", timers)
	}
}

// isPutBack makes sure that nothing is left of a run.
func (n *testNode) isPutBack(before []string) {
	n.Helper()
	n.equal(journal.RolledBack, n.newState())
	n.equal(before, n.snapshot())
	n.equal([]systemd.Timer(nil), n.units.Timers())
	waiting, err := n.agent("", nil).Waiting()
	n.ok(err)
	n.equal(0, len(waiting))
}

// TestRecordWaits undoes a run before the API server runs: its record is put back later.
func TestRecordWaits(t *testing.T) {
	sample := newNode(t)
	in := func(name string, test func(n *testNode, before []string, record journal.Record)) {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n, before, record := undoneAtBoot(t, sample)
				test(n, before, record)
			})
		})
	}
	in("put back by the timer", func(n *testNode, before []string, record journal.Record) {
		n.isWaiting(record.ID)
		n.read(bootUnit) // once more at the next boot
		n.units.OnElapse(func(systemd.Timer) {
			if _, err := n.agent("", nil).RecoverWaiting(context.Background()); err != nil {
				n.Error(err)
			}
		})
		time.Sleep(time.Minute)
		n.isWaiting(record.ID)
		n.comesUp()
		n.units.OnRestart(fixers.KubeletUnit, func() systemd.Behaviour { n.Error("restarted"); return systemd.Behaviour{} })
		time.Sleep(10 * time.Second)
		n.isPutBack(before)
	})
	in("put back by hand", func(n *testNode, before []string, record journal.Record) {
		n.comesUp()
		results, err := n.agent("", nil).Recover(n.Context())
		n.ok(err)
		n.equal(1, len(results))
		if reason := results[0].Record.Reason.String(); !strings.Contains(reason, "not confirmed before the machine was started again") {
			n.Errorf("the reason is %q", reason)
		}
		n.isPutBack(before)
	})
	in("put back by a rollback of the run", func(n *testNode, before []string, record journal.Record) {
		n.comesUp()
		_, err := n.agent("", nil).Rollback(n.Context(), record.ID, agent.RollbackOptions{})
		n.ok(err)
		n.ok(errorOf(n.agent("", nil).Recover(n.Context()))) // takes away the timer
		time.Sleep(time.Hour)
		n.equal(before, n.snapshot())
	})
	in("told and refused meanwhile", func(n *testNode, _ []string, record journal.Record) {
		plan, err := n.agent(recordSite, nil).Check(n.Context())
		n.ok(err)
		n.judged(plan, "kubeadm-record", change.Blocked, "still contains what run "+record.ID+" wrote")
		passive := n.agent(recordSite, nil)
		passive.Passive = true
		plan, err = passive.Check(n.Context())
		n.ok(err)
		n.judged(plan, "kubeadm-record", change.Blocked, "still contains what run "+record.ID+" wrote")
		n.comesUp()
		_, err = n.apply(n.agent(recordSite, nil))
		n.failed(err, node.Failed, "run "+record.ID+" was undone, but kubeadm's record of the cluster is not restored yet")
		_, err = n.agent("", nil).RollbackToBaseline(n.Context(), agent.RollbackOptions{})
		n.failed(err, node.Failed, "waits for the API server")
	})
	in("another boot", func(n *testNode, before []string, record journal.Record) {
		journalOf := "/var/lib/harden/runs/" + record.ID + "/journal"
		text := n.read(journalOf)
		n.boots("boot-3")
		n.ok(errorOf(n.agent("", nil).Recover(n.Context())))
		n.isWaiting(record.ID)
		n.comesUp()
		n.cluster.goes(errAway)
		_, err := n.agent("", nil).Recover(n.Context())
		n.failed(err, node.Incomplete, "waits for the API server: connection refused")
		n.equal(text, n.read(journalOf)) // which does not grow with the tries
		n.cluster.goes(nil)
		n.ok(errorOf(n.agent("", nil).Recover(n.Context())))
		n.isPutBack(before)
	})
	in("changed since", func(n *testNode, _ []string, record journal.Record) {
		n.comesUp()
		n.write(kubeletConfig, n.read(kubeletConfig)+"podPidsLimit: 17\n", 0o644) // no business of what waits
		text := strings.Replace(n.cluster.texts[controlplane.ClusterRecord], "kubernetesVersion: v1.34.1", "kubernetesVersion: v1.34.2", 1)
		n.cluster.texts[controlplane.ClusterRecord] = text
		_, err := n.agent("", nil).Recover(n.Context())
		n.failed(err, node.Incomplete, "kubeadm-config was changed by someone else after the run: content")
		n.equal(strings.Replace(clusterRecord, "v1.34.1", "v1.34.2", 1), n.cluster.texts[controlplane.ClusterRecord]) // theirs stays
		n.equal(kubeletRecord, n.cluster.texts[controlplane.KubeletRecord])
		if !strings.Contains(n.read(kubeletConfig), "podPidsLimit: 17") {
			n.Error("a file that was put back is written again")
		}
		waiting, err := n.agent("", nil).Waiting()
		n.ok(err)
		n.equal(0, len(waiting))
	})
	in("no cluster any more", func(n *testNode, _ []string, record journal.Record) {
		n.comesUp()
		n.cluster.goes(errAway)
		a := n.agent("", nil)
		collect := a.Collect
		a.Collect = func() (*facts.Facts, error) {
			f, err := collect()
			if err == nil {
				f.Joined = false
			}
			return f, err
		}
		_, err := a.Recover(n.Context())
		n.failed(err, node.Incomplete, "this node belongs to no cluster any more")
		waiting, err := n.agent("", nil).Waiting()
		n.ok(err)
		n.equal(0, len(waiting)) // apply is not held up for ever
	})
}

// errorOf leaves out what else a call gives.
func errorOf[T any](_ T, err error) error { return err }

// TestRecordWaitsCutOff kills recover at each patch that it sends later, and before.
func TestRecordWaitsCutOff(t *testing.T) {
	for _, target := range []change.Target{controlplane.ClusterRecord, controlplane.KubeletRecord} {
		sample := newNode(t)
		synctest.Test(t, func(t *testing.T) {
			n, before, _ := undoneAtBoot(t, sample)
			n.comesUp()
			calls := &script{}
			calls.at = func(_ int, op host.Op) error {
				if op.Path == string(target) {
					calls.dead = true
					panic(killed{})
				}
				return nil
			}
			if survives(func() { _, _ = n.agent("", calls).Recover(t.Context()) }) {
				t.Fatal("recover was not cut off")
			}
			_, err := n.apply(n.agent(recordSite, nil))
			n.failed(err, node.Failed, "was interrupted")
			n.ok(errorOf(n.agent("", nil).Recover(t.Context())))
			n.isPutBack(before)
		})
	}
}

// TestRecordWaitsAfterRollback leaves the record where an operator rolls back.
func TestRecordWaitsAfterRollback(t *testing.T) {
	sample := newNode(t)
	synctest.Test(t, func(t *testing.T) {
		n := sample.small(t)
		n.withRecord("--profiling=false", "--tls-min-version=VersionTLS12")
		before := n.snapshot()
		record := n.applied(recordSite)
		n.timerRecovers()
		n.cluster.goes(errAway)
		_, err := n.agent("", nil).Rollback(t.Context(), "", agent.RollbackOptions{})
		n.failed(err, node.Incomplete, "waits for the API server: connection refused")
		n.isWaiting(record.ID)
		n.cluster.goes(nil)
		time.Sleep(10 * time.Second)
		n.isPutBack(before)
	})
}
