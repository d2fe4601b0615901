package host

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"harden/agent/change"

	"golang.org/x/sys/unix"
)

// refusals tries every change of a file, wants each to be refused with a
// reason, and the file to be as it was.
func refusals(t *testing.T, r *Root, path, reason string, changes map[string]change.State) {
	t.Helper()
	old := state(t, r, path)
	for name, to := range changes {
		err := r.Write(path, old, to)
		var refused *Refused
		if !errors.As(err, &refused) {
			t.Errorf("%s: %v, want *Refused", name, err)
		}
		wantError(t, err, reason)
		equal(t, state(t, r, path), old)
		noTemporaries(t, r)
	}
}

func TestMountPoint(t *testing.T) {
	needRoot(t)
	for _, early := range []bool{true, false} {
		r := tree(t, nil, "file", "source")
		ok(t, unix.Mount(r.Path()+"/source", r.Path()+"/file", "", unix.MS_BIND, ""))
		defer func() { ok(t, unix.Unmount(r.Path()+"/file", 0)) }()
		old := state(t, r, "/file")
		if early {
			refusals(t, r, "/file", "mount point", map[string]change.State{"replace": edited(old, "new\n", 0o644), "remove": {}})
			continue
		}
		// Kernels before 5.8 do not tell of mount points; rename does.
		p, err := r.place("/file", unix.O_RDONLY)
		ok(t, err)
		defer p.close()
		err = busy("/file", unix.Renameat(p.dir, "source", p.dir, "file"))
		var refused *Refused
		if !errors.As(err, &refused) {
			t.Errorf("got %v, want *Refused", err)
		}
	}
}

// setFlag sets a file flag (chattr), or clears it.
func setFlag(t *testing.T, path string, flag uint32, on bool) {
	t.Helper()
	f, err := os.Open(path)
	ok(t, err)
	defer f.Close()
	flags, err := unix.IoctlGetUint32(int(f.Fd()), unix.FS_IOC_GETFLAGS)
	flags &^= flag
	if on {
		flags |= flag
	}
	if err == nil {
		err = unix.IoctlSetPointerInt(int(f.Fd()), unix.FS_IOC_SETFLAGS, int(flags))
	}
	if err != nil {
		t.Skipf("skipped: the file system of the temporary directory has no file flags: %v", err)
	}
}

func TestImmutable(t *testing.T) {
	needRoot(t)
	tests := map[string]struct {
		target string
		flag   uint32 // FS_IMMUTABLE_FL, FS_APPEND_FL
		reason string
	}{
		"immutable file":      {"dir/file", 0x10, "/dir/file is immutable (chattr +i); find out who set that attribute, then remove it with chattr -i"},
		"append-only file":    {"dir/file", 0x20, "/dir/file is append-only (chattr +a); find out who set that attribute, then remove it with chattr -a"},
		"immutable directory": {"dir", 0x10, "/dir is immutable"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := tree(t, nil, "dir/file")
			full := filepath.Join(r.Path(), tt.target)
			setFlag(t, full, tt.flag, true)
			defer setFlag(t, full, tt.flag, false)
			old := state(t, r, "/dir/file")
			changes := map[string]change.State{"replace": edited(old, "new\n", 0o644), "remove": {}}
			if tt.target == "dir/file" {
				changes["mode"] = edited(old, "", 0o600)
			}
			refusals(t, r, "/dir/file", tt.reason, changes)
			if tt.target == "dir" {
				wantError(t, r.Write("/dir/new", change.State{}, newFile("x", 0o600)), tt.reason)
				wantError(t, r.Write("/dir/new", change.State{}, newDirectory(0o700)), tt.reason)
			}
		})
	}
}

func mountTmpfs(t *testing.T, r *Root, options string) {
	t.Helper()
	ok(t, unix.Mount("tmpfs", r.Path()+"/mnt", "tmpfs", 0, options))
	t.Cleanup(func() { ok(t, unix.Unmount(r.Path()+"/mnt", 0)) })
}

func TestReadOnlyFileSystem(t *testing.T) {
	needRoot(t)
	r := tree(t, nil, "mnt/")
	mountTmpfs(t, r, "size=64k")
	ok(t, os.WriteFile(r.Path()+"/mnt/file", []byte("old\n"), 0o644))
	ok(t, unix.Mount("", r.Path()+"/mnt", "", unix.MS_REMOUNT|unix.MS_RDONLY, ""))
	old := state(t, r, "/mnt/file")
	refusals(t, r, "/mnt/file", "read-only file system",
		map[string]change.State{"replace": edited(old, "new\n", 0o644), "mode": edited(old, "", 0o600), "remove": {}})
}

func TestFullDisk(t *testing.T) {
	needRoot(t)
	r := tree(t, nil, "mnt/")
	mountTmpfs(t, r, "size=64k")
	ok(t, os.WriteFile(r.Path()+"/mnt/file", []byte("old\n"), 0o644))
	old := state(t, r, "/mnt/file")
	big := string(bytes.Repeat([]byte("x"), 100<<10))
	for name, err := range map[string]error{
		"replace":     r.Write("/mnt/file", old, edited(old, big, 0o644)),
		"create":      r.Write("/mnt/new", change.State{}, newFile(big, 0o644)),
		"CreateFile":  r.CreateFile("/mnt/new", []byte(big), 0o600),
		"ReplaceFile": r.ReplaceFile("/mnt/file", []byte(big), 0o600),
	} {
		if !errors.Is(err, unix.ENOSPC) {
			t.Errorf("%s: %v, want no space left", name, err)
		}
	}
	equal(t, state(t, r, "/mnt/file"), old)
	equal(t, state(t, r, "/mnt/new"), change.State{})
	noTemporaries(t, r)

	a, err := r.OpenAppend("/mnt/journal")
	ok(t, err)
	ok(t, a.Append([]byte("first\n")))
	if err := a.Append([]byte(big)); err == nil {
		t.Error("a record longer than the disk is not an error")
	}
	ok(t, a.Append([]byte("second\n")))
	ok(t, a.Close())
	data, err := r.ReadFile("/mnt/journal", 100)
	ok(t, err)
	equal(t, string(data), "first\nsecond\n")
}

// TestWritable asks about obstacles without writing. That Write refuses the
// same ones is tested with it.
func TestWritable(t *testing.T) {
	file := func(text string) change.State {
		return change.State{File: &change.File{Mode: 0o600, Content: change.NewContent([]byte(text), false)}}
	}
	tests := map[string]struct {
		path     string
		from, to change.State
		says     string // "" where there is no obstacle
	}{
		"a new content":                      {"/dir/plain", file("a"), file("b"), ""},
		"a new file":                         {"/dir/new", change.State{}, file("b"), ""},
		"a new file below a missing one":     {"/dir/far/away/new", change.State{}, file("b"), ""},
		"a content of two links":             {"/dir/linked", file("a"), file("b"), "2 hard links"},
		"a mode of two links":                {"/dir/linked", file("a"), file("a"), "2 hard links"},
		"one of two links that goes":         {"/dir/linked", file("a"), change.State{}, ""},
		"a link":                             {"/dir/link", file("a"), file("b"), "symbolic link"},
		"a link on the way":                  {"/way/plain", file("a"), file("b"), "/way is a symbolic link"},
		"a link on the way to a missing one": {"/way/far/new", change.State{}, file("b"), "/way is a symbolic link"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			err := errors.Join(os.Mkdir(filepath.Join(dir, "dir"), 0o755),
				os.WriteFile(filepath.Join(dir, "dir/plain"), []byte("a"), 0o600),
				os.WriteFile(filepath.Join(dir, "dir/linked"), []byte("a"), 0o600),
				os.Link(filepath.Join(dir, "dir/linked"), filepath.Join(dir, "dir/other")),
				os.Symlink("plain", filepath.Join(dir, "dir/link")), os.Symlink("dir", filepath.Join(dir, "way")))
			if err != nil {
				t.Fatal(err)
			}
			r, err := OpenRoot(dir, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			err = r.Writable(tt.path, tt.from, tt.to)
			var refused *Refused
			switch {
			case tt.says == "" && err != nil:
				t.Errorf("refused: %v", err)
			case tt.says != "" && (!errors.As(err, &refused) || !strings.Contains(err.Error(), tt.says)):
				t.Errorf("got %v, want it refused with %q", err, tt.says)
			}
		})
	}
}

// A mount can be read-only while its file system is not, as /usr on many nodes:
// the plan says so, before anything is written.
func TestReadOnlyMount(t *testing.T) {
	needRoot(t)
	r := tree(t, nil, "mnt/")
	ok(t, unix.Mount(r.Path()+"/mnt", r.Path()+"/mnt", "", unix.MS_BIND, ""))
	t.Cleanup(func() { ok(t, unix.Unmount(r.Path()+"/mnt", 0)) })
	ok(t, os.WriteFile(r.Path()+"/mnt/file", []byte("old\n"), 0o644))
	ok(t, unix.Mount("", r.Path()+"/mnt", "", unix.MS_REMOUNT|unix.MS_BIND|unix.MS_RDONLY, ""))
	old := state(t, r, "/mnt/file")
	for name, to := range map[string]change.State{"replace": edited(old, "new\n", 0o644), "mode": edited(old, "", 0o600), "remove": {}} {
		if err := r.Writable("/mnt/file", old, to); err == nil || !strings.Contains(err.Error(), "read-only file system") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, path := range []string{"/mnt/new", "/mnt/deep/er/new"} {
		if err := r.Writable(path, change.State{}, newFile("x", 0o600)); err == nil || !strings.Contains(err.Error(), "read-only file system") {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// What is refused because of a read-only file system is told from all that is refused for other reasons.
func TestIsReadOnly(t *testing.T) {
	r := tree(t, nil, "file", "link -> file")
	_, link := r.State("/link", true)
	for name, tt := range map[string]struct {
		err  error
		want bool
	}{
		"nothing":             {nil, false},
		"a link":              {link, false},
		"another error":       {unix.EROFS, false}, // it is not told of which path
		"of a path":           {failed("cannot write %s: %w", "/file", unix.EROFS), true},
		"wrapped":             {fmt.Errorf("file:/file: %w", readOnly("/file")), true},
		"of a path, another":  {failed("cannot write %s: %w", "/file", unix.EACCES), false},
		"joined with another": {errors.Join(unix.EACCES, readOnly("/file")), true},
	} {
		if got := IsReadOnly(tt.err); got != tt.want {
			t.Errorf("%s (%v): %v", name, tt.err, got)
		}
	}
}

// Whether a kernel parameter could be set is told without setting it.
func TestSysctlWritable(t *testing.T) {
	r := live(t, nil)
	var fs unix.Statfs_t
	ok(t, unix.Statfs("/proc/sys/kernel", &fs))
	if err := r.SysctlWritable("kernel.panic"); IsReadOnly(err) != (fs.Flags&unix.ST_RDONLY != 0) || err != nil && !IsReadOnly(err) {
		t.Errorf("%v", err)
	}
	if err := r.SysctlWritable("kernel.no_such_thing"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("one that does not exist: %v", err)
	}
	if err := r.SysctlWritable("../etc/passwd"); err == nil {
		t.Error("a path is taken for a parameter")
	}
}

// Whether an account could be made is told without making one.
func TestAccountsWritable(t *testing.T) {
	ok(t, accountTree(t, nil).AccountsWritable())
	ok(t, tree(t, nil, "etc/").AccountsWritable()) // the tools make them
	if err := tree(t, nil).AccountsWritable(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("without /etc: %v", err)
	}
	r := tree(t, nil, "etc/passwd", "etc/other", "etc/group -> other")
	var refused *Refused
	if err := r.AccountsWritable(); !errors.As(err, &refused) || refused.Path != "/etc/group" {
		t.Errorf("a link for the groups: %v", err)
	}
	needRoot(t)
	r = tree(t, nil, "mnt/etc/passwd")
	mountTmpfs(t, r, "size=64k")
	below, err := OpenRoot(r.Path()+"/mnt", nil)
	ok(t, err)
	defer below.Close()
	ok(t, os.Mkdir(r.Path()+"/mnt/etc", 0o755))
	ok(t, os.WriteFile(r.Path()+"/mnt/etc/passwd", nil, 0o644))
	ok(t, below.AccountsWritable())
	ok(t, unix.Mount("", r.Path()+"/mnt", "", unix.MS_REMOUNT|unix.MS_RDONLY, ""))
	if err := below.AccountsWritable(); !IsReadOnly(err) {
		t.Errorf("on a read-only file system: %v", err)
	}
}
