package controlplane

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"harden/agent/cmdline"
	"harden/agent/facts"
	"harden/agent/host"
	"harden/agent/message"
	"harden/agent/node"
)

// fakeSigner is an API server with requests for certificates and one Node, and the
// kubelet of that node.
type fakeSigner struct {
	t        *testing.T
	mu       sync.Mutex
	ca       *x509.Certificate
	caKey    crypto.Signer
	address  string // of the node
	port     int    // of its kubelet
	requests []servingRequest
	keys     map[string]crypto.Signer // of the requests whose keys the kubelet has
	serves   *tls.Certificate
	approved []string
	foreign  bool // the kubelet serves with a key of its own
}

const caFile = "/etc/kubernetes/pki/ca.crt"

// thisAddress is an address of this machine that is no loopback.
func thisAddress(t *testing.T) string {
	t.Helper()
	list, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range list {
		if p, err := netip.ParsePrefix(a.String()); err == nil && p.Addr().Is4() && !p.Addr().IsLoopback() {
			return p.Addr().String()
		}
	}
	t.Skip("this machine has no address but the loopback, and a node has one")
	return ""
}

func newFakeSigner(t *testing.T) *fakeSigner {
	s := &fakeSigner{t: t, caKey: newKey(t), address: thisAddress(t), keys: map[string]crypto.Signer{}}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "kubernetes"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, s.caKey.Public(), s.caKey)
	if err != nil {
		t.Fatal(err)
	}
	if s.ca, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	listener, err := tls.Listen("tcp", net.JoinHostPort(s.address, "0"), &tls.Config{GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.serves == nil {
			return nil, fmt.Errorf("no serving certificate available for the kubelet")
		}
		return s.serves, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	s.port = listener.Addr().(*net.TCPAddr).Port
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(io.Discard, conn); conn.Close() }()
		}
	}()
	t.Cleanup(func() { listener.Close() })
	return s
}

// sign issues a certificate for a key, and the node's address.
func (s *fakeSigner) sign(key crypto.Signer) *tls.Certificate {
	template := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "system:node:n1"}, IPAddresses: []net.IP{net.ParseIP(s.address)},
		NotBefore: time.Now().Add(-time.Minute), NotAfter: time.Now().Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	der, err := x509.CreateCertificate(rand.Reader, template, s.ca, key.Public(), s.caKey)
	if err != nil {
		s.t.Error(err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// request has the kubelet, or who has its credential, make a request.
func (s *fakeSigner) request(name string, template *x509.CertificateRequest) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := newKey(s.t)
	r := requested(s.t, name, key, template)
	r.Metadata.ResourceVersion, r.Metadata.CreationTimestamp = "7", time.Now().Add(time.Duration(len(s.requests))*time.Second)
	s.requests, s.keys[name] = append(s.requests, r), key
}

// approve signs a request, and has the kubelet serve with it where that is its last.
func (s *fakeSigner) approve(name string) {
	i := slices.IndexFunc(s.requests, func(r servingRequest) bool { return r.Metadata.Name == name })
	s.requests[i].Status.Conditions = append(s.requests[i].Status.Conditions, struct {
		Type string `json:"type"`
	}{"Approved"})
	s.approved = append(s.approved, name)
	key := s.keys[name]
	if s.foreign {
		key = newKey(s.t)
	}
	if i == len(s.requests)-1 {
		s.serves = s.sign(key)
	}
}

func (s *fakeSigner) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	object := map[string]any{"metadata": map[string]string{"name": "n1"}, "status": map[string]any{
		"addresses":       []map[string]string{{"type": "InternalIP", "address": s.address}, {"type": "Hostname", "address": "n1"}},
		"daemonEndpoints": map[string]any{"kubeletEndpoint": map[string]int{"Port": s.port}}}}
	switch name, isApproval := strings.CutSuffix(r.URL.Path, "/approval"); {
	case r.URL.Path == nodesQuestion:
		_ = json.NewEncoder(w).Encode(map[string]any{"items": []any{object}})
	case r.URL.Path == nodesQuestion+"/n1":
		_ = json.NewEncoder(w).Encode(object)
	case r.URL.Path == requestsQuestion && r.URL.Query().Get("fieldSelector") == "spec.signerName=kubernetes.io/kubelet-serving":
		_ = json.NewEncoder(w).Encode(map[string]any{"items": s.requests})
	case isApproval && r.Method == http.MethodPatch:
		var patch struct {
			Metadata struct{ ResourceVersion string }
			Status   struct {
				Conditions []struct{ Type, Status string }
			}
		}
		if err := json.NewDecoder(r.Body).Decode(&patch); err != nil || patch.Metadata.ResourceVersion != "7" || len(patch.Status.Conditions) != 1 || patch.Status.Conditions[0].Status != "True" {
			w.WriteHeader(http.StatusConflict)
			return
		}
		s.approve(name[strings.LastIndex(name, "/")+1:])
		_, _ = w.Write([]byte("{}"))
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// kubelets lays out a node whose API server and kubelet this is.
func (s *fakeSigner) kubelets(t *testing.T) (Kubelets, *facts.Facts, *[]string) {
	t.Helper()
	server := httptest.NewUnstartedServer(s)
	server.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert}
	server.StartTLS()
	t.Cleanup(server.Close)
	dir := t.TempDir()
	key := newKey(t)
	public := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.sign(key).Certificate[0]})
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	private := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE" + " KEY", Bytes: der})
	at, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	own := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	b64 := base64.StdEncoding.EncodeToString
	for name, text := range map[string]string{
		caFile: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.ca.Raw})),
		"/etc/kubernetes/admin.conf": fmt.Sprintf("current-context: c\nclusters: [{name: k, cluster: {server: %s, certificate-authority-data: %s}}]\ncontexts: [{name: c, context: {cluster: k, user: u}}]\nusers: [{name: u, user: {client-certificate-data: %s, client-key-data: %s}}]\n",
			server.URL, b64(own), b64(public), b64(private)),
	} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	root, err := host.OpenRoot(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = root.Close() })
	argv := []string{APIServer, "--secure-port=" + at.Port(), "--kubelet-preferred-address-types=InternalIP,Hostname"}
	f := &facts.Facts{Kubelet: &facts.Kubelet{PID: os.Getpid(), Running: true, Kubeconfig: "/etc/kubernetes/admin.conf", Flags: map[string]string{"hostname-override": "n1"}},
		Components: map[string]*facts.Component{APIServer: {Name: APIServer, Running: true, PID: os.Getpid(), ManifestArgv: argv, Line: cmdline.FromArgv(APIServer, argv)}}}
	said := &[]string{}
	n := &node.Node{Root: root, Now: time.Now, Collect: func() (*facts.Facts, error) { return f, nil }, Log: func(m message.Text) { *said = append(*said, m.String()) }}
	return Kubelets{n}, f, said
}

// The request of this node is approved where it is the kubelet's own, and nothing else is.
func TestCertify(t *testing.T) {
	for _, test := range []struct {
		name     string
		before   []string // requests from before the restart
		requests func(s *fakeSigner)
		foreign  bool
		approved []string
		want     string // of the error; "": the kubelet serves with what was signed
	}{
		{"one request", nil, func(s *fakeSigner) { s.request("csr-1", kubeletRequest(s.address)) }, false, []string{"csr-1"}, ""},
		{"one from before the restart", []string{"old"}, func(s *fakeSigner) { s.request("csr-1", kubeletRequest(s.address)) }, false, []string{"csr-1"}, ""},
		{"two, of which the kubelet has the last key", nil, func(s *fakeSigner) {
			s.request("csr-1", kubeletRequest(s.address))
			s.request("csr-2", kubeletRequest(s.address))
		}, false, []string{"csr-2"}, ""},
		{"a foreign address", nil, func(s *fakeSigner) { s.request("csr-1", kubeletRequest(s.address, "192.0.2.7")) }, false, nil,
			"the request csr-1 is not approved: it asks for the address 192.0.2.7, which is not one of this node"},
		{"a foreign one beside the kubelet's", nil, func(s *fakeSigner) {
			s.request("evil", kubeletRequest("192.0.2.7"))
			s.request("csr-2", kubeletRequest(s.address))
		}, false, nil, "the request evil is not approved"},
		{"denied", nil, func(s *fakeSigner) {
			s.request("csr-1", kubeletRequest(s.address))
			s.requests[0].Status.Conditions = append(s.requests[0].Status.Conditions, struct {
				Type string `json:"type"`
			}{"Denied"})
		}, false, nil, "was denied"},
		{"the kubelet serves with another key", nil, func(s *fakeSigner) { s.request("csr-1", kubeletRequest(s.address)) }, true, []string{"csr-1"}, "a key other than that of the approved request"},
		{"no request", nil, func(*fakeSigner) {}, false, nil, "the kubelet has not received a serving certificate"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newFakeSigner(t)
			s.foreign = test.foreign
			for _, name := range test.before {
				s.request(name, kubeletRequest("192.0.2.99"))
			}
			kubelets, f, _ := s.kubelets(t)
			wait, err := kubelets.Certify(t.Context(), f, caFile, true)
			if err != nil {
				t.Fatal(err)
			}
			test.requests(s)
			within := time.Minute
			if test.foreign || strings.HasSuffix(test.want, "serving certificate") {
				within = 10 * time.Second // it is waited for until then
			}
			ctx, cancel := context.WithTimeout(t.Context(), within)
			defer cancel()
			err = wait(ctx)
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("said %v, want %q", err, test.want)
			}
			if !slices.Equal(s.approved, test.approved) {
				t.Errorf("approved are %v, want %v", s.approved, test.approved)
			}
			verified := kubelets.Unverified(t.Context(), f, caFile, true)
			if (verified == nil) != (test.want == "" || test.foreign) {
				t.Errorf("of the kubelets it is said: %v", verified)
			}
			if err := kubelets.Unverified(t.Context(), f, caFile, false); err != nil {
				t.Errorf("without this node: %v", err)
			}
		})
	}
}

// A worker approves nothing: it says what is to be done, and waits until somebody did.
func TestCertifyOnAWorker(t *testing.T) {
	s := newFakeSigner(t)
	kubelets, f, said := s.kubelets(t)
	delete(f.Components, APIServer)
	wait, err := kubelets.Certify(t.Context(), f, caFile, false)
	if err != nil {
		t.Fatal(err)
	}
	s.request("csr-1", kubeletRequest(s.address))
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	if err := wait(ctx); err == nil || len(s.approved) > 0 {
		t.Fatalf("said %v; approved are %v", err, s.approved)
	}
	if want := []string{"approve the request of this node on a control plane: kubectl certificate approve csr-1"}; !slices.Equal(*said, want) {
		t.Errorf("said %q, want %q", *said, want)
	}
	s.mu.Lock()
	s.approve("csr-1")
	s.mu.Unlock()
	if err := wait(t.Context()); err != nil {
		t.Errorf("after the approval: %v", err)
	}
}
