//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"
)

// The strangers of these tests run integration/strangers/stranger, in pods of a
// namespace of their own and as a user of the node. What a stranger can do
// where no real kubelet is needed is in integration/strangers.
const (
	tenants  = "tenants"
	stranger = "/usr/local/bin/stranger"
)

// installStranger puts the strangers' program on the node, and images that
// have it under the names that strangers give themselves.
func (n *node) installStranger(t *testing.T) {
	t.Helper()
	names := []string{"etcd", "kube-apiserver", "kubelet"}
	work := t.TempDir()
	build := exec.Command("go", "build", "-o", filepath.Join(work, names[0]), "../strangers/stranger")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("cannot build the stranger: %v\n%s", err, out)
	}
	binary, err := os.ReadFile(filepath.Join(work, names[0]))
	if err != nil {
		t.Fatal(err)
	}
	var list strings.Builder
	for _, name := range names {
		fmt.Fprintf(&list, "harden.test/%s:stranger\n", name)
		if err := os.WriteFile(filepath.Join(work, name), binary, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	pack := exec.Command("go", "run", "../node/images", work, filepath.Join(n.root, "root"))
	pack.Stdin = strings.NewReader(list.String())
	if out, err := pack.CombinedOutput(); err != nil {
		t.Fatalf("cannot pack the images: %v\n%s", err, out)
	}
	if err := os.WriteFile(filepath.Join(n.root, stranger), binary, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		n.must(t, 0, "ctr", "--namespace=k8s.io", "images", "import", "/root/"+name+".tar")
		n.must(t, 0, "rm", "/root/"+name+".tar")
	}
	t.Cleanup(func() { n.must(t, 0, "rm", stranger) })
}

// pod is a tenant's, as the API takes it.
type pod struct {
	name, poses string // the pod's name, and what its process poses as
	argv        []string
	user        int
	hostPID     bool
	steps       string // what it does; see the stranger
	restarts    bool
}

// tenant starts pods, and waits until those that stay do run.
func (n *node) tenant(t *testing.T, pods ...pod) {
	t.Helper()
	n.run(t, "kubectl", "create", "namespace", tenants) // it may be there
	t.Cleanup(func() {
		n.run(t, "kubectl", "delete", "pods", "--namespace="+tenants, "--all", "--force", "--grace-period=0")
		n.waitFor(t, "the strangers are gone", func() bool {
			return n.run(t, "pgrep", "--uid", "1000").code != 0
		})
	})
	for _, p := range pods {
		policy := map[bool]string{true: "Always", false: "Never"}[p.restarts]
		env := []any{}
		if p.steps != "" {
			env = append(env, map[string]any{"name": "STRANGER", "value": p.steps})
		}
		text, err := json.Marshal(map[string]any{"apiVersion": "v1", "kind": "Pod", "metadata": map[string]any{"name": p.name, "namespace": tenants},
			"spec": map[string]any{"restartPolicy": policy, "hostPID": p.hostPID, "hostNetwork": true, "automountServiceAccountToken": false, "enableServiceLinks": false,
				"terminationGracePeriodSeconds": 0,
				"containers": []any{map[string]any{"name": p.poses, "image": "harden.test/" + p.poses + ":stranger", "imagePullPolicy": "Never", "command": p.argv,
					"env": env, "securityContext": map[string]any{"runAsUser": p.user}}}}})
		if err != nil {
			t.Fatal(err)
		}
		n.write(t, "root/"+p.name+".json", string(text))
		n.waitFor(t, "the API takes "+p.name, func() bool { // a new namespace has no service account for a moment
			return n.run(t, "kubectl", "apply", "--filename=/root/"+p.name+".json").code == 0
		})
		if !p.restarts {
			n.waitFor(t, p.name+" runs", func() bool {
				return n.run(t, "kubectl", "get", "pod", p.name, "--namespace="+tenants, "--output=jsonpath={.status.phase}").stdout == "Running"
			})
		}
	}
}

// waitFor waits up to a minute and a half for something to be so.
func (n *node) waitFor(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(90 * time.Second); time.Now().Before(deadline); time.Sleep(time.Second) {
		if is() {
			return
		}
	}
	t.Fatalf("not within 90 s: %s", what)
}

// manifestArgv is the command line in a static pod's manifest.
func manifestArgv(t *testing.T, file string) []string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var pod struct {
		Spec struct {
			Containers []struct{ Command []string }
		}
	}
	if err := yaml.Unmarshal(data, &pod); err != nil || len(pod.Spec.Containers) != 1 {
		t.Fatalf("%s is not a manifest of one container: %v", file, err)
	}
	return pod.Spec.Containers[0].Command
}

const apiManifest = "etc/kubernetes/manifests/kube-apiserver.yaml"

// futureArgv is the command line that the API server will have when some rules
// are applied: those are applied to a copy of the node's files.
func (n *node) futureArgv(t *testing.T, flags ...string) []string {
	t.Helper()
	n.must(t, 0, "sh", "-c", "mkdir -p /root/copy/etc /root/copy/var/lib && cp -a /etc/kubernetes /root/copy/etc && cp -a /var/lib/kubelet/config.yaml /root/copy/var/lib")
	defer n.must(t, 0, "rm", "-r", "/root/copy")
	n.must(t, 0, append([]string{"harden", "apply", "--root", "/root/copy", "--role", "control-plane", "--yes"}, flags...)...)
	return manifestArgv(t, filepath.Join(n.root, "root/copy", apiManifest))
}

// holderArgv is the command line of the process that holds a TCP port.
func (n *node) holderArgv(t *testing.T, port string) []string {
	t.Helper()
	_, rest, found := strings.Cut(n.must(t, 0, "ss", "--tcp", "--listening", "--numeric", "--processes", "sport = :"+port), "pid=")
	pid, err := strconv.Atoi(rest[:strings.IndexAny(rest+",", ",")])
	if !found || err != nil {
		t.Fatalf("nobody holds port %s: %v", port, err)
	}
	words := n.must(t, 0, "cat", fmt.Sprintf("/proc/%d/cmdline", pid))
	return strings.Split(strings.TrimSuffix(words, "\x00"), "\x00")
}

// planned gives what a plan would change, and for each rule its status.
func (n *node) planned(t *testing.T, flags ...string) (changes []string, statuses map[string]string) {
	t.Helper()
	d := decode(t, n.must(t, 0, append([]string{"harden", "plan", "-o", "json"}, flags...)...))
	for _, c := range d.Changes {
		changes = append(changes, c.Target)
	}
	statuses = map[string]string{}
	for _, f := range d.Findings {
		statuses[f.Rule] = f.Status
	}
	return changes, statuses
}

// requireSamePlan makes sure that a stranger has no part in a plan.
func (n *node) requireSamePlan(t *testing.T, changes []string, statuses map[string]string, flags ...string) {
	t.Helper()
	nowChanges, nowStatuses := n.planned(t, flags...)
	if !slices.Equal(changes, nowChanges) {
		t.Errorf("a stranger changes what is planned, from %v to %v", changes, nowChanges)
	}
	for rule, status := range nowStatuses {
		if status == "compliant" && statuses[rule] != "compliant" {
			t.Errorf("%s is compliant since the stranger is there; it was %s", rule, statuses[rule])
		}
	}
}

// TestPodPosesAsEtcd has a tenant's pod run just what the manifest of etcd
// says, since before the real one was started.
func TestPodPosesAsEtcd(t *testing.T) {
	n := theNode
	n.requireHealthy(t)
	n.installStranger(t)
	flags := []string{"--profile", "qkxy-cs001-2023", "--no-restart"}
	changes, statuses := n.planned(t, flags...)
	before := n.snapshot(t)
	n.tenant(t, pod{name: "database", poses: "etcd", user: 1000, argv: manifestArgv(t, filepath.Join(n.root, "etc/kubernetes/manifests/etcd.yaml"))})
	// The real one, which is root's, ends, and is started again after the stranger.
	n.must(t, 0, "pkill", "-KILL", "--uid", "0", "--exact", "etcd")
	time.Sleep(2 * time.Second)
	n.requireControlPlane(t)
	n.requireSamePlan(t, changes, statuses, flags...)
	n.must(t, 0, "harden", "apply", "--profile", "qkxy-cs001-2023", "--no-restart", "--yes", "--only", "etcd-data-owner-runs-as")
	for _, dir := range []string{"var/lib/etcd", "var/lib/etcd/member"} {
		if now, err := n.describe(dir); err != nil || now != before[dir] {
			t.Errorf("/%s was %s, and since the stranger poses as etcd it is %s (%v)", dir, before[dir], now, err)
		}
	}
	n.run(t, "harden", "rollback", "--yes") // where there was something to change
	requireSame(t, before, n.snapshot(t))
}

// requireControlPlane is requireHealthy where there are other pods too.
func (n *node) requireControlPlane(t *testing.T) {
	t.Helper()
	n.waitFor(t, "the control plane answers", func() bool {
		return n.run(t, "curl", "--silent", "--insecure", "--max-time", "2", "https://127.0.0.1:6443/readyz").stdout == "ok"
	})
}

// TestStrangerHasTheFutureArgv has a pod run what the manifest of the API server
// is going to say. The roll is done when the real one does.
func TestStrangerHasTheFutureArgv(t *testing.T) {
	nightly(t, "two minutes; integration/strangers has the same stranger without a kubelet")
	n := theNode
	n.requireHealthy(t)
	n.installStranger(t)
	future := n.futureArgv(t, profiling...)
	n.tenant(t, pod{name: "future", poses: "kube-apiserver", user: 1000, argv: future})
	n.requireRoll(t, future)
}

// TestTenantsCrash has a tenant's pods, by the name of the API server's, end
// again and again while it rolls. That is nobody's failure.
func TestTenantsCrash(t *testing.T) {
	nightly(t, "a minute and a half; whose logs are read is tested in agent")
	n := theNode
	n.requireHealthy(t)
	n.installStranger(t)
	future := n.futureArgv(t, profiling...)
	var pods []pod
	for _, letter := range []string{"x", "y", "z"} {
		pods = append(pods, pod{name: "kube-apiserver-" + letter, poses: "kube-apiserver", user: 1000, argv: []string{"kube-apiserver"}, steps: "say PWNED;exit 1", restarts: true})
	}
	n.tenant(t, pods...)
	n.requireRoll(t, future)
}

var profiling = []string{"--profile", cis, "--only", "apiserver-profiling"}

// requireRoll applies a good change of the API server, by which it gets a
// command line, and goes back.
func (n *node) requireRoll(t *testing.T, future []string) {
	t.Helper()
	before := n.snapshot(t)
	if slices.Equal(future, n.holderArgv(t, "6443")) {
		t.Fatal("there is nothing to change")
	}
	r := n.run(t, append([]string{"harden", "apply", "--yes"}, profiling...)...)
	if r.code != 0 {
		t.Errorf("a good change ended with %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	if strings.Contains(r.stdout+r.stderr, "PWNED") {
		t.Errorf("root repeats what a tenant's pod says:\n%s", r.stderr)
	}
	if now := n.holderArgv(t, "6443"); r.code == 0 && !slices.Equal(now, future) {
		t.Errorf("the roll is said to be done, and the API server runs as before: %q", now)
	}
	n.requireControlPlane(t)
	if r.code == 0 {
		n.must(t, 0, "harden", "rollback", "--yes")
	}
	requireSame(t, before, n.snapshot(t))
}

// TestRealOneLacksTheFlag has the manifest of the API server changed while no
// kubelet sees it: a pod runs as it says, and the real one as before. A check
// must not call that compliant.
func TestRealOneLacksTheFlag(t *testing.T) {
	nightly(t, "a minute; integration/strangers has the same stranger without a kubelet")
	n := theNode
	n.requireHealthy(t)
	n.installStranger(t)
	manifest := filepath.Join(n.root, apiManifest)
	info, err := os.Stat(manifest)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(manifest)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(text), "    - --allow-privileged=true\n", "    - --allow-privileged=true\n    - --profiling=false\n", 1)
	argv := slices.Clone(manifestArgv(t, manifest))
	argv = slices.Insert(argv, slices.Index(argv, "--allow-privileged=true")+1, "--profiling=false")
	n.tenant(t, pod{name: "future", poses: "kube-apiserver", user: 1000, argv: argv})
	// The new one is older than the stranger.
	n.must(t, 0, "pkill", "-KILL", "--uid", "0", "--exact", "kube-apiserver")
	time.Sleep(2 * time.Second)
	n.requireControlPlane(t)
	n.must(t, 0, "systemctl", "stop", "kubelet")
	if err := os.WriteFile(manifest, []byte(changed), info.Mode()); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := os.WriteFile(manifest, text, info.Mode()); err != nil {
			t.Error(err)
		}
		n.must(t, 0, "systemctl", "start", "kubelet")
		n.requireControlPlane(t)
	}()
	for _, f := range decode(t, n.must(t, 0, "harden", "check", "--profile", cis, "--only", "apiserver-profiling", "-o", "json")).Findings {
		if f.Rule == "apiserver-profiling" && f.Status == "compliant" {
			t.Errorf("apiserver-profiling is compliant, and the API server runs with %q", n.holderArgv(t, "6443"))
		}
	}
}

// TestPosesAsStoppedKubelet has a root pod with hostPID, and a user of the node,
// pose as the kubelet that is stopped, and answer for it.
func TestPosesAsStoppedKubelet(t *testing.T) {
	n := theNode
	n.requireHealthy(t)
	n.installStranger(t)
	flags := []string{"--profile", cis}
	before := n.snapshot(t)
	stopped := func(t *testing.T) {
		t.Helper()
		n.must(t, 0, "systemctl", "stop", "kubelet")
		t.Cleanup(func() {
			n.must(t, 0, "systemctl", "start", "kubelet")
			n.waitFor(t, "the kubelet answers", func() bool {
				return n.run(t, "curl", "--silent", "--max-time", "2", "http://127.0.0.1:10248/healthz").stdout == "ok"
			})
		})
	}
	var changes []string
	var statuses map[string]string
	t.Run("nobody", func(t *testing.T) {
		stopped(t)
		changes, statuses = n.planned(t, flags...)
	})
	t.Run("a root pod with hostPID", func(t *testing.T) {
		n.tenant(t, pod{name: "agent", poses: "kubelet", hostPID: true, argv: []string{"kubelet", "--config=/etc/passwd", "--pod-manifest-path=/tmp"}})
		n.requireControlPlane(t)
		stopped(t)
		n.requireSamePlan(t, changes, statuses, flags...)
	})
	t.Run("a user who answers", func(t *testing.T) {
		stopped(t)
		n.must(t, 0, "systemd-run", "--quiet", "--collect", "--unit=stranger", "--uid=daemon", "--setenv=STRANGER=answer 127.0.0.1:10248 ok", "--", stranger, stranger, "helper")
		t.Cleanup(func() { n.must(t, 0, "systemctl", "stop", "stranger") })
		// A set-user-ID program that waits for a password: its effective user is root.
		n.must(t, 0, "sh", "-c", "mkdir -p /tmp/stranger && ln -sf /bin/su /tmp/stranger/kubelet && chown daemon: /tmp/stranger")
		t.Cleanup(func() { n.must(t, 0, "rm", "-r", "/tmp/stranger") })
		n.must(t, 0, "systemd-run", "--quiet", "--collect", "--unit=poser", "--uid=daemon", "--", stranger, "-stdin", "/tmp/stranger/stdin",
			"/tmp/stranger/kubelet", "kubelet", "-s", "--config=/var/lib/kubelet/config.yaml", "root")
		t.Cleanup(func() { n.run(t, "systemctl", "stop", "poser") })
		n.waitFor(t, "the stranger answers", func() bool {
			return n.run(t, "curl", "--silent", "--max-time", "2", "http://127.0.0.1:10248/healthz").stdout == "ok"
		})
		n.requireSamePlan(t, changes, statuses, flags...)
		n.must(t, 1, "harden", "apply", "--yes", "--profile", cis)
	})
	requireSame(t, before, n.snapshot(t))
}
