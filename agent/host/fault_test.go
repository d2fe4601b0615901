package host

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"harden/agent/change"

	"golang.org/x/sys/unix"
)

// Each operation of each kind of write fails once: the path is exactly as
// before or as wanted, and nothing is left beside it.
func TestEveryOperationFails(t *testing.T) {
	old := newFile("old\n", 0o644)
	tests := map[string]struct {
		path     string
		from, to change.State
		err      error // of an operation that always fails
		always   string
	}{
		"create":           {path: "/dir/new", to: newFile("new\n", 0o640)},
		"create by link":   {path: "/dir/new", to: newFile("new\n", 0o640), always: "renameat2", err: unix.EINVAL},
		"create directory": {path: "/dir/new", to: newDirectory(0o750)},
		"replace":          {path: "/dir/file", from: old, to: edited(old, "new\n", 0o640)},
		"meta":             {path: "/dir/file", from: old, to: owned(edited(old, "", 0o4711))},
		"attributes":       {path: "/dir/file", from: old, to: attributed(edited(old, "", 0o600))},
		"remove":           {path: "/dir/file", from: old},
		"remove directory": {path: "/dir/empty", from: newDirectory(0o755)},
	}
	for name, tt := range tests {
		for k := 1; ; k++ {
			calls := failingNth(k)
			once := calls.fail
			calls.fail = func(n int, op Op) error {
				if op.Name == tt.always {
					return tt.err
				}
				return once(n, op)
			}
			r := tree(t, calls, "dir/file", "dir/empty/")
			err := r.Write(tt.path, tt.from, tt.to)
			got := state(t, r, tt.path)
			row := fmt.Sprintf("%s, operation %d of %q", name, k, calls.names)
			if !got.Equal(tt.from) && !got.Equal(tt.to) {
				t.Errorf("%s: the state is neither old nor new: %+v", row, got.File)
			}
			noTemporaries(t, r)
			if len(calls.names) < k {
				ok(t, err)
				break
			}
			if !errors.Is(err, unix.EIO) && tt.always == "" {
				t.Errorf("%s: got %v, want an input/output error", row, err)
			}
		}
	}
}

// owned gives a state an owner that only root can give.
func owned(s change.State) change.State {
	if unix.Geteuid() == 0 {
		s.File.UID, s.File.GID = 52034, 52034
	}
	return s
}

func attributed(s change.State) change.State {
	s.File.Xattrs = map[string][]byte{"user.a": []byte("1"), "user.b": []byte("2")}
	return s
}

// From the k-th operation on, everything fails, as if the process had been
// killed there: the path is old or new, and what is left beside it goes with
// RemoveTemporaries.
func TestEverythingFailsFromSomewhere(t *testing.T) {
	old := newFile("old\n", 0o644)
	for name, tt := range map[string]struct {
		path     string
		from, to change.State
	}{
		"create":           {"/dir/new", change.State{}, newFile("new\n", 0o640)},
		"create directory": {"/dir/new", change.State{}, newDirectory(0o750)},
		"replace":          {"/dir/file", old, edited(old, "new\n", 0o640)},
		"remove":           {"/dir/file", old, change.State{}},
	} {
		for k := 1; ; k++ {
			calls := &faults{fail: func(n int, _ Op) error {
				if n >= k {
					return unix.EIO
				}
				return nil
			}}
			r := tree(t, calls, "dir/file")
			err := r.Write(tt.path, tt.from, tt.to)
			if got := state(t, r, tt.path); !got.Equal(tt.from) && !got.Equal(tt.to) {
				t.Errorf("%s, operation %d of %q: neither old nor new", name, k, calls.names)
			}
			finished := len(calls.names) < k
			calls.fail = nil
			ok(t, r.RemoveTemporaries("/dir"))
			noTemporaries(t, r)
			if finished {
				ok(t, err)
				break
			}
		}
	}
}

// A file is on the disk before it gets its name, and the name after.
func TestOrder(t *testing.T) {
	var order []string
	calls := &faults{fail: nil}
	r := tree(t, calls, "dir/file")
	calls.fail = func(_ int, op Op) error {
		path := op.Path
		if i := strings.Index(path, temporaryPrefix); i >= 0 {
			path = path[:i] + "TMP"
		}
		order = append(order, op.Name+" "+path)
		return nil
	}
	old := state(t, r, "/dir/file")
	ok(t, r.Write("/dir/file", old, owned(edited(old, "new\n", 0o640))))
	want := []string{"openat /dir/TMP", "write /dir/TMP", "fchown /dir/TMP", "fchmod /dir/TMP", "fsync /dir/TMP", "renameat /dir/file", "fsync /dir"}
	if unix.Geteuid() != 0 {
		want = append(want[:2:2], want[3:]...)
	}
	equal(t, order, want)
}
