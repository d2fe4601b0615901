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
		"another file by the command line": {files{unit: "[Service]\nExecStart=/usr/local/bin/rke2 server -c /etc/x.yaml\n", config: "profile: etcd\n", "/etc/x.yaml": "profile: cis\n"},
			"", "", "cis", "/var/lib/rancher/rke2"},
		"a word that is no argument": {files{unit: "[Service]\nExecStart=/usr/local/bin/rke2 server --debug --profile cis extra --data-dir /data/\n"}, "", "", "cis", "/data"},
		"by aliases": {files{unit: plain, config: "site: &site [a=1]\none: &one b=2\nkube-apiserver-arg: *site\n", dropIns + "10-x.yaml": "x: &one c=3\nkube-apiserver-arg+: [*one]\n"},
			"a=1 c=3", "", "", "/var/lib/rancher/rke2"},
		"one that says nothing": {files{unit: plain, config: "# none yet\n", dropIns + "10-x.yaml": "- profile: cis\n"}, "", "", "", "/var/lib/rancher/rke2"},
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

// TestRancherUnknown: where it is not known how RKE2 is configured, that is said.
func TestRancherUnknown(t *testing.T) {
	const config, unit = "/etc/rancher/rke2/config.yaml", "/etc/systemd/system/rke2-server.service"
	plain := files{unit: "[Service]\nExecStart=/usr/local/bin/rke2 server\n"}
	for _, tt := range []struct {
		name  string
		files files
		want  string
	}{
		{"started by a script", files{unit: "[Service]\nExecStart=/opt/start-rke2.sh\n"}, "rke2-server.service does not start rke2 itself"},
		{"no command behind it", files{unit: "[Service]\nExecStart=/usr/local/bin/rke2\n"}, "rke2-server.service does not start rke2 itself"},
		{"no YAML", plain.and(files{config: "profile: [cis\n"}), "cannot parse " + config + ": "},
		{"a key twice", plain.and(files{config: "profile: etcd\nprofile: cis\n"}), `cannot parse ` + config + `: line 2: the key "profile" is already in line 1`},
		{"merged keys", plain.and(files{config: "x: &x {profile: cis}\n<<: *x\n"}), "cannot parse " + config + ": line 2: merged mappings (<<) are not followed"},
		{"a link", plain.and(files{config: "-> ."}), "cannot read " + config + ": "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, err := Collect(tt.files.make(t), nil, Override{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := f.Rancher.Unknown; got == nil || !strings.HasPrefix(got.Error(), tt.want) {
				t.Errorf("got %v, want %s…", got, tt.want)
			}
			if f.Kubelet.Unknown == nil {
				t.Error("the kubelet, whose arguments are in the configuration, counts as known")
			}
		})
	}
}

// TestRancherUnit: packages bring the unit of a server and that of an agent, and
// one of them is this node's.
func TestRancherUnit(t *testing.T) {
	const at, wants = "/etc/systemd/system/", "/etc/systemd/system/multi-user.target.wants/"
	unit := func(name, program string) files {
		return files{at + name: "[Service]\nExecStart=/usr/local/bin/" + program + "\n"}
	}
	both := unit("rke2-server.service", "rke2 server").and(unit("rke2-agent.service", "rke2 agent"))
	for _, tt := range []struct {
		name   string
		files  files
		want   string
		server bool
	}{
		{"a server", unit("rke2-server.service", "rke2 server"), "rke2-server.service", true},
		{"an agent", unit("rke2-agent.service", "rke2 agent"), "rke2-agent.service", false},
		{"both, and the server is enabled", both.and(files{wants + "rke2-server.service": "-> " + at + "rke2-server.service"}), "rke2-server.service", true},
		{"both, and the agent is enabled", both.and(files{wants + "rke2-agent.service": "-> " + at + "rke2-agent.service", "/var/lib/rancher/rke2/server/": ""}), "rke2-agent.service", false},
		{"both, and a server was started", both.and(files{"/var/lib/rancher/rke2/server/": ""}), "rke2-server.service", true},
		{"both, and no server was started", both, "rke2-agent.service", false},
		{"K3s", unit("k3s.service", "k3s server"), "k3s.service", true},
		{"an agent of K3s", unit("k3s-agent.service", "k3s agent"), "k3s-agent.service", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, err := Collect(tt.files.make(t), nil, Override{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if f.Rancher == nil || f.KubeletUnit() != tt.want || f.Rancher.Server != tt.server {
				t.Errorf("got %+v, want %s", f.Rancher, tt.want)
			}
		})
	}
	if got := (&Facts{Platform: Kubeadm}).KubeletUnit(); got != "kubelet.service" {
		t.Errorf("with kubeadm it is %s", got)
	}
}

// TestRancherLast finds what sets a flag, and where harden's own goes.
func TestRancherLast(t *testing.T) {
	f, err := Collect(files{"/etc/systemd/system/k3s.service": "[Service]\nExecStart=/usr/local/bin/k3s server\n",
		"/etc/rancher/k3s/config.yaml": "kubelet-arg:\n- max-pods=50\n- --seccomp-default\n- max-pods=60\n- feature-gates+=A=true\n"}.make(t), nil, Override{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for flag, want := range map[string]Given{
		"max-pods":        {"max-pods=60", "/etc/rancher/k3s/config.yaml", 4},
		"seccomp-default": {"--seccomp-default", "/etc/rancher/k3s/config.yaml", 3},
		"feature-gates":   {"feature-gates+=A=true", "/etc/rancher/k3s/config.yaml", 5},
		"max":             {},
	} {
		if got, is := f.Rancher.Last("kubelet-arg", flag); got != want || is != (want != Given{}) {
			t.Errorf("--%s: got %+v, %v; want %+v", flag, got, is, want)
		}
	}
	if got := f.Kubelet.Flags["max-pods"]; got != "60" {
		t.Errorf("the kubelet has --max-pods=%s", got)
	}
	if got := f.Rancher.DropIn(); got != "/etc/rancher/k3s/config.yaml.d/90-harden.yaml" {
		t.Errorf("harden's own file is %s", got)
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
