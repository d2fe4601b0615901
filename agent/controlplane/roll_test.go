package controlplane

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"harden/agent/facts"
	"harden/agent/health"
)

// sight is one look at a component: what runs, and how often the kubelet has
// started it since.
type sight struct {
	after  time.Duration // since the look before
	pid    int           // 0: nothing runs
	pod    string        // UID, "" where it is not known
	behind bool          // it does not run as the manifest says
	starts int
}

func TestRollWatch(t *testing.T) {
	const second = time.Second
	for _, test := range []struct {
		name   string
		back   bool
		sights []sight
		done   bool
		fails  string
	}{
		{"a new process that stays", false, []sight{{pid: 1, behind: true}, {after: second}, {after: second, pid: 2, starts: 1}, {after: RollSettle, pid: 2, starts: 1}}, true, ""},
		{"a new process that has not stayed long enough", false, []sight{{pid: 2, starts: 1}, {after: second, pid: 2, starts: 1}}, false, ""},
		{"the old process as the new manifest says", false, []sight{{pid: 1}, {after: time.Minute, pid: 1}}, false, ""},
		{"the old process, put back before the kubelet saw the other", true, []sight{{pid: 1}, {after: rollUnnoticed, pid: 1}}, true, ""},
		{"the old process, put back a moment ago", true, []sight{{pid: 1}, {after: RollSettle, pid: 1}}, false, ""},
		{"new processes that end", false, []sight{{pid: 2}, {after: second}, {after: second, pid: 3}, {after: second}, {after: second, pid: 4}, {after: second}}, false, "3 of its processes exited"},
		{"new processes that are never seen", false, []sight{{starts: 1}, {after: second, starts: 2}, {after: 10 * second, starts: 3}, {after: RollSettle, starts: 3}}, false, "3 of its processes exited"},
		{"a third start a moment ago", false, []sight{{starts: 2}, {after: second, starts: 3}, {after: second, starts: 3}}, false, ""},
		{"another process of the pod from before", false, []sight{{pid: 2, pod: "old"}, {after: time.Minute, pid: 2, pod: "old"}}, false, ""},
		{"the pod from before ends late", false, []sight{{pid: 2, pod: "old"}, {after: second, pid: 3, pod: "new"}, {after: RollSettle, pid: 3, pod: "new"}}, true, ""},
		{"the new pod is there, and then the one from before", false, []sight{{pid: 3, pod: "new"}, {after: second, pid: 2, pod: "old"}, {after: RollSettle, pid: 3, pod: "new"}}, false, ""},
		{"a pod that is not known", false, []sight{{pid: 2}, {after: RollSettle, pid: 2}}, true, ""},
		{"started again in its pod, put back before the kubelet saw the other", true, []sight{{pid: 2, pod: "old"}, {after: rollUnnoticed, pid: 2, pod: "old"}}, true, ""},
		{"the third process stays", false, []sight{{starts: 3}, {after: second, pid: 4, starts: 3}, {after: RollSettle, pid: 4, starts: 3}}, true, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := rollWatch{component: "kube-scheduler", before: Instance{pid: 1, pod: "old"}, back: test.back}
			now := time.Unix(0, 0)
			var done bool
			var err error
			for _, s := range test.sights {
				now = now.Add(s.after)
				w.started(s.starts, now)
				c := &facts.Component{Running: s.pid != 0, PID: s.pid, PodUID: s.pod, Argv: []string{"new"}, ManifestArgv: []string{"new"}}
				if s.behind {
					c.Argv = []string{"old"}
				}
				done, err = w.check(t.Context(), c, nil, now)
			}
			if done != test.done {
				t.Errorf("done is %v, want %v (last: %s)", done, test.done, w.last)
			}
			if (err != nil) != (test.fails != "") || err != nil && !strings.Contains(err.Error(), test.fails) {
				t.Errorf("error %v, want %q", err, test.fails)
			}
		})
	}
}

// Who waits is told what for, at every step of a roll.
func TestRollWatchSaysWhatItWaitsFor(t *testing.T) {
	healthy := false
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if !healthy {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	defer server.Close()
	self := func() (health.Process, error) { return health.Process{Name: "kube-scheduler", PID: os.Getpid()}, nil }
	probe := &health.Probe{Name: "kube-scheduler", URL: server.URL + "/livez", Client: health.NewClient(self, nil)}
	w := rollWatch{component: "kube-scheduler", before: Instance{pid: 1}}
	var told []string
	for _, s := range []sight{{pid: 1}, {}, {pid: 2, behind: true}, {pid: 2}, {pid: 2}} {
		c := &facts.Component{Running: s.pid != 0, PID: s.pid, Argv: []string{"new"}, ManifestArgv: []string{"new"}}
		if s.behind {
			c.Argv = []string{"old"}
		}
		if _, err := w.check(t.Context(), c, probe, time.Unix(0, 0)); err != nil {
			t.Fatal(err)
		}
		if w.waits.String() == "waiting for "+probe.URL {
			healthy = true
		}
		told = append(told, w.waits.String())
	}
	want := []string{"waiting for process 1 to exit", "waiting for its new process", "waiting for a process with the flags of its manifest",
		"waiting for " + probe.URL, "process 2 is healthy; harden watches it for a moment"}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// A manifest that names the UID of its pod keeps it, whatever else it says.
func TestNamesUID(t *testing.T) {
	l := newLogTree(t)
	for name, test := range map[string]struct {
		text  string
		names bool
	}{
		"it does":       {"metadata:\n  uid: 0123456789abcdef0123456789abcdef\n", true},
		"it does not":   {"metadata:\n  name: kube-apiserver\nspec:\n  uid: x\n", false},
		"no YAML":       {"\t{", false},
		"there is none": {"", false},
	} {
		t.Run(name, func(t *testing.T) {
			if test.text != "" {
				if err := os.WriteFile(filepath.Join(l.dir, "m.yaml"), []byte(test.text), 0o600); err != nil {
					t.Fatal(err)
				}
			} else if err := os.Remove(filepath.Join(l.dir, "m.yaml")); err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
			if got := namesUID(l.Node, &facts.Component{Manifest: "/m.yaml"}); got != test.names {
				t.Errorf("%v, want %v", got, test.names)
			}
		})
	}
}
