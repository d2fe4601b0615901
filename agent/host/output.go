package host

import (
	"path/filepath"

	"golang.org/x/sys/unix"

	"harden/agent/message"
)

// ReplaceOutput writes a whole file that a user asked for, outside of any root,
// in place of the regular file of that name, if there is one: a reader finds the
// old one or the new one. Until then it is a temporary of mode 0600 beside it.
//
// A directory of the way may be somebody else's, such as a service's that
// collects the file; that user then decides what becomes of it, and of nothing
// else: a link on the way that he could have laid is *Refused, the temporary is
// made and renamed in the directory that was opened, and no link, device or pipe
// is replaced or written through.
func ReplaceOutput(file string, data []byte, mode uint32) error {
	abs, err := filepath.Abs(file)
	if err == nil {
		err = replaceOutput(abs, data, mode)
	}
	return failed("cannot write %s: %w", file, err)
}

func replaceOutput(file string, data []byte, mode uint32) error {
	dir, _, err := openTree(filepath.Dir(file))
	if err != nil {
		return err
	}
	defer closeFD(dir)
	p := place{dir: dir, name: filepath.Base(file), path: file}
	if st, err := p.lstat(); err == nil && !isRegular(&st) {
		if st.Mode&unix.S_IFMT == unix.S_IFLNK {
			return &Refused{file, message.New("it is a symbolic link to %q, and only a regular file is replaced", linkTarget(p.dir, p.name))}
		}
		return &Refused{file, message.New("it is a %s, and only a regular file is replaced", kind(&st))}
	}
	t := p.sibling(temporaryName())
	fd, err := openat(t.dir, t.name, unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	err = writeAll(fd, data)
	if err == nil {
		err = unix.Fchmod(fd, mode)
	}
	if err == nil {
		err = unix.Fsync(fd)
	}
	closeFD(fd)
	if err == nil {
		err = unix.Renameat(t.dir, t.name, p.dir, p.name)
	}
	if err != nil {
		_ = unix.Unlinkat(t.dir, t.name, 0) // what failed is told
	}
	return err
}
