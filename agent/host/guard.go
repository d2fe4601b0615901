package host

import (
	"errors"
	"path"

	"harden/agent/change"
	"harden/agent/message"

	"golang.org/x/sys/unix"
)

// Writable tells, without writing anything, what Write would refuse of a
// change: *Refused, or the error that keeps it from looking. Where a directory
// on the way is missing, it is the one above that a new one would be made in
// which counts. It does not compare states: Write does.
func (r *Root) Writable(file string, from, to change.State) error {
	p, err := r.place(file, unix.O_PATH)
	for dir := path.Dir(file); errors.Is(err, unix.ENOENT) && dir != "/"; dir = path.Dir(dir) {
		p, err = r.place(dir, unix.O_PATH)
	}
	if err != nil {
		return failed("cannot look at %s: %w", file, err)
	}
	defer p.close()
	n, err := openNode(p)
	if errors.Is(err, unix.ENOENT) {
		return fixed(p.dir, file, path.Dir(file))
	}
	if err != nil {
		return failed("cannot look at %s: %w", file, err)
	}
	defer n.close()
	n.path = file
	switch {
	case p.path != path.Clean(file):
		return nil // a directory that came to be meanwhile
	case !to.Exists():
		return n.removable()
	}
	return n.writable(differ(from, to))
}

// removable refuses what must not be removed. Other hard links of a file are
// not an obstacle: they stay.
func (n *node) removable() error {
	if attributes(n.fd)&unix.STATX_ATTR_MOUNT_ROOT != 0 {
		return mounted(n.path)
	}
	if err := fixed(n.fd, n.path, n.path); err != nil {
		return err
	}
	return fixed(n.dir, n.path, path.Dir(n.path))
}

// writable refuses what must not be written, before anything is done. With
// away the name itself goes away: the file is replaced or removed.
func (n *node) writable(away bool) error {
	if err := fixed(n.fd, n.path, n.path); err != nil {
		return err
	}
	if isRegular(&n.st) && n.st.Nlink > 1 {
		return &Refused{n.path, message.New("it has %d hard links, and its other names are not known", n.st.Nlink)}
	}
	if !away {
		return nil
	}
	if attributes(n.fd)&unix.STATX_ATTR_MOUNT_ROOT != 0 {
		return mounted(n.path)
	}
	return fixed(n.dir, n.path, path.Dir(n.path))
}

// fixed refuses a file or directory that even root cannot write: on a file
// system, or below a mount, that is read-only (EROFS), or immutable or
// append-only (EPERM). file is what fd is: target itself or its directory.
func fixed(fd int, target, file string) error {
	if frozen(fd) {
		return readOnly(target)
	}
	attrs := attributes(fd)
	for _, a := range []struct {
		bit  uint64
		name message.Text
		flag string
	}{
		{unix.STATX_ATTR_IMMUTABLE, message.New("immutable (chattr +i)"), "-i"},
		{unix.STATX_ATTR_APPEND, message.New("append-only (chattr +a)"), "-a"},
	} {
		if attrs&a.bit != 0 {
			return &Refused{target, message.New("%s is %s; find out who set that attribute, then remove it with chattr %s", file, a.name, a.flag)}
		}
	}
	return nil
}

// frozen tells whether an open file lies on a read-only file system, or was
// reached through a read-only mount of one that is not. Where the kernel does not
// tell, the system calls that follow do.
func frozen(fd int) bool {
	var fs unix.Statfs_t
	err := retry(func() error { return unix.Fstatfs(fd, &fs) })
	return err == nil && fs.Flags&unix.ST_RDONLY != 0
}

// SysctlWritable tells, without writing anything, why a kernel parameter could
// not be set: /proc/sys is read-only in most containers.
func (r *Root) SysctlWritable(key string) error {
	file, err := r.sysctlFile(key)
	if err != nil {
		return err
	}
	fd, err := r.open(file, unix.O_PATH)
	if err != nil {
		return failed("cannot look at %s: %w", key, err)
	}
	defer closeFD(fd)
	if frozen(fd) {
		return readOnly(key)
	}
	return nil
}

// AccountsWritable tells, without writing anything, why no account could be made
// or removed.
func (r *Root) AccountsWritable() error {
	for _, file := range []string{passwdFile, groupFile} {
		p, err := r.place(file, unix.O_PATH)
		if err != nil {
			return failed("cannot look at %s: %w", file, err)
		}
		n, err := openNode(p)
		if err == nil {
			err = n.writable(true)
			n.close()
		}
		p.close()
		if err != nil && !errors.Is(err, unix.ENOENT) {
			return failed("cannot look at %s: %w", file, err)
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
	return &Refused{path, message.New("it is a mount point (a bind mount, perhaps), and cannot be replaced or removed")}
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
