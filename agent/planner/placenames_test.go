package planner

import "testing"

func TestNamesPath(t *testing.T) {
	for text, want := range map[string]bool{
		"--data-dir=/data/etcd": true, "/data/etcd": true, "- --data-dir=/data/etcd\n": true, `"/data/etcd"`: true, "--data-dir=/data/etcd/": true,
		"path: /data/etcd # here": true, "/data/etcd-2": false, "/data/etcd/member": false, "/srv/data/etcd": false, "/data/etcd.old": false,
		"/data/etcdx /data/etcd": true, "/data/etc": false, "": false, "~/data/etcd": false, "/data/etcd/../x": false,
	} {
		if got := namesPath([]byte(text), "/data/etcd"); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestPlacesOfKubernetes(t *testing.T) {
	for name, want := range map[string]bool{
		"/etc/kubernetes/admin.conf": true, "/etc/kubernetes": true, "/etc/kubernetes-x": false, "/var/lib/etcd": true, "/var/lib/kubelet/config.yaml": true,
		"/var/lib/kubelet/pods/1/volumes/x": false, "/var/lib/kubelet": false, "/var/lib/kubelet/pki/kubelet.crt": true, "/etc/default/kubelet": true,
		"/etc/default/grub": false, "/usr/lib/systemd/system/kubelet.service": true, "/etc/systemd/system/kubelet.service.d/10.conf": true,
		"/etc/systemd/system/sshd.service": false, "/etc/systemd/system/kubelet.service.d": false, "/var/lib/rancher/rke2/agent/kubelet.kubeconfig": true,
		"/var/lib/rancher/rke2/agent/containerd/x/fs/etc": false, "/var/lib/rancher/k3s/storage/pvc": false, "/etc/kubernetes/../passwd": false, "/etc": false, "/": false,
	} {
		if got := ofKubernetes(name); got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	for name, want := range map[string]bool{
		"/": true, "/etc": true, "/etc/": true, "/usr/bin/x": true, "/usr/lib/systemd/system/kubelet.service": false, "/proc/1": true, "/run/x": true,
		"/data": false, "/var/lib/etcd": false, "/var/lib": true, "/home": true, "/root": true, "/opt/etcd": false,
	} {
		if got := systemDirectory(name); got != want {
			t.Errorf("%s is the system's: %v, want %v", name, got, want)
		}
	}
}
