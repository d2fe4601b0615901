//go:build strangers

package strangers

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// snapshot says of every path of the node that lasts what it is: type, mode,
// owner, links and content. Not of harden's own directory, nor of what the
// system itself writes all the time.
type snapshot map[string]string

var (
	seen   = []string{"/etc", "/home", "/root", "/srv", "/opt", "/boot", "/usr/bin", "/usr/sbin", "/usr/local", "/usr/lib/systemd", "/var/lib", "/var/spool"}
	unseen = []string{"/var/lib/harden", "/var/lib/systemd", "/var/lib/private"}
)

func take(t *testing.T) snapshot {
	t.Helper()
	s := snapshot{}
	for _, dir := range []string{"/", "/bin", "/lib", "/usr", "/usr/lib", "/var", "/var/log"} {
		s.add(t, dir)
	}
	for _, top := range seen {
		ok(t, filepath.WalkDir(filepath.Join(root, top), func(name string, _ fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			path := "/" + strings.TrimPrefix(name, root+"/")
			if slices.Contains(unseen, path) {
				return fs.SkipDir
			}
			s.add(t, path)
			return nil
		}))
	}
	return s
}

func (s snapshot) add(t *testing.T, path string) {
	t.Helper()
	name := filepath.Join(root, path)
	info, err := os.Lstat(name)
	ok(t, err)
	stat, known := info.Sys().(*syscall.Stat_t)
	if !known {
		t.Fatal("no owner is known")
	}
	line := fmt.Sprintf("%o %d:%d", stat.Mode, stat.Uid, stat.Gid)
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		target, err := os.Readlink(name)
		ok(t, err)
		line += " -> " + target
	case info.Mode().IsRegular() && strings.HasPrefix(path, "/usr/") && !strings.HasPrefix(path, "/usr/lib/systemd/"):
		// So many programs: whoever writes one moves its times.
		line += fmt.Sprintf(" links=%d bytes=%d changed=%d", stat.Nlink, stat.Size, stat.Ctim.Nano())
	case info.Mode().IsRegular():
		data, err := os.ReadFile(name)
		ok(t, err)
		line += fmt.Sprintf(" links=%d bytes=%d %x", stat.Nlink, stat.Size, sha256.Sum256(data))
	}
	s[path] = line
}

// changed lists the paths that are not as they were, with both.
func (s snapshot) changed(now snapshot) map[string]string {
	all := map[string]string{}
	for path := range maps.Keys(now) {
		if s[path] != now[path] {
			all[path] = fmt.Sprintf("%q, now %q", s[path], now[path])
		}
	}
	for path, line := range s {
		if _, there := now[path]; !there {
			all[path] = fmt.Sprintf("%q, now gone", line)
		}
	}
	return all
}

// unchanged makes sure that everything is as it was.
func (s snapshot) unchanged(t *testing.T, after string) {
	t.Helper()
	for path, what := range s.changed(take(t)) {
		t.Errorf("%s changed %s: it was %s", after, path, what)
	}
}

// restore puts back what an attempt that went through has left behind, so that
// the next one does not fail by it.
func (s snapshot) restore(t *testing.T) {
	t.Helper()
	for path := range s.changed(take(t)) {
		line, there := s[path]
		var mode uint32
		var user, group int
		if there {
			if _, err := fmt.Sscanf(line, "%o %d:%d", &mode, &user, &group); err != nil {
				t.Fatal(err)
			}
			if mode&syscall.S_IFMT != syscall.S_IFLNK {
				ok(t, os.Lchown(filepath.Join(root, path), user, group))
				ok(t, syscall.Chmod(filepath.Join(root, path), mode&0o7777))
			}
		} else {
			ok(t, os.RemoveAll(filepath.Join(root, path)))
		}
	}
}
