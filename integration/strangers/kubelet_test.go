//go:build strangers

package strangers

import (
	"strings"
	"testing"
)

// theirs is a manifest of a stranger, whose paths are those of the system.
const theirs = `apiVersion: v1
kind: Pod
metadata: {name: NAME, namespace: kube-system}
spec:
  containers:
  - name: NAME
    image: registry.k8s.io/NAME:v1.34.1
    command: [NAME, --data-dir=/etc/passwd, --client-ca-file=/etc/passwd, --tls-private-key-file=/etc/shadow, --kubeconfig=/etc/passwd]
`

// TestPosesAsKubelet has strangers that are older than the kubelet, or are
// there while it is not.
func TestPosesAsKubelet(t *testing.T) {
	const cis, qkxy = "cis-1.12", "qkxy-cs001-2023"
	for _, a := range []struct {
		name    string
		node    layout
		profile string
		poses   stranger
	}{
		{"--config=/etc/passwd", worker, cis, waits("kubelet", "--config=/etc/passwd")},
		{"--config=/etc/kubernetes/kubelet.conf", worker, cis, waits("kubelet", "--config=/etc/kubernetes/kubelet.conf")},
		{"--config=/etc/kubernetes/admin.conf on a control plane", controlPlane, cis, waits("kubelet", "--config=/etc/kubernetes/admin.conf")},
		{"--config in his home", worker, cis, waits("kubelet", "--config=/home/mallory/config.yaml")},
		{"--config-dir in his home", worker, cis, waits("kubelet", "--config=/var/lib/kubelet/config.yaml", "--config-dir=/home/mallory/conf.d")},
		{"--kubeconfig=/etc/passwd", worker, cis, waits("kubelet", "--kubeconfig=/etc/passwd", "--config=/var/lib/kubelet/config.yaml")},
		{"--client-ca-file=/etc/passwd", worker, qkxy, waits("kubelet", "--client-ca-file=/etc/passwd", "--config=/var/lib/kubelet/config.yaml")},
		{"--pod-manifest-path in his home", worker, qkxy, waits("kubelet", "--pod-manifest-path=/home/mallory/manifests", "--config=/var/lib/kubelet/config.yaml")},
		{"--pod-manifest-path in his home on a control plane", controlPlane, cis, waits("kubelet", "--pod-manifest-path=/home/mallory/manifests", "--config=/var/lib/kubelet/config.yaml")},
		{"settings that are said to be made", worker, cis, waits("kubelet", "--config=/var/lib/kubelet/config.yaml", "--read-only-port=0", "--anonymous-auth=false")},
		{"chsh as the kubelet", worker, cis, stranger{runs: "/usr/bin/chsh", name: "kubelet", says: []string{"-s", "--config=/etc/passwd"}}},
		{"an ordinary kubelet", worker, cis, stranger{name: "kubelet", says: []string{"--config=/etc/passwd"}}},
		{"a daemon's kubelet", worker, cis, stranger{as: "exporter", service: true, name: "kubelet", says: []string{"--config=/etc/passwd"}}},
		{"in a cgroup like the kubelet's", worker, cis, func() stranger {
			s := waits("kubelet", "--config=/etc/passwd")
			s.cgroup = "x:/system.slice/kubelet.service"
			return s
		}()},
	} {
		attempt(t, a.name, func(t *testing.T) {
			undecided(t, a.node, a.profile, func(t *testing.T) {
				for _, name := range []string{"etcd", "kube-apiserver", "kube-scheduler"} {
					write(t, "/home/mallory/manifests/"+name+".yaml", strings.ReplaceAll(theirs, "NAME", name), mallory, 0o644)
				}
				write(t, "/home/mallory/config.yaml", read(t, "/var/lib/kubelet/config.yaml"), mallory, 0o644)
				write(t, "/home/mallory/conf.d/90.conf", "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nmakeIPTablesUtilChains: true\n", mallory, 0o644)
				a.poses.start(t)
				if a.poses.name == "kubelet" && a.poses.runs != "" { // those only matter to root that are older than the kubelet
					must(t, "systemctl", "restart", "kubelet.service")
					eventually(t, "the kubelet answers", healthy(t))
				}
			})
		})
	}
}

// TestPosesWhileThereIsNone has a root process of a pod with hostPID, and a
// set-uid one, pose as the kubelet that does not run.
func TestPosesWhileThereIsNone(t *testing.T) {
	pod := "/kubepods/burstable/pod01234567-89ab-cdef-0123-456789abcdef/" + strings.Repeat("ab", 32)
	for name, s := range map[string]stranger{
		"a root pod with hostPID":         {as: "root", name: "kubelet", says: []string{"--config=/etc/passwd"}, cgroup: pod},
		"a root pod, the manifests its":   {as: "root", name: "kubelet", says: []string{"--config=/var/lib/kubelet/config.yaml", "--pod-manifest-path=/home/mallory/manifests"}, cgroup: pod},
		"a set-uid one":                   waits("kubelet", "--config=/etc/passwd"),
		"a set-uid one that says all set": waits("kubelet", "--config=/var/lib/kubelet/config.yaml", "--read-only-port=0", "--event-qps=0"),
	} {
		attempt(t, name, func(t *testing.T) {
			lay(t, worker)
			must(t, "systemctl", "stop", "kubelet.service")
			want := decide(t, "cis-1.12")
			lay(t, worker)
			must(t, "systemctl", "stop", "kubelet.service")
			for _, name := range []string{"etcd", "kube-apiserver"} {
				write(t, "/home/mallory/manifests/"+name+".yaml", strings.ReplaceAll(theirs, "NAME", name), mallory, 0o644)
			}
			s.start(t)
			want.hold(t, decide(t, "cis-1.12"))
		})
	}
}
