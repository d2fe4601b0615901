package planner

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"harden/agent/change"
	"harden/agent/cmdline"
	"harden/agent/controlplane"
	"harden/agent/facts"
	"harden/agent/host"
	"harden/agent/node"
	"harden/fixers"
	"harden/profiles"
)

// clientPair makes a client certificate of a name, and its key.
func clientPair(t *testing.T, name string) (public, private []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	text, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE" + " KEY", Bytes: text})
}

// clientFiles writes a client certificate and its key, made for the test.
func clientFiles(t *testing.T, dir string) {
	t.Helper()
	public, private := clientPair(t, "kubelet-client")
	writeFile(t, filepath.Join(dir, "client.crt"), string(public))
	writeFile(t, filepath.Join(dir, "client.key"), string(private))
}

// kubeconfigFile writes a kubeconfig whose server is another machine.
func kubeconfigFile(t *testing.T, dir, name string) {
	t.Helper()
	public, private := clientPair(t, name)
	writeFile(t, filepath.Join(dir, "etc/kubernetes", name+".conf"), fmt.Sprintf("apiVersion: v1\nkind: Config\ncurrent-context: c\nclusters: [{name: k, cluster: {server: https://192.0.2.1:6443}}]\ncontexts: [{name: c, context: {cluster: k, user: u}}]\nusers:\n- name: u\n  user: {client-certificate-data: %s, client-key-data: %s}\n",
		base64.StdEncoding.EncodeToString(public), base64.StdEncoding.EncodeToString(private)))
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// fakePlane is an API server and the etcd of a control plane, as they answer who
// asks what there is.
type fakePlane struct {
	nodes, leases, members int
	body                   string   // of every answer; "": a list
	refused                []string // names of clients that may not ask
	applied                bool     // nothing may be told from memory
	asked                  []string // by whom
}

func (f *fakePlane) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	count := 0
	switch r.URL.Path {
	case "/api/v1/nodes":
		count = f.nodes
	case "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases":
		count = f.leases
	default:
		w.WriteHeader(http.StatusNotFound)
		return
	}
	query := r.URL.Query()
	if len(r.TLS.PeerCertificates) == 0 || query.Get("labelSelector") == "" || (query.Get("resourceVersion") == "") != f.applied {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	name := r.TLS.PeerCertificates[0].Subject.CommonName
	f.asked = append(f.asked, name)
	if slices.Contains(f.refused, name) {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	if f.body != "" {
		_, _ = w.Write([]byte(f.body))
		return
	}
	_, _ = w.Write([]byte(`{"kind":"List","items":[` + strings.TrimPrefix(strings.Repeat(`,{"metadata":{}}`, count), ",") + "]}"))
}

// etcd answers as etcd's gateway does.
func (f *fakePlane) etcd(w http.ResponseWriter, r *http.Request) {
	var list []string
	for i := range f.members {
		list = append(list, fmt.Sprintf(`{"ID":"%d","name":"m%d"}`, i+1, i+1))
	}
	_, _ = fmt.Fprintf(w, `{"header":{"member_id":"1"},"members":[%s]}`, strings.Join(list, ","))
}

func portOf(t *testing.T, server *httptest.Server) string {
	t.Helper()
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return address.Port()
}

// TestMultipleAPIServers: encryption at rest is only finished where one API server
// exists, and where that is known.
func TestMultipleAPIServers(t *testing.T) {
	const unknown = "cannot tell whether this is the only API server of the cluster: "
	for _, test := range []struct {
		name     string
		plane    fakePlane
		alone    bool
		stays    []string // kubeconfigs that are there; nil: both
		want     string   // beginning of the reason; "": it goes on
		statuses string   // the last who was asked
	}{
		{"one", fakePlane{nodes: 1, leases: 1, members: 1}, true, nil, "", "super-admin"},
		{"one, to be applied", fakePlane{nodes: 1, leases: 1, members: 1, applied: true}, true, nil, "", "super-admin"},
		{"three, to be applied", fakePlane{nodes: 3, leases: 3, members: 3, applied: true}, true, nil, "the cluster has 3 API servers", "super-admin"},
		{"three", fakePlane{nodes: 3, leases: 3, members: 3}, true, nil, "the cluster has 3 API servers", "super-admin"},
		{"two, one of which never was up", fakePlane{nodes: 2, leases: 1, members: 2}, true, nil, unknown + "these numbers should be equal, and are not: 2 control-plane nodes, 1 leases of API servers, 2 members of etcd", "super-admin"},
		{"none that is known", fakePlane{}, true, nil, unknown + "etcd: etcd does not say who its members are", "super-admin"},
		{"no node of a control plane", fakePlane{nodes: 0, leases: 1, members: 1}, true, nil, unknown + "these numbers should be equal", "super-admin"},
		{"three, and the operator takes the second step", fakePlane{nodes: 3, leases: 3, members: 3}, false, nil, "", ""},
		{"without super-admin", fakePlane{nodes: 1, leases: 1, members: 1}, true, []string{"admin"}, "", "admin"},
		{"who is bound to less is passed over", fakePlane{nodes: 1, leases: 1, members: 1, refused: []string{"super-admin"}}, true, nil, "", "admin"},
		{"no administrator", fakePlane{nodes: 1, leases: 1, members: 1}, true, []string{}, "", "kubelet-client"},
		{"nobody has the right", fakePlane{refused: []string{"super-admin", "admin", "kubelet-client"}}, true, nil, unknown + "kube-apiserver: https://127.0.0.1", "kubelet-client"},
		{"no answer that can be read", fakePlane{body: "{"}, true, nil, unknown + "kube-apiserver: unexpected EOF; first apply on every control plane with --set encryption-steps=first", "super-admin"},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := httptest.NewUnstartedServer(&test.plane)
			server.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
			server.StartTLS()
			defer server.Close()
			etcd := httptest.NewServer(http.HandlerFunc(test.plane.etcd))
			defer etcd.Close()
			dir := t.TempDir()
			clientFiles(t, dir)
			if test.stays == nil {
				test.stays = []string{"super-admin", "admin"}
			}
			for _, name := range test.stays {
				kubeconfigFile(t, dir, name)
			}
			root, err := host.OpenRoot(dir, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer root.Close()
			p := planOf(t, root, &facts.Facts{Components: map[string]*facts.Component{
				controlplane.APIServer: {Name: controlplane.APIServer, Running: true, PID: os.Getpid(), ManifestArgv: []string{controlplane.APIServer, "--secure-port=" + portOf(t, server),
					"--kubelet-client-certificate=/client.crt", "--kubelet-client-key=/client.key", "--etcd-servers=" + etcd.URL}},
				"etcd": {Name: "etcd", Manifest: "/etc/kubernetes/manifests/etcd.yaml", Running: true, PID: os.Getpid()}}}, test.alone)
			p.Systemd = func(context.Context) (node.Systemd, error) { return nil, nil }
			if test.plane.applied {
				p.why = ToApply
			}
			blocked := p.blockForMultipleAPIServers()
			reason := p.blocked["encryption"]
			if blocked != (test.want != "") || !strings.HasPrefix(reason.String(), test.want) || test.want == "" && !reason.IsZero() {
				t.Errorf("blocked %v: %q, want %q", blocked, reason, test.want)
			}
			last := ""
			if len(test.plane.asked) > 0 {
				last = test.plane.asked[len(test.plane.asked)-1]
			}
			if last != test.statuses {
				t.Errorf("asked by %q, want %q", test.plane.asked, test.statuses)
			}
		})
	}
}

// planOf is a plan of one rule, which must not be applied where there are several
// API servers.
func planOf(t *testing.T, root *host.Root, f *facts.Facts, alone bool) *planning {
	t.Helper()
	p := Planner{Node: &node.Node{Root: root}}.planning(t.Context(), ToShow)
	p.setFacts(f)
	p.rules = []requiredRule{{Rule: &profiles.Rule{Name: "encryption"}, req: fixers.Requirement{Wants: []change.Want{{SingleAPIServer: alone}}}}}
	p.verdicts = map[string]verdict{"encryption": {status: change.Drift}}
	return p
}

// Below --root nobody can be asked: what etcd was first started with counts, and
// what is not known is blocked.
func TestMultipleAPIServersInATree(t *testing.T) {
	for _, test := range []struct {
		name string
		etcd *facts.Component
		want string
	}{
		{"one member", &facts.Component{Line: cmdline.FromArgv("etcd", []string{"etcd", "--initial-cluster=a=https://10.0.0.1:2380"})}, ""},
		{"one member with two addresses", &facts.Component{Line: cmdline.FromArgv("etcd", []string{"etcd", "--initial-cluster=a=https://10.0.0.1:2380,a=https://10.0.1.1:2380"})}, ""},
		{"three members", &facts.Component{Line: cmdline.FromArgv("etcd", []string{"etcd", "--initial-cluster", "a=https://10.0.0.1:2380,b=https://10.0.0.2:2380,c=https://10.0.0.3:2380"})}, "the cluster has 3 API servers"},
		{"it does not say", &facts.Component{Manifest: "/m/etcd.yaml", Line: cmdline.FromArgv("etcd", []string{"etcd"})}, "cannot tell whether this is the only API server of the cluster: etcd does not run here, and /m/etcd.yaml does not name its members"},
		{"no etcd", nil, "cannot tell whether this is the only API server of the cluster: etcd does not run here, and has no manifest; first apply on every control plane with --set encryption-steps=first"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := &facts.Facts{Components: map[string]*facts.Component{controlplane.APIServer: {Name: controlplane.APIServer}}}
			if test.etcd != nil {
				test.etcd.Name = "etcd"
				f.Components["etcd"] = test.etcd
			}
			p := planOf(t, nil, f, true)
			p.blockForMultipleAPIServers()
			if reason := p.blocked["encryption"]; !strings.HasPrefix(reason.String(), test.want) || (reason.IsZero()) != (test.want == "") {
				t.Errorf("%q, want %q", reason, test.want)
			}
		})
	}
}
