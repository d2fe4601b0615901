//go:build e2e

package e2e

import (
	"strings"
	"testing"
)

// TestAnsibleEncryptsThreeControlPlanes has one play encrypt the secrets of a cluster with
// three API servers. A fault on the second one stops it, and leaves every secret readable.
func TestAnsibleEncryptsThreeControlPlanes(t *testing.T) {
	nightly(t, "it boots three nodes; the order of the play is integration/ansible/outcomes")
	nodes := controlPlanes(t)
	first, second := nodes[0], nodes[1]
	first.must(t, 0, "kubectl", "create", "secret", "generic", "before", "--from-literal=value="+secretValue)
	c := newController(t, nodes, "")
	names := make([]string, len(nodes))
	for i, n := range nodes {
		names[i] = n.name
	}
	arguments := []string{"-e", "harden_control_plane=" + strings.Join(names, ":"), "-e", "harden_profile=" + cis, "-e", "harden_timeout=3m",
		"-e", "harden_install=false", "-e", `{"harden_only": []}`, "harden.node.encrypt"}

	// The second one cannot write its manifest: it is put back, and the third is not begun.
	second.must(t, 0, "chattr", "+i", "/"+apiManifest)
	failed := c.must(t, false, arguments...)
	second.must(t, 0, "chattr", "-i", "/"+apiManifest)
	if strings.Contains(second.must(t, 0, "cat", "/"+apiManifest), "encryption-provider-config") || strings.Contains(nodes[2].must(t, 0, "cat", "/"+apiManifest), "encryption-provider-config") {
		t.Errorf("the play went on:\n%s", failed.out)
	}
	requireReadable(t, nodes, "before")

	c.must(t, true, arguments...)
	for _, n := range nodes {
		n.requireSecret(t, "from-"+n.name, "k8s:enc:secretbox:")
		n.requireStored(t, "before", "k8s:enc:secretbox:")
		n.must(t, 0, "test", "!", "-e", "/run/harden-encryption.key")
	}
	requireReadable(t, nodes, "before", "from-harden-cp1", "from-harden-cp2", "from-harden-cp3")

	c.must(t, true, append(arguments, "-e", "harden_encryption=rolled-back")...)
	for _, n := range nodes {
		n.requireStored(t, "before", "k8s\x00")
		if strings.Contains(n.must(t, 0, "cat", "/"+apiManifest), "encryption-provider-config") {
			t.Errorf("%s still has the flag", n.name)
		}
	}
	requireReadable(t, nodes, "before", "from-harden-cp1", "from-harden-cp2", "from-harden-cp3")
}
