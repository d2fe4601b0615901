package agent_test

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"harden/agent"
	"harden/agent/host"
	"harden/agent/journal"
	"harden/agent/node"
	"harden/systemd"
)

const confirmWithin = 5 * time.Minute

const (
	bootUnit  = "/etc/systemd/system/harden-recover.service"
	bootWants = "/etc/systemd/system/multi-user.target.d/harden-recover.conf"
)

// guarded gives an agent whose runs have to be confirmed.
func (n *testNode) guarded(profile string, calls host.Calls) *agent.Agent {
	n.Helper()
	a := n.agent(profile, calls)
	a.ConfirmWithin = confirmWithin
	return a
}

// appliedWithin applies a profile, which must work, to be confirmed.
func (n *testNode) appliedWithin(profile string) journal.Record {
	n.Helper()
	result, err := n.apply(n.guarded(profile, nil))
	n.ok(err)
	return *result.Record
}

// isGuarded makes sure that what undoes a run is there for each run that may
// have written something and is not settled.
func (n *testNode) isGuarded() {
	n.Helper()
	records, err := n.agent("", nil).Store.Unsettled()
	n.ok(err)
	for _, r := range records {
		wrote := slices.ContainsFunc(r.Steps, func(s journal.Step) bool { return s.Intended })
		if !r.Guarded || !wrote {
			continue
		}
		timers := n.units.Timers()
		if len(timers) != 1 || timers[0].Name != "harden-confirm-"+r.ID {
			n.Errorf("run %s is %s, and there are the timers %v", r.ID, r.State, timers)
		}
		n.read(bootUnit)
		n.read(bootWants)
	}
}

// timerRecovers has the timers of the node start recover, as systemd would.
func (n *testNode) timerRecovers() {
	n.units.OnElapse(func(systemd.Timer) {
		_, err := n.agent("", nil).RecoverWaiting(context.Background())
		if err != nil {
			n.Error(err)
		}
	})
}

// newState is that of the newest run.
func (n *testNode) newState() journal.State {
	n.Helper()
	records, err := n.runs()
	n.ok(err)
	return records[len(records)-1].State
}

// onSmall runs a test on a small node, in a time of its own.
func onSmall(t *testing.T, test func(n *testNode, o outcome)) {
	o := outcomes(t)
	synctest.Test(t, func(t *testing.T) { test(o.sample.small(t), o) })
}

func TestConfirmedRunStays(t *testing.T) {
	onSmall(t, func(n *testNode, o outcome) {
		n.timerRecovers()
		record := n.appliedWithin(site)
		n.equal(journal.Pending, record.State)
		n.equal(journal.Confirmation{Boot: "boot-1", Deadline: record.Confirm.Deadline, Within: confirmWithin}, *record.Confirm)
		n.isGuarded()
		text := n.read(bootUnit)
		if !strings.Contains(text, "\nExecStart=/usr/bin/harden recover\n") || !strings.Contains(text, "\nBefore=kubelet.service ") {
			n.Errorf("the unit for the next boot is\n%s", text)
		}
		n.read("/var/lib/harden/runs/" + record.ID + "/reserve")

		time.Sleep(confirmWithin - time.Second)
		result, err := n.agent("", nil).Confirm(n.Context(), record.ID[:20])
		n.ok(err)
		n.equal(journal.Applied, result.Record.State)
		n.equal(o.new, n.snapshot())
		n.equal([]systemd.Timer(nil), n.units.Timers())
		if _, err := os.Stat(n.path("/var/lib/harden/runs/" + record.ID + "/reserve")); !errors.Is(err, os.ErrNotExist) {
			n.Errorf("the reserve is not given back: %v", err)
		}
		time.Sleep(time.Hour)
		n.equal(journal.Applied, n.newState())
		n.equal(o.new, n.snapshot())

		_, err = n.agent("", nil).Confirm(n.Context(), "")
		n.failed(err, node.Failed, "no run waits for confirmation")
		_, err = n.agent("", nil).Confirm(n.Context(), record.ID)
		n.failed(err, node.Failed, "does not wait for confirmation: it is applied")
		_, err = n.agent("", nil).Rollback(n.Context(), "", agent.RollbackOptions{})
		n.ok(err)
		n.equal(o.old, n.snapshot())
	})
}

// The time counts from the end of apply, though the timer starts before.
func TestUnconfirmedRunIsUndone(t *testing.T) {
	onSmall(t, func(n *testNode, o outcome) {
		n.timerRecovers()
		record := n.appliedWithin(site)
		deadline := time.Now().Add(record.Confirm.Deadline - time.Since(n.booted))
		n.equal(deadline.Truncate(time.Second), n.agent("", nil).ConfirmBefore(record))
		time.Sleep(time.Until(deadline) - time.Millisecond)
		n.equal(journal.Pending, n.newState())
		results, err := n.agent("", nil).Recover(n.Context())
		n.ok(err)
		n.equal(0, len(results))
		n.equal("new", o.is(n))
		time.Sleep(time.Minute) // the restart of the kubelet takes its time
		n.equal(journal.RolledBack, n.newState())
		n.equal(o.old, n.snapshot())
		n.equal([]systemd.Timer(nil), n.units.Timers())
		n.equal(n.read(kubeletConfig), n.running)
	})
}

func TestPendingRun(t *testing.T) {
	tests := map[string]func(n *testNode, o outcome, id string){
		"apply refuses": func(n *testNode, _ outcome, _ string) {
			_, err := n.apply(n.agent(site, nil)) // nothing would be changed
			n.failed(err, node.Failed, "waits for confirmation")
			n.ok(os.Chmod(n.path(cniConfig), 0o666))
			_, err = n.apply(n.agent(site, nil))
			n.failed(err, node.Failed, "waits for confirmation")
			n.equal("keep it with: harden confirm; or undo it with: harden rollback", hint(err))
		},
		"rollback undoes it, and disarms": func(n *testNode, o outcome, _ string) {
			_, err := n.agent("", nil).Rollback(n.Context(), "", agent.RollbackOptions{})
			n.ok(err)
			n.equal(o.old, n.snapshot())
			n.equal([]systemd.Timer(nil), n.units.Timers())
		},
		"confirm is too late at the deadline": func(n *testNode, o outcome, id string) {
			time.Sleep(confirmWithin)
			_, err := n.agent("", nil).Confirm(n.Context(), id)
			n.failed(err, node.Failed, "not confirmed in time: it is being undone")
			_, err = n.agent("", nil).Recover(n.Context())
			n.ok(err)
			n.equal(o.old, n.snapshot())
		},
		"the machine was started again": func(n *testNode, o outcome, id string) {
			n.reboot()
			_, err := n.agent("", nil).Confirm(n.Context(), id)
			n.failed(err, node.Failed, "not confirmed in time")
			results, err := n.agent("", nil).Recover(n.Context())
			n.ok(err)
			n.equal("not confirmed before the machine was started again, restored by recover", results[0].Record.Reason.String())
			n.read(bootUnit) // kubeadm's record waits for the API server
			n.comesUp()
			n.ok(errorOf(n.agent("", nil).Recover(n.Context())))
			n.equal(o.old, n.snapshot())
			n.equal([]string{"start harden-confirm-" + id + ".timer", "stop harden-confirm-" + id + ".timer", "reload"}, n.units.Calls()) // systemd forgets the unit for the boot
		},
		"the unit for the boot undoes it": func(n *testNode, o outcome, id string) {
			n.reboot(systemd.Unit{Name: systemd.RecoverUnit, LoadState: "loaded", ActiveState: "activating", SubState: "start"})
			n.ok(errorOf(n.agent("", nil).Recover(n.Context())))
			// The kubelet waits for the unit as long as systemd knows of it.
			n.equal([]string{"start harden-confirm-" + id + ".timer"}, n.units.Calls())
			n.comesUp()
			n.ok(errorOf(n.agent("", nil).Recover(n.Context())))
			n.equal(o.old, n.snapshot())
		},
		"its unit for the boot was changed by somebody": func(n *testNode, _ outcome, id string) {
			n.write(bootUnit, "[Unit]\n# ours\n", 0o644)
			_, err := n.agent("", nil).Confirm(n.Context(), id)
			n.ok(err)
			n.equal("[Unit]\n# ours\n", n.read(bootUnit))
		},
		"the disk is full and the time is up": func(n *testNode, o outcome, _ string) {
			time.Sleep(confirmWithin)
			calls := &script{at: func(_ int, op host.Op) error {
				if op.Name != "openat" && strings.HasSuffix(op.Path, "/journal") {
					return syscall.ENOSPC
				}
				return nil
			}}
			_, err := n.agent("", calls).Recover(n.Context())
			n.failed(err, node.Incomplete, "cannot record in run")
			n.equal("old", o.is(n))
			n.equal(journal.Pending, n.newState())
			n.isGuarded() // the timer tries again
			_, err = n.agent("", nil).Recover(n.Context())
			n.ok(err)
			n.equal(o.old, n.snapshot())
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			onSmall(t, func(n *testNode, o outcome) { test(n, o, n.appliedWithin(site).ID) })
		})
	}
}

// reboot starts the node again: its kubelet has not run yet.
func (n *testNode) reboot(external ...systemd.Unit) {
	n.boot, n.booted = "boot-2", time.Now()
	n.units = systemd.NewFake(append(external, systemd.Unit{Name: "kubelet.service", LoadState: "loaded", ActiveState: "inactive", SubState: "dead"})...)
	n.restarts()
}

func TestKilledGuardedApply(t *testing.T) {
	moments := map[string]func(host.Op) bool{
		"before it was armed":            func(op host.Op) bool { return op.Name == "mkdirat" && strings.HasSuffix(op.Path, "/backups") },
		"while it was armed":             func(op host.Op) bool { return op.Path == bootUnit },
		"after it was armed":             func(op host.Op) bool { return op.Path == bootWants },
		"after its first write":          func(op host.Op) bool { return op.Path == "/etc/new" },
		"after its last write":           lastStep,
		"after the record that it pends": nil,
	}
	for name, moment := range moments {
		for how, settles := range map[string]func(n *testNode){
			"its timer": func(*testNode) { time.Sleep(2 * confirmWithin) },
			"a reboot": func(n *testNode) {
				n.reboot()
				n.ok(errorOf(n.agent("", nil).Recover(n.Context())))
				n.comesUp() // with the API server, for which kubeadm's record may wait
				n.ok(errorOf(n.agent("", nil).Recover(n.Context())))
			},
		} {
			t.Run(name+", undone by "+how, func(t *testing.T) {
				onSmall(t, func(n *testNode, o outcome) {
					n.timerRecovers()
					if moment == nil {
						n.appliedWithin(site)
					} else {
						n.cutOffBy(n.guarded, moment)
					}
					n.isGuarded()
					settles(n)
					o.settle(n)
					n.equal("old", o.is(n))
				})
				t.Attr("figure/kills", "1")
			})
		}
	}
}

// A confirm that was killed once its record was durable has confirmed: the
// timer, when its time comes, finds nothing to do and goes.
func TestKilledConfirm(t *testing.T) {
	for name, wanted := range map[string]bool{"a unit of its own for the boot": false, "an installed unit for the boot": true} {
		t.Run(name, func(t *testing.T) {
			onSmall(t, func(n *testNode, o outcome) {
				n.units = systemd.NewFake(n.unit("kubelet.service"), systemd.Unit{Name: systemd.RecoverUnit, LoadState: map[bool]string{true: "loaded", false: "not-found"}[wanted], Wanted: wanted})
				n.restarts()
				n.timerRecovers()
				n.appliedWithin(site)
				_, err := os.Stat(n.path(bootUnit))
				n.equal(wanted, errors.Is(err, os.ErrNotExist))
				calls := &script{}
				calls.at = func(_ int, op host.Op) error {
					if strings.HasSuffix(op.Path, "/reserve") {
						calls.dead = true
						panic(killed{})
					}
					return nil
				}
				if survives(func() { _, _ = n.agent("", calls).Confirm(n.Context(), "") }) {
					n.Fatal("confirm was not killed")
				}
				n.equal(journal.Applied, n.newState())
				n.equal(1, len(n.units.Timers()))
				time.Sleep(2 * confirmWithin)
				n.equal([]systemd.Timer(nil), n.units.Timers())
				n.equal(journal.Applied, n.newState())
				n.equal(o.new, n.snapshot())
			})
		})
	}
}

// unit is what systemd knows of a unit.
func (n *testNode) unit(name string) systemd.Unit {
	n.Helper()
	u, err := n.units.Unit(n.Context(), name)
	n.ok(err)
	return u
}

// Where nothing can be set up that would undo it, a run changes nothing.
func TestUnguardedRunChangesNothing(t *testing.T) {
	onSmall(t, func(n *testNode, o outcome) {
		a := n.guarded(site, nil)
		a.Systemd = func(context.Context) (node.Systemd, error) { return noTimers{n.units}, nil }
		_, err := n.apply(a)
		n.failed(err, node.Failed, "cannot make sure that the run is undone", "there are no timers")
		n.equal(o.old, n.snapshot())
		n.equal(journal.RolledBack, n.newState())
	})
}

type noTimers struct{ *systemd.Fake }

func (noTimers) StartTimer(context.Context, systemd.Timer) error {
	return errors.New("there are no timers")
}

// TestRecoverWaitsForTheLock is about a timer whose time comes during apply.
func TestRecoverWaitsForTheLock(t *testing.T) {
	n := newNode(t)
	lock, err := n.agent("", nil).Root.Lock(node.StateDir + "/lock")
	if err != nil {
		n.ok(os.MkdirAll(n.path(node.StateDir), 0o700))
		lock, err = n.agent("", nil).Root.Lock(node.StateDir + "/lock")
	}
	n.ok(err)
	done := make(chan error, 1)
	go func() { _, err := n.agent("", nil).RecoverWaiting(t.Context()); done <- err }()
	select {
	case err := <-done:
		t.Fatalf("it did not wait: %v", err)
	case <-time.After(100 * time.Millisecond):
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := n.agent("", nil).RecoverWaiting(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled while it waits: %v", err)
	}
	n.ok(lock.Unlock())
	n.ok(<-done)
}
