//go:build e2e

package e2e

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"
)

// examples is where the cloud-init examples lie.
var examples = filepath.Join("..", "..", "packaging", "cloud-init")

// TestCloudInit boots a machine with the control-plane example as its user
// data, and nothing else: it hardens the host, makes it a node with kubeadm and
// hardens that, unattended.
func TestCloudInit(t *testing.T) {
	nightly(t, "it boots a second cluster; what a host before kubeadm gets is in cmd/harden/testdata/script/bootstrap")
	seed := t.TempDir()
	copyFile(t, debianPackage(t), filepath.Join(seed, "harden.deb"))
	userData(t, seed)
	n := another(t, "harden-cloud", "--cloud-init", seed)

	for _, name := range []string{"control-plane.yaml", "further-control-plane.yaml", "worker.yaml"} {
		copyFile(t, filepath.Join(examples, name), filepath.Join(n.root, "root", name))
		if out := n.must(t, 0, "cloud-init", "schema", "--config-file", "/root/"+name); !strings.Contains(out, "Valid cloud-config") {
			t.Errorf("%s: %s", name, out)
		}
	}
	if out := n.must(t, 0, "cat", "/run/cloud-init/result.json"); !strings.Contains(out, `"errors": []`) {
		t.Fatalf("cloud-init did not end well: %s\n%s", out, n.must(t, 0, "tail", "-n", "100", "/var/log/cloud-init-output.log"))
	}
	n.requireHealthy(t)
	n.must(t, 0, "harden", "plan", "--detailed-exitcode")
	n.installKubeBench(t)
	for id, v := range n.kubeBench(t, cis) {
		if v.Status == "FAIL" && !slices.Contains(mayFail, id) {
			t.Errorf("kube-bench says FAIL of %s", id)
		}
	}

	var history struct {
		Runs []struct {
			ID       string
			State    string
			Finished time.Time
			Restarts map[string]int
		}
	}
	if err := json.Unmarshal([]byte(n.must(t, 0, "harden", "history", "-o", "json")), &history); err != nil {
		t.Fatal(err)
	}
	if len(history.Runs) != 2 || history.Runs[0].State != "applied" || history.Runs[1].State != "applied" {
		t.Fatalf("want a run before kubeadm and one after: %+v", history.Runs)
	}
	first, second := history.Runs[0], history.Runs[1]
	if first.Finished.After(second.Finished) {
		first, second = second, first
	}
	joined, err := os.Stat(filepath.Join(n.root, "etc/kubernetes/kubelet.conf"))
	if err != nil {
		t.Fatal(err)
	}
	admin, err := os.Stat(filepath.Join(n.root, "etc/kubernetes/pki/ca.crt")) // never written again after init
	if err != nil {
		t.Fatal(err)
	}
	if !first.Finished.Before(admin.ModTime()) || len(first.Restarts) > 0 {
		t.Errorf("the first run ended at %s and restarted %v; kubeadm wrote the cluster's CA at %s", first.Finished, first.Restarts, admin.ModTime())
	}
	if !second.Finished.After(joined.ModTime()) || len(second.Restarts) > 0 {
		t.Errorf("the second run ended at %s and restarted %v; kubeadm wrote kubelet.conf at %s", second.Finished, second.Restarts, joined.ModTime())
	}
	n.requireBorn(t, second.ID)
}

// requireBorn requires that the control plane came up hardened: no component was
// started twice, and the run after kubeadm init changed modes and owners alone.
func (n *node) requireBorn(t *testing.T, run string) {
	t.Helper()
	for _, component := range []string{"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"} {
		logs := n.must(t, 0, "sh", "-c", "ls /var/log/pods/kube-system_"+component+"-*/"+component)
		if strings.TrimSpace(logs) != "0.log" {
			t.Errorf("%s was started more than once: %s", component, logs)
		}
	}
	var document struct {
		Changes []struct {
			Target string
			Fields []struct{ Field string }
		}
	}
	if err := json.Unmarshal([]byte(n.must(t, 0, "harden", "show", run, "-o", "json")), &document); err != nil {
		t.Fatal(err)
	}
	for _, c := range document.Changes {
		for _, f := range c.Fields {
			if f.Field != "mode" && f.Field != "owner" {
				t.Errorf("the run after kubeadm init changed %s of %s", f.Field, c.Target)
			}
		}
	}
	n.must(t, 0, "kubectl", "create", "secret", "generic", "born", "--from-literal=a=b")
	if stored := n.must(t, 0, "sh", "-c", "grep -c 'k8s:enc:secretbox:v1:key1' /var/lib/etcd/member/wal/*.wal /var/lib/etcd/member/snap/db | grep -v ':0$' | wc -l"); stored == "0" {
		t.Error("the secret is not stored encrypted")
	}
}

// userData writes the control-plane example as an operator would fill it in,
// with what is only true of these nodes.
func userData(t *testing.T, seed string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(examples, "control-plane.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var config map[string]any
	if err := yaml.Unmarshal(text, &config); err != nil {
		t.Fatal(err)
	}
	init, err := os.ReadFile(filepath.Join("..", "node", "tree", "etc/kubeadm/init.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	content := strings.Replace(string(init), "kind: InitConfiguration\n",
		"kind: InitConfiguration\nskipPhases: [addon/coredns, addon/kube-proxy]\n", 1)
	content = strings.Replace(content, "nodeRegistration:\n", "nodeRegistration:\n  ignorePreflightErrors: [all]\n  taints: []\n", 1)
	content = strings.NewReplacer("@KUBERNETES@", "v"+kubernetes(t), "@ADDRESS@", "10.99.0.10").Replace(content)
	if minor(t) < 31 { // as integration/node/up does it
		content = strings.NewReplacer("kubeadm.k8s.io/v1beta4", "kubeadm.k8s.io/v1beta3", "failCgroupV1: false", "").Replace(content)
	}
	file := config["write_files"].([]any)[0].(map[string]any)
	if file["path"] != "/etc/kubeadm/init.yaml" {
		t.Fatalf("the first file is %s", file["path"])
	}
	file["content"] = content
	deb, err := os.ReadFile(filepath.Join(seed, "harden.deb"))
	if err != nil {
		t.Fatal(err)
	}
	commands := config["runcmd"].([]any)
	lines := strings.Split(commands[0].(string), "\n")
	set := 0
	for i, line := range lines {
		switch {
		case strings.HasPrefix(line, "package="):
			lines[i], set = "package=file:///var/lib/cloud/seed/nocloud/harden.deb", set+1
		case strings.HasPrefix(line, "sha256="):
			lines[i], set = fmt.Sprintf("sha256=%x", sha256.Sum256(deb)), set+1
		}
	}
	if set != 2 {
		t.Fatalf("the example names no package and checksum:\n%s", commands[0])
	}
	commands[0] = strings.Join(lines, "\n")
	filled, err := yaml.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"user-data": "#cloud-config\n" + string(filled), "meta-data": "instance-id: harden-cloud\n"} {
		if err := os.WriteFile(filepath.Join(seed, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// debianPackage gives the package that `make package` built.
func debianPackage(t *testing.T) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join("..", "..", "dist", "harden_*.deb"))
	if err != nil || len(found) != 1 {
		t.Fatalf("there are %d packages in dist (%v): run make package", len(found), err)
	}
	return found[0]
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, data, 0o644); err != nil {
		t.Fatal(err)
	}
}
