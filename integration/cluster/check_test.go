//go:build cluster

package cluster_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// TestRules judges, for every rule, objects that meet it and objects that do
// not; the latter are named with object and field.
func TestRules(t *testing.T) {
	for n, c := range ruleCases() {
		t.Run(fmt.Sprintf("%s-%d", c.rule, n), func(t *testing.T) {
			name := fmt.Sprintf("case-%d", n)
			here := func(text string) string { return strings.ReplaceAll(text, "NS", name) }
			args := []string{"--only", c.rule, "--set", namespace(t, name)}
			if c.profile != "" {
				args = append(args, "--profile", c.profile)
			}
			if c.set != "" {
				args = append(args, "--set", c.set)
			}
			if c.good != "" {
				apply(t, here(c.good))
			}
			want := c.goodState
			if want == "" {
				want = "compliant"
			}
			if f := only(t, check(t, args...)); f.Status != want {
				t.Errorf("with good objects %s: %s %+v", f.Status, f.Reason, f.Observed)
			}
			for _, document := range documents(here(c.good)) {
				if strings.Contains(document, "kind: Namespace") { // with a label, which goes
					apply(t, "{apiVersion: v1, kind: Namespace, metadata: {name: "+name+"}}")
				} else {
					remove(t, document)
				}
			}
			apply(t, here(c.bad))
			t.Cleanup(func() { remove(t, here(c.bad)) })
			want = c.badState
			if want == "" {
				want = "blocked"
			}
			f := only(t, check(t, args...))
			if f.Status != want {
				t.Errorf("with bad objects %s: %s", f.Status, f.Reason)
			}
			for _, o := range f.Observed {
				if o.Target == here(c.target) && o.Field == c.field {
					return
				}
			}
			t.Errorf("%s of %s is not told: %+v", c.field, here(c.target), f.Observed)
		})
	}
}

// only is the one finding of a report.
func only(t *testing.T, r report) finding {
	t.Helper()
	if len(r.Findings) != 1 || r.Error != nil {
		t.Fatalf("%d findings, error %+v", len(r.Findings), r.Error)
	}
	return r.Findings[0]
}

// Every rule that a control names has a case, or a test of its own.
func TestEveryRuleHasACase(t *testing.T) {
	elsewhere := []string{"default-service-account", "rancher-local-hidden", "rancher-audit-log", "rancher-identity-provider", "rancher-admins", "rancher-node-drivers"}
	for _, profile := range []string{"cis-1.12", "cis-2.1", "qkxy-cs001-2023", "qingteng-12", "rancher-2.3.5", "rancher-2.1"} {
		for _, f := range check(t, "--profile", profile).Findings {
			covered := slices.ContainsFunc(ruleCases(), func(c ruleCase) bool { return c.rule == f.Rule })
			if f.Rule != "" && !covered && !slices.Contains(elsewhere, f.Rule) {
				t.Errorf("%s: no case of %s", profile, f.Rule)
			}
		}
	}
}

func TestDefaultServiceAccounts(t *testing.T) {
	namespace(t, "accounts")
	named := func() bool {
		f := only(t, check(t, "--only", "5.1.5"))
		return slices.Contains(f.Targets, "object:ServiceAccount/accounts/default")
	}
	if !named() {
		t.Error("the default account of a fresh namespace is not told of")
	}
	apply(t, "{apiVersion: v1, kind: ServiceAccount, metadata: {name: default, namespace: accounts}, automountServiceAccountToken: false}")
	if named() {
		t.Error("it is told of though it gives no token")
	}
	apply(t, strings.ReplaceAll(binding("RoleBinding", "view", "{kind: ServiceAccount, name: default, namespace: NS}"), "NS", "accounts"))
	if f := only(t, check(t, "--only", "5.1.5")); !slices.Contains(f.Targets, "object:RoleBinding.rbac.authorization.k8s.io/accounts/accounts-b") {
		t.Errorf("rights of a default account are not told of: %v", f.Targets)
	}
}

// What somebody added to a binding of the API server's own is told of, though
// the binding is bootstrapped.
func TestASubjectInABootstrappedBinding(t *testing.T) {
	const path = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/cluster-admin"
	send(t, http.MethodPatch, path, jsonPatch,
		`[{"op": "add", "path": "/subjects/-", "value": {"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "mallory"}}]`)
	t.Cleanup(func() {
		send(t, http.MethodPatch, path, jsonPatch, `[{"op": "remove", "path": "/subjects/1"}]`)
	})
	f := only(t, check(t, "--only", "5.1.1"))
	if f.Status != "manual" || !strings.Contains(f.Reason, "User mallory") {
		t.Errorf("%s: %s", f.Status, f.Reason)
	}
	if f := only(t, check(t, "--only", "5.1.1", "--set", "rbac-allowed=User mallory")); f.Status != "compliant" {
		t.Errorf("allowed, and yet %s: %s", f.Status, f.Reason)
	}
}

// What cannot be listed is an error, with the kind that is missing; what can be
// is judged all the same.
func TestWhatCannotBeListedIsAnError(t *testing.T) {
	role := strings.Replace(reader(t), "resources: [roles, clusterroles, rolebindings, clusterrolebindings]", "resources: [roles, clusterroles]", 1)
	bound := strings.ReplaceAll(binding("ClusterRoleBinding", "harden-reader", "{apiGroup: rbac.authorization.k8s.io, kind: User, name: reader}"), "NS", "reader")
	apply(t, role)
	apply(t, bound)
	t.Cleanup(func() { remove(t, bound) })
	kubeconfig, err := plane.KubeconfigOf(t.TempDir(), plane.Server, "reader")
	if err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := harden(t, kubeconfig, "check", "-o", "json")
	r := decode(t, stdout, stderr)
	if code != 1 || r.Error == nil || !strings.Contains(r.Error.Message, "rolebindings.rbac.authorization.k8s.io cannot be listed") {
		t.Errorf("exit code %d, error %+v", code, r.Error)
	}
	statuses := map[string]string{}
	for _, f := range r.Findings {
		statuses[f.Rule] = f.Status
	}
	if statuses["rbac-secrets"] != "error" || statuses["default-service-account"] != "error" || statuses["pod-privileged"] == "error" || statuses["pod-privileged"] == "" {
		t.Errorf("statuses: %v", statuses)
	}
	apply(t, reader(t))
	if code, _, stderr := harden(t, kubeconfig, "check"); code != 0 {
		t.Errorf("with the whole role: exit code %d, %s", code, stderr)
	}
	for _, want := range []string{"secrets", "'*'", "create", "patch", "update", "delete"} {
		if strings.Contains(reader(t), want+",") || strings.Contains(reader(t), want+"]") {
			t.Errorf("the reader's role has %s", want)
		}
	}
}

func reader(t *testing.T) string {
	t.Helper()
	_, role, _ := harden(t, plane.Kubeconfig, "roles")
	return role
}
