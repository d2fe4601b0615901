package transaction

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/node"
	"harden/agent/planner"
	"harden/fixers"
	"harden/systemd"
)

// componentWith serves the health endpoint of a component, and gives its port and
// how often it was asked.
func componentWith(t *testing.T, status int) (port string, asked *atomic.Int32) {
	t.Helper()
	asked = &atomic.Int32{}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	at, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return at.Port(), asked
}

// readyRunner has a kubelet whose unit is in a state.
func readyRunner(state string) *Runner {
	units := systemd.NewFake(systemd.Unit{Name: fixers.KubeletUnit, LoadState: "loaded", ActiveState: state})
	return &Runner{Node: &node.Node{Systemd: func(context.Context) (node.Systemd, error) { return units, nil }}}
}

// TestReady: what a plan restarts is asked for its health before anything is
// written, and nothing else is.
func TestReady(t *testing.T) {
	scheduler, kubelet := change.RollPod("kube-scheduler"), change.RestartUnit(fixers.KubeletUnit)
	for _, test := range []struct {
		name    string
		status  int // of the scheduler
		unit    string
		effects []change.Effect
		live    bool
		asked   int32 // the scheduler
		want    string
	}{
		{"both are healthy", 200, "active", []change.Effect{scheduler, kubelet}, true, 1, ""},
		{"a component is not", 500, "active", []change.Effect{kubelet, scheduler}, true, 1, "not healthy: kube-scheduler is not healthy: https://127.0.0.1:"},
		{"the kubelet is not", 200, "failed", []change.Effect{scheduler, kubelet}, true, 1, "not healthy: kubelet.service is failed"},
		{"a component that is not restarted is not", 500, "active", []change.Effect{kubelet}, true, 0, ""},
		{"nothing is restarted", 500, "failed", nil, true, 0, ""},
		{"a component, and the kubelet that restarts it is not", 200, "failed", []change.Effect{scheduler}, true, 1, "not healthy: kubelet.service is failed"},
		{"a component without an endpoint", 500, "active", []change.Effect{change.RollPod("kube-controller-manager")}, true, 0, ""},
		{"a tree, in which nothing runs", 500, "failed", []change.Effect{scheduler, kubelet}, false, 0, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			port, asked := componentWith(t, test.status)
			r := &Runner{Node: &node.Node{}}
			if test.live {
				r = readyRunner(test.unit)
			}
			plan := &planner.Plan{
				Plan: change.Plan{Changes: []change.Change{{Target: change.FileTarget("/a"), Effects: test.effects}}},
				Facts: &facts.Facts{Components: map[string]*facts.Component{
					"kube-scheduler":          {Name: "kube-scheduler", Running: true, PID: os.Getpid(), ManifestArgv: []string{"kube-scheduler", "--secure-port=" + port}},
					"kube-controller-manager": {Name: "kube-controller-manager", Running: true, ManifestArgv: []string{"kube-controller-manager", "--secure-port=0"}},
				}},
			}
			err := r.Ready(t.Context(), plan)
			if got := asked.Load(); got != test.asked {
				t.Errorf("the scheduler was asked %d times, want %d", got, test.asked)
			}
			switch {
			case test.want == "" && err == nil:
			case test.want == "" || err == nil || !strings.Contains(err.Error(), "nothing was changed") || !strings.Contains(err.Error(), test.want):
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

// The quorum is asked before anything is written, where etcd rolls and only there.
func TestReadyAsksForTheQuorum(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		_, _ = io.WriteString(w, `{"header":{"member_id":"1"},"members":[{"ID":"1","name":"a"},{"ID":"2","name":"b"}]}`)
	}))
	defer server.Close()
	for effect, want := range map[change.Effect]string{"": "", change.RollPod("etcd"): "etcd has 2 members"} {
		asked = 0
		r := readyRunner("active")
		plan := &planner.Plan{Plan: change.Plan{Changes: []change.Change{{Target: change.FileTarget("/a"), Effects: []change.Effect{change.RestartUnit("kubelet.service"), effect}}}},
			Facts: &facts.Facts{Components: map[string]*facts.Component{"etcd": {Name: "etcd", Running: true, PID: os.Getpid(), ManifestArgv: []string{"etcd", "--listen-client-urls=" + server.URL}}}}}
		if effect == "" {
			plan.Changes[0].Effects = plan.Changes[0].Effects[:1]
		}
		err := r.Ready(t.Context(), plan)
		if (err == nil) != (want == "") || err != nil && (!strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "nothing was changed")) {
			t.Errorf("error %v, want %q", err, want)
		}
		if (asked > 0) != (effect != "") {
			t.Errorf("for %q it was asked %d times", effect, asked)
		}
	}
}
