package agent

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
	"harden/agent/host"
)

// sight is one look at a component: what runs, and how often the kubelet has
// started it since.
type sight struct {
	after  time.Duration // since the look before
	pid    int           // 0: nothing runs
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
		{"a new process that stays", false, []sight{{pid: 1, behind: true}, {after: second}, {after: second, pid: 2, starts: 1}, {after: rollSettle, pid: 2, starts: 1}}, true, ""},
		{"a new process that has not stayed long enough", false, []sight{{pid: 2, starts: 1}, {after: second, pid: 2, starts: 1}}, false, ""},
		{"the old process as the new manifest says", false, []sight{{pid: 1}, {after: time.Minute, pid: 1}}, false, ""},
		{"the old process, put back before the kubelet saw the other", true, []sight{{pid: 1}, {after: rollUnnoticed, pid: 1}}, true, ""},
		{"the old process, put back a moment ago", true, []sight{{pid: 1}, {after: rollSettle, pid: 1}}, false, ""},
		{"new processes that end", false, []sight{{pid: 2}, {after: second}, {after: second, pid: 3}, {after: second}, {after: second, pid: 4}, {after: second}}, false, "3 processes of it ended"},
		{"new processes that are never seen", false, []sight{{starts: 1}, {after: second, starts: 2}, {after: 10 * second, starts: 3}, {after: rollSettle, starts: 3}}, false, "3 processes of it ended"},
		{"a third start a moment ago", false, []sight{{starts: 2}, {after: second, starts: 3}, {after: second, starts: 3}}, false, ""},
		{"the third process stays", false, []sight{{starts: 3}, {after: second, pid: 4, starts: 3}, {after: rollSettle, pid: 4, starts: 3}}, true, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := rollWatch{component: "kube-scheduler", before: 1, back: test.back}
			now := time.Unix(0, 0)
			var done bool
			var err error
			for _, s := range test.sights {
				now = now.Add(s.after)
				w.started(s.starts, now)
				c := &facts.Component{Running: s.pid != 0, PID: s.pid, Argv: []string{"new"}, ManifestArgv: []string{"new"}}
				if s.behind {
					c.Argv = []string{"old"}
				}
				done, err = w.look(t.Context(), c, nil, now)
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
	probe := &health.Probe{Name: "kube-scheduler", URL: server.URL + "/livez"}
	w := rollWatch{component: "kube-scheduler", before: 1}
	var told []string
	for _, s := range []sight{{pid: 1}, {}, {pid: 2, behind: true}, {pid: 2}, {pid: 2}} {
		c := &facts.Component{Running: s.pid != 0, PID: s.pid, Argv: []string{"new"}, ManifestArgv: []string{"new"}}
		if s.behind {
			c.Argv = []string{"old"}
		}
		if _, err := w.look(t.Context(), c, probe, time.Unix(0, 0)); err != nil {
			t.Fatal(err)
		}
		if w.waits == "waiting for "+probe.URL {
			healthy = true
		}
		told = append(told, w.waits)
	}
	want := []string{"waiting for process 1 to end", "waiting for its new process", "waiting for a process as its manifest says",
		"waiting for " + probe.URL, "process 2 is healthy, and is watched for a moment"}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// What a component logged before it ended is found among the logs of its
// earlier pods, and of others.
func TestContainerLogs(t *testing.T) {
	dir := t.TempDir()
	write := func(name, line string) {
		t.Helper()
		name = filepath.Join(dir, podLogs, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(line), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	root, err := host.OpenRoot(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	a := &Agent{Root: root}

	if logs := a.containerLogs("kube-apiserver"); logs != nil {
		t.Errorf("logs where there are none: %v", logs)
	}
	write("kube-system_kube-apiserver-node1_0a/kube-apiserver/7.log", "")
	write("kube-system_kube-apiserver-node1_0a/kube-apiserver/7.log.20260101-000000.gz", "")
	write("kube-system_kube-scheduler-node1_0b/kube-scheduler/1.log", "")
	before := a.containerLogs("kube-apiserver")
	if starts, file := before.since(a.containerLogs("kube-apiserver")); starts != 0 || file != "" {
		t.Errorf("nothing was started, got %d starts and %s", starts, file)
	}
	const line = "2026-01-01T00:00:00.000000000Z stderr F "
	write("kube-system_kube-apiserver-node1_0c/kube-apiserver/2.log", line+"I0101 starting\n"+line+"Error: invalid argument\x1b[2J\n")
	write("kube-system_kube-scheduler-node1_0b/kube-scheduler/2.log", "")
	starts, file := before.since(a.containerLogs("kube-apiserver"))
	if want := podLogs + "/kube-system_kube-apiserver-node1_0c/kube-apiserver/2.log"; starts != 3 || file != want {
		t.Errorf("%d starts and %s, want 3 and %s", starts, file, want)
	}
	if got, want := a.lastWords(file), `; it logged "Error: invalid argument\x1b[2J" (`+file+`)`; got != want {
		t.Errorf("last words %s, want %s", got, want)
	}
}
