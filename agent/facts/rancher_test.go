package facts

import (
	"fmt"
	"strings"
	"testing"
)

// TestRancherConfiguration lays the sources of RKE2's configuration over each other.
func TestRancherConfiguration(t *testing.T) {
	const config, dropIns, unit = "/etc/rancher/rke2/config.yaml", "/etc/rancher/rke2/config.yaml.d/", "/usr/local/lib/systemd/system/rke2-server.service"
	plain := "[Service]\nExecStart=/usr/local/bin/rke2 server\n"
	tests := map[string]struct {
		files    files
		list     string // of kube-apiserver-arg
		replaced string // by which line, of that list
		profile  string
		dataDir  string
	}{
		"nothing": {files{unit: plain}, "", "", "", "/var/lib/rancher/rke2"},
		"a later file takes the place of a list": {files{unit: plain, config: "kube-apiserver-arg: [a=1, b=2]\nprofile: etcd\n", dropIns + "10-x.yaml": "kube-apiserver-arg:\n- c=3\n"},
			"c=3", "", "etcd", "/var/lib/rancher/rke2"},
		"a plus adds": {files{unit: plain, config: "kube-apiserver-arg: a=1\n", dropIns + "20-y.yml": "kube-apiserver-arg+: [b=2]\nprofile: cis\n", dropIns + "10-x.yaml": "kube-apiserver-arg+: [c=3]\n"},
			"a=1 c=3 b=2", "", "cis", "/var/lib/rancher/rke2"},
		"other names are not read": {files{unit: plain, dropIns + "10-x.txt": "profile: cis\n"}, "", "", "", "/var/lib/rancher/rke2"},
		"a file behind harden's own": {files{unit: plain, dropIns + "90-harden.yaml": "kube-apiserver-arg+: [a=1]\n", dropIns + "91-z.yaml": "kube-apiserver-arg: [b=2]\n"},
			"b=2", dropIns + "91-z.yaml:1", "", "/var/lib/rancher/rke2"},
		"the command line replaces": {files{unit: "[Service]\nExecStart=/usr/local/bin/rke2 server --kube-apiserver-arg x=1 --kube-apiserver-arg=y=2 --data-dir=/data\n", config: "kube-apiserver-arg: [a=1]\n"},
			"x=1 y=2", unit + ":2", "", "/data"},
		"the environment replaces": {files{unit: "[Service]\nEnvironmentFile=-/etc/default/rke2-server\nExecStart=/usr/local/bin/rke2 server\n", "/etc/default/rke2-server": "RKE2_CIS_PROFILE=cis\n", config: "profile: etcd\n"},
			"", "", "cis", "/var/lib/rancher/rke2"},
		"another file": {files{unit: "[Service]\nEnvironment=RKE2_CONFIG_FILE=/etc/x.yaml\nExecStart=/usr/local/bin/rke2 server\n", "/etc/x.yaml": "kube-apiserver-arg: [a=1]\n", "/etc/x.yaml.d/1.yaml": "kube-apiserver-arg+: [b=2]\n"},
			"a=1 b=2", "", "", "/var/lib/rancher/rke2"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f, err := Collect(test.files.make(t), nil, Override{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			r := f.Rancher
			if r == nil {
				t.Fatalf("platform %s", f.Platform)
			}
			var list []string
			for _, g := range r.List("kube-apiserver-arg") {
				list = append(list, g.Value)
			}
			by, is := r.Replaced("kube-apiserver-arg")
			replaced := ""
			if is {
				replaced = fmt.Sprintf("%s:%d", by.Path, by.Line)
			}
			if got := strings.Join(list, " "); got != test.list || replaced != test.replaced || r.Value("profile").Value != test.profile || r.DataDir != test.dataDir {
				t.Errorf("list %q, replaced by %q, profile %q, data in %q; want %+v", got, replaced, r.Value("profile").Value, r.DataDir, test)
			}
		})
	}
}

// TestGenerates: what RKE2 writes at each start is not what a person changed since.
func TestGenerates(t *testing.T) {
	r := &Rancher{}
	for file, want := range map[string]bool{"/d/00-rke2-defaults.conf": true, "/d/00-k3s-defaults.conf": true, "/d/20-site.conf": false, "/etc/kubelet.yaml": false} {
		if r.Generates(file) != want {
			t.Errorf("%s: %v", file, !want)
		}
	}
	if (*Rancher)(nil).Generates("/d/00-rke2-defaults.conf") {
		t.Error("on another platform it is a file like any other")
	}
}
