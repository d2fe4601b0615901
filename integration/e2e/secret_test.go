//go:build e2e

package e2e

import (
	"strings"
	"testing"
)

// secretValue is what the tests' secrets hold.
const secretValue = "in-plain-text-it-would-read-like-this"

// requireSecret creates a secret and requires that it can be read and how it
// is stored.
func (n *node) requireSecret(t *testing.T, name, prefix string) {
	t.Helper()
	n.must(t, 0, "kubectl", "create", "secret", "generic", name, "--from-literal=value="+secretValue)
	n.requireStored(t, name, prefix)
}

// requireStored requires that a secret can be read through the API, and that
// etcd holds it with a prefix.
func (n *node) requireStored(t *testing.T, name, prefix string) {
	t.Helper()
	if got := n.must(t, 0, "kubectl", "get", "secret", name, "--template={{.data.value | base64decode}}"); got != secretValue {
		t.Errorf("secret %s reads %q, want %q", name, got, secretValue)
	}
	const pki = "/etc/kubernetes/pki/etcd/"
	stored := n.must(t, 0, "etcdctl", "--endpoints=https://127.0.0.1:2379", "--cacert="+pki+"ca.crt",
		"--cert="+pki+"healthcheck-client.crt", "--key="+pki+"healthcheck-client.key",
		"get", "--print-value-only", "/registry/secrets/default/"+name)
	if !strings.HasPrefix(stored, prefix) {
		t.Errorf("etcd holds secret %s as %.20q…, want prefix %q", name, stored, prefix)
	}
	if encrypted := strings.HasPrefix(prefix, "k8s:enc:"); encrypted == strings.Contains(stored, secretValue) {
		t.Errorf("etcd holds secret %s, encrypted %v, as %q", name, encrypted, stored)
	}
}

// dropEncryption takes away what a rollback kept: refused while a stored
// secret needs it, and done once all are written again.
func (n *node) dropEncryption(t *testing.T) {
	t.Helper()
	refused := n.run(t, "harden", "rollback", "--yes", "--drop-encryption")
	if refused.code != 1 || !strings.Contains(refused.stderr, "default/while-applied") {
		t.Errorf("--drop-encryption while a secret is encrypted: exit code %d, want 1 and the secret's name:\n%s", refused.code, refused.stderr)
	}
	n.must(t, 0, "sh", "-c", "kubectl get secrets --all-namespaces --output=json | kubectl replace --filename=-")
	n.requireStored(t, "while-applied", "k8s\x00")
	n.must(t, 0, "harden", "rollback", "--yes", "--drop-encryption")
	n.requireStored(t, "while-applied", "k8s\x00")
}
