//go:build e2e

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"harden/integration/rke2standin"
)

const (
	rke2Data    = "/var/lib/rancher/rke2"
	rke2Admin   = rke2Data + "/server/cred/admin.kubeconfig"
	rke2Config  = "/etc/rancher/rke2/config.yaml"
	rke2Machine = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\ncgroupDriver: cgroupfs\nfailCgroupV1: false\n"
)

// rke2Broken asks for an argument that the API server refuses: it is between 0 and 0.02.
const rke2Broken = `harden: profile/v1
name: broken
version: "1"
title: {en: Broken, zh: Broken}
controls:
  - id: broken
    title: {en: Broken, zh: Broken}
    rules: [broken]
rules:
  - name: broken
    kind: component-flag
    with: {component: kube-apiserver, flag: --goaway-chance, value: "0.9"}
`

// TestRKE2 hardens a node of the stand-in for RKE2 (integration/rke2standin), which runs
// the real kubelet, etcd and control plane. It is not RKE2.
func TestRKE2(t *testing.T) {
	nightly(t, "it boots a node of its own; agent.TestRKE2 shows the same under a fake systemd")
	n := another(t, "harden-rke2", "--host")
	if err := n.installHarden(); err != nil {
		t.Fatal(err)
	}
	n.startRKE2(t)
	n.requireRKE2(t)

	// Without the kernel and the account the profile is blocked, and nothing else happens.
	if out := n.must(t, 0, "harden", "plan", "--only", "rke2-profile"); !strings.Contains(out, "needs rule sysctl-") {
		t.Errorf("the profile is not blocked for want of the kernel: %s", out)
	}

	before, starts := n.rke2Files(t), n.rke2Starts(t)
	applied := decode(t, n.must(t, 0, "harden", "apply", "--yes", "-o", "json"))
	n.requireRKE2(t)
	if got := n.rke2Starts(t) - starts; got != 1 {
		t.Errorf("rke2-server was started %d times, want once", got)
	}
	if r := applied.Rehearsal; len(r) != 1 || r[0].Component != "rke2" || r[0].Verdict != "left-out" || !strings.Contains(r[0].Message, "as rke2-server.service restarts") {
		t.Errorf("of a rehearsal the run says %+v", r)
	}
	n.must(t, 0, "harden", "plan", "--detailed-exitcode")
	if out := n.must(t, 0, "harden", "check"); strings.Contains(out, "FAIL ") || strings.Contains(out, "BLOCKED ") || strings.Contains(out, "ERROR ") {
		t.Errorf("not all controls of the node are compliant: %s", out)
	}
	pod := n.must(t, 0, "cat", rke2Data+"/agent/pod-manifests/etcd.yaml")
	if !strings.Contains(pod, "runAsUser: 52034") {
		t.Errorf("etcd does not run as a user of its own: %s", pod)
	}

	// A restart of its own changes nothing that harden would have to do again.
	n.must(t, 0, "systemctl", "restart", "rke2-server")
	n.requireRKE2(t)
	n.must(t, 0, "harden", "plan", "--detailed-exitcode")

	// What the API server refuses is put back, and all of it is healthy again.
	hardened := n.rke2Files(t)
	n.write(t, "/root/broken.yaml", rke2Broken)
	n.must(t, 3, "harden", "apply", "--profile", "/root/broken.yaml", "--yes", "--timeout", "4m") // the undo restarts it as well, on a machine that may be busy
	n.requireRKE2(t)
	if got := n.rke2Files(t); got != hardened {
		t.Errorf("after the run that failed the node has\n%s\nand had\n%s", got, hardened)
	}

	n.must(t, 0, "harden", "rollback", applied.Run.ID, "--yes")
	n.requireRKE2(t)
	if got := n.rke2Files(t); got != before {
		t.Errorf("after the rollback the node has\n%s\nand had\n%s", got, before)
	}
}

// startRKE2 makes the host a server of the stand-in.
func (n *node) startRKE2(t *testing.T) {
	t.Helper()
	build := exec.Command("go", "build", "-trimpath", "-o", filepath.Join(n.root, "usr/local/bin/rke2"), "./integration/rke2standin/rke2")
	build.Dir = filepath.Join("..", "..")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("cannot build the stand-in: %v\n%s", err, out)
	}
	n.must(t, 0, "systemctl", "disable", "--now", "kubelet")
	n.must(t, 0, "rm", "-rf", "/etc/kubernetes/manifests")
	var images strings.Builder
	list := n.must(t, 0, "ctr", "--namespace=k8s.io", "images", "list", "--quiet")
	for _, name := range []string{"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"} {
		for image := range strings.FieldsSeq(list) {
			if strings.Contains(image, "/"+name+":") {
				images.WriteString(name + "=" + image + "\n")
				break
			}
		}
	}
	for file, text := range map[string]string{
		"/usr/local/lib/systemd/system/rke2-server.service": rke2standin.ServerUnit,
		"/etc/rke2-standin/images":                          images.String(),
		"/etc/rke2-standin/kubelet.conf":                    rke2Machine,
		rke2Config:                                          "# the site's own\nkube-apiserver-arg:\n- v=2\n",
	} {
		at := filepath.Join(n.root, file)
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	n.must(t, 0, "systemctl", "daemon-reload")
	n.must(t, 0, "systemctl", "enable", "--now", "rke2-server")
}

// requireRKE2 waits until the node is Ready and its control plane answers.
func (n *node) requireRKE2(t *testing.T) {
	t.Helper()
	const healthy = `for i in $(seq 180); do
  kubectl --kubeconfig ` + rke2Admin + ` get nodes 2>/dev/null | grep -q ' Ready' &&
  curl -sf -m 2 http://127.0.0.1:10248/healthz >/dev/null && curl -sf -m 2 http://127.0.0.1:2381/health >/dev/null &&
  curl -sfk -m 2 https://127.0.0.1:10257/healthz >/dev/null && curl -sfk -m 2 https://127.0.0.1:10259/healthz >/dev/null && exit
  sleep 1
done
systemctl status rke2-server; journalctl -u rke2-server -n 50; exit 1`
	n.must(t, 0, "sh", "-c", healthy)
}

// rke2Starts counts the starts of the unit, by systemd's own messages.
func (n *node) rke2Starts(t *testing.T) int {
	t.Helper()
	return strings.Count(n.must(t, 0, "journalctl", "--quiet", "--output=cat", "_PID=1", "UNIT=rke2-server.service", "MESSAGE_ID=39f53479d3a045ac8e11786248231fbf"), "\n")
}

// rke2Files lists mode, owner and contents of what RKE2 and harden write, but for what
// etcd stores.
func (n *node) rke2Files(t *testing.T) string {
	t.Helper()
	return n.must(t, 0, "sh", "-c", `cd / && find etc/rancher etc/sysctl.d var/lib/rancher/rke2 etc/passwd etc/group -path '*/db/etcd/member/*' -prune -o -path '*/server/logs/*' -prune -o -printf '%p %m %U:%G\n' | sort
find etc/rancher etc/sysctl.d var/lib/rancher/rke2/agent var/lib/rancher/rke2/server/cred etc/passwd etc/group -type f -exec sha256sum {} + | sort`)
}
