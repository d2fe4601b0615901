//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestUpgradeKeepsHardening hardens a control plane with encryption at rest, has kubeadm
// upgrade it, which writes everything anew from its record, and finds it hardened: every
// secret can be read all through, and nothing is left to be done.
func TestUpgradeKeepsHardening(t *testing.T) {
	nightly(t, "it boots a node, and rolls every component twice; the record at a real API server is integration/cluster's TestRecord")
	n := another(t, "harden-upgrade")
	if err := n.installHarden(); err != nil {
		t.Fatal(err)
	}
	before := n.record(t)
	n.must(t, 0, "harden", "apply", "--only", "apiserver-profiling", "--yes")
	if text := n.record(t); !strings.Contains(text, "profiling") {
		t.Errorf("the record has no --profiling: %s", text)
	}
	n.must(t, 0, "harden", "rollback", "--yes")
	if after := n.record(t); after != before {
		t.Errorf("after the rollback the record is\n%s\nand was\n%s", after, before)
	}

	n.must(t, 0, "kubectl", "create", "secret", "generic", "before", "--from-literal=value="+secretValue)
	n.must(t, 0, "harden", "apply", "--yes")
	n.requireSecret(t, "after", "k8s:enc:secretbox:")
	n.requireRecorded(t)

	read := n.readSecrets(t)
	// The images of the node are those of a registry that it cannot reach, and there is no
	// CoreDNS: kubeadm's own look at that does not matter here.
	n.must(t, 0, "kubeadm", "upgrade", "apply", "v"+kubernetes(t), "--force", "--yes", "--ignore-preflight-errors=all")
	n.must(t, 0, "systemctl", "restart", "kubelet")
	n.requireHealthy(t)
	read()
	for _, secret := range []string{"before", "after"} {
		if got := n.must(t, 0, "kubectl", "get", "secret", secret, "--template={{.data.value | base64decode}}"); got != secretValue {
			t.Errorf("secret %s reads %q", secret, got)
		}
	}
	n.must(t, 0, "harden", "plan", "--detailed-exitcode")
	n.requireRecorded(t)
}

// nextKubernetes is the version that TestUpgradeToTheNextMinor upgrades to.
const nextKubernetes = "1.35.4"

// TestUpgradeToTheNextMinor has the kubeadm of the next minor version upgrade a
// hardened control plane with encryption at rest: the API server is never one that
// cannot read a secret, and once the kubelet is of that version too, harden has
// nothing to do.
func TestUpgradeToTheNextMinor(t *testing.T) {
	nightly(t, "it builds another version of Kubernetes, and boots a node that is upgraded to it")
	if kubernetes(t) != usualKubernetes(t) {
		t.Skipf("it upgrades %s to %s, whatever K8S says", usualKubernetes(t), nextKubernetes)
	}
	n := another(t, "harden-next", "--other", nextKubernetes)
	if err := n.installHarden(); err != nil {
		t.Fatal(err)
	}
	n.must(t, 0, "kubectl", "create", "secret", "generic", "before", "--from-literal=value="+secretValue)
	n.must(t, 0, "harden", "apply", "--yes")
	n.requireSecret(t, "after", "k8s:enc:secretbox:")
	n.requireRecorded(t)
	ahead := decode(t, n.must(t, 0, "harden", "check", "--after-upgrade", "1.35", "-o", "json"))
	for _, f := range ahead.Findings {
		if f.Rule == "kubeadm-upgrade" && f.Status != "compliant" {
			t.Errorf("before the upgrade it is said: %+v", f)
		}
	}

	read := n.readSecrets(t)
	const other = "/opt/kubernetes-" + nextKubernetes
	// The image of the sandboxes stays: imported once more it is pinned no longer, and the kubelet collects it.
	n.must(t, 0, "sh", "-c", "for image in "+other+"/images/[!p]*.tar; do ctr -n k8s.io images import $image; done")
	// The images are not those of a registry that the node reaches, and there is no
	// CoreDNS: kubeadm's own look at that does not matter here.
	n.must(t, 0, other+"/bin/kubeadm", "upgrade", "apply", "v"+nextKubernetes, "--force", "--yes", "--ignore-preflight-errors=all")
	n.must(t, 0, "sh", "-c", "systemctl stop kubelet && cp --remove-destination "+other+"/bin/kubelet "+other+"/bin/kubeadm "+other+"/bin/kubectl /usr/bin/ && systemctl start kubelet")
	n.requireHealthy(t)
	read()
	for _, secret := range []string{"before", "after"} {
		if got := n.must(t, 0, "kubectl", "get", "secret", secret, "--template={{.data.value | base64decode}}"); got != secretValue {
			t.Errorf("secret %s reads %q", secret, got)
		}
	}
	if out := n.must(t, 0, "harden", "plan", "--detailed-exitcode"); !strings.Contains(out, "Kubernetes "+nextKubernetes) {
		t.Errorf("the node is not of the new version:\n%s", out)
	}
	n.requireRecorded(t)
}

// record is what kubeadm's record of the cluster says.
func (n *node) record(t *testing.T) string {
	t.Helper()
	return n.must(t, 0, "kubectl", "--namespace=kube-system", "get", "configmap", "kubeadm-config", "--template={{.data.ClusterConfiguration}}") +
		n.must(t, 0, "kubectl", "--namespace=kube-system", "get", "configmap", "kubelet-config", "--template={{.data.kubelet}}")
}

// requireRecorded requires that the next upgrade would lose nothing.
func (n *node) requireRecorded(t *testing.T) {
	t.Helper()
	d := decode(t, n.must(t, 0, "harden", "check", "-o", "json"))
	i := slices.IndexFunc(d.Findings, func(f finding) bool { return f.Rule == "kubeadm-record" })
	if i < 0 || d.Findings[i].Status != "compliant" {
		t.Errorf("of the record it is said: %+v", d.Findings)
	}
}

// readSecrets reads the secret "before" twice a second until it is stopped, and then requires
// that the API server answered with it whenever it answered at all.
func (n *node) readSecrets(t *testing.T) (stop func()) {
	t.Helper()
	const file = "/root/read-secrets"
	const loop = `while [ -e ` + file + ` ]; do
		kubectl get secret before --request-timeout=2s --template='{{.data.value | base64decode}}{{"\n"}}' >>` + file + `.log 2>&1; sleep 0.5
	done`
	if err := os.WriteFile(filepath.Join(n.root, file), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	n.must(t, 0, "sh", "-c", "setsid sh -c '"+strings.ReplaceAll(loop, "'", `'"'"'`)+"' >/dev/null 2>&1 </dev/null &")
	return func() {
		t.Helper()
		if err := os.Remove(filepath.Join(n.root, file)); err != nil {
			t.Error(err)
		}
		log, err := os.ReadFile(filepath.Join(n.root, file+".log"))
		if err != nil {
			t.Fatal(err)
		}
		read := 0
		for line := range strings.Lines(string(log)) {
			switch line = strings.TrimSpace(line); {
			case line == secretValue:
				read++
			case strings.Contains(line, "transformer"), strings.Contains(line, "decrypt"), strings.Contains(line, "no matching"):
				t.Errorf("a secret could not be read: %s", line)
			}
		}
		if read < 10 {
			t.Errorf("the secret was read %d times:\n%s", read, log)
		}
	}
}
