//go:build cluster

package cluster_test

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// document is what the tests read of a plan or a run.
type document struct {
	Kind     string
	Changes  []struct{ Target string }
	Findings []finding
	Run      struct{ ID, State string }
	Foreign  []struct{ Target, Reason string } `json:"changedByOthers"`
	Error    *struct {
		Code          int
		Message, Hint string
	}
}

// verb runs a verb with -o json, and gives its exit code and document.
func verb(t *testing.T, args ...string) (int, document) {
	t.Helper()
	code, stdout, stderr := harden(t, plane.Kubeconfig, append(args, "-o", "json")...)
	var d document
	if err := json.Unmarshal([]byte(stdout), &d); err != nil {
		t.Fatalf("no document: %v\n%s\n%s", err, stdout, stderr)
	}
	return code, d
}

// snapshot reads an object, without what differs whenever anybody writes to it. Of one
// that was deleted and made again, anew has what differs then left out too.
func snapshot(t *testing.T, path string, anew bool) map[string]any {
	t.Helper()
	status, data := answer(t, http.MethodGet, path, "", "")
	if status == http.StatusNotFound {
		return nil
	}
	var o map[string]any
	if err := json.Unmarshal(data, &o); err != nil {
		t.Fatal(err)
	}
	metadata := o["metadata"].(map[string]any)
	delete(metadata, "resourceVersion")
	if anew {
		delete(metadata, "uid")
		delete(metadata, "creationTimestamp")
	}
	return o
}

// fixCase is a fix: what it is asked for with, and what it writes to.
type fixCase struct {
	name, profile string
	args          []string
	objects       string // in YAML; NS stands for the namespace
	path          string // of the object that changes
	holds         string // a part of its JSON once it is changed; "": it is gone
	anew          bool
}

var fixCases = []fixCase{
	{name: "tokens", args: []string{"--only", "5.1.5"}, path: "/api/v1/namespaces/NS/serviceaccounts/default", holds: `"automountServiceAccountToken":false`},
	{name: "token-that-is-on", args: []string{"--only", "5.1.5"}, path: "/api/v1/namespaces/NS/serviceaccounts/default", holds: `"automountServiceAccountToken":false`,
		objects: "edit {apiVersion: v1, kind: ServiceAccount, metadata: {name: default, namespace: NS}, automountServiceAccountToken: true}"},
	{name: "warn", args: []string{"--only", "5.2.1"}, path: "/api/v1/namespaces/NS", holds: `"pod-security.kubernetes.io/warn":"baseline"`},
	{name: "enforce", args: []string{"--only", "5.2.2", "--set", "pod-security-stage=enforce", "--set", "pod-security-level=restricted"},
		path: "/api/v1/namespaces/NS", holds: `"pod-security.kubernetes.io/enforce-version":"v1.`},
	{name: "tiller", profile: "rancher-2.3.5", args: []string{"--only", "tiller-binding"}, anew: true,
		path:    "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/tiller",
		objects: "post {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: tiller}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}, subjects: [{kind: ServiceAccount, name: tiller, namespace: kube-system}]}"},
	{name: "network-policy", args: []string{"--only", "5.3.2", "--set", "network-policy=ingress", "--set", "network-policy-enforced-by=test"},
		path: "/apis/networking.k8s.io/v1/namespaces/NS/networkpolicies/harden", holds: `"policyTypes":["Ingress"]`},
	{name: "quota", profile: "qkxy-cs001-2023", args: []string{"--only", "namespace-quota", "--set", "resource-quota=pods=50,count/secrets=100"},
		path: "/api/v1/namespaces/NS/resourcequotas/harden", holds: `"hard":{"count/secrets":"100","pods":"50"}`},
	{name: "limits", profile: "qkxy-cs001-2023", args: []string{"--only", "namespace-limit-range", "--set", "limit-range=default.memory=512Mi,defaultRequest.cpu=100m"},
		path: "/api/v1/namespaces/NS/limitranges/harden", holds: `"memory":"512Mi"`},
	{name: "registries", args: []string{"--only", "5.5.1", "--set", "trusted-registries=r.example.com", "--set", "registry-policy=warn"},
		objects: "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: NS}, spec: {replicas: 0, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: elsewhere.example.com/x:1}]}}}}",
		path:    "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/harden-registries", holds: `c.image.startsWith`},
}

// TestFixes plans, applies, applies again and rolls back every fix. Afterwards the
// object is as before to the byte, its field managers included.
func TestFixes(t *testing.T) {
	for _, c := range fixCases {
		t.Run(c.name, func(t *testing.T) {
			name := "fix-" + c.name
			namespace(t, name)
			here := func(text string) string { return strings.ReplaceAll(text, "NS", name) }
			prepare(t, here(c.objects))
			awaitAccount(t, name)
			args := append([]string{"--yes"}, c.args...)
			if c.profile != "" {
				args = append(args, "--profile", c.profile)
			}
			if !strings.Contains(c.path, "harden-registries") && c.name != "tiller" {
				args = append(args, "-n", name)
			}
			path := here(c.path)
			before := snapshot(t, path, c.anew)

			code, d := verb(t, append([]string{"plan"}, args[1:]...)...)
			if code != 0 || len(d.Changes) == 0 {
				t.Fatalf("plan: exit code %d, %d changes, %+v", code, len(d.Changes), d.Error)
			}
			if now := snapshot(t, path, c.anew); !reflect.DeepEqual(now, before) {
				t.Fatal("plan has changed the object")
			}
			code, d = verb(t, append([]string{"apply"}, args...)...)
			if code != 0 || d.Run.State != "applied" {
				t.Fatalf("apply: exit code %d, %+v", code, d.Error)
			}
			id := d.Run.ID
			_, data := answer(t, http.MethodGet, path, "", "")
			if c.holds == "" && snapshot(t, path, false) != nil || !strings.Contains(string(data), c.holds) {
				t.Errorf("not as it was asked for: %s", data)
			}
			if code, d := verb(t, append([]string{"apply"}, args...)...); code != 0 || len(d.Changes) != 0 || d.Run.ID != "" {
				t.Errorf("the second apply: exit code %d, %d changes", code, len(d.Changes))
			}
			if code, d := verb(t, "rollback", "--yes", id); code != 0 || d.Run.State != "rolled-back" {
				t.Fatalf("rollback: exit code %d, %+v", code, d.Error)
			}
			if now := snapshot(t, path, c.anew); !reflect.DeepEqual(now, before) {
				t.Errorf("after the rollback:\n%v\nbefore:\n%v", now, before)
			}
			noLease(t)
		})
	}
}

// prepare makes the objects of a text. What begins with "edit" is changed as a person
// changes an object, and what begins with "post" made so: neither is applied.
func prepare(t *testing.T, text string) {
	t.Helper()
	if text == "" {
		return
	}
	if document, is := strings.CutPrefix(text, "edit "); is {
		awaitAccount(t, strings.Split(pathOf(t, document), "/")[4])
		send(t, http.MethodPatch, pathOf(t, document)+"?fieldManager=someone", "application/merge-patch+json", `{"automountServiceAccountToken": true}`)
		return
	}
	text, posted := strings.CutPrefix(text, "post ")
	t.Cleanup(func() { remove(t, text) })
	if !posted {
		apply(t, text)
		return
	}
	path := pathOf(t, text)
	send(t, http.MethodPost, path[:strings.LastIndexByte(path, '/')], "application/yaml", text)
}

// awaitAccount waits for the default account that a controller makes.
func awaitAccount(t *testing.T, namespace string) {
	t.Helper()
	for range 200 {
		if status, _ := answer(t, http.MethodGet, "/api/v1/namespaces/"+namespace+"/serviceaccounts/default", "", ""); status == http.StatusOK {
			return
		}
		pause()
	}
	t.Fatal("no default account is made")
}

func noLease(t *testing.T) {
	t.Helper()
	if status, _ := answer(t, http.MethodGet, "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/harden", "", ""); status != http.StatusNotFound {
		t.Errorf("the lock is left in the cluster: %d", status)
	}
}

// A tool that applies the objects from elsewhere goes on after a rollback, also where
// a field of its was written.
func TestServerSideApplyGoesOnAfterTheRollback(t *testing.T) {
	namespace(t, "helm")
	awaitAccount(t, "helm")
	manifest := `{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "helm", "labels": {"team": "a"}}}`
	send(t, http.MethodPatch, "/api/v1/namespaces/helm?fieldManager=helm&force=true", "application/apply-patch+yaml", manifest)
	if code, d := verb(t, "apply", "--yes", "-n", "helm"); code != 0 || len(d.Changes) != 2 {
		t.Fatalf("exit code %d, %v, %+v", code, d.Changes, d.Error)
	}
	if code, d := verb(t, "rollback", "--yes"); code != 0 {
		t.Fatalf("exit code %d, %+v", code, d.Error)
	}
	labels := `{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "helm", "labels": {"team": "b", "pod-security.kubernetes.io/warn": "restricted"}}}`
	if status, data := answer(t, http.MethodPatch, "/api/v1/namespaces/helm?fieldManager=helm", "application/apply-patch+yaml", labels); status != http.StatusOK {
		t.Errorf("helm is refused: %d %s", status, data)
	}
}

// A field that somebody applies from elsewhere is left alone, and the plan says who.
func TestAFieldThatIsAppliedFromElsewhere(t *testing.T) {
	namespace(t, "gitops")
	awaitAccount(t, "gitops")
	send(t, http.MethodPatch, "/api/v1/namespaces/gitops/serviceaccounts/default?fieldManager=argocd-controller&force=true", "application/apply-patch+yaml",
		`{"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": "gitops"}, "automountServiceAccountToken": true}`)
	code, d := verb(t, "plan", "-n", "gitops", "--only", "5.1.5")
	if code != 0 || len(d.Changes) != 0 || !strings.Contains(d.Findings[0].Reason, "argocd-controller sets this field") {
		t.Errorf("exit code %d, %v: %s", code, d.Changes, d.Findings[0].Reason)
	}
	code, d = verb(t, "plan", "-n", "gitops", "--only", "5.2.1") // of the same tool, but nobody sets these labels
	if code != 0 || len(d.Changes) != 1 {
		t.Errorf("exit code %d, %v", code, d.Changes)
	}
}

// What somebody else changed since is his: rollback does not begin, leaves it, or
// overwrites it, as it is told.
func TestWhatOthersChangedSince(t *testing.T) {
	const level = `{"metadata": {"labels": {"pod-security.kubernetes.io/warn": "privileged", "theirs": "x"}}}`
	labels := func(t *testing.T) map[string]any {
		return snapshot(t, "/api/v1/namespaces/others", false)["metadata"].(map[string]any)["labels"].(map[string]any)
	}
	for _, c := range []struct {
		flag, state, warn string
		code              int
	}{{"", "applied", "privileged", 1}, {"--keep-others", "rolled-back", "privileged", 0}, {"--force", "rolled-back", "", 0}} {
		t.Run("rollback"+c.flag, func(t *testing.T) {
			namespace(t, "others")
			awaitAccount(t, "others")
			_, d := verb(t, "apply", "--yes", "-n", "others")
			send(t, http.MethodPatch, "/api/v1/namespaces/others?fieldManager=someone", "application/merge-patch+json", level)
			args := []string{"rollback", "--yes", d.Run.ID}
			if c.flag != "" {
				args = append(args, c.flag)
			}
			code, d := verb(t, args...)
			if code != c.code || d.Run.State != c.state {
				t.Errorf("exit code %d, %s, %+v", code, d.Run.State, d.Error)
			}
			now := labels(t)
			if warn, _ := now["pod-security.kubernetes.io/warn"].(string); warn != c.warn || now["theirs"] != "x" {
				t.Errorf("%v", now)
			}
			if _, left := now["pod-security.kubernetes.io/audit"]; left != (c.flag == "") {
				t.Errorf("the run's own fields: %v", now)
			}
			if c.flag == "" {
				if len(d.Foreign) != 1 || d.Foreign[0].Target != "object:Namespace/others" {
					t.Errorf("%+v", d.Foreign)
				}
				verb(t, "rollback", "--yes", "--force")
			}
		})
		gone(t, "others")
	}
}

// gone waits until a namespace is gone.
func gone(t *testing.T, name string) {
	t.Helper()
	for range 300 {
		if status, _ := answer(t, http.MethodGet, "/api/v1/namespaces/"+name, "", ""); status == http.StatusNotFound {
			return
		}
		pause()
	}
	t.Fatalf("namespace %s does not go away", name)
}

// A namespace that was deleted and made anew under the same name has nothing of the
// run, and is not touched.
func TestAnObjectThatWasMadeAnew(t *testing.T) {
	namespace(t, "anew")
	awaitAccount(t, "anew")
	_, d := verb(t, "apply", "--yes", "-n", "anew")
	send(t, http.MethodDelete, "/api/v1/namespaces/anew", "", "")
	gone(t, "anew")
	apply(t, "{apiVersion: v1, kind: Namespace, metadata: {name: anew, labels: {pod-security.kubernetes.io/warn: baseline}}}")
	awaitAccount(t, "anew")
	before := snapshot(t, "/api/v1/namespaces/anew", false)
	if code, d := verb(t, "rollback", "--yes", d.Run.ID); code != 0 || d.Run.State != "rolled-back" {
		t.Fatalf("exit code %d, %+v", code, d.Error)
	}
	if now := snapshot(t, "/api/v1/namespaces/anew", false); !reflect.DeepEqual(now, before) {
		t.Errorf("it was touched: %v", now)
	}
}

// With -n nothing else is changed.
func TestOnlyTheNamespacesThatAreNamed(t *testing.T) {
	namespace(t, "named")
	awaitAccount(t, "named")
	_, d := verb(t, "plan", "-n", "named")
	var targets []string
	for _, c := range d.Changes {
		targets = append(targets, c.Target)
	}
	if !slices.Equal(targets, []string{"object:Namespace/named", "object:ServiceAccount/named/default"}) {
		t.Errorf("%v", targets)
	}
}

// A run that has to be confirmed is undone where nobody does, and kept where somebody
// does in time.
func TestConfirmWithin(t *testing.T) {
	namespace(t, "confirmed")
	awaitAccount(t, "confirmed")
	before := snapshot(t, "/api/v1/namespaces/confirmed", false)
	code, d := verb(t, "apply", "--yes", "-n", "confirmed", "--confirm-within", "1s")
	if code != 3 || d.Run.State != "rolled-back" {
		t.Errorf("exit code %d, %s, %+v", code, d.Run.State, d.Error)
	}
	if now := snapshot(t, "/api/v1/namespaces/confirmed", false); !reflect.DeepEqual(now, before) {
		t.Errorf("it is not as before: %v", now)
	}
	type outcome struct {
		code int
		d    document
	}
	done := make(chan outcome)
	go func() {
		code, stdout, _ := harden(t, plane.Kubeconfig, "apply", "--yes", "-n", "confirmed", "--confirm-within", "5m", "-o", "json")
		var d document
		_ = json.Unmarshal([]byte(stdout), &d)
		done <- outcome{code, d}
	}()
	for range 600 {
		if _, stdout, _ := harden(t, plane.Kubeconfig, "history"); strings.Contains(stdout, "pending-confirmation") {
			break
		}
		pause()
	}
	if code, d := verb(t, "apply", "--yes", "-n", "default"); code != 1 || d.Error == nil || !strings.Contains(d.Error.Message, "waits for confirmation") {
		t.Errorf("another run: exit code %d, %+v", code, d.Error)
	}
	if code, d := verb(t, "confirm"); code != 0 || d.Run.State != "applied" {
		t.Errorf("confirm: exit code %d, %s, %+v", code, d.Run.State, d.Error)
	}
	if o := <-done; o.code != 0 || o.d.Run.State != "applied" {
		t.Errorf("apply: exit code %d, %s, %+v", o.code, o.d.Run.State, o.d.Error)
	}
	if code, d := verb(t, "rollback", "--yes"); code != 0 {
		t.Errorf("exit code %d, %+v", code, d.Error)
	}
}

// A plan that was kept is applied as it was, or not at all.
func TestAPlanThatWasKept(t *testing.T) {
	namespace(t, "kept")
	awaitAccount(t, "kept")
	file := filepath.Join(t.TempDir(), "cluster.plan")
	if code, d := verb(t, "plan", "-n", "kept", "--out", file); code != 0 || len(d.Changes) != 2 {
		t.Fatalf("exit code %d, %+v", code, d.Error)
	}
	send(t, http.MethodPatch, "/api/v1/namespaces/kept?fieldManager=someone", "application/merge-patch+json", `{"metadata": {"labels": {"pod-security.kubernetes.io/audit": "baseline"}}}`)
	if code, d := verb(t, "apply", "--yes", file); code != 4 || d.Error == nil {
		t.Errorf("exit code %d, %+v", code, d.Error)
	}
	if code, d := verb(t, "plan", "-n", "kept", "--out", file); code != 0 || len(d.Changes) != 2 {
		t.Fatalf("exit code %d, %+v", code, d.Error)
	}
	if code, d := verb(t, "apply", "--yes", file); code != 0 || d.Run.State != "applied" {
		t.Errorf("exit code %d, %+v", code, d.Error)
	}
	if code, d := verb(t, "rollback", "--yes"); code != 0 {
		t.Errorf("exit code %d, %+v", code, d.Error)
	}
}

// Two operators: the lock in the cluster keeps the second out.
func TestTheLockInTheCluster(t *testing.T) {
	namespace(t, "locked")
	awaitAccount(t, "locked")
	apply(t, "{apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: harden, namespace: kube-system}, spec: {holderIdentity: somebody-else}}")
	t.Cleanup(func() {
		remove(t, "{apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: harden, namespace: kube-system}}")
	})
	code, d := verb(t, "apply", "--yes", "-n", "locked")
	if code != 75 || d.Error == nil || !strings.Contains(d.Error.Message, "somebody-else") {
		t.Errorf("exit code %d, %+v", code, d.Error)
	}
}
