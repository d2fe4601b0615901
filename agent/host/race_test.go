package host

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"harden/agent/change"

	"golang.org/x/sys/unix"
)

// Somebody swaps a directory for a link to another one, over and over, while
// files in it are written: the other directory is never touched.
func TestSwappedDirectory(t *testing.T) {
	both(t, func(t *testing.T, walk func(*Root)) {
		r := tree(t, nil, "dir/file", "victim/file", "link -> victim")
		walk(r)
		dir, link, aside := filepath.Join(r.Path(), "dir"), filepath.Join(r.Path(), "link"), filepath.Join(r.Path(), "aside")
		stop := make(chan struct{})
		var swapper sync.WaitGroup
		swapper.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				_ = os.Rename(dir, aside)
				_ = os.Rename(link, dir)
				_ = os.Rename(dir, link)
				_ = os.Rename(aside, dir)
			}
		})
		written, refused := 0, 0
		for deadline := time.Now().Add(2 * time.Second); time.Now().Before(deadline); {
			from, err := r.State("/dir/file", true)
			if err != nil || from.File == nil {
				refused++
				continue
			}
			content := "one\n"
			if string(from.File.Content.Data) == content {
				content = "two\n"
			}
			if err := r.Write("/dir/file", from, edited(from, content, from.File.Mode^0o040)); err == nil {
				written++
			} else {
				refused++
			}
			if err := r.Write("/dir/new", change.State{}, newFile("x", 0o600)); err == nil {
				_ = r.Write("/dir/new", newFile("x", 0o600), change.State{})
			}
		}
		close(stop)
		swapper.Wait()
		t.Logf("%d written, %d refused", written, refused)
		if written == 0 || refused == 0 {
			t.Error("the race was not run")
		}
		names, err := r.ReadDir("/victim")
		ok(t, err)
		equal(t, names, []string{"file"})
		victim := state(t, r, "/victim/file")
		equal(t, victim, newFile("old\n", 0o644))
		noTemporaries(t, r)
	})
}

// Somebody changes the file between the comparison and the rename.
func TestChangedJustBefore(t *testing.T) {
	old := []byte("old\n")
	tests := map[string]struct {
		change func(path string) error
		want   string
	}{
		"written": {func(p string) error { return os.WriteFile(p, []byte("theirs\n"), 0o644) }, "theirs\n"},
		"replaced": {func(p string) error {
			return errors.Join(os.WriteFile(p+"~", []byte("theirs\n"), 0o644), os.Rename(p+"~", p))
		}, "theirs\n"},
		"chmod":   {func(p string) error { return os.Chmod(p, 0o640) }, "old\n"},
		"removed": {os.Remove, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			calls := &faults{}
			r := tree(t, calls, "file")
			calls.fail = func(_ int, op Op) error {
				if op.Name == "fsync" && len(calls.names) < 5 { // of the temporary
					time.Sleep(20 * time.Millisecond) // past the grain of file times
					return tt.change(r.Path() + "/file")
				}
				return nil
			}
			from := newFile(string(old), 0o644)
			err := r.Write("/file", from, edited(from, "new\n", 0o600))
			var changed *Changed
			if !errors.As(err, &changed) {
				t.Fatalf("got %v, want *Changed", err)
			}
			noTemporaries(t, r)
			if got := state(t, r, "/file"); tt.want != "" {
				equal(t, string(got.File.Content.Data), tt.want)
			} else if got.Exists() {
				t.Error("the file is back")
			}
		})
	}
}

// Somebody makes the file that was about to be made.
func TestAppearedJustBefore(t *testing.T) {
	for _, flag := range []bool{true, false} {
		calls := &faults{}
		r := tree(t, calls)
		calls.fail = func(_ int, op Op) error {
			if op.Name != "renameat2" {
				return nil
			}
			ok(t, os.WriteFile(r.Path()+"/file", []byte("theirs\n"), 0o644))
			if !flag {
				return unix.EINVAL
			}
			return nil
		}
		err := r.Write("/file", change.State{}, newFile("ours\n", 0o644))
		var changed *Changed
		if !errors.As(err, &changed) {
			t.Fatalf("got %v, want *Changed", err)
		}
		equal(t, string(state(t, r, "/file").File.Content.Data), "theirs\n")
		noTemporaries(t, r)
	}
}
