//go:build e2e

package e2e

import (
	"slices"
	"testing"
)

// brokenProfile asks for a cipher that no kubelet knows, so that it ends at
// start. It is the one place here that knows how a user's profile looks.
const brokenProfile = `harden: profile/v1
name: broken
version: 1.0.0
title: {en: A cipher that no kubelet knows, zh: kubelet 不认识的加密套件}
extends: [kubeadm-node]
set:
  tls-cipher-suites: [TLS_NO_SUCH_SUITE]
`

func TestApplyAndRollback(t *testing.T) {
	n := theNode
	n.requireHealthy(t)
	before, kubeletBefore := n.snapshot(t), n.kubelet(t)

	plan := decode(t, n.must(t, 2, "harden", "plan", "--profile", "kubeadm-node", "--detailed-exitcode", "-o", "json"))
	if len(plan.Changes) == 0 {
		t.Fatal("the plan for a fresh node lists no changes")
	}

	applied := decode(t, n.must(t, 0, "harden", "apply", "--profile", "kubeadm-node", "--yes", "-o", "json"))
	if applied.Run.State != "applied" || applied.Run.Restarts["kubelet.service"] != 1 {
		t.Errorf("the run says state %q and restarts %v, want applied and the kubelet once", applied.Run.State, applied.Run.Restarts)
	}
	kubeletAfter := n.kubelet(t)
	if kubeletAfter.invocation == kubeletBefore.invocation {
		t.Error("the kubelet has the InvocationID from before: it was not restarted")
	}
	if kubeletAfter.restarts != kubeletBefore.restarts {
		t.Errorf("NRestarts went from %d to %d: the kubelet crashed", kubeletBefore.restarts, kubeletAfter.restarts)
	}
	if starts := kubeletAfter.starts - kubeletBefore.starts; starts != 1 {
		t.Errorf("the kubelet was started %d times, want once", starts)
	}
	n.requireHealthy(t)
	n.must(t, 0, "harden", "plan", "--profile", "kubeadm-node", "--detailed-exitcode")

	n.must(t, 0, "harden", "rollback", "--yes")
	requireSame(t, before, n.snapshot(t))
	n.requireHealthy(t)
}

func TestBrokenKubeletIsPutBack(t *testing.T) {
	n := theNode
	n.requireHealthy(t)
	before := n.snapshot(t)
	n.write(t, "root/broken.yaml", brokenProfile)

	plan := decode(t, n.must(t, 0, "harden", "plan", "--profile", "/root/broken.yaml", "-o", "json"))
	if !slices.ContainsFunc(plan.Changes, func(c changed) bool {
		return slices.Contains(c.Effects, "restart:kubelet.service")
	}) {
		t.Fatalf("the broken profile does not restart the kubelet: %+v", plan.Changes)
	}
	failed := decode(t, n.must(t, 3, "harden", "apply", "--profile", "/root/broken.yaml", "--yes", "--rehearse=off", "-o", "json"))
	if failed.Run.State != "rolled-back" || failed.Error == nil {
		t.Errorf("the run says state %q and error %v, want rolled-back and why", failed.Run.State, failed.Error)
	}
	requireSame(t, before, n.snapshot(t))
	n.requireHealthy(t)
}
