package host

import (
	"errors"
	"io"

	"golang.org/x/sys/unix"

	"harden/agent/message"
)

// AppendFile is a file that grows by whole, durable records.
type AppendFile struct {
	root *Root
	path string
	fd   int
	size int64 // bytes that are known to be on the disk
	// broken is why nothing can be appended any more: a torn record could
	// not be truncated, and one behind it would be lost with it.
	broken error
}

// OpenAppend opens a file to append to, and makes it, 0600, if it is missing.
// Only one process may append at a time.
func (r *Root) OpenAppend(path string) (*AppendFile, error) {
	a, err := r.openAppend(path)
	return a, failed("cannot open %s: %w", path, err)
}

func (r *Root) openAppend(path string) (*AppendFile, error) {
	p, err := r.place(path, unix.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer p.close()
	st, err := p.lstat()
	switch {
	case errors.Is(err, unix.ENOENT):
		st = unix.Stat_t{Mode: unix.S_IFREG, Nlink: 1}
	case err != nil:
		return nil, err
	}
	if !isRegular(&st) || st.Nlink != 1 {
		return nil, &Refused{path, message.New("it is a %s with %d hard links", kind(&st), st.Nlink)}
	}
	a := &AppendFile{root: r, path: path}
	err = r.do("openat", path, func() (err error) {
		a.fd, err = openat(p.dir, p.name, unix.O_WRONLY|unix.O_APPEND|unix.O_CREAT|unix.O_NONBLOCK, 0o600)
		return err
	})
	if err != nil {
		return nil, err
	}
	err = unix.Fstat(a.fd, &st)
	if err == nil {
		a.size = st.Size
		err = r.syncDir(p)
	}
	if err != nil {
		closeFD(a.fd)
		return nil, err
	}
	return a, nil
}

// Append writes p at the end, in one write, and returns when it is on the
// disk. After an error the file is as long as before.
func (a *AppendFile) Append(p []byte) error {
	if a.broken != nil {
		return failed("cannot append to %s: %w", a.path, a.broken)
	}
	err := a.root.do("write", a.path, func() error {
		n, err := unix.Write(a.fd, p)
		if err == nil && n < len(p) {
			err = io.ErrShortWrite // most likely a full disk
		}
		return err
	})
	if err == nil {
		err = a.root.do("fdatasync", a.path, func() error { return unix.Fdatasync(a.fd) })
	}
	if err == nil {
		a.size += int64(len(p))
		return nil
	}
	cut := a.root.do("ftruncate", a.path, func() error { return unix.Ftruncate(a.fd, a.size) })
	if cut != nil {
		a.broken = message.Errorf("an incomplete record could not be removed: %w", cut)
		err = errors.Join(err, a.broken)
	}
	return failed("cannot append to %s: %w", a.path, err)
}

// Close closes the file, whose records are all on the disk already.
func (a *AppendFile) Close() error {
	return failed("cannot close %s: %w", a.path, unix.Close(a.fd))
}
