//go:build strangers

package strangers

import (
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// journals lists those of all runs, the newest first.
func journals(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(root, "var/lib/harden/runs/*/journal"))
	ok(t, err)
	if len(names) == 0 {
		t.Fatal("there is no run")
	}
	slices.Sort(names)
	slices.Reverse(names)
	for i, name := range names {
		names[i] = strings.TrimPrefix(name, root)
	}
	return names
}

// backups counts the files that runs have kept.
func backups(t *testing.T) int {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(root, "var/lib/harden/runs/*/backups/*"))
	ok(t, err)
	return len(names)
}

// TestDamagedJournal damages journals of settled runs, and has root recover, as
// at each boot. None of them may be undone by it, and no backup be lost while
// what it is of is still changed.
func TestDamagedJournal(t *testing.T) {
	flip := func(at func(text string) int) func(string) string {
		return func(text string) string {
			i := at(text)
			return text[:i] + string(text[i]^1) + text[i+1:]
		}
	}
	last := func(text string) int { return strings.LastIndex(strings.TrimSuffix(text, "\n"), "\n") + 1 }
	line := func(n int) func(string) int { // the begin of a line
		return func(text string) int {
			return len(strings.Join(strings.SplitAfterN(text, "\n", n+1)[:n], ""))
		}
	}
	cut := func(at func(string) int) func(string) string {
		return func(text string) string { return text[:at(text)] }
	}
	for _, d := range []struct {
		name   string
		damage func(string) string
		older  bool // the run has a newer one behind it
	}{
		{"a bit at the begin of the last record", flip(last), false},
		{"a bit in the middle of the last record", flip(func(text string) int { return (last(text) + len(text)) / 2 }), false},
		{"a bit of the last record's last letter", flip(func(text string) int { return len(text) - 2 }), false},
		{"a bit of the last line break", flip(func(text string) int { return len(text) - 1 }), false},
		{"a bit in the last record of an older run", flip(func(text string) int { return len(text) - 3 }), true},
		{"the last record of an older run is gone", cut(last), true},
		{"half of an older run's last record is gone", cut(func(text string) int { return (last(text) + len(text)) / 2 }), true},
		{"an older run has lost all behind its first record", cut(line(1)), true},
		{"all behind the first record is gone", cut(line(1)), false},
		{"all behind the second record is gone", cut(line(2)), false},
		{"the file is empty", cut(line(0)), false},
	} {
		attempt(t, d.name, func(t *testing.T) {
			lay(t, worker)
			flags := quietly(t, "cis-1.12")
			exits(t, harden(t, append([]string{"apply", "--no-restart", "--yes", "--only", "kubelet-config-mode"}, flags...)...), 0)
			if d.older {
				exits(t, harden(t, append([]string{"apply", "--no-restart", "--yes", "--skip", "kubelet-config-mode"}, flags...)...), 0)
			}
			runs := journals(t)
			journal := runs[len(runs)-1]
			write(t, journal, d.damage(read(t, journal)), 0, 0o600)
			before, kept := take(t), backups(t)
			for range 2 { // boots
				o := harden(t, "recover")
				if o.code == 2 || o.code == 70 {
					t.Errorf("recover: %v", o)
				}
				harden(t, "history")
			}
			before.unchanged(t, "recover")
			// Other runs go on, and make room.
			harden(t, append([]string{"apply", "--no-restart", "--yes", "--only", "cni-config-mode"}, flags...)...)
			harden(t, "recover")
			if now := backups(t); now < kept {
				t.Errorf("%d of %d backups are gone, and what they are of is changed", kept-now, kept)
			}
		})
	}
}

// TestNewerJournal has a journal of a newer harden, with a record that this one
// does not know. Its run is named for what it is, and nothing of it is lost.
func TestNewerJournal(t *testing.T) {
	for name, field := range map[string]string{"a field": `"later":true,`, "a kind of record": `"kind":"later","was":`} {
		attempt(t, name, func(t *testing.T) {
			lay(t, worker)
			exits(t, harden(t, append([]string{"apply", "--no-restart", "--yes", "--only", "kubelet-config-mode"}, quietly(t, "cis-1.12")...)...), 0)
			journal := journals(t)[0]
			text := read(t, journal)
			begin := strings.LastIndex(strings.TrimSuffix(text, "\n"), "\n") + 1
			last := text[begin:]
			at := strings.Index(last, `"kind":`)
			body := last[strings.Index(last, `{"seq":`):strings.LastIndex(last, "}")]
			newer := strings.Replace(body, `"kind":`, field, 1)
			if strings.HasPrefix(field, `"later"`) {
				newer = strings.Replace(body, `"kind":`, field+`"kind":`, 1)
			}
			if at < 0 || newer == body {
				t.Fatalf("the record is of another form: %s", last)
			}
			sum := crc32.Checksum([]byte(newer), crc32.MakeTable(crc32.Castagnoli))
			old := fmt.Sprintf("%08x", crc32.Checksum([]byte(body), crc32.MakeTable(crc32.Castagnoli)))
			if !strings.Contains(last, old) {
				t.Fatalf("the checksum is of another kind: %s", last)
			}
			last = strings.Replace(strings.Replace(last, body, newer, 1), old, fmt.Sprintf("%08x", sum), 1)
			write(t, journal, text[:begin]+last, 0, 0o600)
			before, kept := take(t), backups(t)
			rollback, history, recovery := harden(t, "rollback", "--yes"), harden(t, "history"), harden(t, "recover")
			for verb, o := range map[string]outcome{"rollback": rollback, "history": history, "recover": recovery} {
				said := o.stdout + o.stderr
				if strings.Contains(said, "no applied run") || strings.Contains(said, "rm ") || strings.Contains(said, "remove the run") || strings.Contains(said, "delete") {
					t.Errorf("%s of a newer run: %v", verb, o)
				}
			}
			if rollback.code == 0 || !strings.Contains(rollback.stderr, "newer") {
				t.Errorf("rollback does not say that a newer harden made the run: %v", rollback)
			}
			before.unchanged(t, "an older harden")
			if now := backups(t); now < kept {
				t.Errorf("%d of %d backups are gone", kept-now, kept)
			}
		})
	}
}

// TestStateDirectory has the directory of the runs be there already, for all to
// read or with a link in it.
func TestStateDirectory(t *testing.T) {
	attempt(t, "mode 0755", func(t *testing.T) {
		lay(t, worker)
		ok(t, os.Mkdir(filepath.Join(root, "var/lib/harden"), 0o755))
		ok(t, os.Mkdir(filepath.Join(root, "var/lib/harden/runs"), 0o755))
		o := harden(t, append([]string{"apply", "--no-restart", "--yes"}, quietly(t, "cis-1.12")...)...)
		for _, path := range []string{"var/lib/harden", "var/lib/harden/runs"} {
			info, err := os.Stat(filepath.Join(root, path))
			ok(t, err)
			if o.code == 0 && info.Mode().Perm()&0o077 != 0 {
				t.Errorf("/%s has mode %v, and backups in it", path, info.Mode())
			}
		}
	})
	attempt(t, "of a stranger", func(t *testing.T) {
		lay(t, worker)
		mkdir(t, "/var/lib/harden", mallory, 0o755)
		before := take(t)
		o := harden(t, append([]string{"apply", "--no-restart", "--yes"}, quietly(t, "cis-1.12")...)...)
		info, err := os.Stat(filepath.Join(root, "var/lib/harden"))
		ok(t, err)
		if o.code == 0 {
			if out := must(t, "setpriv", "--reuid=1000", "--regid=1000", "--clear-groups", "sh", "-c", "ls /var/lib/harden/runs/*/journal 2>/dev/null; true"); out != "" {
				t.Errorf("the directory has mode %v, and the stranger sees %s", info.Mode(), out)
			}
			return
		}
		before.unchanged(t, fmt.Sprintf("an apply with exit code %d", o.code))
	})
}
