//go:build torture

package torture

import (
	"encoding/json"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

// profile is the one whose runs are attacked: it reads and writes more paths
// of the sample node than any other.
const profile = "cis-1.12"

// document is what the tests read of a JSON document of harden's.
type document struct {
	Changes  []struct{ Target string }
	Findings []struct {
		Rule, Status, Reason string
		Targets              []string
	}
}

func parse(t *testing.T, o outcome) (d document) {
	t.Helper()
	if err := json.Unmarshal([]byte(o.stdout), &d); err != nil {
		t.Fatalf("stdout is not a JSON document: %v\n%v", err, o)
	}
	return d
}

// wide lays out a sample node below dir of which nearly every file has to be
// changed.
func wide(t *testing.T, dir string) {
	t.Helper()
	tree(t, dir)
	must(t, "chmod", "-R", "a+rw,g-w,o-w,u+x", dir)
	must(t, "find", dir, "-type", "f", "-exec", "chmod", "0666", "{}", "+")
}

// managed lists the paths of a tree that exist and that a run would write.
func managed(t *testing.T, dir string) []string {
	t.Helper()
	o := run(t, "plan", "--root", dir, "--profile", profile, "-o", "json")
	exits(t, o, 0)
	var paths []string
	for _, c := range parse(t, o).Changes {
		name, is := strings.CutPrefix(c.Target, "file:")
		if _, err := os.Lstat(dir + name); is && err == nil && !slices.Contains(paths, name) {
			paths = append(paths, name)
		}
	}
	if len(paths) < 30 {
		t.Fatalf("only %d paths would be written", len(paths))
	}
	return paths
}

// components lists the paths and every directory on the way to them.
func components(paths []string) []string {
	all := map[string]bool{}
	for _, p := range paths {
		for ; p != "/"; p = path.Dir(p) {
			all[p] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// everyVerb runs every verb that reads or writes a tree, each of which must
// end by itself, and with an exit code that it promises.
func everyVerb(t *testing.T, dir string) (all []outcome) {
	t.Helper()
	for _, verb := range [][]string{
		{"plan", "--profile", profile}, {"check", "--profile", profile, "-o", "json"}, {"apply", "--profile", profile, "--yes"},
		{"rollback", "--yes"}, {"recover"}, {"history"},
	} {
		started := time.Now()
		o := run(t, append(verb, "--root", dir)...)
		if !slices.Contains([]int{0, 1, 3, 5, 64, 78}, o.code) {
			t.Errorf("%s: %v", verb[0], o)
		}
		if took := time.Since(started); took > 20*time.Second {
			t.Errorf("%s took %v", verb[0], took)
		}
		all = append(all, o)
	}
	return all
}

// says tells whether any run said something, quoted as in JSON or not.
func says(all []outcome, text string) bool {
	return slices.ContainsFunc(all, func(o outcome) bool { return strings.Contains(o.stdout+o.stderr, text) })
}

// TestLinkInAnyComponent puts a symbolic link in the place of every managed
// path and of every directory on the way to one. What it leads to holds just
// what a run wants to change, and is never touched.
func TestLinkInAnyComponent(t *testing.T) {
	space := workspace(t)
	sample := filepath.Join(space, "sample")
	wide(t, sample)
	links := components(managed(t, sample))
	step := 6
	if thorough {
		step = 1
	}
	attempts := 0
	for i := 0; i < len(links); i += step {
		component := links[i]
		t.Run(strings.TrimPrefix(component, "/"), func(t *testing.T) {
			dir, outside := filepath.Join(space, "node"), filepath.Join(space, "outside")
			ok(t, os.RemoveAll(outside))
			ok(t, os.Mkdir(outside, 0o755))
			fresh(t, sample, dir)
			moved := filepath.Join(outside, path.Base(component))
			ok(t, os.Rename(dir+component, moved))
			ok(t, os.Symlink(moved, dir+component))
			v := victimOf(t, outside)
			all := everyVerb(t, dir)
			v.untouched(t, "a link at "+component)
			if !says(all, component+" is a symbolic link") && !says(all, component+" is refused: it is a symbolic link to") {
				t.Errorf("nothing says that %s is a link", component)
			}
			leftovers(t, dir)
		})
		attempts++
	}
	figure(t, "attempts", attempts)
}

// others are things that stand where a file should be.
var others = map[string]struct {
	put  func(t *testing.T, path string, v *victim)
	says string
}{
	"fifo":   {func(t *testing.T, path string, _ *victim) { ok(t, unix.Mkfifo(path, 0o666)) }, " is a fifo"},
	"device": {func(t *testing.T, path string, _ *victim) { ok(t, unix.Mknod(path, unix.S_IFCHR|0o666, 1<<8|5)) }, " is a device"},
	"socket": {func(t *testing.T, path string, _ *victim) { ok(t, unix.Mknod(path, unix.S_IFSOCK|0o666, 0)) }, " is a socket"},
	"directory": {func(t *testing.T, path string, _ *victim) {
		ok(t, os.MkdirAll(path+"/sub", 0o777))
	}, ""},
	"hard link": {func(t *testing.T, path string, v *victim) {
		ok(t, os.Link(v.dir+"/shadow", path))
		ok(t, os.Chown(filepath.Dir(path), nobody, nobody)) // who else could have put it there
	}, ""},
	"sparse file of 10 GB": {func(t *testing.T, path string, _ *victim) {
		ok(t, os.WriteFile(path, nil, 0o666))
		ok(t, os.Truncate(path, 10<<30))
	}, ""},
	"magic link": {func(t *testing.T, path string, _ *victim) { ok(t, os.Symlink("/proc/self/exe", path)) }, "a symbolic link"},
	"root link":  {func(t *testing.T, path string, _ *victim) { ok(t, os.Symlink("/proc/1/root/etc/shadow", path)) }, "a symbolic link"},
}

// TestNoRegularFile puts what is not a file, or no harmless one, where a run
// reads or writes a file. Nothing hangs, fills the memory or is written.
func TestNoRegularFile(t *testing.T) {
	space := workspace(t)
	sample := filepath.Join(space, "sample")
	wide(t, sample)
	attempts := 0
	for name, other := range others {
		for _, path := range []string{"/var/lib/kubelet/config.yaml", "/etc/kubernetes/manifests/kube-apiserver.yaml", "/etc/kubernetes/kubelet.conf",
			"/etc/kubernetes/pki/ca.key", "/usr/lib/systemd/system/kubelet.service", "/etc/passwd", "/etc/sysctl.d/90-kubelet.conf",
			"/etc/harden/config.yaml", "/var/lib/harden/lock", "/var/lib/harden/runs/20250101T000000Z-aaaa/journal"} {
			t.Run(name+path, func(t *testing.T) {
				dir := filepath.Join(space, "node")
				ok(t, os.RemoveAll(filepath.Join(space, "victim")))
				v := sentinel(t, filepath.Join(space, "victim"))
				fresh(t, sample, dir)
				if strings.HasPrefix(path, "/var/lib/harden") {
					ok(t, os.MkdirAll(dir+filepath.Dir(path), 0o700))
					ok(t, os.Chmod(dir+"/var/lib/harden", 0o700))
				}
				ok(t, os.MkdirAll(filepath.Dir(dir+path), 0o755))
				ok(t, os.RemoveAll(dir+path))
				other.put(t, dir+path, v)
				v.before = v.inodes(t) // the new link counts
				before := inode(t, dir+path)
				all := everyVerb(t, dir)
				v.untouched(t, "a "+name+" at "+path)
				if after := inode(t, dir+path); after.Ino != before.Ino || after.Mode&unix.S_IFMT != before.Mode&unix.S_IFMT || after.Size != before.Size && name == "hard link" {
					t.Errorf("%s was replaced", path)
				}
				if other.says != "" && !says(all, other.says) && path != "/etc/sysctl.d/90-kubelet.conf" {
					t.Errorf("nothing says %q", other.says)
				}
			})
			attempts++
		}
	}
	figure(t, "attempts", attempts)
}

func inode(t *testing.T, path string) (st unix.Stat_t) {
	t.Helper()
	ok(t, unix.Lstat(path, &st))
	return st
}

// TestOperatorFiles gives things that are not files to the flags that name one.
func TestOperatorFiles(t *testing.T) {
	space := workspace(t)
	dir := filepath.Join(space, "node")
	tree(t, dir)
	before := take(t, dir)
	v := sentinel(t, filepath.Join(space, "victim"))
	attempts := 0
	for name, other := range others {
		if name == "hard link" || name == "fifo" { // a pipe is how a shell gives a file; whoever gives it an end fills it
			continue
		}
		path := filepath.Join(space, "given")
		ok(t, os.RemoveAll(path))
		other.put(t, path, v)
		for _, args := range [][]string{{"apply", "--yes", path}, {"apply", "--yes", "--profile", path}, {"plan", "--from", path}, {"profiles", "validate", path},
			{"plan", "--config", path}} {
			o := run(t, append(args, "--root", dir)...)
			if o.code == 0 || o.code == 70 || o.code == 2 || o.stderr == "" {
				t.Errorf("a %s for %v: %v", name, args, o)
			}
			attempts++
		}
	}
	v.untouched(t, "wrong files")
	if diff := take(t, dir); !maps.Equal(before, diff) {
		t.Error("the tree was changed")
	}
	figure(t, "attempts", attempts)
}

// hostileNames are names that must not reach a terminal as they are.
var hostileNames = []string{"\x1b[31mred\nline.key", "\x1b]0;title\x07.crt", "bell\x07.key", "back\b\b\b.key", "cr\rover.crt",
	"\xff\xfe.key", "del\x7f.key", "c1\u009b31m.key", "rtl\u202egnp.key", "zero\u200bwidth.crt", "sep\u2028.key", "tag\U000e0041.key", strings.Repeat("n", 240) + ".key",
	" .key", "-rf.key", "'; reboot;'.key", "$(reboot).crt"}

// TestHostileNames lays files with such names in the PKI directory.
func TestHostileNames(t *testing.T) {
	dir := filepath.Join(workspace(t), "node")
	wide(t, dir)
	for _, name := range hostileNames {
		ok(t, os.WriteFile(dir+"/etc/kubernetes/pki/"+name, []byte("key\n"), 0o666))
		ok(t, os.Chmod(dir+"/etc/kubernetes/pki/"+name, 0o666))
		ok(t, os.Mkdir(dir+"/etc/kubernetes/pki/"+name+".d", 0o777))
		ok(t, os.Symlink("/dev/null", dir+"/etc/kubernetes/pki/"+name+".d/"+name))
	}
	all := everyVerb(t, dir)
	for _, args := range [][]string{{"show", "2"}, {"show", "2", "-o", "json"}, {"history", "-o", "json"}, {"plan", "--lang", "zh"}, {"plan", "-o", "json"},
		{"check"}, {"apply", "--yes"}, {"explain", "pki-key-mode"}, {"recover", "-o", "json"}} {
		all = append(all, run(t, append(args, "--root", dir)...))
	}
	for _, o := range all {
		for _, text := range []string{o.stdout, o.stderr} {
			if bad := hidesControls(text); bad != "" {
				t.Errorf("a raw %q gets out: %.300s", bad, text[strings.Index(text, bad):])
			}
		}
	}
	figure(t, "inputs", 3*len(hostileNames))
}

// hidesControls finds what would act on a terminal, or deceive who reads it.
func hidesControls(text string) string {
	for i, r := range text {
		_, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == '\n':
		case r == utf8.RuneError && size == 1, unicode.IsControl(r), unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp):
			return text[i : i+size]
		}
	}
	return ""
}
