package agent

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/host"
	"harden/fixers"
	"harden/profiles"
)

// clientFiles writes a client certificate and its key, made for the test.
func clientFiles(t *testing.T, dir string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{"client.crt": {Type: "CERTIFICATE", Bytes: der}, "client.key": {Type: "PRIVATE" + " KEY", Bytes: private}} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestSeveral: encryption at rest is only finished where one API server
// serves the cluster, and where that is known.
func TestSeveral(t *testing.T) {
	for _, test := range []struct {
		name    string
		status  int
		body    string
		alone   bool
		applied bool   // and not only shown
		want    string // beginning of the reason; "": it goes on
	}{
		{"one", 200, `{"subsets":[{"addresses":[{"ip":"10.0.0.1"}]}]}`, true, false, ""},
		{"one, to be applied", 200, `{"subsets":[{"addresses":[{"ip":"10.0.0.1"}]}]}`, true, true, ""},
		{"three, to be applied", 200, `{"subsets":[{"addresses":[{"ip":"10.0.0.1"},{"ip":"10.0.0.2"},{"ip":"10.0.0.3"}]}]}`, true, true, "the cluster has 3 API servers"},
		{"one, named twice", 200, `{"subsets":[{"addresses":[{"ip":"10.0.0.1"}]},{"addresses":[{"ip":"10.0.0.1"}]}]}`, true, false, ""},
		{"three", 200, `{"subsets":[{"addresses":[{"ip":"10.0.0.1"},{"ip":"10.0.0.2"},{"ip":"10.0.0.3"}]}]}`, true, false, "the cluster has 3 API servers"},
		{"three, and the operator takes the second step", 200, `{"subsets":[{"addresses":[{"ip":"10.0.0.1"},{"ip":"10.0.0.2"}]}]}`, false, false, ""},
		{"no rights", 403, `{}`, true, false, "cannot tell whether this is the only API server of the cluster: kube-apiserver: https://127.0.0.1"},
		{"no answer that can be read", 200, `{`, true, false, "cannot tell whether"},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if len(r.TLS.PeerCertificates) == 0 || r.URL.Path != "/api/v1/namespaces/default/endpoints/kubernetes" ||
					(r.URL.RawQuery == "") != test.applied || !test.applied && r.URL.RawQuery != "resourceVersion=0" {
					w.WriteHeader(http.StatusUnauthorized)
					return
				}
				w.WriteHeader(test.status)
				_, _ = w.Write([]byte(test.body))
			}))
			server.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
			server.StartTLS()
			defer server.Close()
			address, err := url.Parse(server.URL)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			clientFiles(t, dir)
			root, err := host.OpenRoot(dir, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer root.Close()
			p := &planner{
				Agent: &Agent{Root: root, Systemd: func(context.Context) (Systemd, error) { return nil, nil }},
				ctx:   t.Context(),
				facts: &facts.Facts{Components: map[string]*facts.Component{"kube-apiserver": {Name: "kube-apiserver", Running: true, PID: os.Getpid(), ManifestArgv: []string{
					"kube-apiserver", "--secure-port=" + address.Port(), "--kubelet-client-certificate=/client.crt", "--kubelet-client-key=/client.key"}}}},
				rules:    []wished{{Rule: &profiles.Rule{Name: "encryption"}, wish: fixers.Wish{Wants: []change.Want{{Alone: test.alone}}}}},
				verdicts: map[string]verdict{"encryption": {status: change.Drift}},
				blocked:  map[string]string{},
				applying: test.applied,
			}
			p.servers = p.apiServers
			blocked := p.several()
			reason := p.blocked["encryption"]
			if blocked != (test.want != "") || !strings.HasPrefix(reason, test.want) || test.want == "" && reason != "" {
				t.Errorf("blocked %v: %q, want %q", blocked, reason, test.want)
			}
		})
	}
}
