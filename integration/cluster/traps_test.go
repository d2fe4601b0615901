//go:build cluster

package cluster_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// These are the traps in which tools of this kind are caught, each with what harden
// does about it.

const privileged = "{containers: [{name: app, image: x, securityContext: {privileged: true}}]}"

// Pods that run are not templates: what is scaled to zero, and what a CronJob will
// make, is refused just as well once it starts.
func TestWhatDoesNotRunIsJudged(t *testing.T) {
	namespace(t, "trap-zero")
	awaitAccount(t, "trap-zero")
	prepare(t, "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: trap-zero}, spec: {replicas: 0, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: "+privileged+"}}}")
	prepare(t, "{apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly, namespace: trap-zero}, spec: {schedule: '0 0 1 1 *', jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: app, image: x, securityContext: {privileged: true}}]}}}}}}")
	_, d := verb(t, "plan", "-n", "trap-zero", "--only", "5.2.2", "--set", "pod-security-stage=enforce")
	if len(d.Changes) != 0 {
		t.Errorf("it would be changed: %v", d.Changes)
	}
	for _, want := range []string{"object:Deployment.apps/trap-zero/web", "object:CronJob.batch/trap-zero/nightly"} {
		if !slices.Contains(d.Findings[0].Targets, want) {
			t.Errorf("%s is not named: %v", want, d.Findings[0].Targets)
		}
	}
}

// A quota for cpu breaks nothing that runs. It refuses the pods that are made next: the
// gate finds that, and everything is put back.
func TestTheGateFindsWhatBreaksLater(t *testing.T) {
	namespace(t, "trap-gate")
	awaitAccount(t, "trap-gate")
	prepare(t, "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: trap-gate}, spec: {replicas: 0, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: app, image: x}]}}}}")
	args := []string{"apply", "--yes", "-n", "trap-gate", "--profile", "qkxy-cs001-2023", "--only", "namespace-quota", "--set", "resource-quota=requests.cpu=1"}
	code, d := verb(t, args...)
	if code != 3 || d.Run.State != "rolled-back" || d.Error == nil || !strings.Contains(d.Error.Message, "Deployment trap-gate/web") {
		t.Errorf("exit code %d, %s, %+v", code, d.Run.State, d.Error)
	}
	if snapshot(t, "/api/v1/namespaces/trap-gate/resourcequotas/harden", false) != nil {
		t.Error("the quota is left")
	}
}

// So is a policy of registries that would refuse what is there already.
func TestTheGateFindsWhatAPolicyRefuses(t *testing.T) {
	namespace(t, "trap-images")
	awaitAccount(t, "trap-images")
	prepare(t, "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: trap-images}, spec: {replicas: 0, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: app, image: elsewhere.example.com/x}]}}}}")
	code, d := verb(t, "apply", "--yes", "--only", "5.5.1", "--set", "trusted-registries=r.example.com", "--set", "registry-policy=deny")
	if code != 3 || d.Run.State != "rolled-back" || d.Error == nil || !strings.Contains(d.Error.Message, "Deployment trap-images/web") {
		t.Errorf("exit code %d, %s, %+v", code, d.Run.State, d.Error)
	}
	if snapshot(t, "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/harden-registries", false) != nil {
		t.Error("the policy is left")
	}
	for range 200 { // it holds for some time after it is deleted
		status, _ := answer(t, http.MethodPost, "/api/v1/namespaces/trap-images/pods?dryRun=All", "application/json", `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "elsewhere.example.com/x"}]}}`)
		if status == http.StatusCreated {
			return
		}
		pause()
	}
	t.Error("it still holds after 10 seconds")
}

// Nothing is applied by force: that would destroy what an undo needs.
func TestNothingIsForced(t *testing.T) {
	namespace(t, "trap-test")
	awaitAccount(t, "trap-test")
	target, err := url.Parse(plane.Server)
	if err != nil {
		t.Fatal(err)
	}
	var mutex sync.Mutex
	var writes []string
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.Transport = insecure
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(strings.NewReader(string(body)))
			mutex.Lock()
			writes = append(writes, r.Method+" "+r.URL.String()+" "+r.Header.Get("Content-Type")+" "+string(body))
			mutex.Unlock()
		}
		proxy.ServeHTTP(w, r)
	}))
	defer server.Close()
	kubeconfig, err := plane.KubeconfigOf(t.TempDir(), server.URL, "admin")
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"apply", "--yes", "-n", "trap-test"}, {"rollback", "--yes"}} {
		if code, _, stderr := harden(t, kubeconfig, args...); code != 0 {
			t.Fatalf("%v: exit code %d: %s", args, code, stderr)
		}
	}
	patches := 0
	for _, w := range writes {
		if strings.Contains(w, "force") || strings.Contains(w, "apply-patch") {
			t.Errorf("by force: %s", w)
		}
		if strings.HasPrefix(w, "PATCH") && !strings.Contains(w, "dryRun=All") {
			if patches++; !strings.Contains(w, `{"op":"test","path":"/metadata/uid"`) {
				t.Errorf("without a test of the uid: %s", w)
			}
		}
	}
	if patches < 4 {
		t.Errorf("%d patches", patches)
	}
}

// A namespace from which something answers the API server is not cut off: that could
// refuse the undo too. And where nothing enforces a policy none is made.
func TestNetworkPoliciesThatWouldHarm(t *testing.T) {
	args := []string{"plan", "-n", "trap-net", "--only", "5.3.2", "--set", "network-policy=ingress"}
	namespace(t, "trap-net")
	_, d := verb(t, args...)
	if len(d.Changes) != 0 || !strings.Contains(reasonOf(d), "no add-on is known to enforce network policies here") {
		t.Errorf("%v: %s", d.Changes, reasonOf(d))
	}
	prepare(t, "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: {name: trap-net}, webhooks: [{name: w.example.com, sideEffects: None, admissionReviewVersions: [v1], failurePolicy: Ignore, clientConfig: {service: {namespace: trap-net, name: w}}, rules: []}]}")
	_, d = verb(t, append(args, "--set", "network-policy-enforced-by=test")...)
	if len(d.Changes) != 0 || !strings.Contains(reasonOf(d), "the webhook w.example.com is served from this namespace") {
		t.Errorf("%v: %s", d.Changes, reasonOf(d))
	}
}

func reasonOf(d document) string {
	if len(d.Findings) == 0 {
		return ""
	}
	return d.Findings[0].Reason
}

// A default account that is deleted is made anew, and gives tokens again.
func TestAnAccountThatIsMadeAnewIsFound(t *testing.T) {
	namespace(t, "trap-account")
	awaitAccount(t, "trap-account")
	args := []string{"-n", "trap-account", "--only", "5.1.5"}
	_, d := verb(t, append([]string{"apply", "--yes"}, args...)...)
	if d.Run.State != "applied" {
		t.Fatal(d.Error)
	}
	before := snapshot(t, "/api/v1/namespaces/trap-account/serviceaccounts/default", false)["metadata"].(map[string]any)["uid"]
	send(t, http.MethodDelete, "/api/v1/namespaces/trap-account/serviceaccounts/default", "", "")
	for range 200 {
		if o := snapshot(t, "/api/v1/namespaces/trap-account/serviceaccounts/default", false); o != nil && o["metadata"].(map[string]any)["uid"] != before {
			break
		}
		pause()
	}
	if _, p := verb(t, append([]string{"plan"}, args...)...); len(p.Changes) != 1 {
		t.Errorf("%d changes", len(p.Changes))
	}
	if code, d := verb(t, "rollback", "--yes"); code != 0 { // it is not the run's any more
		t.Errorf("exit code %d, %+v", code, d.Error)
	}
}

// A tool that writes the whole object again would take the change back.
func TestAnOwnerThatReplacesTheObject(t *testing.T) {
	namespace(t, "trap-owner")
	awaitAccount(t, "trap-owner")
	send(t, http.MethodPatch, "/api/v1/namespaces/trap-owner?fieldManager=argo", "application/merge-patch+json",
		`{"metadata": {"annotations": {"argocd.argoproj.io/tracking-id": "app:/Namespace:/trap-owner", "argocd.argoproj.io/sync-options": "Replace=true"}}}`)
	_, d := verb(t, "plan", "-n", "trap-owner", "--only", "5.2.1")
	if len(d.Changes) != 0 || !strings.Contains(reasonOf(d), "Argo CD application app writes the whole object again") {
		t.Errorf("%v: %s", d.Changes, reasonOf(d))
	}
}

// A webhook that knows no dry run: nothing can be proven, so nothing is written.
func TestAWebhookThatKnowsNoDryRun(t *testing.T) {
	namespace(t, "trap-hook")
	awaitAccount(t, "trap-hook")
	// The server before 1.34 takes such webhooks too; they are asked about this namespace alone.
	prepare(t, "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: {name: trap-hook}, webhooks: [{name: h.example.com, sideEffects: NoneOnDryRun, admissionReviewVersions: [v1], failurePolicy: Fail, "+
		"clientConfig: {url: 'https://127.0.0.1:1/'}, namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: trap-hook}}, rules: [{apiGroups: [''], apiVersions: [v1], operations: [UPDATE], resources: [serviceaccounts]}]}]}")
	for range 100 { // until the server asks it
		if status, _ := answer(t, http.MethodPatch, "/api/v1/namespaces/trap-hook/serviceaccounts/default?dryRun=All", "application/merge-patch+json", `{"metadata": {"labels": {"a": "b"}}}`); status >= 500 {
			break
		}
		pause()
	}
	_, d := verb(t, "plan", "-n", "trap-hook", "--only", "5.1.5")
	if len(d.Changes) != 0 || !strings.Contains(reasonOf(d), "the API server refuses it") || !strings.Contains(reasonOf(d), "h.example.com") {
		t.Errorf("%v: %s", d.Changes, reasonOf(d))
	}
}

// An aggregated API that is down, and a namespace that does not go away, are normal.
func TestNormalTroubles(t *testing.T) {
	prepare(t, "{apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {name: v1.down.example.com}, spec: {group: down.example.com, version: v1, groupPriorityMinimum: 1000, versionPriority: 10, insecureSkipTLSVerify: true, service: {namespace: default, name: nowhere}}}")
	namespace(t, "trap-going")
	awaitAccount(t, "trap-going")
	apply(t, "{apiVersion: v1, kind: ConfigMap, metadata: {name: held, namespace: trap-going, finalizers: [example.com/held]}}")
	send(t, http.MethodDelete, "/api/v1/namespaces/trap-going", "", "")
	t.Cleanup(func() {
		send(t, http.MethodPatch, "/api/v1/namespaces/trap-going/configmaps/held", "application/merge-patch+json", `{"metadata": {"finalizers": null}}`)
	})
	code, d := verb(t, "plan", "--set", "network-policy=ingress", "--set", "network-policy-enforced-by=test")
	if code != 0 {
		t.Fatalf("exit code %d, %+v", code, d.Error)
	}
	for _, c := range d.Changes {
		if strings.Contains(c.Target, "trap-going") {
			t.Errorf("%s of a namespace that goes away", c.Target)
		}
	}
}

// What cannot be listed is not known, and nothing is changed by what is not known.
func TestNothingIsChangedByHalfAPicture(t *testing.T) {
	namespace(t, "trap-half")
	awaitAccount(t, "trap-half")
	role := strings.Replace(reader(t), "resources: [deployments, statefulsets, daemonsets]", "resources: [statefulsets, daemonsets]", 1)
	bound := strings.ReplaceAll(binding("ClusterRoleBinding", "harden-reader", "{apiGroup: rbac.authorization.k8s.io, kind: User, name: reader}"), "NS", "half")
	apply(t, role)
	apply(t, bound)
	t.Cleanup(func() { remove(t, bound) })
	kubeconfig, err := plane.KubeconfigOf(t.TempDir(), plane.Server, "reader")
	if err != nil {
		t.Fatal(err)
	}
	code, _, stderr := harden(t, kubeconfig, "apply", "--yes", "-n", "trap-half", "--only", "5.1.5")
	if code != 1 || !strings.Contains(stderr, "deployments.apps cannot be listed") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	if _, is := snapshot(t, "/api/v1/namespaces/trap-half/serviceaccounts/default", false)["automountServiceAccountToken"]; is {
		t.Error("it was changed")
	}
}

// With the rights that roles --write prints everything can be done, and a pod be
// created as a dry run only.
func TestTheWritersRights(t *testing.T) {
	namespace(t, "trap-writer")
	awaitAccount(t, "trap-writer")
	_, text, _ := harden(t, plane.Kubeconfig, "roles", "--write", "writer")
	var documents []string
	for _, d := range strings.Split(text, "\n---\n") {
		documents = append(documents, d)
		apply(t, d)
	}
	t.Cleanup(func() {
		for _, d := range documents[1:] {
			remove(t, d)
		}
	})
	kubeconfig, err := plane.KubeconfigOf(t.TempDir(), plane.Server, "writer")
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"apply", "--yes", "-n", "trap-writer"}, {"rollback", "--yes"}} {
		if code, _, stderr := harden(t, kubeconfig, args...); code != 0 {
			t.Errorf("%v: exit code %d: %s", args, code, stderr)
		}
	}
	const pod = `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "trap-writer"}, "spec": {"containers": [{"name": "c", "image": "x"}]}}`
	for range 100 { // until the policy is in force
		status, body := answerAs(t, "writer", http.MethodPost, "/api/v1/namespaces/trap-writer/pods", pod)
		if status == http.StatusUnprocessableEntity && strings.Contains(string(body), "dry run only") {
			break
		}
		send(t, http.MethodDelete, "/api/v1/namespaces/trap-writer/pods/p?gracePeriodSeconds=0", "", "")
		pause()
	}
	if status, body := answerAs(t, "writer", http.MethodPost, "/api/v1/namespaces/trap-writer/pods", pod); status != http.StatusUnprocessableEntity {
		t.Errorf("a pod for real: %d %s", status, body)
	}
	if status, body := answerAs(t, "writer", http.MethodPost, "/api/v1/namespaces/trap-writer/pods?dryRun=All", pod); status != http.StatusCreated {
		t.Errorf("a pod as a dry run: %d %s", status, body)
	}
}

// From Kubernetes 1.36 on a policy takes the token from the default account of each
// namespace that is made later. It is made and taken away like everything else.
func TestTokensOfNamespacesToCome(t *testing.T) {
	var version struct{ Minor string }
	if err := json.Unmarshal(send(t, http.MethodGet, "/version", "", ""), &version); err != nil {
		t.Fatal(err)
	}
	args := []string{"--only", "5.1.5", "--set", "token-policy=on"}
	if minor, err := strconv.Atoi(strings.TrimRight(version.Minor, "+")); err != nil || minor < 36 {
		if _, d := verb(t, append([]string{"plan"}, args...)...); !strings.Contains(reasonOf(d), "they are there from 1.36 on") {
			t.Errorf("it is not said that this version has no such policy: %s", reasonOf(d))
		}
		t.Skipf("Kubernetes 1.%s has no such policies; run it with HARDEN_KUBE_BIN of 1.36", version.Minor)
	}
	if code, d := verb(t, append([]string{"apply", "--yes"}, args...)...); code != 0 {
		t.Fatalf("exit code %d, %+v", code, d.Error)
	}
	held := false
	for n := range 100 { // until every API server has read the policy
		name := fmt.Sprintf("trap-come-%d", n)
		namespace(t, name)
		awaitAccount(t, name)
		if held = snapshot(t, "/api/v1/namespaces/"+name+"/serviceaccounts/default", false)["automountServiceAccountToken"] == false; held {
			break
		}
		pause()
	}
	if !held {
		t.Error("new accounts give tokens")
	}
	if code, d := verb(t, "rollback", "--yes"); code != 0 {
		t.Fatalf("exit code %d, %+v", code, d.Error)
	}
	if snapshot(t, "/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies/harden-default-tokens", false) != nil {
		t.Error("the policy is left")
	}
}
