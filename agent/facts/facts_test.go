package facts

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A node as one line per fact, for tables.
func describe(f *Facts) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %v", f.Platform, f.Roles)
	if f.KubernetesFrom != "" {
		fmt.Fprintf(&b, "; %s by %s", f.Kubernetes, f.KubernetesFrom)
	}
	if k := f.Kubelet; k != nil {
		fmt.Fprintf(&b, "; kubelet by %s", k.ArgvFrom)
	}
	for _, name := range slices.Sorted(maps.Keys(f.Components)) {
		if c := f.Components[name]; c.Running {
			fmt.Fprintf(&b, "; %s %d", name, c.PID)
		} else {
			fmt.Fprintf(&b, "; %s", name)
		}
	}
	return b.String()
}

func TestCollect(t *testing.T) {
	const unitPath = "/usr/lib/systemd/system/kubelet.service"
	kubelet := proc{pid: 571, argv: "/usr/bin/kubelet --config=/var/lib/kubelet/config.yaml", group: kubeletGroup}
	api := proc{pid: 373, parent: 316, group: "/kubepods/burstable/pod" + apiUID + "/1", argv: "kube-apiserver --profiling=false"}
	for _, tt := range []struct {
		name      string
		files     files
		processes []proc // nil: a tree that does not run
		override  Override
		want      string
		notes     int
	}{
		{"nothing", files{"/etc/": ""}, nil, Override{}, "none []", 0},
		{"kubelet without kubeadm", files{unitPath: "[Service]\nExecStart=/usr/bin/kubelet\n"}, nil, Override{},
			"none [worker]; kubelet by " + unitPath, 0},
		{"before kubeadm init", kubeadmUnit, nil, Override{}, "kubeadm []; kubelet by " + unitPath, 0},
		{"worker, not running", kubeadmWorker, []proc{}, Override{},
			"kubeadm [worker]; 1.33.4 by package kubelet in /var/lib/dpkg/status; kubelet by " + unitPath, 0},
		{"worker", kubeadmWorker, []proc{kubelet}, Override{},
			"kubeadm [worker]; 1.33.4 by package kubelet in /var/lib/dpkg/status; kubelet by process 571", 0},
		{"worker that hosts other control planes", kubeadmWorker, []proc{kubelet, api}, Override{},
			"kubeadm [worker]; 1.33.4 by package kubelet in /var/lib/dpkg/status; kubelet by process 571", 0},
		{"control plane that does not run", kubeadmControlPlane, nil, Override{},
			"kubeadm [control-plane etcd]; 1.34.1 by image tag in /etc/kubernetes/manifests/kube-apiserver.yaml; kubelet by " + unitPath +
				"; etcd; kube-apiserver; kube-controller-manager; kube-scheduler", 0},
		{"control plane", made, []proc{
			{pid: 90, uids: user(5), argv: "kube-apiserver --profiling=true", group: "/user.slice"}, api, kubelet}, Override{},
			"kubeadm [control-plane etcd]; 1.34.1 by image tag in /etc/kubernetes/manifests/kube-apiserver.yaml; kubelet by process 571" +
				"; etcd; kube-apiserver 373; kube-controller-manager; kube-scheduler", 0},
		{"etcd only", kubeadmWorker.and(files{"/etc/kubernetes/manifests/etcd.yaml": manifest("etcd", "etcd@sha256:00", "")}), nil, Override{},
			"kubeadm [etcd]; 1.33.4 by package kubelet in /var/lib/dpkg/status; kubelet by " + unitPath + "; etcd", 0},
		{"etcd as a service", files{"/lib/systemd/system/etcd.service": "[Service]\nUser=etcd\nExecStart=/usr/bin/etcd --data-dir /srv\n", "/etc/passwd": "etcd:x:105:106::/:/bin/false\n"},
			[]proc{{pid: 40, uids: user(105), gids: user(106), argv: "/usr/bin/etcd --data-dir /srv", group: "/system.slice/etcd.service"}}, Override{},
			"none [etcd]; etcd 40", 0},
		{"etcd of an ordinary user", files{"/etc/": ""}, []proc{{pid: 40, uids: user(1000), group: "/user.slice", argv: "etcd"}}, Override{},
			"none []", 0},
		{"rke2 server", files{"/usr/local/lib/systemd/system/rke2-server.service": "[Service]\nExecStart=/usr/local/bin/rke2 server\n",
			"/var/lib/rancher/rke2/server/db/etcd/": "", "/var/lib/rancher/rke2/agent/pod-manifests/kube-apiserver.yaml": manifest("kube-apiserver", "index.docker.io/rancher/hardened-kubernetes:v1.33.5-rke2r1-build1", "")},
			[]proc{{pid: 60, argv: "rke2 server", exe: "/usr/local/bin/rke2", group: "/system.slice/rke2-server.service"},
				{pid: 90, parent: 60, argv: "kubelet --config-dir=/var/lib/rancher/rke2/agent/etc/kubelet.conf.d", group: "/system.slice/rke2-server.service"}}, Override{},
			"rke2 [control-plane etcd]; 1.33.5 by image tag in /var/lib/rancher/rke2/agent/pod-manifests/kube-apiserver.yaml; kubelet by process 90; kube-apiserver", 0},
		{"k3s agent", files{"/var/lib/rancher/k3s/agent/": ""}, []proc{}, Override{}, "k3s [worker]; kubelet by /etc/rancher/k3s/config.yaml", 0},
		{"k3s server", files{"/etc/systemd/system/k3s.service": "[Service]\nExecStart=/usr/local/bin/k3s server\n", "/var/lib/rancher/k3s/server/db/etcd/config": "data-dir: /x\n"},
			[]proc{{pid: 60, argv: "k3s server", exe: "/usr/local/bin/k3s", group: "/system.slice/k3s.service"}}, Override{},
			"k3s [control-plane etcd]; kubelet by process 60; etcd 60; kube-apiserver 60; kube-controller-manager 60; kube-scheduler 60", 0},
		{"k3s server that does not run", files{"/etc/systemd/system/k3s.service": "[Service]\nExecStart=/usr/local/bin/k3s server\n", "/var/lib/rancher/k3s/server/": ""}, []proc{}, Override{},
			"k3s [control-plane]; kubelet by /etc/rancher/k3s/config.yaml; kube-apiserver; kube-controller-manager; kube-scheduler", 0},
		{"etcd as a service that does not run", files{"/lib/systemd/system/etcd.service": "[Service]\nExecStart=/usr/bin/etcd\n"}, []proc{}, Override{}, "none []", 0},
		{"etcd as a service that starts something else", files{"/lib/systemd/system/etcd.service": "[Service]\nExecStart=/usr/bin/etcd\n"},
			[]proc{{pid: 40, argv: "/usr/bin/sleep 1", group: "/system.slice/etcd.service"}}, Override{}, "none []", 1},
		{"override", kubeadmWorker, nil, Override{Role: "control-plane", Kubernetes: "v1.32"},
			"kubeadm [control-plane]; 1.32.0 by given by the user; kubelet by " + unitPath, 0},
		{"broken manifest", kubeadmWorker.and(files{"/etc/kubernetes/manifests/kube-apiserver.yaml": "a: [\n"}), nil, Override{},
			"kubeadm [control-plane]; 1.33.4 by package kubelet in /var/lib/dpkg/status; kubelet by " + unitPath + "; kube-apiserver", 1},
		{"kubelet that is masked", kubeadmWorker.and(files{"/etc/systemd/system/kubelet.service": "-> /dev/null"}), nil, Override{},
			"kubeadm [worker]; 1.33.4 by package kubelet in /var/lib/dpkg/status; kubelet by /etc/systemd/system/kubelet.service", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var system *System
			if tt.processes != nil {
				m := newMachine(t, version2, "").run(tt.processes...)
				for _, p := range tt.processes {
					if name, is := strings.CutPrefix(p.group, "/system.slice/"); is && m.services[name].MainPID == 0 {
						m.service(name, p.pid)
					}
				}
				system = m.system()
			}
			f, err := Collect(tt.files.make(t), system, tt.override, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := describe(f); got != tt.want {
				t.Errorf("facts:\n got %s\nwant %s", got, tt.want)
			}
			if len(f.Notes) != tt.notes {
				t.Errorf("notes: got %q, want %d", f.Notes, tt.notes)
			}
		})
	}
}

func TestCollectErrors(t *testing.T) {
	root := files{"/etc/": ""}.make(t)
	for _, tt := range []struct {
		name     string
		root     tree
		override Override
		want     string
	}{
		{"no root", tree(filepath.Join(string(root), "gone")), Override{}, "cannot read the root directory: "},
		{"unknown role", root, Override{Role: "master"}, `cannot use role "master"`},
		{"no version", root, Override{Kubernetes: "latest"}, `cannot read version "latest"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Collect(tt.root, nil, tt.override, nil)
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got %v, want %s…", err, tt.want)
			}
		})
	}
}

func TestHiddenProcessesAreNoted(t *testing.T) {
	m := newMachine(t, version2, "").service(KubeletUnit, 571)
	if err := os.RemoveAll(m.dir + "/proc/1"); err != nil {
		t.Fatal(err)
	}
	f := m.collect(kubeadmWorker)
	if len(f.Notes) != 1 || !strings.Contains(f.Notes[0].String(), "hidepid") {
		t.Errorf("got %v", f.Notes)
	}
}

func TestEtcdDataDir(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files files
		want  string
	}{
		{"no etcd", kubeadmWorker, ""},
		{"of the manifest", kubeadmControlPlane, "/srv/etcd"},
		{"the default", kubeadmControlPlane.and(files{"/etc/kubernetes/manifests/etcd.yaml": manifest("etcd", "etcd:3.6", "")}), "/var/lib/etcd"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, err := Collect(tt.files.make(t), nil, Override{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, f.EtcdDataDir()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestManifestDir(t *testing.T) {
	flags := func(args string) files {
		return files{"/var/lib/kubelet/kubeadm-flags.env": "KUBELET_KUBEADM_ARGS=" + args + "\n"}
	}
	for _, tt := range []struct {
		name  string
		files files
		want  string
	}{
		{"configuration", kubeadmWorker.and(files{"/var/lib/kubelet/config.yaml": "staticPodPath: /srv/pods\n"}), "/srv/pods"},
		{"the last drop-in that says it", kubeadmWorker.and(flags("--config-dir=/d")).and(files{
			"/d/10.conf": "staticPodPath: /a\n", "/d/20.conf": "staticPodPath: /b\n", "/d/30.conf": "port: 1\n"}), "/b"},
		{"flag", kubeadmWorker.and(flags("--pod-manifest-path=/flag")), "/flag"},
		{"nothing says it", kubeadmWorker.and(files{"/var/lib/kubelet/config.yaml": "port: 1\n"}), "/etc/kubernetes/manifests"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, err := Collect(tt.files.make(t), nil, Override{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if f.ManifestDir != tt.want {
				t.Errorf("got %s, want %s", f.ManifestDir, tt.want)
			}
		})
	}
}

func BenchmarkCollect(b *testing.B) {
	root := kubeadmControlPlane.make(b)
	for b.Loop() {
		if _, err := Collect(root, nil, Override{}, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func TestUnreadableFilesAreNotedOnce(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root reads everything")
	}
	root := kubeadmControlPlane.make(t)
	dir := filepath.Join(string(root), "/var/lib/kubelet")
	if err := os.Chmod(dir, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o755) }) // or TempDir cannot be removed
	f, err := Collect(root, nil, Override{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"cannot read /var/lib/kubelet/kubeadm-flags.env: permission denied",
		"cannot read /var/lib/kubelet/config.yaml: permission denied",
	}
	var got []string
	for _, n := range f.Notes {
		got = append(got, n.String())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestHostName: the kernel's name, and below --root the one that the next boot gives.
func TestHostName(t *testing.T) {
	for text, want := range map[string]string{"node1\n": "node1", "# of the image\n\n Node1.example \n": "node1.example", "": "", "#\n": ""} {
		f, err := Collect(files{"/etc/hostname": text}.make(t), nil, Override{}, nil)
		if err != nil || f.HostName != want {
			t.Errorf("%q: %q, %v", text, f.HostName, err)
		}
	}
	if f := newMachine(t, version2, "").collect(files{"/etc/hostname": "other\n"}); f.HostName != "node1" {
		t.Errorf("on the running system: %q", f.HostName)
	}
}
