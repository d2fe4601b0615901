package planner

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"harden/agent/change"
	"harden/agent/cmdline"
	"harden/agent/controlplane"
	"harden/agent/facts"
	"harden/agent/host"
	"harden/agent/node"
)

// recordServer is an API server with the ConfigMap kubeadm-config.
type recordServer struct {
	version int
	text    string
	before  func() // each write
	asked   []string
}

func (s *recordServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.asked = append(s.asked, r.Method+" "+r.URL.String())
	if strings.HasSuffix(r.URL.Path, "/kubelet-config") {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	if r.Method == http.MethodPatch {
		s.before()
		var patch struct {
			Metadata struct{ ResourceVersion string }
			Data     map[string]string
		}
		data, _ := io.ReadAll(r.Body)
		if err := json.Unmarshal(data, &patch); err != nil || r.Header.Get("Content-Type") != "application/merge-patch+json" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if patch.Metadata.ResourceVersion != fmt.Sprint(s.version) {
			w.WriteHeader(http.StatusConflict)
			return
		}
		s.version++
		s.text = patch.Data["ClusterConfiguration"]
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"metadata": map[string]string{"resourceVersion": fmt.Sprint(s.version)}, "data": map[string]string{"ClusterConfiguration": s.text, "other": "stays"}})
}

// TestRecordAtServer reads and writes the record at an API server: whoever wrote it
// meanwhile is not overwritten.
func TestRecordAtServer(t *testing.T) {
	api := &recordServer{version: 7, text: "a: 1\n", before: func() {}}
	server := httptest.NewUnstartedServer(api)
	server.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert}
	server.StartTLS()
	defer server.Close()
	dir := t.TempDir()
	clientFiles(t, dir)
	kubeconfigFile(t, dir, "admin")
	root, err := host.OpenRoot(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	argv := []string{controlplane.APIServer, "--secure-port=" + portOf(t, server)}
	f := &facts.Facts{Components: map[string]*facts.Component{controlplane.APIServer: {Name: controlplane.APIServer, Running: true, PID: os.Getpid(), ManifestArgv: argv, Line: cmdline.FromArgv(controlplane.APIServer, argv)}}}
	record := controlplane.NewRecord(&node.Node{Root: root, Collect: func() (*facts.Facts, error) { return f, nil }})
	text := func(text string) change.State {
		return change.State{File: &change.File{Content: change.NewContent([]byte(text), false)}}
	}
	now, err := record.State(t.Context(), controlplane.ClusterRecord, nil)
	if err != nil || !now.Equal(text("a: 1\n")) {
		t.Fatalf("%v, %v", now, err)
	}
	if none, err := record.State(t.Context(), controlplane.KubeletRecord, f); err != nil || none.Exists() {
		t.Errorf("what is not there: %v, %v", none, err)
	}
	if err := record.Write(t.Context(), controlplane.ClusterRecord, now, text("a: 2\n")); err != nil || api.text != "a: 2\n" {
		t.Errorf("%q, %v", api.text, err)
	}
	changed := (*host.Changed)(nil)
	if err := record.Write(t.Context(), controlplane.ClusterRecord, now, text("a: 3\n")); !errors.As(err, &changed) || api.text != "a: 2\n" {
		t.Errorf("an old text is overwritten: %q, %v", api.text, err)
	}
	api.before = func() { api.version++ } // somebody writes between the look and the write
	if err := record.Write(t.Context(), controlplane.ClusterRecord, text("a: 2\n"), text("a: 3\n")); !errors.As(err, &changed) || api.text != "a: 2\n" {
		t.Errorf("a write of another is overwritten: %q, %v", api.text, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := record.Write(ctx, controlplane.ClusterRecord, text("a: 2\n"), text("a: 3\n")); err == nil {
		t.Error("nothing is said of what was not asked")
	}
}
