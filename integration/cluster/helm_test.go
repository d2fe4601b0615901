//go:build cluster

package cluster_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
)

// chart is what the releases of these tests are made of. The default account is there before Helm
// can make it, so it is taken over.
var chart = map[string]string{
	"Chart.yaml":  "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
	"values.yaml": "team: a\nreplicas: 0\ndefaultToken: null\n",
	"templates/namespace.yaml": `apiVersion: v1
kind: Namespace
metadata: {name: {{ .Release.Name }}, labels: {team: {{ .Values.team }}}}
`,
	"templates/accounts.yaml": `apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: {{ .Release.Name }}}
{{- if kindIs "bool" .Values.defaultToken }}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: default, namespace: {{ .Release.Name }}}
automountServiceAccountToken: {{ .Values.defaultToken }}
{{- end }}
`,
	"templates/deployment.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: {{ .Release.Name }}, labels: {team: {{ .Values.team }}}}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {serviceAccountName: web, containers: [{name: app, image: registry.example.com/web:1}]}
`,
	"templates/networkpolicy.yaml": `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: {{ .Release.Name }}}
spec: {podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {}}]}]}
`,
}

// helm is the real program, and one release of the chart.
type helm struct {
	*testing.T
	program, chart, release string
	env                     []string
}

// buildHelm builds Helm from its module, once.
var buildHelm = sync.OnceValues(func() (program string, err error) {
	program = filepath.Join(filepath.Dir(binary), "helm")
	build := exec.Command("go", "build", "-C", "../helm", "-trimpath", "-o", program, "helm.sh/helm/v3/cmd/helm")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("cannot build helm: %w\n%s", err, out)
	}
	return program, nil
})

// newHelm writes the chart.
func newHelm(t *testing.T, release string) *helm {
	t.Helper()
	dir := t.TempDir()
	program, err := buildHelm()
	if err != nil {
		t.Fatal(err)
	}
	h := &helm{T: t, program: program, chart: filepath.Join(dir, "shop"), release: release}
	for _, kind := range []string{"CACHE", "CONFIG", "DATA"} {
		h.env = append(h.env, "HELM_"+kind+"_HOME="+filepath.Join(dir, kind))
	}
	for name, text := range chart {
		file := filepath.Join(h.chart, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// run runs Helm in the namespace default, where it keeps the releases.
func (h *helm) run(args ...string) {
	h.Helper()
	cmd := exec.Command(h.program, append(args, "--kubeconfig", plane.Kubeconfig, "--namespace", "default")...)
	cmd.Env = append(os.Environ(), h.env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		h.Fatalf("helm %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func (h *helm) install(args ...string) {
	h.Helper()
	h.run(append([]string{"install", h.release, h.chart}, args...)...)
	h.Cleanup(func() {
		if h.Failed() {
			answer(h.T, http.MethodDelete, "/api/v1/namespaces/"+h.release, "", "")
		}
	})
	awaitAccount(h.T, h.release)
}

func (h *helm) upgrade(args ...string) {
	h.Helper()
	h.run(append([]string{"upgrade", h.release, h.chart}, args...)...)
}

func (h *helm) uninstall() {
	h.Helper()
	h.run("uninstall", h.release)
	gone(h.T, h.release)
}

// objects are those of the release, and the default account, as snapshots.
func (h *helm) objects() map[string]map[string]any {
	h.Helper()
	all := map[string]map[string]any{}
	for name, path := range map[string]string{
		"namespace": "/api/v1/namespaces/NS", "default": "/api/v1/namespaces/NS/serviceaccounts/default", "web": "/api/v1/namespaces/NS/serviceaccounts/web",
		"deployment": "/apis/apps/v1/namespaces/NS/deployments/web", "policies": "/apis/networking.k8s.io/v1/namespaces/NS/networkpolicies",
	} {
		o := snapshot(h.T, strings.ReplaceAll(path, "NS", h.release), false)
		delete(o, "status")
		if metadata, _ := o["metadata"].(map[string]any); name == "deployment" { // its controller notes what it saw
			delete(metadata, "managedFields")
			delete(metadata, "annotations")
		}
		all[name] = o
	}
	return all
}

// owned are the labels of a namespace, and whether harden owns a field of an object.
func owned(o map[string]any) (labels map[string]any, ours bool) {
	metadata := o["metadata"].(map[string]any)
	labels, _ = metadata["labels"].(map[string]any)
	text, _ := json.Marshal(metadata["managedFields"])
	return labels, strings.Contains(string(text), "kubectl-harden")
}

// What the real Helm manages and does not set is written: its upgrades leave that alone, and so
// does harden what they change. After the rollback each object is as it was, its field managers
// included, and Helm goes on.
func TestWhatHelmDoesNotSet(t *testing.T) {
	h := newHelm(t, "helm-quiet")
	h.install()
	before := h.objects()
	args := []string{"-n", h.release, "--set", "network-policy=ingress", "--set", "network-policy-enforced-by=test"}
	_, d := verb(t, append([]string{"plan"}, args...)...)
	targets := map[string]bool{}
	for _, c := range d.Changes {
		targets[c.Target] = true
	}
	if want := map[string]bool{"object:Namespace/helm-quiet": true, "object:ServiceAccount/helm-quiet/default": true}; !maps.Equal(targets, want) {
		t.Errorf("the plan changes %v", targets)
	}
	if code, d := verb(t, append([]string{"apply", "--yes"}, args...)...); code != 0 || d.Run.State != "applied" {
		t.Fatalf("apply: exit code %d, %+v", code, d.Error)
	}
	for name, now := range h.objects() {
		if changes := name == "namespace" || name == "default"; reflect.DeepEqual(now, before[name]) == changes {
			t.Errorf("%s is changed: %t", name, !changes)
		}
	}
	if code, d := verb(t, "rollback", "--yes"); code != 0 {
		t.Fatalf("rollback: exit code %d, %+v", code, d.Error)
	}
	if now := h.objects(); !reflect.DeepEqual(now, before) {
		t.Errorf("after the rollback:\n%v\nbefore:\n%v", now, before)
	}

	_, d = verb(t, append([]string{"apply", "--yes"}, args...)...)
	run := d.Run.ID
	h.upgrade("--set", "team=b", "--set", "replicas=2")
	now := h.objects()
	if labels, _ := owned(now["namespace"]); labels["team"] != "b" || labels["pod-security.kubernetes.io/warn"] != "baseline" || now["default"]["automountServiceAccountToken"] != false {
		t.Errorf("after the upgrade: %v, %v", labels, now["default"])
	}
	if code, d := verb(t, append([]string{"apply", "--yes"}, args...)...); code != 0 || len(d.Changes) != 0 {
		t.Errorf("after the upgrade harden changes %v (exit code %d)", d.Changes, code)
	}
	if code, d := verb(t, "rollback", "--yes", run); code != 0 {
		t.Fatalf("rollback behind an upgrade: exit code %d, %+v", code, d.Error)
	}
	now = h.objects()
	labels, ours := owned(now["namespace"])
	if _, left := labels["pod-security.kubernetes.io/warn"]; left || ours || labels["team"] != "b" || !reflect.DeepEqual(now["default"], before["default"]) {
		t.Errorf("after that rollback: %v, owned by harden: %t; %v", labels, ours, now["default"])
	}
	h.upgrade("--set", "team=c")
	if labels, _ := owned(h.objects()["namespace"]); labels["team"] != "c" {
		t.Errorf("the next upgrade: %v", labels)
	}
	h.uninstall()
}

// What the real Helm sets it would set again at its next upgrade, though it does not apply it
// server-side: harden leaves the field alone and names the release. Set right in the chart, it holds.
func TestWhatHelmSets(t *testing.T) {
	h := newHelm(t, "helm-sets")
	h.install()
	h.upgrade("--take-ownership", "--set", "defaultToken=true")
	before := h.objects()
	code, d := verb(t, "apply", "--yes", "-n", h.release, "--only", "5.1.5")
	if code != 0 || len(d.Changes) != 0 || !strings.Contains(reasonOf(d), "Helm release default/helm-sets sets this field; change it there") {
		t.Errorf("exit code %d, %v: %s", code, d.Changes, reasonOf(d))
	}
	if now := h.objects(); !reflect.DeepEqual(now, before) {
		t.Errorf("it is changed:\n%v\nbefore:\n%v", now, before)
	}
	if code, d := verb(t, "apply", "--yes", "-n", h.release, "--only", "5.2.1"); code != 0 || len(d.Changes) != 1 { // labels that Helm does not set
		t.Errorf("beside it: exit code %d, %v", code, d.Changes)
	}
	h.upgrade("--set", "defaultToken=false", "--set", "team=b")
	if code, d := verb(t, "plan", "-n", h.release); code != 0 || len(d.Changes) != 0 {
		t.Errorf("set right in the chart: exit code %d, %v", code, d.Changes)
	}
	if code, d := verb(t, "rollback", "--yes"); code != 0 {
		t.Fatalf("rollback: exit code %d, %+v", code, d.Error)
	}
	h.upgrade("--set", "defaultToken=true")
	h.uninstall()
}
