package agent_test

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"harden/agent"
	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/node"
	"harden/integration/rke2standin"
	"harden/profiles"
	"harden/systemd"
)

const (
	rke2Unit     = "rke2-server.service"
	rke2DropIn   = "/etc/rancher/rke2/config.yaml.d/90-harden.yaml"
	rke2Manifest = "/var/lib/rancher/rke2/agent/pod-manifests/kube-apiserver.yaml"
)

// rke2Node is a node of the stand-in for RKE2, as far as facts show it: systemd
// restarts it, and its pods roll a moment after it has written their manifests.
type rke2Node struct {
	*testNode
	started rke2standin.Started
	rolls   time.Time                                       // when the pods run as the manifests say
	running map[string][]string                             // what each pod was last started with
	dies    func(component string, argv []string) bool      // a component that ends at once when it is started so
	loops   func(standin rke2standin.Started) time.Duration // how long RKE2 lives each time; 0: it stays
	etcd    string                                          // where it answers HTTP
	live    bool                                            // as of a running system; its kernel is not that of the tests
}

func newRKE2(t *testing.T) *rke2Node {
	t.Helper()
	needRoot(t)
	n := &rke2Node{testNode: &testNode{T: t, dir: filepath.Join(t.TempDir(), "node"), boot: "boot-1", booted: time.Now(), loaded: map[string]*profiles.Profile{}}, running: map[string][]string{}}
	n.ok(os.MkdirAll(n.dir, 0o755))
	n.ok(rke2standin.Tree(n.dir))
	n.serveEtcd()
	n.ok(n.startRKE2())
	n.units = systemd.NewFake(systemd.Unit{Name: rke2Unit, LoadState: "loaded", ActiveState: "active", SubState: "running",
		InvocationID: "00000000000000000000000000000000", Started: time.Now(), RestartDelay: 300 * time.Millisecond})
	n.units.OnRestart(rke2Unit, func() systemd.Behaviour {
		if err := n.startRKE2(); err != nil {
			n.Logf("rke2 ends: %v", err)
			return systemd.Behaviour{Result: "failed"}
		}
		if n.loops != nil {
			return systemd.Behaviour{CrashAfter: n.loops(n.started)}
		}
		return systemd.Behaviour{}
	})
	return n
}

// serveEtcd answers as an etcd of one member does.
func (n *rke2Node) serveEtcd() {
	tlsDir := n.path("/var/lib/rancher/rke2/server/tls/etcd/")
	pair, err := tls.LoadX509KeyPair(filepath.Join(tlsDir, "server-client.crt"), filepath.Join(tlsDir, "server-client.key"))
	n.ok(err)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"header":{"member_id":"1"},"members":[{"ID":"1","name":"default"}]}`)
	}))
	s.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
	s.StartTLS()
	n.Cleanup(s.Close)
	n.etcd = s.URL
}

// startRKE2 is one start of it.
func (n *rke2Node) startRKE2() (err error) {
	m := rke2standin.Machine{Root: n.dir, Silent: n.etcd, Chown: os.Lchown, Sysctl: rke2standin.SysctlOf(n.dir)}
	if n.started, err = m.Start(); err == nil {
		n.rolls = time.Now().Add(time.Second)
	}
	return err
}

// rke2Agent gives an agent that sees what runs.
func (n *rke2Node) rke2Agent(profile string) *agent.Agent {
	a := n.agent(profile, nil)
	a.Timeout = 15 * time.Second
	collect := a.Collect
	a.Collect = func() (*facts.Facts, error) {
		f, err := collect()
		if err != nil {
			return nil, err
		}
		f.Live, f.Kubelet.Running = n.live, true
		f.Kubelet.Argv = append([]string{"kubelet"}, n.started.Kubelet...)
		for name, c := range f.Components {
			if c.Unreadable != nil {
				return nil, fmt.Errorf("%s: %w", name, c.Unreadable)
			}
			if n.running[name] == nil || time.Now().After(n.rolls) {
				n.running[name] = c.ManifestArgv
			}
			c.PID, c.Argv, c.PodUID = os.Getpid(), n.running[name], strings.Repeat("a", 32)
			c.Running = n.dies == nil || !n.dies(name, c.Argv)
		}
		return f, nil
	}
	return a
}

// files is a snapshot without what the programs that make accounts keep of before.
func (n *rke2Node) files() []string {
	return slices.DeleteFunc(n.snapshot(), func(line string) bool {
		return strings.HasPrefix(line, "etc/passwd- ") || strings.HasPrefix(line, "etc/group- ")
	})
}

// An RKE2 server as it was installed: one apply, one restart, all of it compliant, and
// nothing left to do; and one way back to where it was.
func TestRKE2(t *testing.T) {
	n := newRKE2(t)
	before := n.files()
	a := n.rke2Agent("rke2-cis-1.12")
	result, err := n.apply(a)
	n.ok(err)
	n.equal([]string{"restart " + rke2Unit}, n.units.Calls())
	plan, err := n.rke2Agent("rke2-cis-1.12").Plan(t.Context())
	n.ok(err)
	n.equal([]string{}, targets(plan))
	for _, f := range plan.Findings {
		if f.Rule != "" && f.Status != change.Compliant && f.Status != change.NotApplicable {
			t.Errorf("%s is %s: %s", f.Rule, f.Status, f.Reason)
		}
	}
	if !strings.Contains(n.read(rke2Manifest), "--enable-admission-plugins=NodeRestriction,DenyServiceExternalIPs") {
		t.Error("the API server is not started as harden's drop-in says")
	}
	for file, mode := range map[string]os.FileMode{rke2Manifest: 0o600, rke2DropIn: 0o600} {
		info, err := os.Stat(n.path(file))
		n.ok(err)
		n.equal(mode, info.Mode().Perm())
	}
	_, err = n.rke2Agent("").Rollback(t.Context(), result.Record.ID, agent.RollbackOptions{})
	n.ok(err)
	n.equal([]string{"restart " + rke2Unit, "restart " + rke2Unit}, n.units.Calls())
	n.equal(before, n.files())
}

// What does not come up is put back, and proven to run as before.
func TestRKE2IsPutBack(t *testing.T) {
	for name, test := range map[string]struct {
		breaks func(n *rke2Node)
		says   string
	}{
		"RKE2 is started again and again": {func(n *rke2Node) {
			n.loops = func(rke2standin.Started) time.Duration {
				if _, err := os.Stat(n.path(rke2DropIn)); err == nil {
					return 200 * time.Millisecond
				}
				return 0
			}
		}, "after its restart"},
		"the API server does not start": {func(n *rke2Node) {
			n.dies = func(_ string, argv []string) bool {
				return slices.ContainsFunc(argv, func(w string) bool { return strings.HasSuffix(w, "DenyServiceExternalIPs") })
			}
		}, "kube-apiserver does not run"},
		"RKE2 refuses the kernel": {func(n *rke2Node) {
			n.loops = nil
			n.units.OnRestart(rke2Unit, func() systemd.Behaviour {
				if _, err := os.Stat(n.path(rke2DropIn)); err == nil {
					return systemd.Behaviour{Result: "failed"}
				}
				n.ok(n.startRKE2())
				return systemd.Behaviour{}
			})
		}, rke2Unit},
	} {
		t.Run(name, func(t *testing.T) {
			n := newRKE2(t)
			before := n.files()
			test.breaks(n)
			_, err := n.apply(n.rke2Agent("rke2-cis-1.12"))
			n.failed(err, node.Undone, test.says)
			n.equal(before, n.files())
			n.equal([]string{"restart " + rke2Unit, "restart " + rke2Unit}, n.units.Calls())
		})
	}
}

// A restart writes modes anew; what it opened is closed after it, within the run.
func TestRKE2RewritesModes(t *testing.T) {
	n := newRKE2(t)
	n.live = true
	admin, key := "/var/lib/rancher/rke2/server/cred/admin.kubeconfig", "/var/lib/rancher/rke2/server/tls/server-ca.key"
	n.ok(os.Chmod(n.path(admin), 0o644)) // which a start closes
	n.ok(os.Chmod(n.path(key), 0o644))   // which none closes
	a := n.rke2Agent("rke2-cis-1.12")
	n.ok(a.Profile.Select(nil, []string{"rke2-profile", "etcd-data-owner", "etcd-account", "sysctl-vm-overcommit-memory", "sysctl-vm-panic-on-oom", "sysctl-kernel-panic", "sysctl-kernel-panic-on-oops"}))
	result, err := n.apply(a)
	n.ok(err)
	for _, file := range []string{admin, key} {
		info, err := os.Stat(n.path(file))
		n.ok(err)
		n.equal(os.FileMode(0o600), info.Mode().Perm())
	}
	plan, err := a.Plan(t.Context())
	n.ok(err)
	n.equal([]string{}, targets(plan))
	n.equal([]string{"restart " + rke2Unit}, n.units.Calls())
	_, err = n.rke2Agent("").Rollback(t.Context(), result.Record.ID, agent.RollbackOptions{})
	n.ok(err)

	// What was written since the last start does not run yet, and is a finding.
	n.write("/etc/rancher/rke2/config.yaml", "kubelet-arg: [pod-max-pids=100]\n", 0o600)
	plan, err = a.Plan(t.Context())
	n.ok(err)
	n.judged(plan, "kubelet-pod-pids-limit", change.Drift, "")
}

// Another member of etcd that is away: nothing is restarted.
func TestRKE2KeepsTheQuorum(t *testing.T) {
	n := newRKE2(t)
	members := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/metrics" {
			fmt.Fprint(w, "etcd_network_active_peers{Local=\"1\",Remote=\"2\"} 0\netcd_network_active_peers{Local=\"1\",Remote=\"3\"} 0\n")
			return
		}
		fmt.Fprint(w, `{"header":{"member_id":"1"},"members":[{"ID":"1","name":"a"},{"ID":"2","name":"b"},{"ID":"3","name":"c"}]}`)
	}))
	dir := n.path("/var/lib/rancher/rke2/server/tls/etcd/")
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, "server-client.crt"), filepath.Join(dir, "server-client.key"))
	n.ok(err)
	members.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
	members.StartTLS()
	t.Cleanup(members.Close)
	n.etcd = members.URL
	n.ok(n.startRKE2())
	before := n.files()
	a := n.rke2Agent("rke2-cis-1.12")
	plan, err := a.Plan(t.Context())
	n.ok(err)
	err = a.Ready(t.Context(), plan)
	n.failed(err, node.Failed, "etcd has 3 members")
	n.equal(before, n.files())
	if calls := n.units.Calls(); len(calls) > 0 {
		t.Errorf("systemd was asked for %v", calls)
	}
}
