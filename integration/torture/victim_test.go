//go:build torture

package torture

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

// nobody is the user who attacks.
const nobody = 65534

// victim is a directory outside of a tree that a run must not touch, by
// whatever way the tree leads there.
type victim struct {
	dir    string
	before map[string]string
}

// victimOf takes what a directory holds for a victim. Its access times are set
// long before its other times, so that whoever reads a file, or lists a
// directory, changes them.
func victimOf(t *testing.T, dir string) *victim {
	t.Helper()
	ok(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Type()&fs.ModeSymlink != 0 {
			return err
		}
		return os.Chtimes(path, time.Now().Add(-72*time.Hour), time.Time{})
	}))
	// Once more, for the walk itself listed the directories.
	v := &victim{dir: dir}
	ok(t, v.each(func(path string, st *unix.Stat_t) {
		if st.Mode&unix.S_IFMT == unix.S_IFDIR {
			ok(t, os.Chtimes(path, time.Now().Add(-72*time.Hour), time.Time{}))
		}
	}))
	v.before = v.inodes(t)
	return v
}

// sentinel makes a victim with files like those that a run would want.
func sentinel(t *testing.T, dir string) *victim {
	t.Helper()
	for name, mode := range map[string]os.FileMode{"shadow": 0o640, "config.yaml": 0o666, "ca.key": 0o644, "sub/kube-apiserver.yaml": 0o777} {
		path := filepath.Join(dir, name)
		ok(t, os.MkdirAll(filepath.Dir(path), 0o755))
		ok(t, os.WriteFile(path, []byte("kind: sentinel\n"), mode))
		ok(t, os.Chmod(path, mode))
	}
	return victimOf(t, dir)
}

// inodes says of everything in a victim all that a system call can change, the
// times included: content, mode, owner and links move the change time, and a
// look inside moves the access time.
func (v *victim) inodes(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	ok(t, v.each(func(path string, st *unix.Stat_t) {
		all[path] = fmt.Sprintf("%o %d:%d links=%d size=%d modified=%v changed=%v accessed=%v", st.Mode, st.Uid, st.Gid, st.Nlink, st.Size,
			st.Mtim, st.Ctim, st.Atim)
	}))
	return all
}

// each visits what a victim holds, each directory before it is listed.
func (v *victim) each(visit func(path string, st *unix.Stat_t)) error {
	var walk func(path string) error
	walk = func(path string) error {
		var st unix.Stat_t
		if err := unix.Lstat(path, &st); err != nil {
			return err
		}
		visit(path, &st)
		if st.Mode&unix.S_IFMT != unix.S_IFDIR {
			return nil
		}
		// O_NOATIME, so that this look leaves no trace.
		fd, err := unix.Open(path, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOATIME|unix.O_CLOEXEC, 0)
		if err != nil {
			return err
		}
		f := os.NewFile(uintptr(fd), path)
		defer f.Close()
		names, err := f.Readdirnames(-1)
		for _, name := range names {
			if err == nil {
				err = walk(filepath.Join(path, name))
			}
		}
		return err
	}
	return walk(v.dir)
}

// untouched makes sure that nothing was done to a victim, and nothing read.
func (v *victim) untouched(t *testing.T, after string) {
	t.Helper()
	if now := v.inodes(t); !maps.Equal(now, v.before) {
		t.Errorf("after %s the victim is touched, -before +after:\n%s", after, cmp.Diff(v.before, now))
		v.before = now
	}
}
