package host

import (
	"errors"
	"fmt"

	"harden/agent/change"

	"golang.org/x/sys/unix"
)

// writable refuses what must not be written, before anything is done. With
// away the name itself goes away: the file is replaced or removed.
func (n *node) writable(away bool) error {
	if err := fixed(n.fd, n.path); err != nil {
		return err
	}
	if isRegular(&n.st) && n.st.Nlink > 1 {
		return &Refused{n.path, fmt.Sprintf("it has %d hard links, and the others are not known", n.st.Nlink)}
	}
	if !away {
		return nil
	}
	if attributes(n.fd)&unix.STATX_ATTR_MOUNT_ROOT != 0 {
		return mounted(n.path)
	}
	return fixed(n.dir, n.path)
}

// fixed refuses an immutable or append-only file or directory, which even
// root is told EPERM for.
func fixed(fd int, path string) error {
	attrs := attributes(fd)
	for _, a := range []struct {
		bit  uint64
		name string
	}{
		{unix.STATX_ATTR_IMMUTABLE, "immutable (chattr +i)"},
		{unix.STATX_ATTR_APPEND, "append-only (chattr +a)"},
	} {
		if attrs&a.bit != 0 {
			return &Refused{path, "it, or its directory, is " + a.name}
		}
	}
	return nil
}

// attributes are the STATX_ATTR bits of an open file, which need no right to
// read it, unlike FS_IOC_GETFLAGS. None where the kernel or the file system
// does not tell; the system calls that follow then fail by themselves.
func attributes(fd int) uint64 {
	var stx unix.Statx_t
	if err := unix.Statx(fd, "", unix.AT_EMPTY_PATH, 0, &stx); err != nil {
		return 0
	}
	return stx.Attributes & stx.Attributes_mask
}

func mounted(path string) error {
	return &Refused{path, "it is a mount point (a bind mount, perhaps), and cannot be replaced or removed"}
}

// unchanged makes sure that a name still means the inode whose state was
// compared, and that nobody touched it since. It is the last thing before a
// change: what is left of the race is the time between two system calls.
func (n *node) unchanged() error {
	st, err := n.lstat()
	switch {
	case errors.Is(err, unix.ENOENT):
		return &Changed{n.path, []change.Field{change.FieldType}}
	case err != nil:
		return err
	case !same(&st, &n.st):
		return &Changed{n.path, []change.Field{"inode"}}
	}
	return nil
}
