//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// planes are the control planes of one cluster, on one bridge, by their addresses.
var planes = []struct{ name, address string }{
	{"harden-cp1", "10.99.1.11"}, {"harden-cp2", "10.99.1.12"}, {"harden-cp3", "10.99.1.13"},
}

const (
	encryption = "apiserver-encryption-at-rest"
	keyFile    = "/root/encryption.key"
)

// TestThreeControlPlanes encrypts the secrets of a cluster with three API servers
// by the steps of docs/howto/encrypt-several-control-planes.md, with an API
// server that is down and a power cut on the second node in between.
func TestThreeControlPlanes(t *testing.T) {
	nightly(t, "it boots three nodes; how API servers are counted and asked is tested in agent")
	nodes := controlPlanes(t)
	first, second, third := nodes[0], nodes[1], nodes[2]
	first.must(t, 0, "kubectl", "create", "secret", "generic", "before", "--from-literal=value="+secretValue)
	requireReadable(t, nodes, "before")

	// Without the steps, nothing is done.
	first.requireBlocked(t, "the cluster has 3 API servers")

	// Step 1: one key for all.
	first.must(t, 0, "sh", "-ec", "umask 077; head -c 32 /dev/urandom | base64 > "+keyFile)
	key, err := os.ReadFile(filepath.Join(first.root, keyFile))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range nodes[1:] {
		if err := os.WriteFile(filepath.Join(n.root, keyFile), key, 0o600); err != nil {
			t.Fatal(err)
		}
	}

	// One API server is down: still counted, and the second step waits for it. The
	// pod may be listed for some seconds yet; the second node has no key in any case.
	up := third.stopAPIServer(t)
	first.requireBlocked(t, "the cluster has 3 API servers")
	first.encrypt(t, "first", "encryption-key-file="+keyFile)
	first.requireBlocked(t, "it is not known whether every API server of the cluster can decrypt with the key: ", "encryption-steps=second")
	up()

	// A power cut on the second node, while its API server rolls.
	second.cutOffDuringRoll(t)
	requireReadable(t, nodes[:1], "before")
	requireReadable(t, nodes[2:], "before")
	second.must(t, 0, "harden", "recover")
	second.waitFor(t, "its API server answers", func() bool { return second.readyz(t) })
	requireReadable(t, nodes, "before")

	// Step 2 on the others; until the last has it, the second step waits.
	second.encrypt(t, "first", "encryption-key-file="+keyFile)
	first.requireBlocked(t, "kube-apiserver-harden-cp3 runs without an encryption configuration", "encryption-steps=second")
	third.encrypt(t, "first", "encryption-key-file="+keyFile)
	first.requireSecret(t, "after-first-step", "k8s\x00")
	requireReadable(t, nodes, "before", "after-first-step")

	// Step 3: whoever writes, all can read.
	for _, n := range nodes {
		n.encrypt(t, "second")
		n.requireSecret(t, "from-"+n.name, "k8s:enc:secretbox:")
		requireReadable(t, nodes, "before", "from-"+n.name)
	}

	// An API server that refuses its flags on the second node: put back, and readable.
	second.write(t, "root/refused.yaml", refusedProfile)
	failed := decode(t, second.must(t, 3, "harden", "apply", "--profile", "/root/refused.yaml", "--yes", "--rehearse=off", "--timeout", "90s", "-o", "json"))
	if failed.Run.State != "rolled-back" {
		t.Errorf("the run on %s says state %q, want rolled-back", second.name, failed.Run.State)
	}
	requireReadable(t, nodes, "before", "after-first-step", "from-harden-cp1", "from-harden-cp2", "from-harden-cp3")

	// Step 4: what was there before.
	first.must(t, 0, "sh", "-c", "kubectl get secrets -A -o json | kubectl replace -f -")
	for _, n := range nodes {
		n.requireStored(t, "before", "k8s:enc:secretbox:")
	}
	requireReadable(t, nodes, "before", "after-first-step")
}

// controlPlanes boots three nodes and makes them one cluster.
func controlPlanes(t *testing.T) []*node {
	t.Helper()
	var nodes []*node
	for i, p := range planes {
		options := []string{"--bridge", "harden-cp", "--address", p.address}
		if i > 0 {
			options = append(options, "--join", planes[0].name)
		}
		n := another(t, p.name, options...)
		n.address = p.address
		if err := n.installHarden(); err != nil {
			t.Fatal(err)
		}
		nodes = append(nodes, n)
	}
	return nodes
}

// readyz tells whether the node's own API server is ready.
func (n *node) readyz(t *testing.T) bool {
	t.Helper()
	return n.run(t, "curl", "--silent", "--insecure", "--max-time", "2", "https://127.0.0.1:6443/readyz").stdout == "ok"
}

// requireReadable requires that secrets can be read through the API server of
// each node, asked at its own address.
func requireReadable(t *testing.T, nodes []*node, secrets ...string) {
	t.Helper()
	for _, n := range nodes {
		n.waitFor(t, "the API server of "+n.name+" is ready", func() bool { return n.readyz(t) })
		for _, secret := range secrets {
			got := n.must(t, 0, "kubectl", "--server=https://"+n.address+":6443", "get", "secret", secret, "--template={{.data.value | base64decode}}")
			if got != secretValue {
				t.Errorf("secret %s reads %q through %s, want %q", secret, got, n.name, secretValue)
			}
		}
	}
}

// settings gives the words that --set each of them.
func settings(set ...string) []string {
	var words []string
	for _, s := range set {
		words = append(words, "--set", s)
	}
	return words
}

// encrypt takes a step of the encryption on a node.
func (n *node) encrypt(t *testing.T, step string, set ...string) {
	t.Helper()
	n.waitForMirrors(t)
	words := append([]string{"harden", "apply", "--profile", cis, "--only", encryption, "--yes", "-o", "json"}, settings(append(set, "encryption-steps="+step)...)...)
	d := decode(t, n.must(t, 0, words...))
	if d.Run.State != "applied" {
		t.Fatalf("the %s step on %s says state %q: %+v", step, n.name, d.Run.State, d.Findings)
	}
}

// waitForMirrors waits until the kubelets have told that their API servers, as
// many as are up, are ready: they do so some seconds after a start.
func (n *node) waitForMirrors(t *testing.T) {
	t.Helper()
	n.waitFor(t, "the pods of the API servers are ready", func() bool {
		r := n.run(t, "kubectl", "get", "pods", "--namespace=kube-system", "--selector=component=kube-apiserver", "--no-headers")
		lines := strings.Split(strings.TrimSpace(r.stdout), "\n")
		return r.code == 0 && !slices.ContainsFunc(lines, func(line string) bool { return !strings.Contains(line, "1/1") })
	})
}

// requireBlocked requires that an apply of the encryption changes nothing, and
// says why.
func (n *node) requireBlocked(t *testing.T, why string, set ...string) {
	t.Helper()
	before := n.snapshot(t)
	words := append([]string{"--profile", cis, "--only", encryption, "-o", "json"}, settings(set...)...)
	d := decode(t, n.must(t, 0, append([]string{"harden", "plan"}, words...)...))
	found := slices.IndexFunc(d.Findings, func(f finding) bool { return f.Rule == encryption })
	if found < 0 || d.Findings[found].Status != "blocked" || !strings.Contains(d.Findings[found].Reason, why) || len(d.Changes) > 0 {
		t.Errorf("on %s: want %s blocked, %q, and no change: %+v", n.name, encryption, why, d)
	}
	n.must(t, 0, append([]string{"harden", "apply", "--yes"}, words...)...)
	requireSame(t, before, n.snapshot(t))
}

// stopAPIServer takes the API server of a node away, as a person does for
// maintenance, and gives what brings it back.
func (n *node) stopAPIServer(t *testing.T) (start func()) {
	t.Helper()
	n.must(t, 0, "mv", "/"+apiManifest, "/root/kube-apiserver.yaml")
	n.waitFor(t, "its API server is gone", func() bool { return n.run(t, "pidof", "kube-apiserver").code != 0 })
	return func() {
		t.Helper()
		n.must(t, 0, "mv", "/root/kube-apiserver.yaml", "/"+apiManifest)
		n.waitFor(t, "its API server is back", func() bool { return n.readyz(t) })
	}
}

// cutOffDuringRoll takes the first step and cuts the node's power as soon as the
// manifest is written.
func (n *node) cutOffDuringRoll(t *testing.T) {
	t.Helper()
	n.waitForMirrors(t)
	words := append([]string{"harden", "apply", "--profile", cis, "--only", encryption, "--yes"}, settings("encryption-key-file="+keyFile, "encryption-steps=first")...)
	n.must(t, 0, "sh", "-c", fmt.Sprintf("setsid %s >/dev/null 2>&1 </dev/null &", strings.Join(words, " ")))
	manifest := filepath.Join(n.root, apiManifest)
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		if data, err := os.ReadFile(manifest); err == nil && strings.Contains(string(data), "--encryption-provider-config=") {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the manifest was not written within a minute")
		}
	}
	n.restart(t)
}
