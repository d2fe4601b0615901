package agent_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"harden/agent"
	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/host"
	"harden/agent/message"
	"harden/agent/node"
	"harden/integration/oracle"
	"harden/integration/sampletree"
	"harden/profiles"
)

// kubeadmFile is the configuration that an operator wrote for kubeadm init.
const kubeadmFile = `# the first control plane
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
localAPIEndpoint:
  advertiseAddress: 192.0.2.10 # of this node
nodeRegistration:
  name: node1
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.34.1
apiServer:
  extraArgs:
  - name: audit-log-maxage # of the site
    value: "365"
`

// machine is the sample node before kubeadm has made it one, with a file for
// kubeadm.
func machine(t *testing.T, kubeadm string) *testNode {
	t.Helper()
	n := &testNode{T: t, dir: filepath.Join(t.TempDir(), "node"), loaded: map[string]*profiles.Profile{}}
	n.ok(sampletree.Write(n.dir))
	for _, dir := range []string{"/etc/kubernetes", "/var/lib/kubelet", "/var/lib/etcd"} {
		n.ok(os.RemoveAll(n.path(dir)))
	}
	if kubeadm != "" {
		n.write("/etc/kubeadm/init.yaml", kubeadm, 0o600)
	}
	return n
}

// below gives an agent on a tree that does not run.
func (n *testNode) below(profile string) *agent.Agent {
	n.Helper()
	root, err := host.OpenRoot(n.dir, nil)
	n.ok(err)
	n.Cleanup(func() { n.ok(root.Close()) })
	a := &agent.Agent{Store: node.NewStore(root), Version: "test", Node: &node.Node{Root: root, Timeout: time.Minute, Now: time.Now, Log: func(message.Text) {}}}
	a.Moment = func() (host.Moment, error) { return host.Moment{Boot: "boot-1"}, nil }
	a.Collect = func() (*facts.Facts, error) {
		return node.Collect(root, nil, facts.Override{Kubernetes: "1.34.1"}, nil)
	}
	a.Profile = n.profile(profile)
	return a
}

// TestBeforeKubeadm hardens a machine before kubeadm init: what kubeadm then
// makes needs no change but of modes and owners of what it wrote.
func TestBeforeKubeadm(t *testing.T) {
	program := filepath.Join(oracle.Directory(t, "kubeadm"), "kubeadm")
	n := machine(t, kubeadmFile)
	before := n.snapshot()
	a := n.below("cis-1.12")
	result, err := n.apply(a)
	n.ok(err)
	again, err := a.Plan(t.Context())
	n.ok(err)
	n.equal([]string{}, targets(again))
	text := n.read("/etc/kubeadm/init.yaml")
	for _, kept := range []string{"# the first control plane\n", "192.0.2.10 # of this node\n", "audit-log-maxage # of the site\n    value: \"365\"\n"} {
		if !strings.Contains(text, kept) {
			t.Errorf("the operator's %q is gone:\n%s", kept, text)
		}
	}

	out := t.TempDir()
	for _, phase := range []string{"control-plane all", "etcd local", "kubelet-start"} {
		command := exec.CommandContext(t.Context(), program, append(append([]string{"init", "phase"}, strings.Fields(phase)...), "--dry-run", "--config", n.path("/etc/kubeadm/init.yaml"))...)
		command.Env = append(os.Environ(), "KUBEADM_INIT_DRYRUN_DIR="+out)
		if said, err := command.CombinedOutput(); err != nil {
			t.Fatalf("kubeadm init phase %s: %v\n%s", phase, err, said)
		}
	}
	for _, component := range facts.ComponentNames {
		data, err := os.ReadFile(filepath.Join(out, component+".yaml"))
		n.ok(err)
		n.write("/etc/kubernetes/manifests/"+component+".yaml", string(data), 0o600)
	}
	for _, name := range []string{"config.yaml", "kubeadm-flags.env"} {
		data, err := os.ReadFile(filepath.Join(out, name))
		n.ok(err)
		n.write("/var/lib/kubelet/"+name, string(data), 0o644)
	}
	joined, err := a.Plan(t.Context())
	n.ok(err)
	for _, c := range joined.Changes {
		for _, f := range c.Fields {
			if f.Field != change.FieldMode && f.Field != change.FieldOwner {
				t.Errorf("%s of %s is to be changed after kubeadm init: %v → %v", f.Field, c.Target, f.Before, f.After)
			}
		}
	}

	// Going back takes the control plane's files away again, once kubeadm's work is.
	for _, dir := range []string{"/etc/kubernetes/manifests", "/var/lib/kubelet"} {
		n.ok(os.RemoveAll(n.path(dir)))
	}
	_, err = a.Rollback(t.Context(), result.Record.ID, agent.RollbackOptions{})
	n.ok(err)
	n.equal(before, n.snapshot())
}

// TestNotUnderTheControlPlane refuses to take back the files that a control
// plane was made with since: its key would be lost.
func TestNotUnderTheControlPlane(t *testing.T) {
	n := machine(t, kubeadmFile)
	a := n.below("cis-1.12")
	result, err := n.apply(a)
	n.ok(err)
	n.write("/etc/kubernetes/manifests/kube-apiserver.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: kube-apiserver, namespace: kube-system}\nspec:\n  containers:\n  - name: kube-apiserver\n"+
		"    image: registry.k8s.io/kube-apiserver:v1.34.1\n    command: [kube-apiserver, --encryption-provider-config=/etc/kubernetes/harden/encryption.yaml]\n", 0o600)
	before := n.snapshot()
	for _, options := range []agent.RollbackOptions{{}, {Force: true}} {
		_, err = a.Rollback(t.Context(), result.Record.ID, options)
		n.failed(err, node.Failed, "kube-apiserver", "--encryption-provider-config=/etc/kubernetes/harden/encryption.yaml")
	}
	_, err = a.RollbackToBaseline(t.Context(), agent.RollbackOptions{})
	n.failed(err, node.Failed, "kube-apiserver")
	n.equal(before, n.snapshot())
}

// TestFurtherControlPlane lays the files that the record of the cluster names,
// with the key of the first control plane or not at all.
func TestFurtherControlPlane(t *testing.T) {
	n := machine(t, "apiVersion: kubeadm.k8s.io/v1beta4\nkind: JoinConfiguration\ncontrolPlane: {}\ndiscovery:\n  bootstrapToken:\n    token: abcdef.0123456789abcdef\n")
	a := n.below("cis-1.12")
	plan, err := a.Plan(t.Context())
	n.ok(err)
	n.judged(plan, "apiserver-encryption-at-rest", change.Blocked, "a further control plane needs the key of the first one")
	n.judged(plan, "apiserver-profiling", change.Blocked, "a further control plane takes this setting from the record of the cluster")
	list := targets(plan)
	for _, want := range []string{"file:/etc/kubernetes/harden/audit-policy.yaml", "file:/etc/kubernetes/harden/authentication.yaml"} {
		if !slices.Contains(list, want) {
			t.Errorf("%s is not laid: %v", want, list)
		}
	}
	if slices.Contains(list, "file:/etc/kubeadm/init.yaml") || slices.Contains(list, "file:/etc/kubernetes/harden/encryption.yaml") {
		t.Errorf("too much is changed: %v", list)
	}
}

// TestKubeadmFileThatCannotBeUsed says why, and changes nothing of the control plane.
func TestKubeadmFileThatCannotBeUsed(t *testing.T) {
	for text, reason := range map[string]string{
		kubeadmFile + "---\napiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n": "/etc/kubeadm/init.yaml:17: a second ClusterConfiguration",
		"a: &x 1\n": "/etc/kubeadm/init.yaml:1:4: anchors are not supported",
	} {
		n := machine(t, text)
		plan, err := n.below("cis-1.12").Plan(t.Context())
		n.ok(err)
		n.judged(plan, "apiserver-profiling", change.Error, reason)
	}
	n := machine(t, kubeadmFile)
	n.write("/run/kubeadm/kubeadm.yaml", kubeadmFile, 0o600)
	plan, err := n.below("cis-1.12").Plan(t.Context())
	n.ok(err)
	n.judged(plan, "apiserver-profiling", change.Error, "are both configurations of kubeadm")
}

// kubeadm's configuration is written with what the profile asks for, the operator's file or
// one to start from, and nothing on the machine is changed by that.
func TestKubeadmConfiguration(t *testing.T) {
	for name, tt := range map[string]struct {
		file, version string
		says          []string // of the text, or of the refusal
		refused       bool
	}{
		"the operator's": {file: kubeadmFile, version: "1.34.1", says: []string{"# the first control plane\n", "- name: audit-log-maxage # of the site\n    value: \"365\"", "- name: profiling\n    value: \"false\""}},
		"to start from":  {version: "1.34.1", says: []string{"kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.34.1", "- name: profiling\n    value: \"false\""}},
		"of 1.30":        {version: "1.30.14", says: []string{"kubeadm.k8s.io/v1beta3", "profiling: \"false\""}},
		"no version":     {says: []string{"the version of Kubernetes is not known"}, refused: true},
		"for a join": {file: "apiVersion: kubeadm.k8s.io/v1beta4\nkind: JoinConfiguration\ndiscovery:\n  bootstrapToken:\n    token: abcdef.0123456789abcdef\n", version: "1.34.1",
			says: []string{"/etc/kubeadm/init.yaml is not a configuration for kubeadm init"}, refused: true},
	} {
		t.Run(name, func(t *testing.T) {
			n := machine(t, tt.file)
			before := n.snapshot()
			a := n.below("cis-1.12")
			a.Collect = func() (*facts.Facts, error) {
				return node.Collect(a.Root, nil, facts.Override{Kubernetes: tt.version}, nil)
			}
			if tt.file != "" {
				a.KubeadmConfig = "/etc/kubeadm/init.yaml"
			}
			text, err := a.KubeadmConfiguration(t.Context())
			n.equal(before, n.snapshot())
			if tt.refused {
				n.failed(err, node.Usage, tt.says...)
				return
			}
			n.ok(err)
			for _, want := range tt.says {
				if !strings.Contains(string(text), want) {
					t.Errorf("%q is not in it:\n%s", want, text)
				}
			}
		})
	}
}
