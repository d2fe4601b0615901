package host

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"harden/agent/change"

	"golang.org/x/sys/unix"
)

// Somebody writes into the file between the last look and the rename over it:
// his bytes, mode and attributes are there afterwards, and the write failed.
func TestOvertaken(t *testing.T) {
	for name, tt := range map[string]struct {
		writes func(path string) error
		want   change.State
	}{
		"another text":        {func(path string) error { return os.WriteFile(path, []byte("theirs\n"), 0o600) }, newFile("theirs\n", 0o644)},
		"a text as long":      {func(path string) error { return os.WriteFile(path, []byte("odd\n"), 0o600) }, newFile("odd\n", 0o644)},
		"another mode":        {func(path string) error { return os.Chmod(path, 0o600) }, newFile("old\n", 0o600)},
		"nobody, just a look": {func(path string) error { _, err := os.ReadFile(path); return err }, newFile("new\n", 0o644)},
	} {
		t.Run(name, func(t *testing.T) {
			calls := &faults{}
			r := tree(t, calls, "dir/file")
			old := newFile("old\n", 0o644)
			calls.fail = func(_ int, op Op) error {
				if op.Name != "renameat" {
					return nil
				}
				calls.fail = nil
				return tt.writes(filepath.Join(r.Path(), op.Path))
			}
			err := r.Write("/dir/file", old, edited(old, "new\n", 0o644))
			var changed *Changed
			if mine := tt.want.File.Content.Digest == change.Digest([]byte("new\n")); mine != (err == nil) || !mine && !errors.As(err, &changed) {
				t.Errorf("the error is %v", err)
			}
			if got := state(t, r, "/dir/file"); !got.Equal(tt.want) {
				t.Errorf("the file is %+v, with %q", got.File, got.File.Content.Data)
			}
			noTemporaries(t, r)
		})
	}
}

// An error while their text is put back leaves it there.
func TestOvertakenAndTheDiskFails(t *testing.T) {
	calls := &faults{}
	r := tree(t, calls, "dir/file")
	path := filepath.Join(r.Path(), "/dir/file")
	old := newFile("old\n", 0o644)
	calls.fail = func(_ int, op Op) error {
		if op.Name == "renameat" {
			return os.WriteFile(path, []byte("first\n"), 0o644)
		}
		if op.Name != "fsync" || op.Path != "/dir" {
			return nil
		}
		calls.fail = nil
		return unix.EIO
	}
	if err := r.Write("/dir/file", old, edited(old, "new\n", 0o644)); err == nil {
		t.Error("it was not noticed")
	}
	if got := state(t, r, "/dir/file"); !got.Equal(newFile("first\n", 0o644)) {
		t.Errorf("the file holds %q", got.File.Content.Data)
	}
	noTemporaries(t, r)
}
