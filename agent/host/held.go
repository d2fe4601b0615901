package host

import (
	"io/fs"
	"path"
	"strings"

	"harden/agent/change"
	"harden/agent/message"

	"golang.org/x/sys/unix"
)

// Held is a file or a directory that is held open while it is looked at: what
// is told of it, and of what it holds, is about one inode, whatever becomes of
// its name.
type Held struct{ node }

// Hold opens a file or a directory that is reached by directories of root's
// alone: those from the root down to the one that it lies in belong to root or
// the effective user, and nobody else can write them. Otherwise somebody else
// could have put it there, or could put another in its place: *Refused, as for
// a link on the way, a fifo, a device. Of itself neither owner nor mode are
// judged. What does not exist is an error that wraps fs.ErrNotExist; the way
// to it was judged as far as it goes.
func (r *Root) Hold(file string) (*Held, error) {
	dir, name, err := r.descend(file)
	if err != nil {
		return nil, failed("cannot look at %s: %w", file, err)
	}
	p := place{dir, name, path.Clean(file)}
	n, err := openNode(p)
	if err != nil {
		p.close()
		return nil, failed("cannot look at %s: %w", file, err)
	}
	return &Held{*n}, nil
}

// descend opens the directory that a path lies in, one directory after the
// other, and judges each.
func (r *Root) descend(file string) (dir int, name string, err error) {
	rel, err := relative(file)
	if err != nil {
		return -1, "", err
	}
	dir, err = openat(r.fd, ".", unix.O_PATH|unix.O_DIRECTORY, 0)
	if err != nil {
		return -1, "", err
	}
	parts := strings.Split(rel, "/")
	last := len(parts) - 1
	for i, part := range parts {
		if err := requireRootOnly(dir, file, "/"+path.Join(parts[:i]...)); err != nil {
			closeFD(dir)
			return -1, "", err
		}
		if i == last {
			break
		}
		next, err := openat(dir, part, unix.O_PATH|unix.O_DIRECTORY, 0)
		closeFD(dir)
		if err != nil {
			if refused := r.findLink(file, rel); refused != nil {
				err = refused
			}
			return -1, "", err
		}
		dir = next
	}
	return dir, parts[last], nil
}

// requireRootOnly refuses an open directory that other users than root can change.
func requireRootOnly(dir int, file, where string) error {
	var st unix.Stat_t
	if err := unix.Fstat(dir, &st); err != nil {
		return err
	}
	if ours(st.Uid) && st.Mode&0o022 == 0 {
		return nil
	}
	return &Refused{file, message.New("users other than root can change %s, which is on the path (owner %d, mode %s), so they can put any file there; give that directory to root with mode 0755",
		where, st.Uid, change.Octal(st.Mode&0o7777))}
}

// Close gives it back.
func (h *Held) Close() {
	h.close()
	h.place.close()
}

// Info is what its inode says.
func (h *Held) Info() Info { return newInfo(&h.st) }

// Data reads a regular file of at most limit bytes.
func (h *Held) Data(limit int64) ([]byte, error) {
	switch {
	case !isRegular(&h.st):
		return nil, failed("cannot read %s: %w", h.path, unix.EISDIR)
	case h.pathOnly:
		return nil, failed("cannot read %s: %w", h.path, unix.EACCES)
	}
	data, err := readAll(h.fd, h.st.Size, limit)
	return data, failed("cannot read %s: %w", h.path, err)
}

// Inside looks at one entry of a directory: a name, or names with slashes
// between them. None of them is followed where it is a link. What does not
// exist is an error that wraps fs.ErrNotExist.
func (h *Held) Inside(rel string) (Info, error) {
	if !fs.ValidPath(rel) {
		return Info{}, &Refused{path.Join(h.path, rel), message.New("it is not a name in a directory")}
	}
	at, parts := h.fd, strings.Split(rel, "/")
	for i, part := range parts[:len(parts)-1] {
		next, err := openat(at, part, unix.O_PATH|unix.O_DIRECTORY, 0)
		if i > 0 {
			closeFD(at)
		}
		if err != nil {
			return Info{}, failed("cannot look at %s: %w", path.Join(h.path, rel), err)
		}
		at = next
	}
	st, err := place{dir: at, name: parts[len(parts)-1]}.lstat()
	if len(parts) > 1 {
		closeFD(at)
	}
	if err != nil {
		return Info{}, failed("cannot look at %s: %w", path.Join(h.path, rel), err)
	}
	return newInfo(&st), nil
}
