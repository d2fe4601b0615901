package facts

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"harden/agent/message"
)

// TestComponentIsFound finds etcd in the control group that each kubelet,
// runtime and version of control groups gives it: paths as they are on nodes.
func TestComponentIsFound(t *testing.T) {
	const (
		id      = "40fcbbfacba0579146192f83f5ccd42eb99aec86f2d8efd63ab04c6713ef9a04"
		pod     = "kubepods-burstable-pod" + etcdUID + ".slice"
		podOf   = "/kubepods.slice/kubepods-burstable.slice/" + pod
		machine = "/machine.slice/node.scope" // systemd in a container, in the tree of the host
	)
	config := func(line string) files {
		return files{"/var/lib/kubelet/config.yaml": "staticPodPath: /etc/kubernetes/manifests\n" + line + "\n"}
	}
	for _, tt := range []struct {
		name, groups, init, group string
		files                     files
	}{
		{"cgroupfs", "", "", "/kubepods/burstable/pod" + etcdUID + "/" + id, nil},
		{"cgroupfs, guaranteed", "", "", "/kubepods/pod" + etcdUID + "/" + id, nil},
		{"cgroupfs, best effort", "", "", "/kubepods/besteffort/pod" + etcdUID + "/" + id, nil},
		{"systemd, containerd", "", "", podOf + "/cri-containerd-" + id + ".scope", nil},
		{"systemd, guaranteed", "", "", "/kubepods.slice/kubepods-pod" + etcdUID + ".slice/cri-containerd-" + id + ".scope", nil},
		{"systemd, best effort", "", "", "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" + etcdUID + ".slice/cri-containerd-" + id + ".scope", nil},
		{"systemd, CRI-O", "", "", podOf + "/crio-" + id + ".scope", nil},
		{"systemd, CRI-O with crun", "", "", podOf + "/crio-" + id + ".scope/container", nil},
		{"systemd, Docker", "", "", podOf + "/docker-" + id + ".scope", nil},
		{"systemd in a container", "", machine, machine + podOf + "/cri-containerd-" + id + ".scope", nil},
		{"cgroupfs, systemd in a container", "", machine, "/kubepods/burstable/pod" + etcdUID + "/" + id, nil},
		{"cgroupfs below a group", "", "", "/kube/lets/kubepods/burstable/pod" + etcdUID + "/" + id, config("cgroupRoot: /kube/lets")},
		{"systemd below a group", "", "", "/kube_lets.slice/kube_lets-kubepods.slice/kube_lets-kubepods-burstable.slice/kube_lets-kubepods-burstable-pod" + etcdUID + ".slice/crio-" + id + ".scope", config("cgroupRoot: /kube-lets")},
		{"no logs are kept", "", "", etcdGroup, files{"/var/lib/kubelet/pods/" + etcdUID + "/containers/etcd/": ""}},
		{"a directory of its own", "", "", etcdGroup, files{"/srv/kubelet/pods/" + etcdUID + "/containers/etcd/": "",
			"/var/lib/kubelet/kubeadm-flags.env": "KUBELET_KUBEADM_ARGS=--root-dir=/srv/kubelet\n"}},
		{"logs elsewhere", "", "", etcdGroup, config("podLogsDir: /srv/logs").and(files{"/srv/logs/kube-system_etcd-node1_" + etcdUID + "/etcd/": ""})},
		{"another name of the node", "", "", etcdGroup, files{"/var/log/pods/kube-system_etcd-cp.example_" + etcdUID + "/etcd/": "",
			"/var/lib/kubelet/kubeadm-flags.env": "KUBELET_KUBEADM_ARGS=--hostname-override=cp.example\n"}},
		{"a UID in the manifest", "", "", "/kubepods/burstable/pod" + tenantUID + "/" + id, files{"/var/log/pods/kube-system_etcd-node1_" + tenantUID + "/etcd/": "",
			"/etc/kubernetes/manifests/etcd.yaml": strings.Replace(manifest("etcd", "etcd:3", ""), "  namespace:", "  uid: "+tenantUID+"\n  namespace:", 1)}},
	} {
		on := kubeadmControlPlane
		if config := tt.files["/var/lib/kubelet/config.yaml"]; len(tt.files) == 0 || config != "" && !strings.Contains(config, "podLogsDir") {
			on = made
		}
		root := on.and(tt.files).make(t)
		for _, groups := range []string{version1, version2, hybrid} {
			t.Run(tt.name+"/"+groups, func(t *testing.T) {
				f := newMachine(t, groups, tt.init).run(
					proc{pid: 30, argv: "pause", group: tt.group},
					proc{pid: 31, argv: "etcd --data-dir=/srv/etcd", group: tt.group},
					proc{pid: 32, parent: 31, argv: "etcd child", group: tt.group}).collectIn(root)
				c := f.Components["etcd"]
				if c == nil || !c.Running || c.PID != 31 || !c.Unproven.IsZero() {
					t.Errorf("got %+v", c)
				}
			})
		}
	}
}

// strangers are processes that pose as etcd. Each has the manifest's command
// line, and a lower number than the real one.
var strangers = map[string]proc{
	"a set-uid program of a user":                    {uids: [4]int{1000, 0, 0, 0}, group: "/user.slice/user-1000.slice/session-1.scope"},
	"a set-uid program, orphaned":                    {uids: [4]int{1000, 0, 0, 0}, group: "/init.scope"},
	"root's, in a session":                           {group: "/user.slice/user-0.slice/session-1.scope"},
	"a daemon's user":                                {uids: user(33), group: "/system.slice/www.service"},
	"a service of another name":                      {group: "/system.slice/etcd-proxy.service"},
	"a delegated group named as a service":           {uids: user(1000), group: "/user.slice/user-1000.slice/user@1000.service/system.slice/etcd.service"},
	"a delegated group named as the pod's":           {uids: user(1000), group: "/user.slice/user-1000.slice/user@1000.service" + etcdGroup},
	"a delegated group named as the pod's slice":     {uids: user(1000), group: "/user.slice/user-1000.slice/user@1000.service/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" + etcdUID + ".slice/cri-containerd-1.scope"},
	"a tenant's container":                           {group: "/kubepods/burstable/pod" + tenantUID + "/1"},
	"a tenant's container, of systemd's driver":      {group: "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" + strings.ReplaceAll(tenantUID, "-", "_") + ".slice/cri-containerd-1.scope"},
	"a tenant's group below its own":                 {group: "/kubepods/burstable/pod" + tenantUID + "/1" + etcdPod + "/1"},
	"a pod whose UID begins so":                      {group: etcdPod + "0/1"},
	"a pod whose UID ends so":                        {group: "/kubepods/burstable/pod0" + etcdUID + "/1"},
	"a group that is not a pod's":                    {group: "/kubepods/burstable/" + etcdUID + "/1"},
	"a group beside those of pods":                   {group: "/pod" + etcdUID + "/1"},
	"another class of service":                       {group: "/kubepods/mine/pod" + etcdUID + "/1"},
	"a slice that looks like the pod's":              {group: "/kubepods.slice/kubepods-burstable-pod" + etcdUID + ".slice/1"},
	"the kubelet of a machine within this one":       {group: "/machine.slice/guest.scope" + etcdGroup},
	"a container of LXC":                             {group: "/lxc/guest" + etcdGroup},
	"a container of Docker":                          {group: "/docker/" + strings.Repeat("ab", 32)},
	"a cluster in a container of Docker":             {group: "/docker/" + strings.Repeat("ab", 32) + "/kubelet" + etcdGroup},
	"the pod of another manifest":                    {group: "/kubepods/burstable/pod" + apiUID + "/1"},
	"a static pod of no manifest that is here":       {group: "/kubepods/burstable/pod" + strings.Repeat("a", 32) + "/1"},
	"the pod of a tenant who names it as the static": {group: "/kubepods/besteffort/pod" + tenantUID + "/etcd"},
	"in the top group":                               {group: "/"},
}

// TestNobodyPosesAsAComponent has each stranger run with the real etcd and
// without it: he never counts, and never hides the real one.
func TestNobodyPosesAsAComponent(t *testing.T) {
	root := made.make(t)
	for name, stranger := range strangers {
		stranger.pid, stranger.argv = 7, "etcd --data-dir=/srv/etcd"
		for _, groups := range []string{version1, version2, hybrid} {
			t.Run(name+"/"+groups, func(t *testing.T) {
				m := newMachine(t, groups, "").run(stranger)
				if c := m.collectIn(root).Components["etcd"]; c == nil || c.Running || c.PID != 0 || len(c.Argv) > 0 || c.UID != 0 || c.Unproven.IsZero() {
					t.Errorf("alone: got %+v", c)
				}
				m.run(proc{pid: 30, argv: "etcd --data-dir=/srv/etcd --real", group: etcdGroup})
				if c := m.collectIn(root).Components["etcd"]; c == nil || c.PID != 30 || !c.Unproven.IsZero() {
					t.Errorf("beside the real one: got %+v", c)
				}
			})
		}
	}
	t.Attr("figure/attempts", fmt.Sprint(len(strangers)))
}

// TestNobodyMakesAControlPlane has each stranger run on a worker, under every
// name: the node stays a worker.
func TestNobodyMakesAControlPlane(t *testing.T) {
	root := kubeadmWorker.make(t)
	for name, stranger := range strangers {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t, version2, "")
			for i, component := range ComponentNames {
				stranger.pid, stranger.argv = 7+i, component+" --data-dir=/etc"
				m.run(stranger)
			}
			f := m.run(proc{pid: 571, argv: "/usr/bin/kubelet", group: kubeletGroup}).collectIn(root)
			if len(f.Components) > 0 || !slices.Equal(f.Roles, []string{Worker}) || f.EtcdDataDir() != "" || len(f.Notes) > 0 || f.Platform != Kubeadm {
				t.Errorf("got %v, %v, etcd in %q; %q", f.Components, f.Roles, f.EtcdDataDir(), f.Notes)
			}
		})
	}
}

// TestRollingPods tells the old pod of a manifest from the new one.
func TestRollingPods(t *testing.T) {
	rolled := made.and(files{"/var/log/pods/kube-system_etcd-node1_" + oldEtcdUID + "/etcd/": ""})
	old := proc{pid: 90, argv: "etcd --old", group: "/kubepods/burstable/pod" + oldEtcdUID + "/1"}
	m := newMachine(t, version2, "").run(old)
	if c := m.collect(rolled).Components["etcd"]; c.PID != 90 {
		t.Errorf("the old pod alone: %+v", c)
	}
	m.run(proc{pid: 30, argv: "etcd --new", group: etcdGroup})
	if c := m.collect(rolled).Components["etcd"]; c.PID != 30 {
		t.Errorf("both: %+v", c)
	}
}

// TestComponentOwner: whom data must belong to is what the manifest says.
func TestComponentOwner(t *testing.T) {
	with := func(pod, container string) files {
		text := strings.Replace(manifest("etcd", "etcd:3", ""), "spec:\n", "spec:\n"+pod, 1)
		return made.and(files{"/etc/kubernetes/manifests/etcd.yaml": strings.Replace(text, "    name: etcd\n", "    name: etcd\n"+container, 1)})
	}
	const both = "securityContext: {runAsUser: 1001, runAsGroup: 1002}\n"
	for _, tt := range []struct {
		name           string
		files          files
		uid, gid, runs int
		unknown        bool
	}{
		{"nothing said", made, 0, 0, 0, false},
		{"of the pod", with("  "+both, ""), 1001, 1002, 1001, false},
		{"of the container, over the pod", with("  "+both, "    securityContext: {runAsUser: 52034}\n"), 52034, 1002, 52034, false},
		{"root in the container, over the pod", with("  "+both, "    securityContext: {runAsUser: 0, runAsGroup: 0}\n"), 0, 0, 0, false},
		{"by an alias", with("  "+strings.Replace(both, "{runAsUser: 1001", "&x {runAsUser: 1001", 1), "    securityContext: *x\n"), 1001, 1002, 1001, false},
		{"in another notation", with("  securityContext: {runAsUser: 0o2000}\n", ""), 1024, 0, 1024, false},
		{"the image says another", made, 0, 0, 65532, true},
		{"a process of another", with("  "+both, ""), 1001, 1002, 0, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			gid := tt.gid
			if tt.unknown {
				gid = tt.runs
			}
			p := proc{pid: 30, argv: "etcd", group: etcdGroup, uids: user(tt.runs), gids: user(gid)}
			c := newMachine(t, version2, "").run(p).collect(tt.files).Components["etcd"]
			if !c.Running || c.UID != tt.uid || c.GID != tt.gid || (!c.OwnerUnknown.IsZero()) != tt.unknown {
				t.Errorf("got %+v", c)
			}
		})
	}
}

// TestServiceIsFound: where there is no manifest, the unit of the component
// proves its process, and says whom it runs as.
func TestServiceIsFound(t *testing.T) {
	unit := func(more string) files {
		return files{"/lib/systemd/system/etcd.service": "[Service]\nEnvironmentFile=-/etc/default/etcd\nExecStart=/usr/bin/etcd $ARGS\n" + more,
			"/etc/default/etcd": "ARGS=--data-dir=/srv/etcd\n", "/etc/passwd": "root:x:0:0::/:\netcd:x:105:106::/:\n", "/etc/group": "data:x:300:etcd\n"}
	}
	const group = "/system.slice/etcd.service"
	for _, tt := range []struct {
		name     string
		files    files
		process  proc
		uid, gid int
		unknown  bool
	}{
		{"root's", unit(""), proc{group: group}, 0, 0, false},
		{"of an account", unit("User=etcd\n"), proc{group: group, uids: user(105), gids: user(106)}, 105, 106, false},
		{"with a group of its own", unit("User=105\nGroup=data\n"), proc{group: group, uids: user(105), gids: user(300)}, 105, 300, false},
		{"of no account", unit("User=nobody\n"), proc{group: group, uids: user(105)}, 0, 0, true},
		{"of no group", unit("Group=nogroup\n"), proc{group: group}, 0, 0, true},
		{"of a user made at the start", unit("DynamicUser=yes\n"), proc{group: group, uids: user(61000)}, 0, 0, true},
		{"in another slice", unit("Slice=db.slice\n"), proc{group: "/db.slice/etcd.service"}, 0, 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.process.pid, tt.process.argv = 40, "/usr/bin/etcd --data-dir=/etc"
			m := newMachine(t, version2, "").run(tt.process)
			m.services["etcd.service"] = Service{40, tt.process.group}
			f := m.collect(tt.files)
			c := f.Components["etcd"]
			if c == nil || c.PID != 40 || c.UID != tt.uid || c.GID != tt.gid || (!c.OwnerUnknown.IsZero()) != tt.unknown {
				t.Fatalf("got %+v, %q", c, f.Notes)
			}
			if dir := f.EtcdDataDir(); dir != "/srv/etcd" {
				t.Errorf("its data lies in %s: the process says so, and not its unit", dir)
			}
		})
	}
}

// TestRKE finds the containers of RKE by what Docker wrote of them.
func TestRKE(t *testing.T) {
	id := strings.Repeat("5a", 32)
	config := func(id, name, running, args string) string {
		return `{"ID":"` + id + `","Name":"` + name + `","Path":"/opt/rke-tools/entrypoint.sh","Args":[` + args + `],"State":{"Running":` + running + `},"Config":{"User":"52034:52034"}}`
	}
	node := func(config string) files {
		return files{"/opt/rke/": "", "/var/lib/docker/containers/" + id + "/config.v2.json": config}
	}
	const args = `"etcd","--data-dir=/srv/etcd"`
	for _, tt := range []struct {
		name, config, group string
		want                int
	}{
		{"cgroupfs", config(id, "/etcd", "true", args), "/docker/" + id, 40},
		{"systemd", config(id, "/etcd", "true", args), "/system.slice/docker-" + id + ".scope", 40},
		{"a pod's container", config(id, "/k8s_etcd_x_tenant_1", "true", args), "/docker/" + id, 0},
		{"a name that ends so", config(id, "/my/etcd", "true", args), "/docker/" + id, 0},
		{"a name in what it says", config(id, "/x", "true", `"/etcd","\"Name\":\"/etcd\""`), "/docker/" + id, 0},
		{"one that does not run", config(id, "/etcd", "false", args), "/docker/" + id, 0},
		{"another's id", config(strings.Repeat("6b", 32), "/etcd", "true", args), "/docker/" + strings.Repeat("6b", 32), 0},
		{"a process outside", config(id, "/etcd", "true", args), "/user.slice/docker/" + id, 0},
	} {
		for _, groups := range []string{version1, version2, hybrid} {
			t.Run(tt.name+"/"+groups, func(t *testing.T) {
				m := newMachine(t, groups, "").run(proc{pid: 40, argv: "etcd --data-dir=/etc", group: tt.group, uids: user(52034), gids: user(52034)})
				f := m.collect(node(tt.config))
				pid := 0
				if c := f.Components["etcd"]; c != nil {
					pid = c.PID
					if c.Running && (c.UID != 52034 || f.EtcdDataDir() != "/srv/etcd") {
						t.Errorf("got %+v", c)
					}
				}
				if pid != tt.want {
					t.Errorf("process %d, want %d; %q", pid, tt.want, f.Notes)
				}
			})
		}
	}
	for _, tt := range []struct{ user, want string }{ // whom it runs as, in place of 52034:52034
		{"52034", ""}, {"52034:52034", ""}, {"", "process 40 runs as 52034:0, but its configuration says 0:0"},
		{"etcd", `container 5a5a5a5a5a5a runs as "etcd", a user that exists only in the container`}, {"52034:etcd", `container 5a5a5a5a5a5a runs as "52034:etcd", a user that exists only in the container`},
	} {
		t.Run("of "+tt.user, func(t *testing.T) {
			gids := user(0)
			if tt.user == "52034:52034" {
				gids = user(52034)
			}
			m := newMachine(t, version1, "").run(proc{pid: 40, argv: "etcd", group: "/docker/" + id, uids: user(52034), gids: gids})
			c := m.collect(node(strings.Replace(config(id, "/etcd", "true", args), "52034:52034", tt.user, 1))).Components["etcd"]
			if c == nil || !c.Running || c.OwnerUnknown.String() != tt.want {
				t.Errorf("got %+v, want %q", c, tt.want)
			}
		})
	}
	t.Run("kubelet", func(t *testing.T) {
		m := newMachine(t, version1, "").run(proc{pid: 40, argv: "kubelet --config=/etc/passwd", group: "/docker/" + id})
		k := m.collect(node(config(id, "/kubelet", "true", `"kubelet","--kubeconfig=/etc/kubernetes/ssl/kubecfg-kube-node.yaml"`))).Kubelet
		if k == nil || k.PID != 40 || k.Config != "" || k.Kubeconfig != "/etc/kubernetes/ssl/kubecfg-kube-node.yaml" {
			t.Errorf("got %+v", k)
		}
	})
}

// TestRKEUnknown: where Docker's files do not say what runs, nothing is taken for
// a component, and a note says why.
func TestRKEUnknown(t *testing.T) {
	id := strings.Repeat("5a", 32)
	at := "/var/lib/docker/containers/" + id + "/config.v2.json"
	for _, tt := range []struct {
		name  string
		files files
		note  string // "" for none
	}{
		{"no Docker", files{}, "cannot tell whether etcd runs: cannot list the containers of Docker: "},
		{"no containers", files{"/var/lib/docker/containers/": ""}, ""},
		{"one that has ended meanwhile", files{"/var/lib/docker/containers/" + id + "/": ""}, ""},
		{"a directory of something else", files{"/var/lib/docker/containers/tmp/config.v2.json": `{"Name":"/etcd"`}, ""},
		{"no JSON", files{at: `{"Name":"/etcd"`}, "cannot tell whether etcd runs: cannot read container 5a5a5a5a5a5a of Docker: "},
		{"no JSON, of another container", files{at: `{"Name":"/app"`}, ""},
		{"a link", files{at: "-> ."}, "cannot tell whether etcd runs: cannot read container 5a5a5a5a5a5a of Docker: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := newMachine(t, version2, "").collect(tt.files.and(files{"/opt/rke/": ""}))
			if len(f.Components) > 0 {
				t.Errorf("got %v", f.Components)
			}
			noted := slices.ContainsFunc(f.Notes, func(n message.Text) bool { return tt.note != "" && strings.HasPrefix(n.String(), tt.note) })
			if noted != (tt.note != "") || tt.note == "" && len(f.Notes) > 0 {
				t.Errorf("notes %q, want %q", f.Notes, tt.note)
			}
		})
	}
}

// TestSizes: what a process makes large is not read, and proves nothing.
func TestSizes(t *testing.T) {
	huge := make([]byte, 1<<20)
	copy(huge, "etcd\x00")
	t.Run("command line of a component", func(t *testing.T) {
		c := newMachine(t, version2, "").run(proc{pid: 30, argv: "etcd", cmdline: huge, group: etcdGroup}).collect(made).Components["etcd"]
		if c.Running || !strings.Contains(c.Unproven.String(), "longer than") {
			t.Errorf("got %+v", c)
		}
	})
	t.Run("command line of the kubelet", func(t *testing.T) {
		k := newMachine(t, version2, "").run(proc{pid: 571, argv: "kubelet", cmdline: huge, group: kubeletGroup}).service(KubeletUnit, 571).collect(kubeadmWorker).Kubelet
		if k.Running || !strings.Contains(k.Unproven.String(), "longer than") {
			t.Errorf("got %+v", k)
		}
	})
	t.Run("processes of a pod", func(t *testing.T) {
		m := newMachine(t, version2, "").run(proc{pid: 30, argv: "etcd", group: etcdGroup})
		m.write("cgroup"+etcdGroup+"/cgroup.procs", strings.Repeat("1\n", maxMembers+1))
		if c := m.collect(made).Components["etcd"]; c.Running || !strings.Contains(c.Unproven.String(), "more than") {
			t.Errorf("got %+v", c)
		}
	})
	t.Run("groups of a pod", func(t *testing.T) {
		m := newMachine(t, version2, "").run(proc{pid: 30, argv: "etcd", group: etcdGroup})
		for i := range maxGroups {
			m.write(fmt.Sprintf("cgroup%s/%d/cgroup.procs", etcdGroup, i), "")
		}
		if c := m.collect(made).Components["etcd"]; c.Running || !strings.Contains(c.Unproven.String(), "more than") {
			t.Errorf("got %+v", c)
		}
	})
	t.Run("drop-ins of the kubelet", func(t *testing.T) {
		many := files{"/etc/default/kubelet": "KUBELET_EXTRA_ARGS=--config-dir=/d\n"}
		for i := range maxDropIns + 1 {
			many[fmt.Sprintf("/d/%d.conf", i)] = ""
		}
		if k := collectKubelet(t, kubeadmWorker.and(many)); k.ConfigUnknown == nil {
			t.Errorf("%d drop-ins are all there is", len(k.ConfigDropIns))
		}
	})
	t.Run("drop-ins in depth", func(t *testing.T) {
		deep := files{"/etc/default/kubelet": "KUBELET_EXTRA_ARGS=--config-dir=/d\n", "/d" + strings.Repeat("/x", 20) + "/a.conf": ""}
		if k := collectKubelet(t, kubeadmWorker.and(deep)); k.ConfigUnknown == nil {
			t.Error("nothing is said")
		}
	})
	t.Run("pods", func(t *testing.T) {
		dir := t.TempDir()
		for i := range 20 {
			if err := os.Mkdir(filepath.Join(dir, fmt.Sprint(i)), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if names, err := listing(dir, 19); err == nil {
			t.Errorf("%d names", len(names))
		}
		if names, err := listing(dir, 20); err != nil || len(names) != 20 {
			t.Errorf("%d names, %v", len(names), err)
		}
	})
	t.Run("command lines that are long enough", func(t *testing.T) {
		long := "etcd " + strings.Repeat("--initial-cluster=node1=https://10.0.0.1:2380 ", 1000)
		c := newMachine(t, version2, "").run(proc{pid: 30, argv: long, group: etcdGroup}).collect(made).Components["etcd"]
		if !c.Running || len(c.Argv) != 1001 {
			t.Errorf("%d words", len(c.Argv))
		}
	})
}

// TestWithin gives up what does not answer, and tells of a bug.
func TestWithin(t *testing.T) {
	if _, err := within(func() (process, error) { panic("a bug") }); err == nil || !strings.Contains(err.Error(), "a bug") {
		t.Errorf("got %v", err)
	}
}

// TestServicesOfComponentsAreAskedForOnlyWhereTheyAre: systemd is not asked
// about what this node does not have.
func TestServicesOfComponentsAreAskedForOnlyWhereTheyAre(t *testing.T) {
	m := newMachine(t, version2, "").run(proc{pid: 571, argv: "kubelet", group: kubeletGroup})
	asked := map[string]bool{}
	system := m.system()
	system.Service = func(name string) (Service, error) { asked[name] = true; return Service{}, nil }
	if _, err := Collect(kubeadmWorker.make(t), system, Override{}, nil); err != nil {
		t.Fatal(err)
	}
	if len(asked) > 0 {
		t.Errorf("asked about %v", slices.Sorted(maps.Keys(asked)))
	}
}
