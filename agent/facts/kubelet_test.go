package facts

import (
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func collectKubelet(t *testing.T, f files) *Kubelet {
	t.Helper()
	facts, err := Collect(f.make(t), nil, Override{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if facts.Kubelet == nil {
		t.Fatal("no kubelet found")
	}
	return facts.Kubelet
}

func TestKubeletOfKubeadm(t *testing.T) {
	got := collectKubelet(t, kubeadmWorker)
	got.unitWords = nil
	argv := []string{
		"/usr/bin/kubelet", "--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf", "--kubeconfig=/etc/kubernetes/kubelet.conf",
		"--config=/var/lib/kubelet/config.yaml", "--hostname-override=node1", "--pod-infra-container-image=registry.k8s.io/pause:3.10.1",
	}
	want := &Kubelet{
		Argv: argv, UnitArgv: argv, ArgvFrom: "/usr/lib/systemd/system/kubelet.service",
		Flags: map[string]string{
			"bootstrap-kubeconfig": "/etc/kubernetes/bootstrap-kubelet.conf", "kubeconfig": "/etc/kubernetes/kubelet.conf",
			"config": "/var/lib/kubelet/config.yaml", "hostname-override": "node1",
			"pod-infra-container-image": "registry.k8s.io/pause:3.10.1",
		},
		Config:     "/var/lib/kubelet/config.yaml",
		Kubeconfig: "/etc/kubernetes/kubelet.conf", BootstrapKubeconfig: "/etc/kubernetes/bootstrap-kubelet.conf",
		UnitFiles:   []string{"/usr/lib/systemd/system/kubelet.service", "/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf"},
		EnvFiles:    []string{"/var/lib/kubelet/kubeadm-flags.env"},
		HealthzPort: "10248", HealthzAddress: "127.0.0.1", staticPodPath: "/etc/kubernetes/manifests",
		Version: Version{1, 33, 4}, VersionFrom: "package kubelet in /var/lib/dpkg/status",
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Kubelet{})); diff != "" {
		t.Error(diff)
	}
}

func TestFlagSource(t *testing.T) {
	k := collectKubelet(t, kubeadmWorker.and(files{
		"/etc/systemd/system/kubelet.service.d/20-more.conf": "[Service]\nEnvironment=MORE=--v=1\nExecStart=\n# the last one wins\nExecStart=/usr/bin/kubelet \\\n  $KUBELET_KUBEADM_ARGS --v=${LEVEL} \\\n  --read_only_port 0 $MORE\n",
	}))
	for _, tt := range []struct {
		flag, path string
		line       int
	}{
		{"hostname-override", "/var/lib/kubelet/kubeadm-flags.env", 1},
		{"read-only-port", "/etc/systemd/system/kubelet.service.d/20-more.conf", 5},
		{"v", "/etc/systemd/system/kubelet.service.d/20-more.conf", 2},
		{"anonymous-auth", "", 0},
	} {
		if path, line := k.FlagSource(tt.flag); path != tt.path || line != tt.line {
			t.Errorf("--%s: got %s:%d, want %s:%d", tt.flag, path, line, tt.path, tt.line)
		}
	}
}

func TestUnitArgv(t *testing.T) {
	const high, low = "/etc/systemd/system/", "/usr/lib/systemd/system/"
	for _, tt := range []struct {
		name  string
		files files
		want  []string
	}{
		{"higher directory wins", files{high + "kubelet.service": "[Service]\nExecStart=/a\n", low + "kubelet.service": "[Service]\nExecStart=/b\n"}, []string{"/a"}},
		{"drop-in of a higher directory hides its namesake", files{
			low + "kubelet.service":            "[Service]\nExecStart=/a\n",
			low + "kubelet.service.d/10.conf":  "[Service]\nExecStart=\nExecStart=/b\n",
			high + "kubelet.service.d/10.conf": "[Service]\nEnvironment=A=1\n"}, []string{"/a"}},
		{"drop-ins sorted by name over directories", files{
			low + "kubelet.service":            "[Service]\nExecStart=/a\n",
			high + "kubelet.service.d/10.conf": "[Service]\nExecStart=\nExecStart=/b\n",
			low + "kubelet.service.d/20.conf":  "[Service]\nExecStart=\nExecStart=/c\n",
			low + "kubelet.service.d/30.txt":   "[Service]\nExecStart=\nExecStart=/d\n"}, []string{"/c"}},
		{"other sections", files{low + "kubelet.service": "[Service]\nExecStart=/a\n[X-Foo]\nExecStart=\nExecStart=/b\n"}, []string{"/a"}},
		{"environment files win, the later over the earlier", files{
			low + "kubelet.service": "[Service]\nEnvironmentFile=/one\nEnvironmentFile=-/none\nEnvironmentFile=-/two\nEnvironment=A=0 B=0 \"C=x y\"\nExecStart=-/a $A $B $C $NONE\n",
			"/one":                  "A=1\nB=1\n", "/two": "B=2\n"}, []string{"/a", "1", "2", "x", "y"}},
		{"lists are reset", files{low + "kubelet.service": "[Service]\nEnvironment=A=0\nEnvironmentFile=/one\nEnvironment=\nEnvironmentFile=\nExecStart=/a $A\n", "/one": "A=1\n"}, []string{"/a"}},
		{"no expansion", files{low + "kubelet.service": "[Service]\nEnvironment=A=0\nExecStart=:/a $A ${A} $$\n"}, []string{"/a", "$A", "${A}", "$$"}},
		{"argv[0]", files{low + "kubelet.service": "[Service]\nExecStart=@/a kubelet --v=1\n"}, []string{"kubelet", "--v=1"}},
		{"second lib", files{"/lib/systemd/system/kubelet.service": "[Service]\nExecStart=/a\n"}, []string{"/a"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, collectKubelet(t, tt.files).UnitArgv); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestUnitSetting: the last file that systemd reads says it.
func TestUnitSetting(t *testing.T) {
	const unit, low, high = "/usr/lib/systemd/system/containerd.service", "/usr/lib/systemd/system/", "/etc/systemd/system/"
	for _, tt := range []struct {
		name        string
		files       files
		value, file string
	}{
		{"no unit", files{high + "containerd.service.d/10.conf": "[Service]\nLimitNOFILE=1\n"}, "", ""},
		{"not said", files{unit: "[Service]\nExecStart=/a\n[Install]\nLimitNOFILE=1\n"}, "", ""},
		{"the unit", files{unit: "[Service]\nLimitNOFILE=1\nLimitNOFILE=2\n"}, "2", unit},
		{"a drop-in", files{unit: "[Service]\nLimitNOFILE=1\n", high + "containerd.service.d/10.conf": "[Service]\nLimitNOFILE=3\n"}, "3", high + "containerd.service.d/10.conf"},
		{"a masked drop-in", files{unit: "[Service]\nLimitNOFILE=1\n", low + "containerd.service.d/10.conf": "[Service]\nLimitNOFILE=3\n", high + "containerd.service.d/10.conf": "-> /dev/null"}, "1", unit},
		{"of all services, before its own", files{unit: "[Service]\nLimitNOFILE=1\n", high + "service.d/10.conf": "[Service]\nLimitNOFILE=4\n", high + "containerd.service.d/05.conf": "[Service]\nUMask=0\n"}, "4", high + "service.d/10.conf"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if value, file := UnitSetting(tt.files.make(t), "containerd.service", "LimitNOFILE"); value != tt.value || file != tt.file {
				t.Errorf("got %q by %q, want %q by %q", value, file, tt.value, tt.file)
			}
		})
	}
}

func TestConfigDropIns(t *testing.T) {
	k := collectKubelet(t, kubeadmWorker.and(files{
		"/etc/default/kubelet":   "KUBELET_EXTRA_ARGS='--config-dir=/etc/kubelet.d'\n",
		"/etc/kubelet.d/20.conf": "", "/etc/kubelet.d/10.yaml": "", "/etc/kubelet.d/10.conf": "",
		"/etc/kubelet.d/15.d/a.conf": "", "/etc/kubelet.d/15.d/deep/x.conf": "", "/etc/kubelet.d/link": "-> /etc/kubelet.d/15.d",
	}))
	want := []string{"/etc/kubelet.d/10.conf", "/etc/kubelet.d/15.d/a.conf", "/etc/kubelet.d/15.d/deep/x.conf", "/etc/kubelet.d/20.conf"}
	if diff := cmp.Diff(want, k.ConfigDropIns); diff != "" {
		t.Error(diff)
	}
}

func TestDpkgVersion(t *testing.T) {
	for _, tt := range []struct {
		name, status string
		want         Version
	}{
		{"first entry, with an epoch", "Package: kubelet\nStatus: install ok installed\nVersion: 1:1.34.1-1.1\n", Version{1, 34, 1}},
		{"removed", "Package: kubelet\nStatus: deinstall ok config-files\nVersion: 1.34.1-1.1\n", Version{}},
		{"other packages", "Package: kubelet-extras\nVersion: 2.0\n\nPackage: x\nDescription: y\n Package: kubelet\n", Version{}},
		{"no version", "Package: kubelet\nStatus: install ok installed\n\nPackage: b\nVersion: 3.0\n", Version{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := &collector{Reader: files{"/var/lib/dpkg/status": tt.status}.make(t), facts: &Facts{}}
			if got := c.dpkgVersion("kubelet"); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestKubernetesBuild(t *testing.T) {
	for _, tt := range []struct {
		name, ldflags, module, version string
		want                           Version
	}{
		{"release", `all=-X 'k8s.io/component-base/version.gitVersion=v1.34.1' -X 'k8s.io/component-base/version.gitMajor=1' -s -w`, "k8s.io/kubernetes", "(devel)", Version{1, 34, 1}},
		{"module", "", "k8s.io/kubernetes", "v1.33.0", Version{1, 33, 0}},
		{"pseudo-version of an untagged checkout", "", "k8s.io/kubernetes", "v0.0.0-20250101000000-abcdef012345", Version{}},
		{"another program", "-s -w", "example.org/kubelet", "v1.2.3", Version{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			info := &debug.BuildInfo{Main: debug.Module{Path: tt.module, Version: tt.version},
				Settings: []debug.BuildSetting{{Key: "-ldflags", Value: tt.ldflags}}}
			if got := kubernetesBuild(info); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// TestBuildVersion: of a program that is not one of Kubernetes, or no program,
// the version is not known, and asking for it opens nothing that waits.
func TestBuildVersion(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	fifo, text := filepath.Join(dir, "fifo"), filepath.Join(dir, "text")
	if err := errors.Join(syscall.Mkfifo(fifo, 0o644), os.WriteFile(text, []byte("#!/bin/sh\n"), 0o755)); err != nil {
		t.Fatal(err)
	}
	for _, program := range []string{exe, dir, fifo, text, filepath.Join(dir, "gone")} {
		c := &collector{Reader: tree("/"), facts: &Facts{}}
		if v := buildVersion(c.openProgram(program)); !v.IsZero() {
			t.Errorf("%s is version %s of Kubernetes", program, v)
		}
	}
}

func TestKubeletHealthz(t *testing.T) {
	const config, dropIn = "/var/lib/kubelet/config.yaml", "/etc/kubernetes/kubelet.conf.d/10.conf"
	for _, tt := range []struct {
		name, config, dropIn, flags string
		port, address               string
	}{
		{"defaults", "", "", "", "10248", "127.0.0.1"},
		{"configuration", "healthzPort: 1\nhealthzBindAddress: 0.0.0.0\n", "", "", "1", "0.0.0.0"},
		{"switched off", "healthzPort: 0\n", "", "", "0", "127.0.0.1"},
		{"drop-in over configuration", "healthzPort: 1\nhealthzBindAddress: ::1\n", "healthzPort: 2\n", "", "2", "::1"},
		{"flag over drop-in", "healthzPort: 1\n", "healthzPort: 2\n", "--healthz-port=3 --healthz-bind-address=127.0.0.2", "3", "127.0.0.2"},
		{"quoted", "healthzPort: \"1\"\n", "", "", "1", "127.0.0.1"},
		{"another notation", "healthzPort: 0x10\n", "", "", "16", "127.0.0.1"},
		{"nothing said", "healthzPort:\n", "", "", "10248", "127.0.0.1"},
		{"by an alias", "port: &p 1\nhealthzPort: *p\n", "", "", "1", "127.0.0.1"},
		{"merged", "x: &x {healthzPort: 1}\n<<: *x\n", "", "", "1", "127.0.0.1"},
		{"not readable", "healthzPort: 1\nhealthzPort: 2\n", "", "", "10248", "127.0.0.1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k := collectKubelet(t, kubeadmWorker.and(files{config: tt.config, dropIn: tt.dropIn,
				"/var/lib/kubelet/kubeadm-flags.env": "KUBELET_KUBEADM_ARGS=--config-dir=/etc/kubernetes/kubelet.conf.d " + tt.flags + "\n"}))
			if k.HealthzPort != tt.port || k.HealthzAddress != tt.address {
				t.Errorf("got %s and %s, want %s and %s", k.HealthzPort, k.HealthzAddress, tt.port, tt.address)
			}
		})
	}
}
