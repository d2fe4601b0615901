package host

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestStore(t *testing.T) {
	both(t, func(t *testing.T, walk func(*Root)) {
		calls := &faults{}
		r := tree(t, calls)
		walk(r)
		ok(t, r.MakeDirs("/var/lib/harden", 0o700))
		equal(t, calls.names, []string{"mkdirat", "fsync", "mkdirat", "fsync", "mkdirat", "fsync"})
		calls.names = nil
		ok(t, r.MakeDirs("/var/lib/harden", 0o755)) // stays as it is
		ok(t, r.MakeDirs("/", 0o755))
		equal(t, len(calls.names), 0)

		ok(t, r.CreateFile("/var/lib/harden/plan", []byte("one"), 0o600))
		equal(t, calls.names, []string{"openat", "write", "fsync", "renameat2", "fsync"})
		if err := r.CreateFile("/var/lib/harden/plan", []byte("two"), 0o600); !errors.Is(err, fs.ErrExist) {
			t.Errorf("got %v, want exist", err)
		}
		ok(t, r.ReplaceFile("/var/lib/harden/plan", []byte("three"), 0o640))
		equal(t, state(t, r, "/var/lib/harden/plan"), newFile("three", 0o640))
		wantError(t, r.MakeDirs("/var/lib/harden/plan/x", 0o700), "/var/lib/harden/plan is a regular file")
		wantError(t, r.CreateFile("/none/plan", nil, 0o600), "cannot create /none/plan: no such file")

		ok(t, os.Symlink("/etc", r.Path()+"/var/link"))
		ok(t, r.Remove("/var/link"))
		ok(t, os.Symlink(r.Path()+"/var/lib", r.Path()+"/var/link"))
		wantError(t, r.Remove("/var/lib"), "cannot remove /var/lib: directory not empty")
		names, err := r.ReadDir("/var")
		ok(t, err)
		equal(t, names, []string{"lib", "link"})
		ok(t, os.Symlink(filepath.Dir(r.Path()), r.Path()+"/var/lib/harden/out"))
		ok(t, r.RemoveAll("/var"))
		ok(t, r.RemoveAll("/var"))
		ok(t, r.RemoveAll("/none/none"))
		wantError(t, r.RemoveAll("/"), "it is the root directory")
		names, err = r.ReadDir("/")
		ok(t, err)
		equal(t, len(names), 0)
	})
}

func TestRemoveTemporaries(t *testing.T) {
	r := tree(t, nil, "d/.harden-0123456789abcdef", "d/.harden-fedcba9876543210/", "d/.harden-notours",
		"d/.harden-0123456789abcdeX", "d/file", "d/.harden-00000000000000aa -> file")
	ok(t, r.RemoveTemporaries("/d"))
	ok(t, r.RemoveTemporaries("/none"))
	names, err := r.ReadDir("/d")
	ok(t, err)
	equal(t, names, []string{".harden-00000000000000aa", ".harden-0123456789abcdeX", ".harden-notours", "file"})
}

func TestAppend(t *testing.T) {
	calls := &faults{}
	r := tree(t, calls)
	a, err := r.OpenAppend("/journal")
	ok(t, err)
	ok(t, a.Append([]byte("one\n")))
	equal(t, calls.names, []string{"openat", "fsync", "write", "fdatasync"})
	ok(t, a.Close())
	a, err = r.OpenAppend("/journal")
	ok(t, err)
	for _, name := range []string{"write", "fdatasync"} {
		calls.fail = failing(name, unix.EIO).fail
		if err := a.Append([]byte("torn\n")); !errors.Is(err, unix.EIO) {
			t.Errorf("%s: got %v", name, err)
		}
		calls.fail = nil
		ok(t, a.Append([]byte(name+"\n")))
	}
	equal(t, state(t, r, "/journal"), newFile("one\nwrite\nfdatasync\n", 0o600))

	calls.fail = func(_ int, op Op) error {
		if op.Name != "write" {
			return unix.EIO
		}
		return nil
	}
	wantError(t, a.Append([]byte("torn\n")), "could not be removed")
	calls.fail = nil
	wantError(t, a.Append([]byte("behind it\n")), "could not be removed")
	ok(t, a.Close())
}

// TestMain lets this program be the other process that holds a lock.
func TestMain(m *testing.M) {
	if dir := os.Getenv("HARDEN_TEST_LOCK"); dir != "" {
		os.Exit(holdLock(dir))
	}
	os.Exit(m.Run())
}

func holdLock(dir string) int {
	r, err := OpenRoot(dir, nil)
	if err != nil {
		return 1
	}
	if _, err := r.Lock("/lock"); err != nil {
		return 1
	}
	_, _ = os.Stdout.WriteString("held\n")
	_, _ = os.Stdin.Read(make([]byte, 1)) // until the other end goes
	return 0
}

func TestLock(t *testing.T) {
	calls := &faults{}
	r := tree(t, calls)
	locked, err := r.Locked("/lock")
	ok(t, err)
	equal(t, locked, false)

	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "HARDEN_TEST_LOCK="+r.Path())
	in, err := cmd.StdinPipe()
	ok(t, err)
	out, err := cmd.StdoutPipe()
	ok(t, err)
	ok(t, cmd.Start())
	_, err = out.Read(make([]byte, 5))
	ok(t, err)

	locked, err = r.Locked("/lock")
	ok(t, err)
	equal(t, locked, true)
	equal(t, len(calls.names), 0)
	_, err = r.Lock("/lock")
	if !errors.Is(err, ErrLocked) {
		t.Fatalf("got %v, want ErrLocked", err)
	}
	wantError(t, err, "/lock is locked by process "+strconv.Itoa(cmd.Process.Pid))
	ok(t, in.Close())
	ok(t, cmd.Wait())

	calls.fail = failing("write", unix.ENOSPC).fail
	l, err := r.Lock("/lock") // also on a full disk
	ok(t, err)
	_, err = r.Lock("/lock")
	wantError(t, err, "/lock is locked by another process")
	ok(t, l.Unlock())
	calls.fail = nil
	l, err = r.Lock("/lock")
	ok(t, err)
	data, err := r.ReadFile("/lock", 100)
	ok(t, err)
	equal(t, strings.TrimSpace(string(data)), strconv.Itoa(os.Getpid()))
	ok(t, l.Unlock())
	info, err := r.Stat("/lock")
	ok(t, err)
	equal(t, info.Mode, uint32(0o600))
}

// A directory of ours that somebody else can change is not used: it is where
// the backups and the journal lie.
func TestMakeDirsOfOthers(t *testing.T) {
	r := tree(t, nil, "state/", "theirs/")
	for _, mode := range []os.FileMode{0o770, 0o757, 0o777 | os.ModeSticky} {
		ok(t, os.Chmod(r.Path()+"/state", mode))
		wantError(t, r.MakeDirs("/state", 0o700), "/state is refused: other users can change it")
		ok(t, r.MakeDirs("/state/below", 0o700))
	}
	ok(t, os.Chmod(r.Path()+"/state", 0o755))
	ok(t, r.MakeDirs("/state", 0o700))
	needRoot(t)
	ok(t, os.Chown(r.Path()+"/theirs", nobody, nobody))
	wantError(t, r.MakeDirs("/theirs", 0o700), "other users can change it (owner 65534, mode 0755)")
}

// A directory of ours is given the mode that it is to have, through what was
// judged; one that somebody else could write is left as it is.
func TestPrivate(t *testing.T) {
	both(t, func(t *testing.T, walk func(*Root)) {
		calls := &faults{}
		r := tree(t, calls, "state/", "file", "link -> state")
		walk(r)
		for _, mode := range []os.FileMode{0o755, 0o711, 0o500} {
			ok(t, os.Chmod(r.Path()+"/state", mode))
			ok(t, r.Private("/state", 0o700))
			info, err := r.Stat("/state")
			ok(t, err)
			equal(t, info.Mode, uint32(0o700))
		}
		calls.names = nil
		ok(t, r.Private("/state", 0o700))
		equal(t, len(calls.names), 0)
		ok(t, os.Chmod(r.Path()+"/state", 0o770))
		wantError(t, r.Private("/state", 0o700), "other users can change it")
		wantError(t, r.Private("/file", 0o700), "it is a regular file")
		if err := r.Private("/link", 0o700); err == nil {
			t.Error("a link was followed")
		}
		if err := r.Private("/none", 0o700); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("got %v, want not exist", err)
		}
		needRoot(t)
		ok(t, os.Chmod(r.Path()+"/state", 0o755))
		ok(t, os.Chown(r.Path()+"/state", nobody, nobody))
		wantError(t, r.Private("/state", 0o700), "other users can change it (owner 65534, mode 0755)")
	})
}

func TestRename(t *testing.T) {
	both(t, func(t *testing.T, walk func(*Root)) {
		calls := &faults{}
		r := tree(t, calls, "d/a/file", "d/b/file", "d/c -> a")
		walk(r)
		calls.names = nil
		ok(t, r.Rename("/d/a", "/d/.gone"))
		equal(t, calls.names, []string{"renameat2", "fsync"})
		if err := r.Rename("/d/b", "/d/.gone"); !errors.Is(err, fs.ErrExist) {
			t.Errorf("got %v, want exist", err)
		}
		if err := r.Rename("/d/a", "/d/x"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("got %v, want not exist", err)
		}
		wantError(t, r.Rename("/d/b", "/x"), "is in another directory")
		names, err := r.ReadDir("/d")
		ok(t, err)
		equal(t, names, []string{".gone", "b", "c"})
	})
}
