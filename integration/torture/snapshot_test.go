//go:build torture

package torture

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// stateDir is harden's own directory, below a tree.
const stateDir = "var/lib/harden"

// snapshot says of every path below a directory, but not of harden's own, all
// that must be the same when it is put back: type, mode, owner, extended
// attributes, inode flags, content, and of a file the number of its links.
// A key that a run makes shows as KEY, because no two runs make the same.
type snapshot map[string]string

func take(t *testing.T, dir string) snapshot {
	t.Helper()
	s := snapshot{}
	ok(t, filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if rel == stateDir {
			return fs.SkipDir
		}
		s[rel], err = describe(path)
		return err
	}))
	return s
}

var generated = regexp.MustCompile(`secret: [A-Za-z0-9+/]{43}=`)

func describe(path string) (string, error) {
	var st unix.Stat_t
	if err := unix.Lstat(path, &st); err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	line := fmt.Sprintf("%o %d:%d", st.Mode, st.Uid, st.Gid)
	if kind := st.Mode & unix.S_IFMT; kind == unix.S_IFLNK {
		target, err := os.Readlink(path)
		return line + " -> " + target, err
	} else if kind != unix.S_IFREG && kind != unix.S_IFDIR {
		return line, nil
	}
	xattrs, err := attributes(path)
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	line += xattrs + inodeFlags(path)
	if st.Mode&unix.S_IFMT == unix.S_IFDIR {
		return line, nil // its links are the directories in it
	}
	data, err := os.ReadFile(path)
	data = generated.ReplaceAll(data, []byte("secret: KEY"))
	return fmt.Sprintf("%s links=%d bytes=%d %x", line, st.Nlink, len(data), sha256.Sum256(data)), err
}

func attributes(path string) (string, error) {
	names := make([]byte, 64<<10)
	size, err := unix.Llistxattr(path, names)
	if errors.Is(err, unix.ENOTSUP) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	var list []string
	for name := range strings.SplitSeq(strings.TrimSuffix(string(names[:size]), "\x00"), "\x00") {
		if name == "" {
			continue
		}
		value := make([]byte, 64<<10)
		size, err := unix.Lgetxattr(path, name, value)
		if err != nil {
			return "", err
		}
		list = append(list, fmt.Sprintf(" %s=%q", name, value[:size]))
	}
	slices.Sort(list)
	return strings.Join(list, ""), nil
}

// inodeFlags are those that chattr sets; the others are the file system's own.
func inodeFlags(path string) string {
	const settable = 0x000380ff // FS_FL_USER_MODIFIABLE without the layout
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return ""
	}
	defer unix.Close(fd)
	flags, err := unix.IoctlGetInt(fd, unix.FS_IOC_GETFLAGS)
	if err != nil || flags&settable == 0 {
		return ""
	}
	return fmt.Sprintf(" flags=%#x", flags&settable)
}
