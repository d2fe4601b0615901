//go:build strangers

package strangers

import (
	"fmt"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// delegated are names of cgroups that a user may make below his own.
var delegated = map[string]string{
	"a service":             "x:/system.slice/etcd.service",
	"a service at the end":  "system.slice/etcd.service",
	"a static pod":          "x:/kubepods/burstable/pod0123456789abcdef0123456789abcdef/" + strings.Repeat("ab", 32),
	"a static pod, systemd": "kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod0123456789abcdef0123456789abcdef.slice/cri-containerd-" + strings.Repeat("ab", 32) + ".scope",
}

// manifestArgv is the command line of a component in the sample's manifest.
func manifestArgv(t *testing.T, name string) []string {
	t.Helper()
	var pod struct {
		Spec struct{ Containers []struct{ Command []string } }
	}
	ok(t, yaml.Unmarshal([]byte(read(t, "/etc/kubernetes/manifests/"+name+".yaml")), &pod))
	return pod.Spec.Containers[0].Command
}

// TestPosesAsComponent has strangers pose as etcd and as the API server, on a
// node of each kind.
func TestPosesAsComponent(t *testing.T) {
	const cis, qkxy, rancher = "cis-1.12", "qkxy-cs001-2023", "rancher-2.3.5"
	etc := []string{"--data-dir=/etc"}
	for _, a := range []struct {
		name    string
		node    layout
		profile string
		poses   stranger
	}{
		{"set-uid etcd on a worker", worker, cis, waits("etcd", etc...)},
		{"set-uid etcd on a worker, Q/KXY", worker, qkxy, waits("etcd", etc...)},
		{"chsh as etcd on a worker", worker, cis, stranger{runs: "/usr/bin/chsh", name: "etcd", says: []string{"-s", "--data-dir=/etc"}}},
		{"set-uid etcd at his home", worker, cis, waits("etcd", "--data-dir=/home/mallory")},
		{"a daemon's user as etcd", worker, qkxy, stranger{as: "exporter", service: true, name: "etcd", says: etc}},
		{"a daemon's user as etcd at /root", worker, cis, stranger{as: "exporter", service: true, name: "etcd", says: []string{"--data-dir=/root"}}},
		{"an ordinary etcd", worker, qkxy, stranger{name: "etcd", says: etc}},
		{"an ordinary etcd in a namespace", worker, qkxy, stranger{namespace: true, name: "etcd", says: etc}},
		{"an ordinary etcd on a control plane", controlPlane, qkxy, stranger{name: "etcd", says: etc}},
		{"a daemon's user on a control plane", controlPlane, qkxy, stranger{as: "exporter", service: true, name: "etcd", says: etc}},
		{"set-uid etcd on a control plane", controlPlane, qkxy, waits("etcd", "--data-dir=/var/lib/etcd")},
		{"a pod of rke as etcd", rke, qkxy, stranger{namespace: true, name: "etcd", says: etc}},
		{"a pod of rke as etcd, rancher", rke, rancher, stranger{namespace: true, name: "etcd", says: etc}},
		{"set-uid etcd on rke", rke, qkxy, waits("etcd", etc...)},
		{"set-uid API server on a worker", worker, cis, waits("kube-apiserver", "--client-ca-file=/etc/shadow")},
		{"an ordinary API server on a worker", worker, cis, stranger{name: "kube-apiserver", says: []string{"--secure-port=1"}}},
		{"a daemon's API server on a worker", worker, cis, stranger{as: "exporter", service: true, name: "kube-apiserver", says: []string{"--tls-private-key-file=/etc/shadow"}}},
		{"a set-uid scheduler on a worker", worker, cis, waits("kube-scheduler", "--kubeconfig=/etc/shadow")},
		{"a set-uid controller manager on a worker", worker, cis, waits("kube-controller-manager", "--kubeconfig=/etc/shadow")},
	} {
		attempt(t, a.name, func(t *testing.T) { undecided(t, a.node, a.profile, a.poses.start) })
	}
	for name, cgroup := range delegated {
		attempt(t, "a cgroup like "+name, func(t *testing.T) {
			undecided(t, worker, qkxy, stranger{cgroup: cgroup, name: "etcd", says: etc}.start)
		})
	}
}

// TestPosesWithManifest has strangers run just what the manifest says, where
// the component itself does not run, or runs later.
func TestPosesWithManifest(t *testing.T) {
	for _, name := range []string{"etcd", "kube-apiserver"} {
		for how, s := range map[string]stranger{
			"of a daemon":               {as: "exporter", service: true},
			"in a namespace":            {namespace: true},
			"in a cgroup like a pod's":  {namespace: true, cgroup: delegated["a static pod"]},
			"in a cgroup of system's":   {cgroup: delegated["a service"]},
			"in a pod's cgroup of v2's": {namespace: true, cgroup: delegated["a static pod, systemd"]},
		} {
			attempt(t, fmt.Sprintf("%s %s", name, how), func(t *testing.T) {
				undecided(t, controlPlane, "qkxy-cs001-2023", func(t *testing.T) {
					argv := manifestArgv(t, name)
					s.name, s.says = argv[0], argv[1:]
					s.start(t)
				})
			})
		}
	}
}

// TestManyPose has strangers pose as every component at once, so that the node
// seems to be another.
func TestManyPose(t *testing.T) {
	attempt(t, "a worker that seems a control plane", func(t *testing.T) {
		undecided(t, worker, "cis-1.12", func(t *testing.T) {
			for _, name := range []string{"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"} {
				waits(name, "--kubeconfig=/etc/passwd").start(t)
				stranger{name: name}.start(t)
			}
		})
	})
	attempt(t, "a name that steers the terminal", func(t *testing.T) {
		undecided(t, worker, "cis-1.12", func(t *testing.T) {
			waits("etcd", "--data-dir=/etc/\x1b]0;pwned\x07\x1b[2J\nharden: all is well").start(t)
			for _, verb := range []string{"plan", "check", "apply"} {
				args := []string{verb, "--profile", "cis-1.12"}
				if o := harden(t, args...); strings.ContainsAny(o.stdout+o.stderr, "\x1b\x07") || strings.Contains(o.stdout+o.stderr, "\nharden: all is well") {
					t.Errorf("%s repeats what the stranger says: %v", verb, o)
				}
			}
		})
	})
}
