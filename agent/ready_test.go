package agent_test

import (
	"crypto/x509"
	"encoding/pem"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"harden/agent/facts"
	"harden/agent/node"
)

// What a plan shows may be a moment old. An apply counts the API servers anew,
// asks those that it would roll for their health, and writes nothing where one
// is not healthy; the plan does not ask for that.
func TestApplyAsks(t *testing.T) {
	var mu sync.Mutex
	var asked []string
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked = append(asked, r.URL.String())
		mu.Unlock()
		if r.URL.Path == "/livez" {
			http.Error(w, "[-]etcd failed: reason withheld", http.StatusInternalServerError)
			return
		}
		_, _ = w.Write([]byte(`{"items":[{}]}`))
	}))
	defer server.Close()
	store := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"header":{"member_id":"1"},"members":[{"ID":"1","name":"a"}]}`))
	}))
	defer store.Close()
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	n := newNode(t)
	own := server.TLS.Certificates[0] // any will do as the client's: nobody looks at it
	served := filepath.Join(t.TempDir(), "served.crt")
	n.ok(os.WriteFile(served, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: own.Certificate[0]}), 0o600))
	private, err := x509.MarshalPKCS8PrivateKey(own.PrivateKey)
	n.ok(err)
	n.write("/etc/kubernetes/pki/apiserver-kubelet-client.crt", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: own.Certificate[0]})), 0o600)
	n.write("/etc/kubernetes/pki/apiserver-kubelet-client.key", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE" + " KEY", Bytes: private})), 0o600)
	n.replace(apiserverManifest, "--secure-port=6443", "--secure-port="+port)
	n.replace(apiserverManifest, "--etcd-servers=https://127.0.0.1:2379", "--etcd-servers="+store.URL)
	a := n.agent(rulesOf("apiserver-encryption-at-rest"), nil)
	collect := a.Collect
	a.Collect = func() (*facts.Facts, error) {
		f, err := collect()
		if err == nil {
			c := f.Components[apiserver]
			c.Running, c.PID, f.Components["etcd"].PID = true, os.Getpid(), os.Getpid()
			c.Argv = append(slices.Clone(c.ManifestArgv), "--tls-cert-file="+served) // where this process sees it
		}
		return f, err
	}
	told := func() []string { mu.Lock(); defer mu.Unlock(); list := asked; asked = nil; return list }
	const nodes, leases = "/api/v1/nodes?labelSelector=node-role.kubernetes.io%2Fcontrol-plane",
		"/apis/coordination.k8s.io/v1/namespaces/kube-system/leases?labelSelector=apiserver.kubernetes.io%2Fidentity%3Dkube-apiserver"

	before := n.snapshot()
	plan, err := a.Plan(t.Context())
	n.ok(err)
	n.equal(4, len(plan.Changes))
	n.equal([]string{nodes + "&resourceVersion=0", leases + "&resourceVersion=0"}, told())
	_, err = a.Apply(t.Context(), plan)
	n.failed(err, node.Failed, "nothing was changed", "kube-apiserver is not healthy", "[-]etcd failed")
	n.equal([]string{nodes, leases, "/livez"}, told())
	n.equal(before, n.snapshot())
	n.equal([]string{}, n.runDirs())
}
