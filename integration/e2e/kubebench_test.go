//go:build e2e

package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The outside judge. Its controls lie in its module's directory; nothing of
// them is copied into this repository, only onto the node.
const (
	kubeBenchModule = "github.com/aquasecurity/kube-bench"
	kubeBenchHome   = "/opt/kube-bench"
)

// verdict is what kube-bench says of one control.
type verdict struct {
	Status string `json:"status"` // PASS, FAIL, WARN or INFO
	Type   string `json:"type"`   // "manual" where it warns whatever the node says
}

// verdicts are by the control's number, such as 1.2.16.
type verdicts map[string]verdict

// installKubeBench builds the judge from its own module and puts it, with its
// controls, where no profile looks.
func (n *node) installKubeBench(t *testing.T) {
	t.Helper()
	home := filepath.Join(n.root, kubeBenchHome)
	if err := os.RemoveAll(home); err != nil {
		t.Fatal(err)
	}
	module := filepath.Join("..", "kubebench")
	command := func(args ...string) string {
		cmd := exec.CommandContext(t.Context(), "go", args...)
		cmd.Dir = module
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("go %s: %v", strings.Join(args, " "), err)
		}
		return strings.TrimSpace(string(out))
	}
	command("build", "-o", filepath.Join(home, "kube-bench"), kubeBenchModule)
	source := command("list", "-m", "-f", "{{.Dir}}", kubeBenchModule)
	if err := os.CopyFS(filepath.Join(home, "cfg"), os.DirFS(filepath.Join(source, "cfg"))); err != nil {
		t.Fatal(err)
	}
}

// kubeBench judges the node by a benchmark.
func (n *node) kubeBench(t *testing.T, benchmark string) verdicts {
	t.Helper()
	return n.kubeBenchOn(t, benchmark, "master,etcd,controlplane,node")
}

// kubeBenchOn judges some sections of a benchmark.
func (n *node) kubeBenchOn(t *testing.T, benchmark, targets string) verdicts {
	t.Helper()
	out := n.must(t, 0, "env", "KUBECONFIG=/etc/kubernetes/admin.conf", kubeBenchHome+"/kube-bench", "run", "--config-dir", kubeBenchHome+"/cfg",
		"--benchmark", benchmark, "--targets", targets, "--json")
	var report struct {
		Controls []struct {
			Tests []struct {
				Results []struct {
					Number string `json:"test_number"`
					verdict
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatalf("kube-bench's report: %v\n%.200s", err, out)
	}
	all := verdicts{}
	for _, controls := range report.Controls {
		for _, section := range controls.Tests {
			for _, r := range section.Results {
				all[r.Number] = r.verdict
			}
		}
	}
	if len(all) == 0 {
		t.Fatal("kube-bench judged nothing")
	}
	return all
}

// with lists the controls that have a status, in the benchmark's order.
func (v verdicts) with(status string) []string {
	var ids []string
	for id, verdict := range v {
		if verdict.Status == status {
			ids = append(ids, id)
		}
	}
	return inOrder(ids)
}
