//go:build e2e

package e2e

import "testing"

// TestEncryption encrypts stored secrets and nothing else: what was there before
// stays readable, what comes after is stored encrypted, and the way back ends
// where it began.
func TestEncryption(t *testing.T) {
	nightly(t, "TestCISOnControlPlane does the same among other changes; this one is for versions that its judge does not know")
	n := theNode
	n.requireHealthy(t)
	before := n.snapshot(t)
	n.requireSecret(t, "from-before", "k8s\x00")

	applied := decode(t, n.must(t, 0, "harden", "apply", "--profile", cis, "--only", encryption, "--yes", "-o", "json"))
	if applied.Run.State != "applied" || applied.Run.Restarts["kube-apiserver"] != 1 {
		t.Fatalf("the run says state %q and restarts %v, want applied and the API server once: %+v", applied.Run.State, applied.Run.Restarts, applied.Findings)
	}
	n.requireHealthy(t)
	n.requireStored(t, "from-before", "k8s\x00")
	n.requireSecret(t, "while-applied", "k8s:enc:secretbox:")
	n.must(t, 0, "sh", "-c", "kubectl get secret from-before --output=json | kubectl replace --filename=-")
	n.requireStored(t, "from-before", "k8s:enc:secretbox:")
	n.must(t, 0, "harden", "plan", "--profile", cis, "--only", encryption, "--detailed-exitcode")

	n.must(t, 0, "harden", "rollback", "--yes")
	n.requireHealthy(t)
	n.requireStored(t, "while-applied", "k8s:enc:secretbox:")
	n.requireSecret(t, "after-rollback", "k8s\x00")
	n.dropEncryption(t)
	n.requireHealthy(t)
	requireSame(t, before, n.snapshot(t))
	n.must(t, 0, "kubectl", "delete", "secret", "from-before", "while-applied", "after-rollback")
}
