package facts

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"harden/agent/message"
)

// TestKubeletIsFound finds the kubelet in the group of its unit, and where that
// does not tell by what systemd says.
func TestKubeletIsFound(t *testing.T) {
	const machine = "/machine.slice/node.scope"
	unit := func(text string) files { return files{"/etc/systemd/system/kubelet.service.d/20.conf": text} }
	for _, tt := range []struct {
		name, init string
		process    proc
		files      files
		asked      *Service // nil: systemd is silent
	}{
		{"on a node", "", proc{argv: "/usr/bin/kubelet", group: kubeletGroup}, nil, nil},
		{"in a container", machine, proc{argv: "/usr/bin/kubelet", group: machine + kubeletGroup}, nil, nil},
		{"its program may not be seen", "", proc{argv: "/usr/bin/kubelet", exe: "-", group: kubeletGroup}, nil, nil},
		{"its program was replaced", "", proc{argv: "/usr/bin/kubelet", exe: "/usr/bin/kubelet (deleted)", group: kubeletGroup}, nil, nil},
		{"a program of another name", "", proc{argv: "/opt/hyperkube kubelet", exe: "/opt/hyperkube", group: kubeletGroup}, unit("[Service]\nExecStart=\nExecStart=/opt/hyperkube kubelet\n"), nil},
		{"its program is a link", "", proc{argv: "/usr/bin/kubelet", exe: "/usr/bin/kubelet-1.34", group: kubeletGroup}, files{"/usr/bin/kubelet": "-> kubelet-1.34", "/usr/bin/kubelet-1.34": ""}, nil},
		{"in another slice", "", proc{argv: "/usr/bin/kubelet", group: "/kube.slice/kubelet.service"}, nil, &Service{571, "/kube.slice/kubelet.service"}},
		{"in another slice, in a container", machine, proc{argv: "/usr/bin/kubelet", group: machine + "/kube.slice/kubelet.service"}, nil, &Service{571, machine + "/kube.slice/kubelet.service"}},
		{"systemd has a tree of its own", machine, proc{argv: "/usr/bin/kubelet", group: machine + "/kube.slice/kubelet.service"}, nil, &Service{571, "/kube.slice/kubelet.service"}},
		{"it moves itself", "", proc{argv: "/usr/bin/kubelet", group: "/podruntime"}, files{"/var/lib/kubelet/config.yaml": "kubeletCgroups: /podruntime\n"}, &Service{571, kubeletGroup}},
	} {
		root := kubeadmWorker.and(tt.files).make(t)
		for _, groups := range []string{version1, version2, hybrid} {
			t.Run(tt.name+"/"+groups, func(t *testing.T) {
				tt.process.pid = 571
				m := newMachine(t, groups, tt.init).run(tt.process,
					proc{pid: 600, parent: 571, argv: "kubelet child", group: tt.process.group},
					proc{pid: 601, argv: "mount.nfs", group: tt.process.group})
				if m.silent = tt.asked == nil; !m.silent {
					m.services[KubeletUnit] = *tt.asked
				}
				f := m.collectIn(root)
				if k := f.Kubelet; !k.Running || k.PID != 571 || !k.Unproven.IsZero() || len(f.Notes) > 0 {
					t.Errorf("got %+v; %q", k, f.Notes)
				}
			})
		}
	}
}

// impostors pose as the kubelet. told is what systemd says, nil where it cannot
// be asked; noted, that the verdict is not known.
var impostors = map[string]struct {
	process proc
	told    *Service
	noted   bool
}{
	"an orphan of a set-uid program, nothing else runs": {proc{uids: [4]int{1000, 0, 0, 0}, group: "/user.slice"}, &Service{}, false},
	"an orphan of root's, nothing else runs":            {proc{group: "/user.slice/user-0.slice/session-1.scope"}, &Service{}, false},
	"a pod with the host's processes":                   {proc{group: "/kubepods/burstable/pod" + tenantUID + "/1"}, &Service{}, false},
	"a delegated group of that name":                    {proc{uids: user(1000), group: "/user.slice/user-1000.slice/user@1000.service" + kubeletGroup}, &Service{}, false},
	"a service of another name":                         {proc{group: "/system.slice/my-kubelet.service"}, &Service{}, false},
	"a group below that of another":                     {proc{group: "/system.slice/www.service" + kubeletGroup}, &Service{}, false},
	"a machine within this one":                         {proc{group: "/machine.slice/guest.scope" + kubeletGroup}, &Service{}, false},
	"the number of the kubelet that ended":              {proc{group: "/user.slice"}, &Service{571, kubeletGroup}, true},
	"the number, in a delegated group of that name":     {proc{group: "/user.slice/user-1000.slice/user@1000.service" + kubeletGroup}, &Service{571, kubeletGroup}, true},
	"the number, in a group whose name begins so":       {proc{group: kubeletGroup + "x"}, &Service{571, kubeletGroup}, true},
	"a real user id that is not root's":                 {proc{uids: [4]int{1000, 0, 0, 0}, group: kubeletGroup}, &Service{571, kubeletGroup}, true},
	"an effective user id that is not root's":           {proc{uids: [4]int{0, 1000, 0, 0}, group: kubeletGroup}, &Service{571, kubeletGroup}, true},
	"a saved user id that is not root's":                {proc{uids: [4]int{0, 0, 1000, 0}, group: kubeletGroup}, &Service{571, kubeletGroup}, true},
	"a user id of files that is not root's":             {proc{uids: [4]int{0, 0, 0, 1000}, group: kubeletGroup}, &Service{571, kubeletGroup}, true},
	"a group id that is not root's":                     {proc{gids: [4]int{1000, 0, 0, 0}, group: kubeletGroup}, &Service{571, kubeletGroup}, true},
	"another program in the unit":                       {proc{exe: "/usr/bin/dash", group: kubeletGroup}, &Service{571, kubeletGroup}, true},
	"no group is said":                                  {proc{group: "/user.slice"}, &Service{571, ""}, true},
	"the top group is said":                             {proc{group: "/"}, &Service{571, "/"}, true},
	"a process that is gone":                            {proc{group: "/user.slice"}, &Service{572, kubeletGroup}, true},
	"systemd cannot be asked":                           {proc{group: "/user.slice"}, nil, true},
	"systemd cannot be asked, a delegated group":        {proc{uids: user(1000), group: "/user.slice/user-1000.slice/user@1000.service" + kubeletGroup}, nil, true},
}

// TestNobodyPosesAsTheKubelet: an impostor does not count, no file is one that
// he names, and where it cannot be told that is said.
func TestNobodyPosesAsTheKubelet(t *testing.T) {
	root := kubeadmWorker.make(t)
	for name, i := range impostors {
		for _, groups := range []string{version1, version2, hybrid} {
			t.Run(name+"/"+groups, func(t *testing.T) {
				i.process.pid, i.process.argv = 571, "kubelet --config=/etc/passwd --config-dir=/etc --kubeconfig=/etc/shadow --client-ca-file=/etc/group --pod-manifest-path=/home/u"
				m := newMachine(t, groups, "").run(i.process)
				if m.silent = i.told == nil; !m.silent {
					m.services[KubeletUnit] = *i.told
				}
				f := m.collectIn(root)
				k := f.Kubelet
				if k.Running || k.PID != 0 || (!k.Unproven.IsZero()) != i.noted || (len(f.Notes) > 0) != i.noted {
					t.Errorf("got %+v; %q", k, f.Notes)
				}
				if k.Config != "/var/lib/kubelet/config.yaml" || k.ConfigDir != "" || k.Kubeconfig != "/etc/kubernetes/kubelet.conf" || k.ClientCAFile != "" || f.ManifestDir != "/etc/kubernetes/manifests" {
					t.Errorf("files %+v, pods in %s", k, f.ManifestDir)
				}
				if !slices.Equal(k.Argv, k.UnitArgv) {
					t.Errorf("command line %q", k.Argv)
				}
			})
		}
	}
	t.Attr("figure/attempts", fmt.Sprint(len(impostors)))
}

// TestProcessNamesNoFile: not even the kubelet's own process does; where it runs
// otherwise than its unit says, that is told.
func TestProcessNamesNoFile(t *testing.T) {
	for _, tt := range []struct {
		name, argv string
		unit       string // flags of the unit beside kubeadm's
		behind     string
		unsaid     string // a flag that nothing says
	}{
		{"as its unit says", "--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf --config=/var/lib/kubelet/config.yaml --v=1", "--v=1", "", ""},
		{"with another file", "--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf --config=/etc/passwd", "",
			"process 571 runs with --config=/etc/passwd, but its unit says /var/lib/kubelet/config.yaml", ""},
		{"without a flag", "--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf --config=/var/lib/kubelet/config.yaml", "--v=1",
			"process 571 runs without --v, but its unit says 1", ""},
		{"with more", "--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf --config=/var/lib/kubelet/config.yaml --config-dir=/home/u", "", "", "config-dir"},
		{"what systemd fills in", "--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf --config=/var/lib/kubelet/config.yaml --node-ip=10.0.0.1", "--hostname-override=%H --node-ip=${NOWHERE}", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			on := kubeadmWorker.and(files{"/var/lib/kubelet/kubeadm-flags.env": "KUBELET_KUBEADM_ARGS=" + "\"" + tt.unit + "\"\n"})
			if strings.Contains(tt.unit, "%") {
				on = kubeadmWorker.and(files{"/etc/systemd/system/kubelet.service.d/20.conf": "[Service]\nExecStart=\nExecStart=/usr/bin/kubelet --config=/var/lib/kubelet/config.yaml " + tt.unit + "\n"})
			}
			k := newMachine(t, version2, "").run(proc{pid: 571, argv: "/usr/bin/kubelet " + tt.argv, group: kubeletGroup}).collect(on).Kubelet
			if !k.Running || k.Config != "/var/lib/kubelet/config.yaml" || k.ConfigDir != "" {
				t.Errorf("got %+v", k)
			}
			if got := k.Behind(); got.String() != tt.behind {
				t.Errorf("behind: %q, want %q", got, tt.behind)
			}
			if _, is := k.Unsaid(tt.unsaid); is != (tt.unsaid != "") {
				t.Errorf("unsaid: %v", is)
			}
		})
	}
}

// TestWorkingDirectoryOfTheUnit: relative paths are those of the unit, wherever
// the process went.
func TestWorkingDirectoryOfTheUnit(t *testing.T) {
	for value, want := range map[string]string{"": "/c.yaml", "WorkingDirectory=/srv": "/srv/c.yaml", "WorkingDirectory=-/srv/": "/srv/c.yaml", "WorkingDirectory=~": "/root/c.yaml", "WorkingDirectory=/a\nWorkingDirectory=": "/c.yaml"} {
		k := collectKubelet(t, files{unitFile: "[Service]\n" + value + "\nExecStart=/usr/bin/kubelet --config=c.yaml\n"})
		if k.Config != want {
			t.Errorf("%q: got %s, want %s", value, k.Config, want)
		}
	}
}

// TestOnlyRootsFilesAreFollowed lets others write each of the files that say
// what is to be done, or a directory on the way. Nothing in them is believed,
// and it is said which it is.
func TestOnlyRootsFilesAreFollowed(t *testing.T) {
	const (
		unitOf, dropIn = "/usr/lib/systemd/system/kubelet.service", "/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf"
		environment    = "/var/lib/kubelet/kubeadm-flags.env"
		config         = "/var/lib/kubelet/config.yaml"
		manifestOf     = "/etc/kubernetes/manifests/etcd.yaml"
		late           = "/etc/kubernetes/kubelet.conf.d/90.conf"
	)
	on := made.and(files{
		environment: "KUBELET_KUBEADM_ARGS=--config-dir=/etc/kubernetes/kubelet.conf.d\n",
		config:      "staticPodPath: /etc/kubernetes/manifests\n", late: "healthzPort: 666\n",
	})
	unknown := func(f *Facts) bool { return f.Kubelet.Unknown != nil }
	configUnknown := func(f *Facts) bool { return f.Kubelet.Unknown == nil && f.Kubelet.ConfigUnknown != nil }
	manifestUnknown := func(f *Facts) bool {
		c := f.Components["etcd"]
		return c.Unreadable != nil && !c.Running && !c.Unproven.IsZero() && len(c.ManifestArgv) == 0
	}
	for _, tt := range []struct {
		path string
		mode os.FileMode
		ok   func(*Facts) bool
	}{
		{unitOf, 0o666, unknown},
		{unitOf, 0o664, unknown},
		{dropIn, 0o646, unknown},
		{environment, 0o666, unknown},
		{filepath.Dir(environment), 0o777, unknown},
		{filepath.Dir(dropIn), 0o775, unknown},
		{"/usr/lib/systemd/system", 0o777, unknown},
		{config, 0o666, configUnknown},
		{config, 0o660, configUnknown},
		{late, 0o666, configUnknown},
		{filepath.Dir(late), 0o777, configUnknown},
		{manifestOf, 0o666, manifestUnknown},
		{manifestOf, 0o620, manifestUnknown},
		{filepath.Dir(manifestOf), 0o777, manifestUnknown},
		{"/etc/kubernetes", 0o777, manifestUnknown},
		{"/etc", 0o775, manifestUnknown},
	} {
		t.Run(fmt.Sprintf("%s %o", tt.path, tt.mode), func(t *testing.T) {
			root := on.make(t)
			if err := os.Chmod(filepath.Join(string(root), tt.path), tt.mode); err != nil {
				t.Fatal(err)
			}
			m := newMachine(t, version2, "").run(proc{pid: 30, argv: "etcd", group: etcdGroup})
			f, err := Collect(root, m.system(), Override{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if !tt.ok(f) {
				t.Errorf("kubelet %+v, etcd %+v", f.Kubelet, f.Components["etcd"])
			}
			if !slices.ContainsFunc(f.Notes, func(note message.Text) bool { return strings.Contains(note.String(), tt.path) }) {
				t.Errorf("notes %q", f.Notes)
			}
			// A tree that does not run is as a whole that of who works on it.
			if f, err = Collect(root, nil, Override{}, nil); err != nil || tt.ok(f) || len(f.Notes) > 0 {
				t.Errorf("as a tree: %v, %q", err, f.Notes)
			}
		})
	}
}

// TestProcessThatEnded: what is read through its directory is of that process
// alone, and none once it has exited.
func TestProcessThatEnded(t *testing.T) {
	sleep := exec.Command("sleep", "60")
	if err := sleep.Start(); err != nil {
		t.Fatal(err)
	}
	dir, err := openProcess("/proc", sleep.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	defer dir.close()
	for begun := false; !begun; { // for a moment it has no command line yet
		p, err := dir.process(sleep.Process.Pid)
		begun = err == nil && p.program() == "sleep"
		if err != nil && !errors.Is(err, errEnded) {
			t.Fatal(err)
		}
	}
	if p, err := dir.process(sleep.Process.Pid); err != nil || p.program() != "sleep" || p.started == 0 || p.parent != os.Getpid() || p.uids[effective] != os.Geteuid() {
		t.Errorf("got %+v, %v", p, err)
	}
	if err := sleep.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = sleep.Wait()
	if p, err := dir.process(sleep.Process.Pid); unlessGone(err) != nil || err == nil {
		t.Errorf("got %+v, %v", p, err)
	}
}
