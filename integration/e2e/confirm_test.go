//go:build e2e

package e2e

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestConfirm is about runs that are undone unless they are confirmed. Its
// subtests share one node and leave it as they found it.
func TestConfirm(t *testing.T) {
	n := theNode
	n.requireHealthy(t)
	before := n.snapshot(t)
	for _, test := range []struct {
		name string
		run  func(t *testing.T, n *node, before snapshot)
	}{
		{"a confirmed run stays", confirmed},
		{"the timer undoes what is not confirmed", unconfirmed},
		{"the timer undoes what was killed", killedUnconfirmed},
		{"after a power cut it is undone before the kubelet starts", rebootedUnconfirmed},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, n, before) })
	}
}

// applyWithin applies a profile that restarts the kubelet, to be confirmed.
func (n *node) applyWithin(t *testing.T, within string, profile ...string) document {
	t.Helper()
	if len(profile) == 0 {
		profile = []string{"--profile", "kubeadm-node"}
	}
	d := decode(t, n.must(t, 0, append([]string{"harden", "apply", "--yes", "--confirm-within", within, "-o", "json"}, profile...)...))
	if d.Run.State != "pending-confirmation" || d.Run.ConfirmBefore == nil {
		t.Fatalf("the run says state %q and confirmBefore %v", d.Run.State, d.Run.ConfirmBefore)
	}
	return d
}

// timers are those that undo a run.
func (n *node) timers(t *testing.T) []string {
	t.Helper()
	return strings.Fields(n.must(t, 0, "systemctl", "list-units", "--all", "--plain", "--no-legend", "harden-confirm-*.timer"))
}

// state is that of the newest run.
func (n *node) state(t *testing.T) string {
	t.Helper()
	return decode(t, n.must(t, 0, "harden", "history", "-o", "json")).Runs[0].State
}

// undoneWithin waits until the newest run is rolled back.
func (n *node) undoneWithin(t *testing.T, limit time.Duration) {
	t.Helper()
	for end := time.Now().Add(limit); n.state(t) != "rolled-back"; time.Sleep(time.Second) {
		if time.Now().After(end) {
			t.Fatalf("after %v the run is %s\n%s", limit, n.state(t), n.run(t, "journalctl", "--no-pager", "--unit=harden-*").stdout)
		}
	}
}

// nothingArmed makes sure that nothing is left that would undo a run.
func (n *node) nothingArmed(t *testing.T) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); len(n.timers(t)) > 0; time.Sleep(time.Second) {
		if time.Now().After(end) {
			t.Errorf("a timer is left: %q", n.timers(t))
			return
		}
	}
}

func confirmed(t *testing.T, n *node, before snapshot) {
	d := n.applyWithin(t, "30s")
	timer := "harden-confirm-" + d.Run.ID + ".timer"
	// The node's clock is the machine's, so it is not set here. A timer that
	// has no calendar in it does not look at that clock.
	properties := n.must(t, 0, "systemctl", "show", timer, "--property=TimersMonotonic,TimersCalendar,AccuracyUSec,WakeSystem,ActiveState,SubState")
	t.Log(properties)
	for _, want := range []string{"OnActiveUSec=30s", "OnUnitInactiveUSec=30s", "AccuracyUSec=1s", "WakeSystem=no", "ActiveState=active", "SubState=waiting"} {
		if !strings.Contains(properties, want) {
			t.Errorf("the timer does not have %s", want)
		}
	}
	if strings.Contains(properties, "TimersCalendar") {
		t.Error("the timer looks at the clock")
	}
	if n.run(t, "harden", "apply", "--profile", "kubeadm-node", "--yes").code != 1 {
		t.Error("another run goes over one that waits for confirmation")
	}
	n.must(t, 0, "harden", "confirm")
	n.nothingArmed(t)
	if missing := n.run(t, "systemctl", "cat", "harden-recover.service"); missing.code == 0 {
		t.Errorf("the unit for the next boot is left:\n%s", missing.stdout)
	}
	time.Sleep(40 * time.Second)
	if state := n.state(t); state != "applied" {
		t.Errorf("a while after it was confirmed the run is %s", state)
	}
	n.must(t, 0, "harden", "plan", "--profile", "kubeadm-node", "--detailed-exitcode")
	n.must(t, 0, "harden", "rollback", "--yes")
	requireSame(t, before, n.snapshot(t))
	n.requireHealthy(t)
}

func unconfirmed(t *testing.T, n *node, before snapshot) {
	began := time.Now()
	n.applyWithin(t, "30s")
	ended := time.Now()
	n.undoneWithin(t, 90*time.Second)
	t.Logf("apply took %v, the run was undone %v after it", ended.Sub(began).Round(time.Second), time.Since(ended).Round(time.Second))
	if early := 30*time.Second - time.Since(ended); early > 0 {
		t.Errorf("it was undone %v too early", early)
	}
	n.nothingArmed(t)
	requireSame(t, before, n.snapshot(t))
	n.requireHealthy(t)
}

// killedUnconfirmed kills apply while the kubelet is restarted.
func killedUnconfirmed(t *testing.T, n *node, before snapshot) {
	const script = `harden apply --profile kubeadm-node --yes --confirm-within 15s >/dev/null 2>&1 & run=$!
		until systemctl list-units --no-legend 'harden-confirm-*.timer' | grep -q .; do sleep 0.1; done
		sleep 1; kill -KILL $run; wait $run`
	if r := n.run(t, "sh", "-c", script); r.code != 137 {
		t.Fatalf("apply ended with exit code %d, and was not killed", r.code)
	}
	if state := n.state(t); state != "interrupted" {
		t.Fatalf("the run is %s", state)
	}
	n.undoneWithin(t, 90*time.Second)
	n.nothingArmed(t)
	requireSame(t, before, n.snapshot(t))
	n.requireHealthy(t)
}

func rebootedUnconfirmed(t *testing.T, n *node, before snapshot) {
	record := n.record(t)
	// A static pod is among it: at boot nothing may wait for its roll. Nor for the API server,
	// which has kubeadm's record of the cluster.
	d := n.applyWithin(t, "1h", "--profile", "cis-1.12", "--only", "scheduler-profiling,kubelet-pod-pids-limit")
	if text := n.record(t); !strings.Contains(text, "podPidsLimit") {
		t.Errorf("the record has no podPidsLimit: %s", text)
	}
	n.restart(t)
	n.requireHealthy(t)
	n.undoneWithin(t, time.Minute)
	if after := n.record(t); after != record {
		t.Errorf("after the reboot the record is\n%s\nand was\n%s", after, record)
	}
	requireSame(t, before, n.snapshot(t))
	n.nothingArmed(t)

	journal := n.must(t, 0, "journalctl", "--boot", "--no-pager", "--output=short-monotonic", "--unit=harden-recover.service", "--unit=kubelet.service")
	// Both are said by systemd, so their order is true.
	finished, started := strings.Index(journal, "Finished harden-recover.service"), strings.Index(journal, "Started kubelet.service")
	if !strings.Contains(journal, "Run  "+d.Run.ID+"  rollback-incomplete") || finished < 0 || started < finished {
		t.Errorf("the run was not undone before the kubelet started:\n%s", journal)
	}
	if k := n.kubelet(t); k.restarts != 0 {
		t.Errorf("the kubelet was restarted %d times since the boot", k.restarts)
	}
	show := n.must(t, 0, "systemctl", "show", "kubelet.service", "--value", "--property=ActiveEnterTimestampMonotonic")
	at, err := strconv.ParseFloat(strings.TrimSpace(show), 64)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the kubelet started at %.3f s of the machine's clock:\n%s", at/1e6, firstLines(journal, 8))
}

// restart does to the node what a power cut does.
func (n *node) restart(t *testing.T) {
	t.Helper()
	if out, err := exec.Command(filepath.Join(scripts, "restart"), n.name).CombinedOutput(); err != nil {
		t.Fatalf("cannot restart the node: %v\n%s", err, out)
	}
}

func firstLines(text string, count int) string {
	lines := strings.SplitN(text, "\n", count+1)
	return fmt.Sprint(strings.Join(lines[:min(count, len(lines))], "\n"))
}
