package planner

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/message"
	"harden/agent/node"
	"harden/fixers"
	"harden/systemd"
)

// endpointWith serves a health endpoint, with TLS or without, and gives its port and
// how often it was asked.
func endpointWith(t *testing.T, status int, secure bool) (port string, statuses *atomic.Int32) {
	t.Helper()
	statuses = &atomic.Int32{}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		statuses.Add(1)
		w.WriteHeader(status)
	}))
	if secure {
		server.StartTLS()
	} else {
		server.Start()
	}
	t.Cleanup(server.Close)
	at, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return at.Port(), statuses
}

// TestPreflight: a plan goes by what the node itself shows. It asks no component
// of the control plane, and systemd only where the kubelet does not say that it
// is healthy.
func TestPreflight(t *testing.T) {
	scheduler, kubelet := change.RollPod("kube-scheduler"), change.RestartUnit(fixers.KubeletUnit)
	for _, test := range []struct {
		name     string
		kubelet  bool // runs
		runs     bool // the scheduler
		status   int  // of both
		unit     string
		effect   change.Effect
		observes bool
		systemd  bool   // is asked
		want     string // why the rule is blocked; "": it is not
	}{
		{"a kubelet that says that it is healthy", true, true, 200, "failed", kubelet, false, false, ""},
		{"a kubelet that says that it is not", true, true, 500, "active", kubelet, false, true, "kubelet.service is active, but not healthy: http://127.0.0.1:"},
		{"a kubelet that is down", false, true, 200, "failed", kubelet, false, true, "kubelet.service is failed"},
		{"a kubelet that is down, and a component that it restarts", false, true, 200, "failed", scheduler, false, true, "kubelet.service is failed"},
		{"a kubelet that is down, and nobody asks", false, true, 200, "failed", kubelet, true, false, ""},
		{"a component that runs", true, true, 200, "active", scheduler, false, false, ""},
		{"a component that does not run", true, false, 200, "active", scheduler, false, false, "kube-scheduler does not run"},
		{"a component of which no process counts", true, false, 200, "unproven", scheduler, false, false, "there is no proof that kube-scheduler runs: it is in another group"},
		{"an API server that only reads a file again", false, true, 200, "failed", change.ReloadEncryption, false, false, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			healthz, _ := endpointWith(t, test.status, false)
			secure, statuses := endpointWith(t, test.status, true)
			units := systemd.NewFake(systemd.Unit{Name: fixers.KubeletUnit, LoadState: "loaded", ActiveState: test.unit})
			connected := false
			p := Planner{Node: &node.Node{Systemd: func(context.Context) (node.Systemd, error) { return units, nil }}}.planning(t.Context(), ToShow)
			p.setFacts(&facts.Facts{
				Kubelet: &facts.Kubelet{Running: test.kubelet, PID: os.Getpid(), HealthzAddress: "127.0.0.1", HealthzPort: healthz},
				Components: map[string]*facts.Component{"kube-scheduler": {Name: "kube-scheduler", Running: test.runs,
					ManifestArgv: []string{"kube-scheduler", "--secure-port=" + secure}}},
			})
			p.changes = []change.Change{{Target: change.FileTarget("/a"), Rules: []string{"rule"}, Effects: []change.Effect{test.effect}}}
			p.systemd = func() (node.Systemd, error) { connected = true; return units, nil }
			if test.observes {
				p.why = ToReport
			}
			if test.unit == "unproven" {
				p.facts.Components["kube-scheduler"].Unproven = message.Value("it is in another group")
			}
			err := p.preflight()
			if (err != nil) != (test.want != "") {
				t.Errorf("error %v, want %q", err, test.want)
			}
			if reason := p.blocked["rule"]; (!reason.IsZero()) != (test.want != "") || !strings.Contains(reason.String(), test.want) {
				t.Errorf("blocked: %q, want %q", reason, test.want)
			}
			if connected != test.systemd || statuses.Load() > 0 {
				t.Errorf("systemd was asked: %v, want %v; the scheduler %d times", connected, test.systemd, statuses.Load())
			}
		})
	}
}
