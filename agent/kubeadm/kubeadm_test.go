package kubeadm

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"harden/agent/facts"
)

const cluster = `# the site's
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
nodeRegistration:
  name: node1
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration # of all nodes
kubernetesVersion: v1.34.1
apiServer:
  extraArgs:
  - name: audit-log-maxage
    value: "7" # a week
networking:
  podSubnet: 10.85.0.0/16
`

// opened reads a text with Kubernetes 1.34.1 as the version where it says none.
func opened(t *testing.T, text string) *File {
	t.Helper()
	f, err := Open([]byte(text), facts.Version{Major: 1, Minor: 34, Patch: 1})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestGet(t *testing.T) {
	f := opened(t, cluster)
	for _, row := range []struct {
		address string
		value   any
		line    int
		found   bool
	}{
		{"kube-apiserver/flag:--audit-log-maxage", "7", 12, true},
		{"kube-apiserver/flag:--authorization-mode", "Node,RBAC", 0, true},
		{"kube-apiserver/flag:--profiling", nil, 0, false},
		{"kube-apiserver/mount:/etc/kubernetes/pki", "ro", 0, true},
		{"kube-apiserver/mount:/etc/kubernetes/harden", nil, 0, false},
		{"etcd/flag:--client-cert-auth", "true", 0, true},
		{"kubelet/authentication.anonymous.enabled", false, 0, true},
		{"kubelet/podPidsLimit", nil, 0, false},
	} {
		value, line, found, err := f.Get(row.address)
		if err != nil || found != row.found || found && value != row.value || line != row.line {
			t.Errorf("%s is %v in line %d (%v, %v), want %v in line %d", row.address, value, line, found, err, row.value, row.line)
		}
	}
	if _, _, _, err := f.Get("kube-proxy/flag:--x"); err == nil {
		t.Error("kubeadm makes a kube-proxy")
	}
}

func TestSet(t *testing.T) {
	f := opened(t, cluster)
	for _, s := range []struct {
		address string
		value   any
	}{
		{"kube-apiserver/flag:--audit-log-maxage", "30"},
		{"kube-apiserver/flag:--profiling", "false"},
		{"kube-apiserver/flag:--enable-admission-plugins", []string{"NodeRestriction", "EventRateLimit"}},
		{"kube-apiserver/mount:/etc/kubernetes/harden", "ro"},
		{"kube-apiserver/mount:/var/log/kubernetes/audit", "rw"},
		{"kube-scheduler/flag:--profiling", "false"},
		{"kubelet/podPidsLimit", int64(4096)},
		{"kubelet/tlsCipherSuites", []string{"A", "B"}},
	} {
		if err := f.Set(s.address, s.value); err != nil {
			t.Fatalf("%s: %v", s.address, err)
		}
		want := fmt.Sprint(s.value)
		if list, is := s.value.([]string); is && strings.Contains(s.address, "flag") {
			want = strings.Join(list, ",")
		}
		if value, _, found, err := f.Get(s.address); err != nil || !found || fmt.Sprint(value) != want {
			t.Errorf("%s was set to %v, and is %v (%v, %v)", s.address, s.value, value, found, err)
		}
	}
	const want = `# the site's
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
nodeRegistration:
  name: node1
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration # of all nodes
kubernetesVersion: v1.34.1
apiServer:
  extraArgs:
  - name: audit-log-maxage
    value: "30" # a week
  - name: profiling
    value: "false"
  - name: enable-admission-plugins
    value: NodeRestriction,EventRateLimit
  extraVolumes:
  - name: harden-etc-kubernetes-harden
    hostPath: /etc/kubernetes/harden
    mountPath: /etc/kubernetes/harden
    readOnly: true
    pathType: DirectoryOrCreate
  - name: harden-var-log-kubernetes-audit
    hostPath: /var/log/kubernetes/audit
    mountPath: /var/log/kubernetes/audit
    readOnly: false
    pathType: DirectoryOrCreate
networking:
  podSubnet: 10.85.0.0/16
scheduler:
  extraArgs:
  - name: profiling
    value: "false"
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
podPidsLimit: 4096
tlsCipherSuites:
- A
- B
`
	if diff := cmp.Diff(want, string(f.Bytes())); diff != "" {
		t.Errorf("the text (-want +got):\n%s", diff)
	}
	if err := f.Unset("kube-apiserver/flag:--profiling"); err != nil {
		t.Fatal(err)
	}
	if _, _, found, err := f.Get("kube-apiserver/flag:--profiling"); found || err != nil {
		t.Errorf("the argument is still there (%v)", err)
	}
	before := string(f.Bytes())
	if err := f.Unset("kube-apiserver/flag:--authorization-mode"); err == nil || string(f.Bytes()) != before {
		t.Errorf("what kubeadm sets by itself was taken away: %v", err)
	}
	if err := f.Set("etcd/mount:/srv", "ro"); err == nil || string(f.Bytes()) != before {
		t.Errorf("etcd was given a directory: %v", err)
	}
}

// TestMaps edits the form that extra arguments had before v1beta4.
func TestMaps(t *testing.T) {
	f := opened(t, "apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\nkubernetesVersion: v1.30.14\napiServer:\n  extraArgs:\n    audit-log-maxage: \"7\"\n")
	for address, value := range map[string]any{"kube-apiserver/flag:--audit-log-maxage": "30", "kube-controller-manager/flag:--profiling": "false"} {
		if err := f.Set(address, value); err != nil {
			t.Fatal(err)
		}
	}
	const want = "apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\nkubernetesVersion: v1.30.14\napiServer:\n  extraArgs:\n    audit-log-maxage: \"30\"\n" +
		"controllerManager:\n  extraArgs:\n    profiling: \"false\"\n"
	if diff := cmp.Diff(want, string(f.Bytes())); diff != "" {
		t.Errorf("the text (-want +got):\n%s", diff)
	}
	if v := f.Kubernetes(); v != (facts.Version{Major: 1, Minor: 30, Patch: 14}) {
		t.Errorf("version %v", v)
	}
	if err := f.Unset("kube-apiserver/flag:--audit-log-maxage"); err != nil || strings.Contains(string(f.Bytes()), "maxage") {
		t.Errorf("not removed: %v\n%s", err, f.Bytes())
	}
}

func TestPurpose(t *testing.T) {
	const head = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: "
	for text, want := range map[string]Purpose{
		cluster: Init, head + "ClusterConfiguration\n": Init,
		head + "JoinConfiguration\n": JoinWorker,
		head + "JoinConfiguration\ncontrolPlane:\n  localAPIEndpoint:\n    advertiseAddress: 10.0.0.1\n": JoinControlPlane,
	} {
		if got := opened(t, text).Purpose(); got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
}

func TestRefused(t *testing.T) {
	const head = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: "
	for text, want := range map[string]string{
		head + "InitConfiguration\n---\n" + head + "JoinConfiguration\n":                                  "InitConfiguration and a JoinConfiguration",
		head + "ClusterConfiguration\n---\n" + head + "ClusterConfiguration\n":                            "line 4: a second ClusterConfiguration; the first begins in line 1",
		"apiVersion: kubeadm.k8s.io/v1alpha3\nkind: ClusterConfiguration\n":                               "v1alpha3 is not supported",
		head + "InitConfiguration\n---\napiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\n": "different versions",
	} {
		if _, err := Open([]byte(text), facts.Version{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
