//go:build e2e

package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// aloneConfig lets a kubelet run without an API server.
const aloneConfig = `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: cgroupfs
failCgroupV1: false
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
authentication:
  anonymous:
    enabled: false
  webhook:
    enabled: false
authorization:
  mode: AlwaysAllow
`

const aloneUnit = "[Service]\nExecStart=\nExecStart=/usr/bin/kubelet --config=/var/lib/kubelet/config.yaml\n"

// brokenUnit keeps the kubelet from starting with what harden writes.
const brokenUnit = "[Service]\nExecStartPre=/bin/sh -c '! grep -q podPidsLimit /var/lib/kubelet/config.yaml'\n"

const broken = "etc/systemd/system/kubelet.service.d/30-broken.conf"

// ansibleRules change files and restart the kubelet, and no kernel parameter:
// those are the machine's, and so of all nodes together.
const ansibleRules = "kubelet-config-mode,kubelet-unit-mode,kubelet-pod-pids-limit,kubelet-seccomp-default"

// hardened is the number of tasks that change a node: apply and confirm.
const hardened = 2

// TestAnsible hardens three booted nodes, each with a kubelet, by the collection
// that packaging/ansible is, over ssh.
func TestAnsible(t *testing.T) {
	nightly(t, "it boots three nodes; `make ansible` has the collection and its outcomes without one")
	deb, err := filepath.Abs(debianPackage(t))
	if err != nil {
		t.Fatal(err)
	}
	nodes := several(t, "harden-ans-a", "harden-ans-b", "harden-ans-c")
	first, second, third := nodes[0], nodes[1], nodes[2]
	for _, n := range nodes {
		n.kubeletAlone(t)
	}
	c := newController(t, nodes, deb)

	installed := c.must(t, true, "harden.node.harden", "-e", `{"harden_install": true, "harden_state": "planned", "harden_serial": 2}`)
	for _, n := range nodes {
		n.must(t, 0, "harden", "version")
		if installed.changed[n.name] == 0 || installed.failed[n.name] > 0 {
			t.Errorf("%s: the package was not installed: %+v", n.name, installed)
		}
	}
	before := map[string]snapshot{}
	for _, n := range nodes {
		before[n.name] = n.snapshot(t)
	}

	t.Run("check mode", func(t *testing.T) {
		predicted := c.must(t, true, "harden.node.harden", "--check", "--diff", "-e", "harden_diff=full")
		for _, n := range nodes {
			requireSame(t, before[n.name], n.snapshot(t))
			if predicted.changed[n.name] != 1 {
				t.Errorf("%s: %d tasks would change something, want that of harden alone", n.name, predicted.changed[n.name])
			}
			if out := n.must(t, 0, "harden", "history", "-o", "json"); !strings.Contains(out, `"runs": []`) {
				t.Errorf("%s: there is a run after check mode: %s", n.name, out)
			}
		}
		if n := strings.Count(predicted.out, "+ podPidsLimit: 4096"); n != len(nodes) {
			t.Errorf("the diff shows the change %d times, want %d", n, len(nodes))
		}
	})

	t.Run("a node that fails stops the rolling", func(t *testing.T) {
		if err := os.WriteFile(filepath.Join(second.root, broken), []byte(brokenUnit), 0o644); err != nil {
			t.Fatal(err)
		}
		second.must(t, 0, "systemctl", "daemon-reload")
		unhardened := second.snapshot(t)
		stopped := c.must(t, false, "harden.node.harden")
		if stopped.changed[first.name] != hardened || stopped.failed[first.name] != 0 {
			t.Errorf("the first node was not hardened: %+v", stopped)
		}
		if stopped.failed[second.name] != 1 || !strings.Contains(stopped.out, "all that harden had changed was restored") {
			t.Errorf("the second node did not fail, or nobody says what became of it: %+v", stopped)
		}
		if _, reached := stopped.changed[third.name]; reached {
			t.Errorf("the third node was reached: %+v", stopped)
		}
		requireSame(t, unhardened, second.snapshot(t))
		requireSame(t, before[third.name], third.snapshot(t))
		second.requireKubelet(t)
		if err := os.Remove(filepath.Join(second.root, broken)); err != nil {
			t.Fatal(err)
		}
		second.must(t, 0, "systemctl", "daemon-reload")
	})

	t.Run("the rest, and again", func(t *testing.T) {
		rest := c.must(t, true, "harden.node.harden")
		if rest.changed[first.name] != 0 || rest.changed[second.name] != hardened || rest.changed[third.name] != hardened {
			t.Errorf("want the second and the third changed: %+v", rest)
		}
		again := c.must(t, true, "harden.node.harden", "-e", `{"harden_install": true}`)
		for _, n := range nodes {
			n.requireKubelet(t)
			if again.changed[n.name] != 0 || again.failed[n.name] != 0 {
				t.Errorf("%s: the second run is not without changes: %+v", n.name, again)
			}
		}
	})

	t.Run("the way back", func(t *testing.T) {
		applied := third.snapshot(t)
		predicted := c.must(t, true, "harden.node.rollback", "--check", "--diff", "--limit", third.name)
		requireSame(t, applied, third.snapshot(t))
		if predicted.changed[third.name] != 1 || !strings.Contains(predicted.out, "- podPidsLimit: 4096") {
			t.Errorf("check mode does not show the rollback: %s", predicted.out)
		}
		back := c.must(t, true, "harden.node.rollback")
		for _, n := range nodes {
			if back.changed[n.name] != 1 {
				t.Errorf("%s was not rolled back: %+v", n.name, back)
			}
			requireSame(t, before[n.name], n.snapshot(t))
		}
		if again := c.must(t, true, "harden.node.rollback"); again.changed[first.name] != 0 {
			t.Errorf("a second rollback changed something: %+v", again)
		}
	})
}

// several boots hosts that are not nodes of a cluster, at once.
func several(t *testing.T, names ...string) []*node {
	t.Helper()
	nodes, problems := make([]*node, len(names)), make([]error, len(names))
	var group sync.WaitGroup
	for i, name := range names {
		t.Cleanup(func() {
			if err := down(name); err != nil {
				t.Error(err)
			}
		})
		group.Go(func() { nodes[i], problems[i] = up(name, "--host") })
	}
	group.Wait()
	if err := errors.Join(problems...); err != nil {
		t.Fatal(err)
	}
	return nodes
}

// kubeletAlone starts the node's kubelet without a cluster. The empty files are
// those that a snapshot takes in.
func (n *node) kubeletAlone(t *testing.T) {
	t.Helper()
	for path, content := range map[string]string{
		"var/lib/kubelet/config.yaml":                             aloneConfig,
		"var/lib/kubelet/kubeadm-flags.env":                       "",
		"var/lib/kubelet/instance-config.yaml":                    "",
		"var/lib/kubelet/pki/none":                                "",
		"var/lib/etcd/member/none":                                "",
		"etc/systemd/system/kubelet.service.d/20-standalone.conf": aloneUnit,
	} {
		name := filepath.Join(n.root, path)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	n.must(t, 0, "systemctl", "daemon-reload")
	n.must(t, 0, "systemctl", "restart", "kubelet")
	n.requireKubelet(t)
}

// requireKubelet waits up to a minute for the kubelet.
func (n *node) requireKubelet(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(time.Second) {
		if r := n.run(t, "curl", "--silent", "--fail", "--max-time", "2", "http://127.0.0.1:10248/healthz"); r.stdout == "ok" {
			return
		}
	}
	t.Fatalf("the kubelet of %s does not answer:\n%s", n.name, n.run(t, "journalctl", "--no-pager", "--lines=30", "--unit=kubelet").stdout)
}

// controller is where ansible-playbook runs.
type controller struct{ environment []string }

// newController lays out an inventory, keys, and the installed collection.
func newController(t *testing.T, nodes []*node, deb string) *controller {
	t.Helper()
	dir, err := os.MkdirTemp("", "ans-") // the path of a socket has to be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	must := func(command ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), command[0], command[1:]...)
		cmd.Env = append(os.Environ(), "ANSIBLE_HOME="+dir, "ANSIBLE_COLLECTIONS_PATH="+dir)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%q: %v\n%s", command, err, out)
		}
		return string(out)
	}
	in, err := filepath.Abs(filepath.Join(scripts, "in"))
	if err != nil {
		t.Fatal(err)
	}
	must("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", filepath.Join(dir, "key"))
	var known strings.Builder
	for _, n := range nodes {
		home := filepath.Join(n.root, "root", "e2e-ssh")
		if err := os.Mkdir(home, 0o700); err != nil {
			t.Fatal(err)
		}
		must("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", filepath.Join(home, "host"))
		public, err := os.ReadFile(filepath.Join(home, "host.pub"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&known, "%s %s", n.name, public)
		copyFile(t, filepath.Join(dir, "key.pub"), filepath.Join(home, "authorized"))
		sshd := "HostKey /root/e2e-ssh/host\nAuthorizedKeysFile /root/e2e-ssh/authorized\nPermitRootLogin prohibit-password\nUsePAM no\nSubsystem sftp internal-sftp\n"
		if err := os.WriteFile(filepath.Join(home, "config"), []byte(sshd), 0o600); err != nil {
			t.Fatal(err)
		}
		n.must(t, 0, "mkdir", "-p", "/run/sshd")
	}
	inventory := fmt.Sprintf(`[control_plane]
%s

[workers]
%s
%s

[all:vars]
ansible_user=root
ansible_become=false
ansible_python_interpreter=/usr/bin/python3
ansible_ssh_private_key_file=%s
ansible_ssh_common_args=-o UserKnownHostsFile=%s -o ProxyCommand="%s -n %%h /usr/sbin/sshd -i -f /root/e2e-ssh/config"
harden_package=%s
harden_profile=kubeadm-node
harden_only=%s
harden_serial=1
harden_timeout=30s
harden_confirm_within=10m
harden_install=false
`, nodes[0].name, nodes[1].name, nodes[2].name, filepath.Join(dir, "key"), filepath.Join(dir, "known"), in, deb, ansibleRules)
	for name, content := range map[string]string{"inventory": inventory, "known": known.String()} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	must("ansible-galaxy", "collection", "build", filepath.Join("..", "..", "packaging", "ansible"), "--output-path", dir)
	built, err := filepath.Glob(filepath.Join(dir, "harden-node-*.tar.gz"))
	if err != nil || len(built) != 1 {
		t.Fatalf("there are %d collections (%v)", len(built), err)
	}
	must("ansible-galaxy", "collection", "install", "--offline", built[0], "--collections-path", dir)
	return &controller{append(os.Environ(), "ANSIBLE_HOME="+dir, "ANSIBLE_COLLECTIONS_PATH="+dir, "ANSIBLE_INVENTORY="+filepath.Join(dir, "inventory"),
		"ANSIBLE_SSH_CONTROL_PATH_DIR="+dir, "ANSIBLE_HOST_KEY_CHECKING=True", "ANSIBLE_NOCOLOR=1", "ANSIBLE_PIPELINING=1", "ANSIBLE_FORKS=3", "LC_ALL=C.UTF-8")}
}

// play is how a playbook ended: the number of tasks by node.
type play struct {
	changed, failed map[string]int
	out             string
}

var recap = regexp.MustCompile(`(?m)^(\S+) +: ok=\d+ +changed=(\d+) +unreachable=(\d+) +failed=(\d+) `)

// must runs a playbook that has to succeed, or has to fail.
func (c *controller) must(t *testing.T, succeed bool, arguments ...string) play {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "ansible-playbook", arguments...)
	cmd.Env = c.environment
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	start := time.Now()
	err := cmd.Run()
	t.Logf("ansible-playbook %q took %v", arguments, time.Since(start).Round(time.Second))
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if (err == nil) != succeed {
		t.Fatalf("ansible-playbook %q: %v\n%s", arguments, err, out.String())
	}
	p := play{changed: map[string]int{}, failed: map[string]int{}, out: out.String()}
	for _, line := range recap.FindAllStringSubmatch(p.out, -1) {
		numbers := make([]int, 3)
		for i := range numbers {
			if numbers[i], err = strconv.Atoi(line[2+i]); err != nil {
				t.Fatal(err)
			}
		}
		p.changed[line[1]], p.failed[line[1]] = numbers[0], numbers[1]+numbers[2]
	}
	return p
}
