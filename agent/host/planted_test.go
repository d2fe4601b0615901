package host

import (
	"errors"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// A second name of a file is not read where somebody else could have put it,
// and never written.
func TestPlantedHardLinks(t *testing.T) {
	needRoot(t)
	tests := map[string]struct {
		prepare func(dir string) error
		read    bool
	}{
		"a directory of ours":         {func(string) error { return nil }, true},
		"a directory of another":      {func(dir string) error { return os.Chown(dir, nobody, 0) }, false},
		"all may write the directory": {func(dir string) error { return os.Chmod(dir, 0o777|os.ModeSticky) }, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := tree(t, nil, "victim", "dir/file")
			ok(t, os.Link(r.Path()+"/victim", r.Path()+"/dir/link"))
			ok(t, tt.prepare(r.Path()+"/dir"))
			_, readErr := r.ReadFile("/dir/link", 100)
			_, stateErr := r.State("/dir/link", true)
			for _, err := range []error{readErr, stateErr} {
				if tt.read {
					ok(t, err)
				} else if !errors.As(err, new(*Refused)) {
					t.Errorf("got %v, want *Refused", err)
				}
			}
			if _, err := r.ReadFile("/dir/file", 100); err != nil {
				t.Errorf("a file with one name: %v", err)
			}
			var before, after unix.Stat_t
			ok(t, unix.Lstat(r.Path()+"/victim", &before))
			_, err := r.Lock("/dir/link")
			if !errors.As(err, new(*Refused)) {
				t.Errorf("the lock: got %v, want *Refused", err)
			}
			ok(t, unix.Lstat(r.Path()+"/victim", &after))
			equal(t, after.Ctim, before.Ctim)
		})
	}
}
