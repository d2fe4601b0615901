package planner

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"harden/agent/change"
	"harden/agent/controlplane"
	"harden/agent/facts"
	"harden/agent/host"
	"harden/agent/node"
	"harden/fixers"
	"harden/profiles"
)

const readsFlag = "--encryption-provider-config=/etc/kubernetes/harden/encryption.yaml"

// serverOf is the mirror pod of an API server, as its kubelet reports it.
func serverOf(name, ready string, words ...string) string {
	return fmt.Sprintf(`{"metadata":{"name":"kube-apiserver-%s","annotations":{"kubernetes.io/config.mirror":"x"}},"spec":{"containers":[{"name":"kube-apiserver","command":["kube-apiserver","%s"]}]},"status":{"conditions":[{"type":"Ready","status":"%s"}]}}`,
		name, strings.Join(words, `","`), ready)
}

// TestUnread: the second step is only taken where every API server of the
// cluster runs with an encryption configuration, and where that is known.
func TestUnread(t *testing.T) {
	const unknown = "it is not known whether every API server of the cluster can decrypt with the key: "
	good := func(name string) string { return serverOf(name, "True", "--secure-port=6443", readsFlag) }
	for _, test := range []struct {
		name   string
		pods   []string
		leases int
		want   string // beginning of the reason; "": it goes on
	}{
		{"all of them", []string{good("a"), good("b"), good("c")}, 3, ""},
		{"the flag in two words", []string{good("a"), good("b"), serverOf("c", "True", "--encryption-provider-config", "/etc/e.yaml")}, 3, ""},
		{"one without", []string{good("a"), good("b"), serverOf("c", "True", "--secure-port=6443")}, 3, unknown + "kube-apiserver-c runs without an encryption configuration: first apply there with --set encryption-steps=first"},
		{"one with an empty one", []string{good("a"), good("b"), serverOf("c", "True", "--encryption-provider-config=")}, 3, unknown + "kube-apiserver-c runs without"},
		{"one is not ready", []string{good("a"), serverOf("b", "False", readsFlag), good("c")}, 3, unknown + "kube-apiserver-b is not ready"},
		{"one is away", []string{good("a"), good("b")}, 3, unknown + "the cluster has 3 API servers, and the kubelets report 2"},
		{"one that no kubelet started does not count", []string{good("a"), good("b"), strings.Replace(good("c"), "config.mirror", "other", 1)}, 3, unknown + "the cluster has 3 API servers, and the kubelets report 2"},
		{"the count is not known", []string{good("a"), good("b"), good("c")}, 2, unknown + "these numbers should be equal, and are not"},
		{"no pod that can be read", []string{"3"}, 3, unknown + "kube-apiserver: a pod in its answer cannot be read"},
	} {
		t.Run(test.name, func(t *testing.T) {
			plane := fakePlane{nodes: 3, leases: test.leases, members: 3}
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/api/v1/namespaces/kube-system/pods" && r.URL.Query().Get("labelSelector") == "component=kube-apiserver" {
					_, _ = fmt.Fprintf(w, `{"items":[%s]}`, strings.Join(test.pods, ","))
					return
				}
				plane.ServeHTTP(w, r)
			}))
			server.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
			server.StartTLS()
			defer server.Close()
			etcd := httptest.NewServer(http.HandlerFunc(plane.etcd))
			defer etcd.Close()
			dir := t.TempDir()
			kubeconfigFile(t, dir, "admin")
			root, err := host.OpenRoot(dir, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer root.Close()
			p := planOf(t, root, &facts.Facts{Components: map[string]*facts.Component{
				controlplane.APIServer: {Name: controlplane.APIServer, Running: true, PID: os.Getpid(), ManifestArgv: []string{controlplane.APIServer, "--secure-port=" + portOf(t, server), "--etcd-servers=" + etcd.URL}},
				"etcd":                 {Name: "etcd", Manifest: "/etc/kubernetes/manifests/etcd.yaml", Running: true, PID: os.Getpid()}}}, false)
			p.rules = []requiredRule{{Rule: &profiles.Rule{Name: "encryption"}, req: fixers.Requirement{Wants: []change.Want{{AllServersRead: true}}}}}
			p.Systemd = func(context.Context) (node.Systemd, error) { return nil, nil }
			blocked := p.blockForMultipleAPIServers()
			reason := p.blocked["encryption"]
			if blocked != (test.want != "") || !strings.HasPrefix(reason.String(), test.want) || test.want == "" && !reason.IsZero() {
				t.Errorf("blocked %v: %q, want %q", blocked, reason, test.want)
			}
		})
	}
}
