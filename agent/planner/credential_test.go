package planner

import (
	"bytes"
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"harden/agent/cmdline"
	"harden/agent/controlplane"
	"harden/agent/facts"
	"harden/agent/host"
	"harden/agent/node"
)

// TestMetricsByWhoMay: the metrics, which tell that an encryption configuration
// was read, are asked for as an administrator. Since Kubernetes 1.36 the API
// server's own client for kubelets may not read them.
func TestMetricsByWhoMay(t *testing.T) {
	var statuses []string
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.TLS.PeerCertificates[0].Subject.CommonName
		statuses = append(statuses, name)
		if name != "admin" || r.URL.Path != "/metrics" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		_, _ = w.Write([]byte("a_metric 1\n"))
	}))
	server.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert}
	server.StartTLS()
	defer server.Close()
	dir := t.TempDir()
	clientFiles(t, dir)
	kubeconfigFile(t, dir, "super-admin") // bound to less here: the next one is asked
	kubeconfigFile(t, dir, "admin")
	root, err := host.OpenRoot(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	argv := []string{controlplane.APIServer, "--secure-port=" + portOf(t, server), "--kubelet-client-certificate=/client.crt", "--kubelet-client-key=/client.key"}
	f := &facts.Facts{Components: map[string]*facts.Component{controlplane.APIServer: {Name: controlplane.APIServer, Running: true, PID: os.Getpid(), ManifestArgv: argv, Line: cmdline.FromArgv(controlplane.APIServer, argv)}}}
	metrics := controlplane.Metrics(&node.Node{Root: root}, f, controlplane.Known(f))
	for range 2 { // each time from the first credential on
		var text []byte
		if err := metrics(t.Context(), time.Second*5, func(body io.Reader) (err error) { text, err = io.ReadAll(body); return err }); err != nil || !bytes.Equal(text, []byte("a_metric 1\n")) {
			t.Errorf("%q, %v", text, err)
		}
	}
	if len(statuses) != 4 || statuses[1] != "admin" || statuses[3] != "admin" {
		t.Errorf("asked by %q, want super-admin and then admin, twice", statuses)
	}
}
