package cluster_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"harden/agent/change"
	"harden/cluster"
	"harden/cluster/client"
	"harden/cluster/inventory"
	"harden/cluster/rules"
	"harden/profiles"
)

// lists are what an API server answers, by the end of the path; every other
// list is empty.
type lists map[string]string

// read gives the inventory of an API server that has some objects.
func read(t testing.TB, have lists) *inventory.Inventory {
	t.Helper()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
		switch {
		case name == "version":
			fmt.Fprint(w, `{"major":"1","minor":"34","gitVersion":"v1.34.1"}`)
		case name == "apis":
			fmt.Fprint(w, `{"groups":[{"name":"apps"}]}`)
		case strings.HasSuffix(r.URL.Path, "/kube-proxy"): // an object, not a list
			parts := strings.Split(r.URL.Path, "/")
			switch object := have[strings.Join(parts[len(parts)-2:], "/")]; object {
			case "", "missing":
				w.WriteHeader(http.StatusNotFound)
			case "forbidden":
				w.WriteHeader(http.StatusForbidden)
			default:
				fmt.Fprint(w, object)
			}
		case have[name] == "forbidden":
			w.WriteHeader(http.StatusForbidden)
		default:
			fmt.Fprintf(w, `{"items":[%s]}`, have[name])
		}
	}))
	t.Cleanup(server.Close)
	path := filepath.Join(t.TempDir(), "config")
	text := fmt.Sprintf("apiVersion: v1\nkind: Config\ncurrent-context: c\nclusters: [{name: c, cluster: {server: %q, insecure-skip-tls-verify: true}}]\n"+
		"users: [{name: c, user: {token: t}}]\ncontexts: [{name: c, context: {cluster: c, user: c}}]\n", server.URL)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := client.Open(client.Options{Kubeconfig: path})
	if err != nil {
		t.Fatal(err)
	}
	i, err := inventory.Read(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func request(t testing.TB) cluster.Request {
	t.Helper()
	p, err := profiles.Load("cis-1.11", nil, profiles.Source{})
	if err != nil {
		t.Fatal(err)
	}
	return cluster.Request{Profile: p, Settings: rules.Defaults(), Now: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)}
}

// finding gives the one of a rule.
func finding(t testing.TB, i *inventory.Inventory, r cluster.Request, rule string) change.Finding {
	t.Helper()
	plan, _, err := cluster.Check(i, r)
	if err != nil {
		t.Fatal(err)
	}
	n := slices.IndexFunc(plan.Findings, func(f change.Finding) bool { return f.Rule == rule })
	if n < 0 {
		t.Fatalf("no finding of %s", rule)
	}
	return plan.Findings[n]
}

const (
	shop    = `{"metadata":{"name":"shop","labels":{"pod-security.kubernetes.io/enforce":"baseline"}}}`
	replica = `{"metadata":{"namespace":"shop","name":"web-5d-%d","labels":{"app":"web","pod-template-hash":"5d"},"ownerReferences":[{"kind":"ReplicaSet","name":"web-5d","controller":true}]},` +
		`"spec":{"nodeName":"node-%[1]d","containers":[{"name":"app","image":"a:1","securityContext":{%[2]s},"volumeMounts":[{"name":"kube-api-access-%05[1]d"}]}],"volumes":[{"name":"kube-api-access-%05[1]d","projected":{}}]},"status":{"phase":%[3]q}}`
	web = `{"metadata":{"namespace":"shop","name":"web","annotations":{"meta.helm.sh/release-name":"web"}},"spec":{"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"app","image":"a:1"}]}}}}`
)

// Pods are told of by their Deployment, once for all that are alike, with what
// admission added to them and with who manages it.
func TestPodsThatAreNotLikeTheirTemplate(t *testing.T) {
	i := read(t, lists{"namespaces": shop, "deployments": web,
		"pods": strings.Join([]string{
			fmt.Sprintf(replica, 1, `"privileged":true`, "Running"), fmt.Sprintf(replica, 2, `"privileged":true`, "Pending"), fmt.Sprintf(replica, 3, `"privileged":true`, "Succeeded")}, ",")})
	f := finding(t, i, request(t), "pod-privileged")
	if f.Status != change.Blocked || len(f.Observed) != 1 {
		t.Fatalf("%s: %+v", f.Status, f.Observed)
	}
	o := f.Observed[0]
	if o.Target != "object:Deployment.apps/shop/web" || o.Field != "json:spec.containers[name=app].securityContext.privileged" || o.Count != 2 || o.Owner != "Helm release shop/web" {
		t.Errorf("%+v", o)
	}
}

func TestPodsThatAreLikeTheirTemplate(t *testing.T) {
	i := read(t, lists{"namespaces": shop, "deployments": web, "pods": fmt.Sprintf(replica, 1, "", "Running")})
	r := request(t)
	if f := finding(t, i, r, "pod-privileged"); f.Status != change.Compliant {
		t.Errorf("%s: %s", f.Status, f.Reason)
	}
	f := finding(t, i, r, "pod-root")
	for _, o := range f.Observed {
		if o.Count > 0 {
			t.Errorf("told of the pod too: %+v", o)
		}
	}
	if len(f.Observed) != 2 { // the template, and the namespace that does not refuse it
		t.Errorf("%+v", f.Observed)
	}
}

// A spec that this program cannot decode is never taken for good.
func TestASpecThatCannotBeDecoded(t *testing.T) {
	odd := strings.Replace(fmt.Sprintf(replica, 1, "", "Running"), `"containers":[`, `"containers":7,"x":[`, 1)
	f := finding(t, read(t, lists{"namespaces": shop, "pods": odd}), request(t), "pod-privileged")
	if f.Status != change.Blocked || len(f.Observed) != 1 {
		t.Errorf("%s: %+v", f.Status, f.Observed)
	}
}

func TestALevelThatIsPinnedTooEarly(t *testing.T) {
	restricted := `{"metadata":{"name":"shop","labels":{"pod-security.kubernetes.io/enforce":"restricted","pod-security.kubernetes.io/enforce-version":"v1.%d"}}}`
	for minor, want := range map[int]change.Status{21: change.Blocked, 22: change.Compliant, 34: change.Compliant} {
		i := read(t, lists{"namespaces": fmt.Sprintf(restricted, minor)})
		if f := finding(t, i, request(t), "pod-capabilities"); f.Status != want {
			t.Errorf("pinned to 1.%d: %s", minor, f.Status)
		}
	}
}

func TestWhatCannotBeListedIsAnErrorOfItsRulesOnly(t *testing.T) {
	i := read(t, lists{"namespaces": shop, "clusterroles": "forbidden"})
	r := request(t)
	if f := finding(t, i, r, "rbac-secrets"); f.Status != change.Error || !strings.Contains(f.Reason.String(), "clusterroles.rbac.authorization.k8s.io") {
		t.Errorf("%s: %s", f.Status, f.Reason)
	}
	if f := finding(t, i, r, "pod-privileged"); f.Status != change.Compliant {
		t.Errorf("%s: %s", f.Status, f.Reason)
	}
}

// A binding that a stranger labels as the API server's own hides nothing.
func TestALabelDoesNotHideABinding(t *testing.T) {
	i := read(t, lists{"namespaces": shop,
		"clusterroles":        `{"metadata":{"name":"cluster-admin","labels":{"kubernetes.io/bootstrapping":"rbac-defaults"}},"rules":[{"verbs":["*"],"apiGroups":["*"],"resources":["*"]}]}`,
		"clusterrolebindings": `{"metadata":{"name":"x","labels":{"kubernetes.io/bootstrapping":"rbac-defaults"}},"roleRef":{"kind":"ClusterRole","name":"cluster-admin"},"subjects":[{"kind":"Group","name":"system:authenticated"}]}`})
	f := finding(t, i, request(t), "rbac-cluster-admin")
	if f.Status != change.Manual || !strings.Contains(f.Reason.String(), "Group system:authenticated") {
		t.Errorf("%s: %s", f.Status, f.Reason)
	}
}

func TestAttestations(t *testing.T) {
	i := read(t, lists{"namespaces": shop})
	verdict := profiles.Attestation{Control: "cis-1.11/5.4.2", Verdict: profiles.AttestedCompliant, Reason: "Vault", By: "ops", Date: "2026-11-01", Expires: "2027-01-01"}
	for name, test := range map[string]struct {
		edit func(*profiles.Attestation)
		want change.Status
	}{
		"good":           {func(*profiles.Attestation) {}, change.Compliant},
		"open":           {func(a *profiles.Attestation) { a.Verdict = profiles.AttestedOpen }, change.Blocked},
		"expired":        {func(a *profiles.Attestation) { a.Expires = "2026-11-30" }, change.Manual},
		"of another one": {func(a *profiles.Attestation) { a.Control = "cis-1.11/5.6.1" }, change.Manual},
	} {
		t.Run(name, func(t *testing.T) {
			r, a := request(t), verdict
			test.edit(&a)
			r.Attestations, r.Only = []profiles.Attestation{a}, []string{"5.4.2"}
			plan, _, err := cluster.Check(i, r)
			if err != nil || len(plan.Findings) != 1 || plan.Findings[0].Status != test.want {
				t.Errorf("%+v, %v", plan.Findings, err)
			}
		})
	}
}

func TestNamesThatAreUnknown(t *testing.T) {
	i := read(t, lists{})
	r := request(t)
	r.Skip = []string{"5.1.99"}
	if _, _, err := cluster.Check(i, r); err == nil || !strings.Contains(err.Error(), "5.1.99") {
		t.Errorf("%v", err)
	}
	node, err := profiles.Load("kubeadm-node", nil, profiles.Source{})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := cluster.Check(i, cluster.Request{Profile: node}); err == nil {
		t.Error("a profile without controls about the cluster is judged")
	}
}

// BenchmarkRead is what 10,000 pods cost, each with a spec of its own.
func BenchmarkRead(b *testing.B) {
	var pods []string
	for n := range 10000 {
		pods = append(pods, strings.Replace(fmt.Sprintf(replica, n, fmt.Sprintf(`"runAsUser":%d`, n), "Running"), `"image":"a:1"`,
			fmt.Sprintf(`"image":"a:%d","env":[{"name":"PAD","value":%q}]`, n, strings.Repeat("x", 4500)), 1))
	}
	have := lists{"namespaces": shop, "pods": strings.Join(pods, ",")}
	b.ResetTimer()
	for b.Loop() {
		read(b, have)
	}
}
