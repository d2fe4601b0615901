//go:build strangers

package strangers

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestOutputThroughLink has root write an output where a stranger has laid a
// link: in the place of the directory, or of the file.
func TestOutputThroughLink(t *testing.T) {
	link := func(t *testing.T, to, at string) {
		t.Helper()
		mkdir(t, filepath.Dir(at), mallory, 0o755)
		ok(t, os.Symlink(to, filepath.Join(root, at)))
		ok(t, os.Lchown(filepath.Join(root, at), mallory, mallory))
	}
	for _, a := range []struct {
		name string
		to   string // what his link leads to
		at   string // his link
		file string // where root is told to write
		args []string
	}{
		{"textfile", "/etc/cron.d", "/srv/metrics/node", "/srv/metrics/node/harden.prom", []string{"check", "--textfile"}},
		{"textfile, deeper", "/etc", "/srv/metrics/node", "/srv/metrics/node/cron.d/harden.prom", []string{"check", "--textfile"}},
		{"plan", "/etc/cron.d", "/srv/plans/out", "/srv/plans/out/node.plan", []string{"plan", "--out"}},
		{"plan in his home", "/root", "/home/mallory/out", "/home/mallory/out/.profile", []string{"plan", "--out"}},
		{"a textfile that is a link", "/etc/passwd", "/srv/metrics/harden.prom", "/srv/metrics/harden.prom", []string{"check", "--textfile"}},
		{"a plan that is a link", "/etc/passwd", "/srv/plans/node.plan", "/srv/plans/node.plan", []string{"plan", "--out"}},
	} {
		attempt(t, a.name, func(t *testing.T) {
			lay(t, worker)
			mkdir(t, "/etc/cron.d", 0, 0o755)
			link(t, a.to, a.at)
			before := take(t)
			o := harden(t, append(a.args, a.file, "--profile", "cis-1.12")...)
			if o.code == 2 || o.code == 70 {
				t.Errorf("%v", o)
			}
			for path, what := range before.changed(take(t)) {
				if strings.HasPrefix(path, "/etc") || strings.HasPrefix(path, "/root") {
					t.Errorf("root wrote %s through the stranger's link: it was %s", path, what)
				}
			}
		})
	}
}

// TestPipes has root open a pipe that nobody writes, and stops it: it ends, and
// says so by its exit code.
func TestPipes(t *testing.T) {
	for name, args := range map[string][]string{
		"profile":       {"plan", "--profile", "PIPE"},
		"configuration": {"plan", "--config", "PIPE"},
		"report":        {"plan", "--from", "PIPE"},
		"plan":          {"apply", "--yes", "PIPE"},
		"two reports":   {"diff", "PIPE", "PIPE"},
		"validation":    {"profiles", "validate", "PIPE"},
	} {
		attempt(t, name, func(t *testing.T) {
			lay(t, worker)
			pipe := "/root/pipe"
			ok(t, syscall.Mkfifo(filepath.Join(root, pipe), 0o600))
			t.Cleanup(func() { ok(t, os.Remove(filepath.Join(root, pipe))) })
			before := take(t)
			argv := []string{"timeout", "--preserve-status", "--kill-after=4", "--signal=TERM", "1", "/usr/bin/harden"}
			for _, word := range args {
				argv = append(argv, strings.ReplaceAll(word, "PIPE", pipe))
			}
			o := run(t, argv...)
			// It may wait for who writes, and must end by the signal then; or refuse a pipe.
			exits(t, o, 143, 1, 64, 78)
			if o.took > 4*time.Second {
				t.Errorf("the signal did not end it: %v", o)
			}
			before.unchanged(t, "a run that was stopped")
		})
	}
}

// TestKilledAttestation kills an attestation before it is in its place. What it
// leaves is gone after the next one.
func TestKilledAttestation(t *testing.T) {
	for _, call := range []string{"renameat", "fchmod", "fsync"} {
		attempt(t, "at its "+call, func(t *testing.T) {
			lay(t, worker)
			attest := []string{"/usr/bin/harden", "attest", "cis-1.12/5.1.1", "--reason", "seen", "--expires", time.Now().AddDate(0, 1, 0).Format(time.DateOnly)}
			mkdir(t, "/etc/harden", 0, 0o755)
			calls := call
			if call == "renameat" {
				calls = "?rename,?renameat,?renameat2"
			}
			run(t, append([]string{"strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + calls, "-e", "inject=" + calls + ":signal=KILL"}, attest...)...)
			left := func() (names []string) {
				entries, err := os.ReadDir(filepath.Join(root, "etc/harden"))
				ok(t, err)
				for _, e := range entries {
					if e.Name() != "attestations.yaml" && e.Name() != "profiles" {
						names = append(names, e.Name())
					}
				}
				return names
			}
			killed := left()
			must(t, attest...)
			exits(t, harden(t, "recover"), 0)
			if names := left(); len(names) > 0 {
				t.Errorf("of the killed attestation %v were left, and still are after the next: %v", killed, names)
			}
		})
	}
}

// TestBinaryOfStranger has root apply with a limit of time, by a binary that is
// a stranger's: a unit of root's must not start it later.
func TestBinaryOfStranger(t *testing.T) {
	for name, owner := range map[string]int{"his own": mallory, "in his directory": 0} {
		attempt(t, name, func(t *testing.T) {
			lay(t, worker)
			data, err := os.ReadFile(filepath.Join(root, "usr/bin/harden"))
			ok(t, err)
			write(t, "/home/mallory/bin/harden", string(data), mallory, 0o755)
			ok(t, os.Chown(filepath.Join(root, "/home/mallory/bin/harden"), owner, owner))
			o := run(t, append([]string{"/home/mallory/bin/harden", "apply", "--yes", "--no-restart", "--confirm-within", "5m"}, quietly(t, "cis-1.12")...)...)
			units := run(t, "sh", "-c", "cat /etc/systemd/system/harden-* /run/systemd/transient/harden-*; true").stdout
			if o.code == 0 {
				harden(t, "rollback", "--yes")
			}
			if strings.Contains(units, "/home/mallory") {
				t.Errorf("a unit of root's starts the stranger's program:\n%s", units)
			}
		})
	}
}

// TestRemovalDuringRun removes the package while a run is at work, by the
// package's own script.
func TestRemovalDuringRun(t *testing.T) {
	attempt(t, "prerm", func(t *testing.T) {
		lay(t, worker)
		script, err := os.ReadFile("../../packaging/deb/prerm")
		ok(t, err)
		write(t, "/opt/prerm", string(script), 0, 0o755)
		units, err := filepath.Glob("../../systemd/units/*")
		ok(t, err)
		for _, unit := range units {
			data, err := os.ReadFile(unit)
			ok(t, err)
			write(t, "/usr/lib/systemd/system/"+filepath.Base(unit), string(data), 0, 0o644)
		}
		must(t, "systemctl", "daemon-reload")
		flags := quietly(t, "cis-1.12")
		exits(t, harden(t, append([]string{"apply", "--no-restart", "--yes", "--only", "kubelet-config-mode"}, flags...)...), 0)
		must(t, "/opt/prerm", "remove") // nothing is at work
		// A run that waits for a kubelet that does not come back is at work for long.
		sicken(t)
		must(t, append(append([]string{"systemd-run", "--quiet", "--collect", "--unit=at-work", "/usr/bin/harden", "apply", "--yes", "--timeout", "20s"}, flags[:2]...), flags[4:]...)...)
		t.Cleanup(func() { run(t, "systemctl", "stop", "at-work") }) // which waits until it has put back what it changed
		eventually(t, "the run has written", func() bool { return len(journals(t)) == 2 })
		if o := run(t, "/opt/prerm", "remove"); o.code == 0 {
			t.Errorf("the package is removed while a run is at work: %v", o)
		}
	})
}
