//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestJoinsAHardenedCluster hardens the only control plane of a cluster with encryption
// at rest, and then a second control plane and a worker join with a token, each hardened
// before kubeadm as docs/bootstrap.md says: both come up Ready and hardened, and every
// secret can be read through both API servers.
func TestJoinsAHardenedCluster(t *testing.T) {
	nightly(t, "it boots three machines; what is laid before kubeadm join is in cmd/harden/testdata/script/bootstrap")
	onBridge := func(i int, options ...string) *node {
		n := another(t, planes[i].name, append(options, "--bridge", "harden-cp", "--address", planes[i].address)...)
		n.address = planes[i].address
		if err := n.installHarden(); err != nil {
			t.Fatal(err)
		}
		return n
	}
	first := onBridge(0)
	first.must(t, 0, "kubectl", "create", "secret", "generic", "before", "--from-literal=value="+secretValue)
	first.must(t, 0, "harden", "apply", "--yes")
	first.requireSecret(t, "hardened", "k8s:enc:secretbox:")
	first.requireRecorded(t)

	second := onBridge(1, "--host")
	second.shareKeys(t, first)
	second.write(t, keyFile[1:], first.encryptionKey(t))
	second.joins(t, first, true, "encryption-key-file="+keyFile)
	second.waitForMirrors(t)
	requireReadable(t, []*node{first, second}, "before", "hardened")
	second.requireSecret(t, "from-second", "k8s:enc:secretbox:")
	requireReadable(t, []*node{first, second}, "from-second")
	second.requireRecorded(t)
	first.must(t, 0, "harden", "plan", "--detailed-exitcode")

	worker := onBridge(2, "--host")
	worker.joins(t, first, false)
	requireReadable(t, []*node{first, second}, "before", "hardened", "from-second")
}

// shareKeys copies what all control planes of a cluster share, as kubeadm's documentation says.
func (n *node) shareKeys(t *testing.T, first *node) {
	t.Helper()
	for _, name := range []string{"ca.crt", "ca.key", "front-proxy-ca.crt", "front-proxy-ca.key", "etcd/ca.crt", "etcd/ca.key", "sa.key", "sa.pub"} {
		data, err := os.ReadFile(filepath.Join(first.root, "etc/kubernetes/pki", name))
		if err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(n.root, "etc/kubernetes/pki", name)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// encryptionKey is the key with which a control plane stores secrets.
func (n *node) encryptionKey(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(n.root, "etc/kubernetes/harden/encryption.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`secret: (\S+)`).FindSubmatch(text)
	if found == nil {
		t.Fatal("the encryption configuration names no key")
	}
	return string(found[1]) + "\n"
}

// joins hardens a host, has kubeadm join it with a token, and hardens it again: that changes
// nothing but modes and owners of what kubeadm wrote.
func (n *node) joins(t *testing.T, first *node, controlPlane bool, set ...string) {
	t.Helper()
	const file = "etc/kubeadm/join.yaml"
	words := strings.Fields(first.must(t, 0, "kubeadm", "token", "create", "--print-join-command"))
	if len(words) != 7 {
		t.Fatalf("kubeadm says: %q", words)
	}
	text, err := os.ReadFile(filepath.Join(n.root, file))
	if err != nil {
		t.Fatal(err)
	}
	join := strings.NewReplacer("@NAME@", n.name, "@ENDPOINT@", words[2], "@TOKEN@", words[4], "@HASH@", words[6]).Replace(string(text))
	if !controlPlane {
		join = regexp.MustCompile(`(?m)^controlPlane:\n(  .*\n)+`).ReplaceAllString(join, "")
	}
	if err := os.WriteFile(filepath.Join(n.root, file), []byte(join), 0o600); err != nil {
		t.Fatal(err)
	}
	set = append(set, "kubeadm-config=/"+file)

	n.must(t, 0, slices.Concat([]string{"harden", "apply", "--yes"}, settings(set...))...)
	n.must(t, 0, "kubeadm", "join", "--config", "/"+file, "--ignore-preflight-errors=all")
	pods := 0
	if controlPlane {
		pods = 4
	}
	n.waitFor(t, n.name+" is ready", func() bool {
		ready := first.run(t, "kubectl", "get", "node", n.name, "--no-headers")
		running := first.run(t, "sh", "-c", fmt.Sprintf("kubectl get pods -A --no-headers --field-selector=spec.nodeName=%s | grep -c ' 1/1 *Running '", n.name))
		return strings.Contains(ready.stdout, " Ready") && strings.TrimSpace(running.stdout) == fmt.Sprint(pods)
	})

	for _, c := range decode(t, n.must(t, 0, slices.Concat([]string{"harden", "plan", "-o", "json"}, settings(set...))...)).Changes {
		for _, f := range c.Fields {
			if f.Field != "mode" && f.Field != "owner" {
				t.Errorf("%s joined, and %s of %s is still to be changed", n.name, f.Field, c.Target)
			}
		}
	}
	n.must(t, 0, slices.Concat([]string{"harden", "apply", "--yes"}, settings(set...))...)
	n.must(t, 0, slices.Concat([]string{"harden", "plan", "--detailed-exitcode"}, settings(set...))...)
}
