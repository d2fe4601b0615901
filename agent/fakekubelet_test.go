package agent_test

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"harden/agent"
	"harden/agent/facts"
	"harden/agent/host"
	"harden/agent/journal"
	"harden/agent/node"
)

// fakeKubelet rolls the static pods of a node, as far as facts show it: it sees a
// manifest that changed after a while, ends the old pod and starts a new one,
// which has another UID and is started with what the manifest says.
type fakeKubelet struct {
	n     *testNode
	sees  time.Duration          // how long it takes
	stuck func() bool            // it sees nothing; nil: it does
	crash func(argv string) bool // a component that is started so ends at once; nil: none
	pods  map[string]*fakePod
	next  int // PID
}

// fakePod is the pod of one component.
type fakePod struct {
	digest  string // of the manifest that it was made of
	uid     string
	argv    []string
	pid     int       // 0 between two processes
	changed time.Time // when another manifest was seen first; zero: none was
	ends    time.Time // of a process that crashes
	rolled  int
}

// crashes is how long a process lives that ends at once, and how long the kubelet
// waits before it starts another.
const crashes = 2 * time.Second

func newFakeKubelet(n *testNode) *fakeKubelet {
	return &fakeKubelet{n: n, sees: 5 * time.Second, pods: map[string]*fakePod{}, next: 1 << 22} // no process of the machine has that number
}

// agent gives an agent that sees what the kubelet runs.
func (k *fakeKubelet) agent(profile string, calls host.Calls) *agent.Agent {
	a := k.n.agent(profile, calls)
	collect := a.Collect
	a.Collect = func() (*facts.Facts, error) {
		f, err := collect()
		if err == nil {
			for name, c := range f.Components {
				k.show(name, c)
			}
		}
		return f, err
	}
	return a
}

// show has a component run as the kubelet does by now.
func (k *fakeKubelet) show(name string, c *facts.Component) {
	k.n.Helper()
	if c.Line == nil {
		k.n.Fatalf("the manifest of %s was not understood: %v", name, c.Unreadable)
	}
	digest := fmt.Sprintf("%x", sha256.Sum256([]byte(k.n.read(c.Manifest))))
	pod := k.pods[name]
	if pod == nil {
		pod = &fakePod{}
		k.pods[name] = pod
		k.start(pod, digest, c)
		if name == "etcd" {
			pod.pid = os.Getpid() // which answers for etcd in the tests, before it rolls
		}
	}
	k.look(pod, digest, c)
	c.Running, c.PID, c.PodUID, c.Argv = pod.pid != 0, pod.pid, pod.uid, pod.argv
	if !c.Running {
		c.PodUID, c.Argv = "", nil
	}
}

// look does what the kubelet did since the last look.
func (k *fakeKubelet) look(pod *fakePod, digest string, c *facts.Component) {
	now := time.Now()
	switch {
	case k.stuck != nil && k.stuck():
		pod.changed = time.Time{}
	case digest == pod.digest:
		pod.changed = time.Time{}
	case pod.changed.IsZero():
		pod.changed = now
	case now.Sub(pod.changed) >= k.sees:
		k.start(pod, digest, c)
		pod.rolled++
	}
	if pod.ends.IsZero() || now.Before(pod.ends) {
		return
	}
	pod.ends = now.Add(crashes)
	if pod.pid != 0 {
		pod.pid = 0
		return
	}
	k.next++
	pod.pid = k.next
}

// start makes the pod of a manifest.
func (k *fakeKubelet) start(pod *fakePod, digest string, c *facts.Component) {
	k.next++
	pod.digest, pod.uid, pod.pid, pod.changed, pod.ends = digest, digest[:32], k.next, time.Time{}, time.Time{}
	pod.argv = c.Line.Argv()
	if c.Line.Program == "" {
		pod.argv = append([]string{"/" + c.Name}, pod.argv...)
	}
	if k.crash != nil && k.crash(strings.Join(pod.argv, " ")) {
		pod.ends = time.Now().Add(crashes)
	}
}

const (
	schedulerManifest = "/etc/kubernetes/manifests/kube-scheduler.yaml"
	etcdManifest      = "/etc/kubernetes/manifests/etcd.yaml"
)

// podManifest is a manifest of one container that serves nothing, with what else
// the pod and the container have.
func podManifest(name, container, pod string) string {
	return fmt.Sprintf("apiVersion: v1\nkind: Pod\nmetadata:\n  name: %s\n  namespace: kube-system\nspec:\n  hostNetwork: true\n  containers:\n%s  - name: %s\n    image: registry.k8s.io/%s:v1.34.1\n%s",
		name, pod, name, name, container)
}

const quietScheduler = "    command:\n    - kube-scheduler\n    - --secure-port=0\n"

// withPods has a small node with the manifests given, and a kubelet that rolls
// them.
func withPods(t *testing.T, manifests map[string]string, test func(n *testNode, k *fakeKubelet)) {
	t.Helper()
	onSmall(t, func(n *testNode, _ outcome) {
		n.cluster = nil // these are about pods, not about what the cluster records
		n.ok(os.Remove(n.path(apiManifest)))
		for name, text := range manifests {
			n.write(name, text, 0o600)
		}
		test(n, newFakeKubelet(n))
	})
}

var rolling = rulesOf("kubelet-pod-pids-limit, scheduler-profiling, controller-manager-profiling")

// rollingManifests are those that the profile rolling changes.
var rollingManifests = map[string]string{
	schedulerManifest: podManifest("kube-scheduler", quietScheduler, ""),
	"/etc/kubernetes/manifests/kube-controller-manager.yaml": podManifest("kube-controller-manager", strings.ReplaceAll(quietScheduler, "scheduler", "controller-manager"), ""),
}

// A way back whose kubelet cannot roll as it is: what a run wrote is all put back,
// and the kubelet restarted, before any pod is waited for.
func TestUndoWithABrokenKubelet(t *testing.T) {
	for _, test := range []struct {
		name   string
		breaks func(n *testNode, k *fakeKubelet)
		within time.Duration
		kind   node.Kind // 0: it is put back
		says   string
	}{
		{"a kubelet that the run broke", func(n *testNode, k *fakeKubelet) {
			hardened := n.running
			k.stuck = func() bool { return n.running == hardened }
		}, 40 * time.Second, 0, ""},
		{"a kubelet that does not start again", func(n *testNode, k *fakeKubelet) {
			n.restarts(broken)
			k.stuck = func() bool { return true }
		}, 5 * time.Second, node.Incomplete, "harden did not wait for the pods of kube-controller-manager, kube-scheduler, because there is no kubelet that restarts them"},
		{"a kubelet that runs, and never rolls", func(_ *testNode, k *fakeKubelet) { k.stuck = func() bool { return true } },
			90 * time.Second, node.Incomplete, "kube-scheduler did not start again"},
	} {
		t.Run(test.name, func(t *testing.T) {
			withPods(t, rollingManifests, func(n *testNode, k *fakeKubelet) {
				before := n.snapshot()
				result, err := n.apply(k.agent(rolling, nil))
				n.ok(err)
				n.equal(3, len(result.Record.Steps))
				n.equal(1, k.pods["kube-scheduler"].rolled)
				test.breaks(n, k)

				restarts, began := len(n.units.Calls()), time.Now()
				result, err = k.agent("", nil).Rollback(n.Context(), "", agent.RollbackOptions{})
				if took := time.Since(began); took > test.within {
					n.Errorf("it took %v, want %v at most", took, test.within)
				}
				n.equal(before, n.snapshot())
				n.equal([]string{restart}, n.units.Calls()[restarts:])
				n.equal(n.read(kubeletConfig), n.running)
				if test.kind != 0 {
					n.failed(err, test.kind, test.says)
					n.equal(journal.RollbackIncomplete, result.Record.State)
					return
				}
				n.ok(err)
				n.equal(journal.RolledBack, result.Record.State)
				n.equal(2, k.pods["kube-scheduler"].rolled)
			})
		})
	}
}

// On the way back everything is written before the first pod has rolled.
func TestUndoWritesBeforeItWaits(t *testing.T) {
	withPods(t, rollingManifests, func(n *testNode, k *fakeKubelet) {
		_, err := n.apply(k.agent(rolling, nil))
		n.ok(err)
		calls := &script{at: func(_ int, op host.Op) error {
			if op.Name == "renameat" && !strings.HasPrefix(op.Path, node.StateDir) && k.pods["kube-controller-manager"].rolled != 1 {
				n.Errorf("%v after a pod rolled back", op)
			}
			return nil
		}}
		_, err = k.agent("", calls).Rollback(n.Context(), "", agent.RollbackOptions{})
		n.ok(err)
	})
}

// What a manifest may be like that is rolled, and comes back.
func TestRollsOf(t *testing.T) {
	const sidecar = "  - name: logs\n    image: example.org/logs:v1\n    command: [tail, -F, /var/log/x]\n"
	// It lives outside of the bubble, in which no time passes while somebody waits
	// for a connection.
	store := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"header":{"member_id":"1"},"members":[{"ID":"1","name":"a"}]}`))
	}))
	defer store.Close()
	env := "    env:\n    - {name: PORT, value: \"0\"}\n"
	for _, test := range []struct {
		name, manifest, text, rules string
		stays                       string // what the manifest has afterwards, too
		crash                       string // a component whose command line has it ends
	}{
		{"rolls only", schedulerManifest, podManifest("kube-scheduler", quietScheduler, ""), "scheduler-profiling", "- --secure-port=0", ""},
		{"a sidecar before it", schedulerManifest, podManifest("kube-scheduler", quietScheduler, sidecar), "scheduler-profiling", "command: [tail, -F, /var/log/x]", ""},
		{"a variable in its words", schedulerManifest, podManifest("kube-scheduler", strings.Replace(quietScheduler, "=0", "=$(PORT)", 1)+env, ""), "scheduler-profiling", "- --secure-port=$(PORT)", ""},
		{"etcd by variables, which its words do not show", etcdManifest,
			podManifest("etcd", "    command: [etcd]\n    env:\n    - {name: ETCD_AUTO_TLS, value: \"true\"}\n    - {name: ETCD_LISTEN_CLIENT_URLS, value: \""+store.URL+"\"}\n", ""), "etcd-auto-tls", "command: [etcd", ""},
		{"one that ends again and again", schedulerManifest, podManifest("kube-scheduler", quietScheduler, ""), "scheduler-profiling", "- --secure-port=0", "--profiling=false"},
	} {
		t.Run(test.name, func(t *testing.T) {
			withPods(t, map[string]string{test.manifest: test.text}, func(n *testNode, k *fakeKubelet) {
				component := strings.TrimSuffix(test.manifest[strings.LastIndex(test.manifest, "/")+1:], ".yaml")
				if test.crash != "" {
					k.crash = func(argv string) bool { return strings.Contains(argv, test.crash) }
				}
				before := n.snapshot()
				began := time.Now()
				_, err := n.apply(k.agent(rulesOf(test.rules), nil))
				if test.crash != "" {
					n.failed(err, node.Undone, component+" does not keep running")
					n.equal(before, n.snapshot())
					n.equal(2, k.pods[component].rolled)
					return
				}
				n.ok(err)
				if took := time.Since(began); took > 15*time.Second {
					n.Errorf("it took %v", took)
				}
				n.equal(1, k.pods[component].rolled)
				if !strings.Contains(n.read(test.manifest), test.stays) {
					n.Errorf("the manifest is\n%s", n.read(test.manifest))
				}
				n.equal([]string(nil), n.units.Calls())
				_, err = k.agent("", nil).Rollback(n.Context(), "", agent.RollbackOptions{})
				n.ok(err)
				n.equal(before, n.snapshot())
				n.equal(2, k.pods[component].rolled)
			})
		})
	}
}
