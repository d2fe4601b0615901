//go:build e2e

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The tests of package systemd that need a systemd, on one that runs: where
// the others run there is none, and they skip these.
func TestSystemd(t *testing.T) {
	const program = "/root/systemd.test"
	file := filepath.Join(theNode.root, program)
	build := exec.Command("go", "test", "-c", "-o", file, "./systemd")
	build.Dir = filepath.Join("..", "..")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("cannot build the tests: %v\n%s", err, out)
	}
	t.Cleanup(func() {
		if err := os.Remove(file); err != nil {
			t.Error(err)
		}
	})
	out := theNode.must(t, 0, program, "-test.v", "-test.run", "^Test(Manager|NewConnections|JobOfALost|ConnectHeeds)")
	passed := strings.Count(out, "\n--- PASS: ")
	if skipped := strings.Contains(out, "--- SKIP: "); skipped || passed < 7 {
		t.Errorf("%d tests passed, skipped some: %v\n%s", passed, skipped, out)
	}
}
