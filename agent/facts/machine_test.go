package facts

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

// How the control groups of a machine are mounted.
const (
	version1 = "v1"     // one tree for each controller, and systemd's own
	version2 = "v2"     // one tree
	hybrid   = "hybrid" // version 1, and systemd has one of version 2 beside
)

// machine is a running system: processes as /proc shows them, control groups,
// and what systemd says of services.
type machine struct {
	*testing.T
	dir      string
	groups   string // version1, version2 or hybrid
	init     string // the group that systemd keeps its own below, "" or "/machine"
	services map[string]Service
	silent   bool // systemd does not answer
	starts   int
}

// proc is a process: root's, unless it says otherwise.
type proc struct {
	pid, parent int
	uids, gids  [4]int
	argv        string
	exe         string // "": that of the argv, "-": not to be seen
	group       string
	cmdline     []byte // instead of argv
}

// user gives ids that are all the same.
func user(id int) [4]int { return [4]int{id, id, id, id} }

// newMachine boots an empty one.
func newMachine(t *testing.T, groups, init string) *machine {
	t.Helper()
	m := &machine{T: t, dir: t.TempDir(), groups: groups, init: init, services: map[string]Service{}}
	for _, tree := range m.trees() {
		m.write(path.Join("cgroup", tree, "cgroup.procs"), "")
	}
	m.write("proc/sys/kernel/hostname", "Node1\n")
	m.run(proc{pid: 1, parent: -1, argv: "/sbin/init", group: init + "/init.scope"})
	return m
}

func (m *machine) trees() []string {
	switch m.groups {
	case version2:
		return []string{""}
	case hybrid:
		return []string{"memory", "systemd", "unified"}
	}
	return []string{"memory", "systemd"}
}

func (m *machine) write(name, text string) {
	m.Helper()
	file := filepath.Join(m.dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		m.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		m.Fatal(err)
	}
}

// run starts processes.
func (m *machine) run(processes ...proc) *machine {
	m.Helper()
	for _, p := range processes {
		m.starts++
		argv := strings.Fields(p.argv)
		if p.cmdline == nil {
			p.cmdline = []byte(strings.Join(argv, "\x00") + "\x00")
		}
		if p.parent == 0 {
			p.parent = 1
		}
		dir := fmt.Sprintf("proc/%d/", p.pid)
		m.write(dir+"comm", filepath.Base(argv[0])+"\n")
		m.write(dir+"cmdline", string(p.cmdline))
		m.write(dir+"stat", fmt.Sprintf("%d (a) b) S %d %s%d 0 0\n", p.pid, p.parent, strings.Repeat("0 ", 17), 1000+m.starts))
		m.write(dir+"status", fmt.Sprintf("Name:\t%s\nPPid:\t%d\nUid:\t%s\nGid:\t%s\nNSpid:\t%d\t1\n", filepath.Base(argv[0]), p.parent, ids(p.uids), ids(p.gids), p.pid))
		groups := ""
		switch m.groups {
		case version2:
			groups = "0::" + p.group + "\n"
		case hybrid:
			groups = "9:name=systemd:" + p.group + "\n4:memory:" + p.group + "\n0::" + p.group + "\n"
		default:
			groups = "9:name=systemd:" + p.group + "\n4:memory:" + p.group + "\n0::/\n"
		}
		m.write(dir+"cgroup", groups)
		if p.exe != "-" {
			exe := p.exe
			if exe == "" {
				exe = path.Join("/usr/bin", argv[0])
			}
			if err := os.Symlink(exe, filepath.Join(m.dir, dir, "exe")); err != nil {
				m.Fatal(err)
			}
		}
		for _, tree := range m.trees() {
			file := path.Join("cgroup", tree, p.group, "cgroup.procs")
			before, _ := os.ReadFile(filepath.Join(m.dir, file))
			m.write(file, fmt.Sprintf("%s%d\n", before, p.pid))
		}
	}
	return m
}

func ids(four [4]int) string { return strings.Trim(fmt.Sprint(four), "[]") }

// service has systemd name the main process of a service, in its group.
func (m *machine) service(name string, pid int) *machine {
	m.services[name] = Service{pid, m.init + "/system.slice/" + name}
	return m
}

func (m *machine) system() *System {
	return &System{Proc: filepath.Join(m.dir, "proc"), Cgroups: filepath.Join(m.dir, "cgroup"), Service: func(name string) (Service, error) {
		if m.silent {
			return Service{}, errors.New("cannot connect to systemd")
		}
		return m.services[name], nil // one that does not run, or is not there, has no process
	}}
}

// collect reads the facts of the machine with these files.
func (m *machine) collect(f files) *Facts {
	m.Helper()
	return m.collectIn(f.make(m))
}

// collectIn is collect for files that are there already.
func (m *machine) collectIn(root tree) *Facts {
	m.Helper()
	found, err := Collect(root, m.system(), Override{}, nil)
	if err != nil {
		m.Fatal(err)
	}
	return found
}

// The UIDs of static pods of the tests, and that of a pod of the API server.
const (
	etcdUID      = "0123456789abcdef0123456789abcdef"
	oldEtcdUID   = "fedcba9876543210fedcba9876543210"
	apiUID       = "00112233445566778899aabbccddeeff"
	tenantUID    = "6f1c2b1e-91f3-4d2c-8f5a-0d6c3b1e7a55"
	etcdPod      = "/kubepods/burstable/pod" + etcdUID
	etcdGroup    = etcdPod + "/7e57"
	kubeletGroup = "/system.slice/kubelet.service"
)

// made is a control plane whose kubelet has made the pods of etcd and of the
// API server.
var made = kubeadmControlPlane.and(files{
	"/var/log/pods/kube-system_etcd-node1_" + etcdUID + "/etcd/":                    "",
	"/var/log/pods/kube-system_kube-apiserver-node1_" + apiUID + "/kube-apiserver/": "",
	"/var/log/pods/tenant_etcd-node1_" + tenantUID + "/etcd/":                       "",
	"/var/log/pods/kube-system_etcd-node1_" + tenantUID + "/etcd/":                  "", // of the API server's, in the same namespace
	"/var/lib/kubelet/pods/" + tenantUID + "/containers/etcd/":                      "",
})
