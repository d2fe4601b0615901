package host

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"harden/agent/change"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/sys/unix"
)

// tree opens a new root with the given files: "dir/" makes a directory,
// "name -> target" a link, anything else a file with mode 0644.
func tree(t *testing.T, calls Calls, names ...string) *Root {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		name, target, link := strings.Cut(name, " -> ")
		full := filepath.Join(dir, name)
		parent := filepath.Dir(full)
		if strings.HasSuffix(name, "/") {
			parent = full
		}
		ok(t, os.MkdirAll(parent, 0o755))
		switch {
		case link:
			ok(t, os.Symlink(target, full))
		case !strings.HasSuffix(name, "/"):
			ok(t, os.WriteFile(full, []byte("old\n"), 0o644))
			ok(t, os.Chmod(full, 0o644))
		}
	}
	r, err := OpenRoot(dir, calls)
	ok(t, err)
	t.Cleanup(func() { ok(t, r.Close()) })
	return r
}

// both runs a test on openat2 and on the steps that stand in for it.
func both(t *testing.T, test func(t *testing.T, walk func(*Root))) {
	for _, steps := range []bool{false, true} {
		t.Run(fmt.Sprintf("steps=%v", steps), func(t *testing.T) {
			test(t, func(r *Root) {
				if r.steps && !steps {
					t.Skip("skipped: this kernel has no openat2")
				}
				r.steps = steps
			})
		})
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantError(t *testing.T, err error, part string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), part) {
		t.Errorf("error is %v, want one with %q", err, part)
	}
}

func equal(t *testing.T, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("skipped: needs root")
	}
}

func state(t *testing.T, r *Root, path string) change.State {
	t.Helper()
	s, err := r.State(path, true)
	ok(t, err)
	return s
}

// edited is a state with another content, or another mode.
func edited(s change.State, content string, mode uint32) change.State {
	f := *s.File
	if content != "" {
		f.Content = change.NewContent([]byte(content), false)
	}
	f.Mode = mode
	return change.State{File: &f}
}

func newFile(content string, mode uint32) change.State {
	return change.State{File: &change.File{
		Mode: mode, UID: uint32(os.Geteuid()), GID: uint32(os.Getegid()),
		Content: change.NewContent([]byte(content), false),
	}}
}

func newDirectory(mode uint32) change.State {
	return change.State{File: &change.File{
		Directory: true, Mode: mode, UID: uint32(os.Geteuid()), GID: uint32(os.Getegid()),
	}}
}

// noTemporaries makes sure that nothing is left beside a target.
func noTemporaries(t *testing.T, r *Root) {
	t.Helper()
	ok(t, filepath.WalkDir(r.Path(), func(path string, _ os.DirEntry, err error) error {
		if strings.HasPrefix(filepath.Base(path), temporaryPrefix) {
			t.Errorf("%s is left over", path)
		}
		return err
	}))
}

// faults fails chosen operations and takes down the names of all.
type faults struct {
	names []string
	fail  func(n int, op Op) error // n counts from one
}

func (f *faults) Do(op Op, call func() error) error {
	f.names = append(f.names, op.Name)
	if f.fail != nil {
		if err := f.fail(len(f.names), op); err != nil {
			return err
		}
	}
	return call()
}

func failing(name string, err error) *faults {
	return &faults{fail: func(_ int, op Op) error {
		if op.Name == name {
			return err
		}
		return nil
	}}
}

func failingNth(k int) *faults {
	return &faults{fail: func(n int, _ Op) error {
		if n == k {
			return unix.EIO
		}
		return nil
	}}
}
