package podsecurity

import (
	"path"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"harden/agent/change"
)

func hostFlag(c Check, field string, set func(*corev1.PodSpec) bool) func(*metav1.ObjectMeta, *corev1.PodSpec) []Issue {
	return func(_ *metav1.ObjectMeta, spec *corev1.PodSpec) []Issue {
		if !set(spec) {
			return nil
		}
		return []Issue{{c, field, change.Exact, false, true}}
	}
}

var (
	hostPID     = hostFlag(HostPID, "hostPID", func(s *corev1.PodSpec) bool { return s.HostPID })
	hostIPC     = hostFlag(HostIPC, "hostIPC", func(s *corev1.PodSpec) bool { return s.HostIPC })
	hostNetwork = hostFlag(HostNetwork, "hostNetwork", func(s *corev1.PodSpec) bool { return s.HostNetwork })
)

// hostPaths finds hostPath volumes whose path is of a kind.
func hostPaths(c Check, is func(cleaned string) bool) func(*metav1.ObjectMeta, *corev1.PodSpec) []Issue {
	return func(_ *metav1.ObjectMeta, spec *corev1.PodSpec) (issues []Issue) {
		for _, v := range spec.Volumes {
			if v.HostPath != nil && is(path.Clean("/"+v.HostPath.Path)) {
				issues = append(issues, Issue{c, "volumes[name=" + v.Name + "].hostPath.path", change.Absent, nil, v.HostPath.Path})
			}
		}
		return issues
	}
}

var (
	hostPath      = hostPaths(HostPath, func(string) bool { return true })
	sensitivePath = hostPaths(SensitivePath, func(p string) bool { return reaches(p, sensitive) })
	devicePath    = hostPaths(DevicePath, func(p string) bool { return reaches(p, []string{"/dev"}) })
	runtimeSocket = hostPaths(RuntimeSocket, func(p string) bool { return reaches(p, sockets) })
)

// sensitive are the directories of Q/KXY CS001-2023, 5.7.2.5, and those whose
// content gives the node away: the state of kubelet, etcd and runtimes.
var sensitive = []string{"/boot", "/dev", "/etc", "/lib", "/lib64", "/proc", "/root", "/sys", "/usr", "/var/run", "/run",
	"/var/lib/kubelet", "/var/lib/etcd", "/var/lib/docker", "/var/lib/containerd"}

// sockets are where the container runtimes listen.
var sockets = []string{"/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock", "/var/run/containerd/containerd.sock",
	"/run/crio/crio.sock", "/var/run/crio/crio.sock", "/run/cri-dockerd.sock", "/var/run/cri-dockerd.sock",
	"/run/k3s/containerd/containerd.sock", "/var/run/k3s/containerd/containerd.sock", "/run/podman/podman.sock", "/var/run/podman/podman.sock"}

// reaches tells whether a mounted path is one of some paths, lies in one, or
// has one in it.
func reaches(mounted string, paths []string) bool {
	for _, p := range paths {
		if mounted == "/" || mounted == p || strings.HasPrefix(mounted, p+"/") || strings.HasPrefix(p, mounted+"/") {
			return true
		}
	}
	return false
}

// lowestUnprivileged is the first port that a process without rights may use.
const lowestUnprivileged = 1024

func hostPorts(c Check, is func(port int32) bool) func(*metav1.ObjectMeta, *corev1.PodSpec) []Issue {
	return func(_ *metav1.ObjectMeta, spec *corev1.PodSpec) (issues []Issue) {
		eachContainer(spec, func(at string, container *corev1.Container, _ *corev1.SecurityContext) {
			for _, p := range container.Ports {
				if p.HostPort != 0 && is(p.HostPort) {
					issues = append(issues, Issue{c, at + "ports.hostPort", change.Absent, nil, int64(p.HostPort)})
				}
			}
		})
		return issues
	}
}

var (
	hostPort    = hostPorts(HostPort, func(int32) bool { return true })
	lowHostPort = hostPorts(LowHostPort, func(p int32) bool { return p < lowestUnprivileged })
)

func hostProcess(_ *metav1.ObjectMeta, spec *corev1.PodSpec) (issues []Issue) {
	if w := podContext(spec).WindowsOptions; w != nil && w.HostProcess != nil && *w.HostProcess {
		issues = append(issues, Issue{HostProcess, "securityContext.windowsOptions.hostProcess", change.Exact, false, true})
	}
	eachContainer(spec, func(at string, _ *corev1.Container, s *corev1.SecurityContext) {
		if w := s.WindowsOptions; w != nil && w.HostProcess != nil && *w.HostProcess {
			issues = append(issues, Issue{HostProcess, at + "securityContext.windowsOptions.hostProcess", change.Exact, false, true})
		}
	})
	return issues
}
