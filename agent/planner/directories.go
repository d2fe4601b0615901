package planner

import (
	"path"
	"slices"
	"strings"

	"harden/fixers"
)

// kubernetesDirectories are where Kubernetes and its installers keep what
// rules are about, with all that lies below. What pods write, such as volumes
// below /var/lib/kubelet/pods, is none of them.
var kubernetesDirectories = []string{
	"/etc/kubernetes", "/etc/cni", "/opt/cni", "/etc/etcd", "/etc/rancher", "/opt/rke", "/var/log/kubernetes",
	"/var/lib/etcd", "/var/lib/kubelet/pki", "/var/lib/kubelet/config.d", "/var/lib/rancher/etcd",
	"/var/lib/rancher/rke2/agent/etc", "/var/lib/rancher/rke2/agent/pod-manifests", "/var/lib/rancher/rke2/server",
	"/var/lib/rancher/k3s/agent/etc", "/var/lib/rancher/k3s/agent/pod-manifests", "/var/lib/rancher/k3s/server",
}

// kubernetesFiles are files of Kubernetes; a name that ends in a slash is a
// directory whose files, and not what lies deeper, are meant.
var kubernetesFiles = []string{
	"/var/lib/kubelet/", "/var/lib/rancher/rke2/agent/", "/var/lib/rancher/k3s/agent/", "/etc/default/kubelet", "/etc/sysconfig/kubelet",
}

// unitDirectories are where systemd looks for units.
var unitDirectories = []string{
	"/etc/systemd/system.control", "/run/systemd/system.control", "/etc/systemd/system", "/run/systemd/system",
	"/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system",
}

// ofKubernetes tells whether a path lies where Kubernetes keeps its files.
func ofKubernetes(name string) bool {
	below := func(dir string) bool { return name == dir || strings.HasPrefix(name, dir+"/") }
	if path.Clean(name) != name {
		return false
	}
	return slices.ContainsFunc(kubernetesDirectories, below) ||
		slices.ContainsFunc(kubernetesFiles, func(f string) bool { return name == f || strings.HasSuffix(f, "/") && path.Dir(name)+"/" == f }) ||
		slices.ContainsFunc(unitDirectories, func(dir string) bool {
			return name == dir+"/"+fixers.KubeletUnit || path.Dir(name) == dir+"/"+fixers.KubeletUnit+".d"
		})
}

// systemDirectories are those of hier(7), without what lies below them.
var systemDirectories = []string{
	"/", "/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/lib32", "/lib64", "/libx32", "/media", "/mnt", "/opt", "/proc", "/root", "/run", "/sbin",
	"/srv", "/sys", "/tmp", "/usr", "/var", "/var/cache", "/var/lib", "/var/local", "/var/lock", "/var/log", "/var/mail", "/var/opt", "/var/run", "/var/spool", "/var/tmp",
	"/etc/systemd", "/etc/systemd/system", "/etc/default", "/etc/sysconfig",
}

// systemTrees are directories of which all that lies below is the system's
// too, but for units of systemd.
var systemTrees = []string{
	"/bin", "/boot", "/dev", "/lib", "/lib32", "/lib64", "/libx32", "/proc", "/run", "/sbin", "/sys", "/usr",
}

// systemDirectory tells whether a path is the system's own, so that it is no
// place of anything else whoever says so.
func systemDirectory(name string) bool {
	return slices.Contains(systemDirectories, path.Clean(name)) ||
		!ofKubernetes(name) && slices.ContainsFunc(systemTrees, func(dir string) bool { return strings.HasPrefix(name, dir+"/") })
}

// privateDirectory tells whether a directory of the system is one that nobody
// but root needs, so that a profile may close it.
func privateDirectory(name string) bool { return name == "/root" || name == "/boot" }

func ofSystem(name string) error {
	return blocked("%s is a directory of the system itself, and stays as it is; what names it as a place of Kubernetes is wrong: mend that", name)
}
