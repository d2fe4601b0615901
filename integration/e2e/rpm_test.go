//go:build e2e

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestRPM installs, verifies, upgrades and removes the rpm in a tree of its
// own, in which its scripts run.
func TestRPM(t *testing.T) {
	if _, err := exec.LookPath("rpm"); err != nil {
		t.Skipf("skipped: %v", err)
	}
	packages, err := filepath.Glob(filepath.Join("..", "..", "dist", "harden-*.rpm"))
	if err != nil || len(packages) != 1 {
		t.Fatalf("there are %d packages in dist (%v): run make package", len(packages), err)
	}
	root := t.TempDir()
	tree := filepath.Join(filepath.Dir(filepath.Dir(theNode.root)), "debian-bookworm")
	command := func(name string, args ...string) string {
		t.Helper()
		out, err := exec.Command(name, args...).CombinedOutput()
		if err != nil {
			t.Fatalf("%s %q: %v\n%s", name, args, err, out)
		}
		return string(out)
	}
	command("cp", "-a", "--reflink=auto", tree+"/.", root)
	rpm := func(args ...string) string {
		t.Helper()
		return command("rpm", append([]string{"--root", root, "--dbpath", "/var/lib/rpm"}, args...)...)
	}
	exists := func(path string, want bool) {
		t.Helper()
		if _, err := os.Lstat(filepath.Join(root, path)); (err == nil) != want {
			t.Errorf("%s: %v", path, err)
		}
	}
	// what systemctl enable would make of units
	wants := filepath.Join(root, "etc/systemd/system/timers.target.wants")

	rpm("--initdb")
	rpm("--install", "--nodeps", packages[0])
	if out := rpm("--verify", "--nodeps", "harden"); out != "" {
		t.Errorf("rpm --verify says:\n%s", out)
	}
	for _, path := range []string{"usr/bin/harden", "usr/lib/systemd/system/harden-check.timer", "usr/lib/systemd/system/multi-user.target.wants/harden-recover.service",
		"usr/share/man/man8/harden.8.gz", "usr/share/licenses/harden/LICENSE", "etc/harden/profiles"} {
		exists(path, true)
	}
	if links, err := filepath.Glob(filepath.Join(root, "etc/systemd/system/*/harden-*")); err != nil || len(links) > 0 {
		t.Errorf("units were enabled: %v %v", links, err)
	}
	command("chroot", root, "systemctl", "--quiet", "enable", "harden-check.timer")
	if _, err := os.Lstat(filepath.Join(wants, "harden-check.timer")); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(root, "etc/harden/config.yaml")
	if err := os.WriteFile(config, []byte("keep-runs: 7\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(root, "var/lib/harden/runs/1"), 0o700); err != nil {
		t.Fatal(err)
	}
	if out := rpm("--upgrade", "--force", "--nodeps", packages[0]); strings.Contains(out, "harden:") {
		t.Errorf("an upgrade says:\n%s", out)
	}
	if data, err := os.ReadFile(config); err != nil || string(data) != "keep-runs: 7\n" {
		t.Errorf("the configuration is %q (%v) after an upgrade", data, err)
	}
	if out := rpm("--erase", "harden"); !strings.Contains(out, "harden rollback --to original") {
		t.Errorf("a removal does not say how to go back:\n%s", out)
	}
	exists("usr/bin/harden", false)
	exists("etc/systemd/system/timers.target.wants/harden-check.timer", false)
	exists("var/lib/harden/runs/1", true)
	exists("etc/harden/config.yaml.rpmsave", true)
}
