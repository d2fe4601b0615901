package host

import (
	"errors"
	"path"

	"golang.org/x/sys/unix"
)

// Free is how many bytes are free on the file system that a path lies on, or will lie
// on once it is there, as df(1) says.
func (r *Root) Free(file string) (int64, error) {
	fd, err := r.open(file, unix.O_PATH)
	for dir := path.Dir(file); errors.Is(err, unix.ENOENT) && dir != "/"; dir = path.Dir(dir) {
		fd, err = r.open(dir, unix.O_PATH)
	}
	if errors.Is(err, unix.ENOENT) {
		fd, err = r.open("/", unix.O_PATH)
	}
	if err != nil {
		return 0, failed("cannot look at %s: %w", file, err)
	}
	defer closeFD(fd)
	var fs unix.Statfs_t
	if err := retry(func() error { return unix.Fstatfs(fd, &fs) }); err != nil {
		return 0, failed("cannot look at %s: %w", file, err)
	}
	return int64(fs.Bavail) * fs.Frsize, nil
}

// ReadStart reads what a regular file begins with, at most limit bytes of it. Anything
// but a regular file is *Refused, and is never opened.
func (r *Root) ReadStart(file string, limit int) ([]byte, error) {
	p, err := r.place(file, unix.O_PATH)
	if err != nil {
		return nil, failed("cannot read %s: %w", file, err)
	}
	defer p.close()
	n, err := openNode(p)
	if err != nil {
		return nil, failed("cannot read %s: %w", file, err)
	}
	defer n.close()
	if !isRegular(&n.st) {
		return nil, failed("cannot read %s: %w", file, unix.EISDIR)
	}
	data := make([]byte, limit)
	var size int
	err = retry(func() (err error) {
		size, err = unix.Pread(n.fd, data, 0)
		return err
	})
	if err != nil {
		return nil, failed("cannot read %s: %w", file, err)
	}
	return data[:size], nil
}
