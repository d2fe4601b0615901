package facts

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// tree reads a directory below which every path lies, and refuses links.
type tree string

func (t tree) Path() string { return string(t) }

func (t tree) real(path string) (string, error) {
	real := filepath.Join(string(t), path)
	resolved, err := filepath.EvalSymlinks(real)
	if err != nil {
		return "", err
	}
	if resolved != real {
		return "", fmt.Errorf("%s goes through a symbolic link", path)
	}
	return real, nil
}

func (t tree) ReadFile(path string, limit int64) ([]byte, error) {
	real, err := t.real(path)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(real)
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("%s is bigger than %d bytes", path, limit)
	}
	return data, err
}

// ReadTrusted refuses what others can write, the file or the way to it.
func (t tree) ReadTrusted(path string, limit int64) ([]byte, error) {
	for at := path; ; at = filepath.Dir(at) {
		info, err := os.Lstat(filepath.Join(string(t), at))
		if err != nil {
			return nil, err
		}
		if info.Mode()&os.ModeSymlink == 0 && info.Mode().Perm()&0o022 != 0 {
			return nil, fmt.Errorf("%s can be written by other users", at)
		}
		if at == "/" {
			return t.ReadFile(path, limit)
		}
	}
}

func (t tree) ReadNames(path string, limit int) ([]string, error) {
	real, err := t.real(path)
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(real)
	if len(entries) > limit {
		return nil, fmt.Errorf("it has more than %d entries", limit)
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names, err
}

func (t tree) Link(path string) (string, error) {
	target, err := os.Readlink(filepath.Join(string(t), path))
	if errors.Is(err, syscall.EINVAL) {
		return "", nil
	}
	return target, err
}

func (t tree) Exists(path string) (bool, error) {
	if _, err := t.real(filepath.Dir(path)); err != nil {
		return false, err
	}
	info, err := os.Lstat(filepath.Join(string(t), path))
	return err == nil && info.IsDir(), err
}

// files is a tree to be made: contents by path. A path that ends in "/" is a
// directory, a content that begins with "-> " makes a link.
type files map[string]string

// and adds further files to a copy.
func (f files) and(more files) files {
	sum := files{}
	for _, m := range []files{f, more} {
		for path, content := range m {
			sum[path] = content
		}
	}
	return sum
}

func (f files) make(t testing.TB) tree {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for path, content := range f {
		real := filepath.Join(dir, path)
		parent := filepath.Dir(real)
		if strings.HasSuffix(path, "/") {
			parent = real
		}
		err := os.MkdirAll(parent, 0o755)
		if target, link := strings.CutPrefix(content, "-> "); link && err == nil {
			err = os.Symlink(target, real)
		} else if parent != real && err == nil {
			err = os.WriteFile(real, []byte(content), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return tree(dir)
}

var _ Reader = tree("")

// kubeadmUnit is what the kubelet's packages install for kubeadm.
var kubeadmUnit = files{
	"/lib": "-> usr/lib",
	"/usr/lib/systemd/system/kubelet.service": "[Unit]\nDescription=kubelet\n\n[Service]\nExecStart=/usr/bin/kubelet\nRestart=always\n",
	"/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf": `# For kubeadm only.
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
`,
}

// kubeadmWorker is a node after `kubeadm join`.
var kubeadmWorker = kubeadmUnit.and(files{
	"/var/lib/kubelet/kubeadm-flags.env": "KUBELET_KUBEADM_ARGS=\"--hostname-override=node1 --pod-infra-container-image=registry.k8s.io/pause:3.10.1\"\n",
	"/var/lib/kubelet/config.yaml":       "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nstaticPodPath: /etc/kubernetes/manifests\n",
	"/etc/kubernetes/kubelet.conf":       "apiVersion: v1\nkind: Config\n",
	"/etc/kubernetes/manifests/":         "",
	"/var/lib/dpkg/status":               "Package: dash\nStatus: install ok installed\nVersion: 0.5\n\nPackage: kubelet\nStatus: hold ok installed\nVersion: 1.33.4-1.1\n\n",
})

func manifest(name, image, args string) string {
	return "apiVersion: v1\nkind: Pod\nmetadata:\n  name: " + name + "\n  namespace: kube-system\nspec:\n  containers:\n  - command: [" + name +
		"]\n    args: [" + args + "]\n    image: " + image + "\n    name: " + name + "\n"
}

// kubeadmControlPlane is a node after `kubeadm init`.
var kubeadmControlPlane = kubeadmWorker.and(files{
	"/etc/kubernetes/manifests/etcd.yaml":                    manifest("etcd", "registry.k8s.io/etcd:3.6.4-0", "--data-dir=/srv/etcd"),
	"/etc/kubernetes/manifests/kube-apiserver.yaml":          manifest("kube-apiserver", "registry.k8s.io/kube-apiserver:v1.34.1", "--profiling=false"),
	"/etc/kubernetes/manifests/kube-controller-manager.yaml": manifest("kube-controller-manager", "registry.k8s.io/kube-controller-manager:v1.34.1", ""),
	"/etc/kubernetes/manifests/kube-scheduler.yaml":          manifest("kube-scheduler", "registry.k8s.io/kube-scheduler:v1.34.1", ""),
})
