//go:build cluster

package cluster_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"harden/integration/cluster"
)

const (
	settling  = 20 * time.Second // until the components have started, found their leases and are quiet
	idleFor   = 60 * time.Second
	everyTen  = 10 * time.Second
	secretOf  = "c2VjcmV0LXRoYXQtbm8tbG9nLWhvbGRz" // base64 of what must not be in a log
	inTheOpen = "secret-that-no-log-holds"
)

// audited is a control plane that writes an audit log by a policy.
type audited struct {
	*cluster.ControlPlane
	log string
}

// The log of an idle cluster with the policy that harden writes is at most a tenth of one
// that records the metadata of everything, as harden wrote it before. What an
// investigator asks for is in it all the same.
func TestAuditLogOfAnIdleCluster(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	all := startAudited(t, ctx, "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n")
	balanced := startAudited(t, ctx, policyOfHarden(t))
	var nodes sync.WaitGroup
	idle, stop := context.WithCancel(ctx)
	for _, c := range []audited{all, balanced} {
		c.makeNode(t)
		nodes.Go(func() { c.beNode(idle) })
		nodes.Go(func() { c.probe(idle, "/readyz", time.Second) })
		nodes.Go(func() { c.probe(idle, "/livez", everyTen) })
	}
	time.Sleep(settling)
	before := []int64{all.size(t), balanced.size(t)}
	time.Sleep(idleFor)
	perMinute := func(c audited, before int64) int64 { return (c.size(t) - before) * int64(time.Minute) / int64(idleFor) }
	much, little := perMinute(all, before[0]), perMinute(balanced, before[1])
	stop()
	nodes.Wait()
	t.Logf("%d bytes a minute with metadata of everything, %d balanced", much, little)
	t.Attr("figure/bytes-a-minute-with-the-metadata-of-everything", fmt.Sprint(much))
	t.Attr("figure/bytes-a-minute-with-balanced", fmt.Sprint(little))
	if little <= 0 || much < 10*little {
		t.Errorf("%d bytes a minute are not a tenth of %d", little, much)
	}
	balanced.investigate(t)
}

// policyOfHarden is what harden writes on the sample node.
func policyOfHarden(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	root := filepath.Join(dir, "node")
	run := func(name string, args ...string) {
		cmd := exec.Command(name, args...)
		cmd.Dir = "../.."
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s %v: %v\n%s", name, args, err, out)
		}
	}
	run("go", "run", "./integration/samplenode", root)
	run("go", "run", "./cmd/harden", "apply", "--root", root, "--profile", "cis-2.0.1", "--only", "audit-policy-file", "--yes")
	data, err := os.ReadFile(filepath.Join(root, "etc/kubernetes/harden/audit-policy.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func startAudited(t *testing.T, ctx context.Context, policy string) audited {
	t.Helper()
	dir := t.TempDir()
	file, log := filepath.Join(dir, "policy.yaml"), filepath.Join(dir, "audit.log")
	if err := os.WriteFile(file, []byte(policy), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := cluster.StartAsKubeadm(ctx, kubeBinaries(), dir, "--audit-policy-file", file, "--audit-log-path", log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Stop)
	return audited{c, log}
}

func (c audited) size(t *testing.T) int64 {
	t.Helper()
	info, err := os.Stat(c.log)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// send sends a request as a user, and expects one of the codes.
func (c audited) send(t *testing.T, user, method, path, body string, codes ...int) []byte {
	t.Helper()
	code, answer, err := c.RequestAs(t.Context(), user, method, path, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	for _, want := range codes {
		if code == want {
			return answer
		}
	}
	t.Fatalf("%s %s as %q: %d %s", method, path, user, code, answer)
	return nil
}

const (
	leases = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"
	lease  = `{"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "node1", "namespace": "kube-node-lease"}, "spec": {"holderIdentity": "node1", "leaseDurationSeconds": 40}}`
)

// makeNode registers a node as its kubelet does.
func (c audited) makeNode(t *testing.T) {
	t.Helper()
	const user = "system:node:node1"
	c.send(t, user, http.MethodPost, "/api/v1/nodes", `{"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node1", "labels": {"kubernetes.io/hostname": "node1"}}}`, http.StatusCreated)
	c.send(t, user, http.MethodPost, leases, lease, http.StatusCreated)
}

// beNode sends what the kubelet of an idle node sends: every ten seconds it renews its lease
// and reads its node, and it watches.
func (c audited) beNode(ctx context.Context) {
	const user = "system:node:node1"
	for tick := time.Tick(everyTen); ; {
		// What fails here is in the log as well; the loop ends with the test.
		_, _, _ = c.RequestAs(ctx, user, http.MethodPut, leases+"/node1", "application/json", strings.NewReader(lease))
		_, _, _ = c.RequestAs(ctx, user, http.MethodGet, "/api/v1/nodes/node1?resourceVersion=0", "application/json", nil)
		_, _, _ = c.RequestAs(ctx, user, http.MethodGet, "/api/v1/services?watch=true&timeoutSeconds=1", "application/json", nil)
		select {
		case <-ctx.Done():
			return
		case <-tick:
		}
	}
}

// probe asks as the kubelet's probes of a static pod do: without a name.
func (c audited) probe(ctx context.Context, path string, every time.Duration) {
	for tick := time.Tick(every); ; {
		_, _, _ = c.RequestAs(ctx, "", http.MethodGet, path, "", nil)
		select {
		case <-ctx.Done():
			return
		case <-tick:
		}
	}
}

// event is what the test reads of a line of the log.
type event struct {
	Level, Verb, RequestURI, Stage string
	User                           struct{ Username string }
	ObjectRef                      struct{ Resource, Subresource, Name string }
	ResponseStatus                 struct{ Code int }
	RequestObject                  struct{ RoleRef struct{ Name string } }
}

// investigate does what an attacker would, and looks for it in the log.
func (c audited) investigate(t *testing.T) {
	t.Helper()
	const pods = "/api/v1/namespaces/default/pods"
	c.send(t, "admin", http.MethodPost, "/api/v1/namespaces/default/secrets", `{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "plain"}, "data": {"key": "`+secretOf+`"}}`, http.StatusCreated)
	if read := c.send(t, "admin", http.MethodGet, "/api/v1/namespaces/default/secrets/plain", "", http.StatusOK); !bytes.Contains(read, []byte(secretOf)) {
		t.Fatalf("the secret is not read: %s", read)
	}
	c.send(t, "admin", http.MethodPost, pods, `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": {"containers": [{"name": "web", "image": "web"}]}}`, http.StatusCreated)
	c.send(t, "admin", http.MethodPost, pods+"/web/exec?command=id&container=web", "", http.StatusBadRequest, http.StatusInternalServerError, http.StatusNotFound)
	c.send(t, "admin", http.MethodPost, "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", `{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "back-door"},
		"roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"}, "subjects": [{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "mallory"}]}`, http.StatusCreated)
	c.send(t, "", http.MethodGet, "/api/v1/nodes", "", http.StatusForbidden)
	events := c.events(t)
	for what, is := range map[string]func(event) bool{
		"the read of a secret": func(e event) bool {
			return e.Verb == "get" && e.ObjectRef.Resource == "secrets" && e.ObjectRef.Name == "plain" && e.User.Username == "admin" && e.ResponseStatus.Code == http.StatusOK
		},
		"an exec": func(e event) bool {
			return e.Verb == "create" && e.ObjectRef.Resource == "pods" && e.ObjectRef.Subresource == "exec" && e.ObjectRef.Name == "web"
		},
		"a role binding with its body": func(e event) bool {
			return e.ObjectRef.Resource == "clusterrolebindings" && e.ObjectRef.Name == "back-door" && e.RequestObject.RoleRef.Name == "cluster-admin"
		},
		"a refused anonymous request": func(e event) bool {
			return e.User.Username == "system:anonymous" && e.RequestURI == "/api/v1/nodes" && e.ResponseStatus.Code == http.StatusForbidden
		},
	} {
		found := 0
		for _, e := range events {
			if is(e) {
				found++
			}
		}
		if found == 0 {
			t.Errorf("%s is not in the log", what)
		}
	}
	for _, e := range events {
		if e.Stage == "RequestReceived" {
			t.Errorf("%s %s is recorded before it is answered, too", e.Verb, e.RequestURI)
			break
		}
	}
}

// events reads the log, in which no secret may stand.
func (c audited) events(t *testing.T) []event {
	t.Helper()
	data, err := os.ReadFile(c.log)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{secretOf, inTheOpen} {
		if bytes.Contains(data, []byte(text)) {
			t.Errorf("the log holds %q", text)
		}
	}
	var events []event
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatalf("%v in %.200s", err, lines.Text())
		}
		events = append(events, e)
	}
	return events
}
