//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// node is a booted node. Its files are seen from outside below root.
type node struct {
	name    string
	root    string
	address string // of a node on a bridge
}

// up boots a node; options are those of the script up.
func up(name string, options ...string) (*node, error) {
	cmd := exec.Command(filepath.Join(scripts, "up"), append(options, name)...)
	cmd.Stderr = os.Stderr
	root, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("cannot bring up node %s: %w", name, err)
	}
	return &node{name: name, root: strings.TrimSpace(string(root))}, nil
}

// down removes a node, however far it got.
func down(name string) error {
	cmd := exec.Command(filepath.Join(scripts, "down"), name)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("cannot remove node %s: %w", name, err)
	}
	return nil
}

// another boots a node beside the common one, for one test.
func another(t *testing.T, name string, options ...string) *node {
	t.Helper()
	t.Cleanup(func() {
		if err := down(name); err != nil {
			t.Error(err)
		}
	})
	n, err := up(name, options...)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// result is how a command on the node ended.
type result struct {
	stdout, stderr string
	code           int // exit status; 128 + signal where the node's shell reports one
}

// installHarden builds the binary and copies it to the node's /usr/bin.
func (n *node) installHarden() error {
	build := exec.Command("go", "build", "-trimpath", "-tags", "nethttpomithttp2", "-gcflags", "all=-l", "-o", filepath.Join(n.root, "usr/bin/harden"), "./cmd/harden")
	build.Dir = filepath.Join("..", "..")
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // the node's C library is its own
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("cannot build harden: %w\n%s", err, out)
	}
	return nil
}

// run runs a command on the node. Only a command that could not be run at all
// fails the test.
func (n *node) run(t *testing.T, command ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	// Not with the test's own context, which has ended when it cleans up.
	cmd := exec.Command(filepath.Join(scripts, "in"), append([]string{"-n", n.name}, command...)...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatalf("cannot run %q on the node: %v", command, err)
	}
	return result{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// must runs a command that has to end with an exit code and gives its stdout.
func (n *node) must(t *testing.T, code int, command ...string) string {
	t.Helper()
	r := n.run(t, command...)
	if r.code != code {
		t.Fatalf("%q: exit code %d, want %d\nstdout:\n%s\nstderr:\n%s", command, r.code, code, r.stdout, r.stderr)
	}
	return r.stdout
}

// write puts a file on the node and removes it after the test.
func (n *node) write(t *testing.T, path, content string) {
	t.Helper()
	name := filepath.Join(n.root, path)
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.Remove(name); err != nil {
			t.Error(err)
		}
	})
}

// kubelet is what systemd knows of the kubelet's process.
type kubelet struct {
	invocation string // another one after each start
	restarts   int    // by systemd itself, after a crash
	starts     int    // in all, as the journal has it
}

func (n *node) kubelet(t *testing.T) kubelet {
	t.Helper()
	// systemd's message "Finished start job", by its documented id (systemd.journal-fields, sd-messages.h)
	const unitStarted = "MESSAGE_ID=39f53479d3a045ac8e11786248231fbf"
	var k kubelet
	k.invocation = strings.TrimSpace(n.must(t, 0, "systemctl", "show", "--value", "--property=InvocationID", "kubelet"))
	restarts, err := strconv.Atoi(strings.TrimSpace(n.must(t, 0, "systemctl", "show", "--value", "--property=NRestarts", "kubelet")))
	if err != nil {
		t.Fatalf("NRestarts of the kubelet: %v", err)
	}
	k.restarts = restarts
	k.starts = strings.Count(n.must(t, 0, "journalctl", "--quiet", "--output=cat", "_PID=1", "UNIT=kubelet.service", unitStarted), "\n")
	return k
}

// requireHealthy waits up to three minutes for what "healthy" means: the
// kubelet and the API server answer, the node is Ready, the control plane's
// four pods run.
func (n *node) requireHealthy(t *testing.T) {
	t.Helper()
	var why string
	for deadline := time.Now().Add(3 * time.Minute); time.Now().Before(deadline); time.Sleep(time.Second) {
		if why = n.unhealthy(t); why == "" {
			return
		}
	}
	t.Fatalf("the node is not healthy: %s", why)
}

// unhealthy says what is missing, or "".
func (n *node) unhealthy(t *testing.T) string {
	t.Helper()
	if r := n.run(t, "curl", "--silent", "--fail", "--max-time", "2", "http://127.0.0.1:10248/healthz"); r.stdout != "ok" {
		return "the kubelet's healthz does not answer ok"
	}
	if r := n.run(t, "curl", "--silent", "--insecure", "--max-time", "2", "https://127.0.0.1:6443/readyz"); r.stdout != "ok" {
		return "the API server's readyz does not answer ok"
	}
	// Where the API was away, they start again and wait for their leases.
	for name, url := range map[string]string{"scheduler": "https://127.0.0.1:10259/readyz", "controller manager": "https://127.0.0.1:10257/healthz"} {
		if r := n.run(t, "curl", "--silent", "--insecure", "--max-time", "2", url); r.code != 0 || strings.Contains(r.stdout, "[-]") {
			return "the " + name + " says " + r.stdout
		}
	}
	type condition struct{ Type, Status string }
	type object struct {
		Metadata struct{ Name string }
		Status   struct {
			Phase      string
			Conditions []condition
		}
	}
	var list struct{ Items []object }
	r := n.run(t, "kubectl", "get", "nodes,pods", "--namespace=kube-system", "--output=json")
	if r.code != 0 {
		return strings.TrimSpace(r.stderr)
	}
	if err := json.Unmarshal([]byte(r.stdout), &list); err != nil {
		return err.Error()
	}
	if len(list.Items) != 5 {
		return fmt.Sprintf("%d nodes and control-plane pods, want 5", len(list.Items))
	}
	for _, o := range list.Items {
		ready := false
		for _, c := range o.Status.Conditions {
			ready = ready || c.Type == "Ready" && c.Status == "True"
		}
		if !ready {
			return o.Metadata.Name + " is not ready"
		}
	}
	return ""
}
