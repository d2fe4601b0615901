package host

import (
	"errors"
	"strconv"

	"harden/agent/change"
	"harden/agent/message"

	"golang.org/x/sys/unix"
)

// MaxContent is the longest file, in bytes, whose content is read into a
// state. Nothing that is edited on a node comes near it.
const MaxContent = 16 << 20

// node is a regular file or a directory, held by a descriptor, so that all
// that is read from it and done to it is about one inode.
type node struct {
	place
	fd int
	st unix.Stat_t
	// pathOnly is set where the file may not be read (O_PATH): its content
	// is out of reach, its attributes go through /proc/self/fd.
	pathOnly bool
}

// openNode opens what a place names. The error is an errno, or *Refused for
// what is neither a file nor a directory, which is never opened: opening
// alone can start a device or wake the other end of a fifo.
func openNode(p place) (*node, error) {
	st, err := p.lstat()
	if err != nil {
		return nil, err
	}
	if st.Mode&unix.S_IFMT == unix.S_IFLNK {
		return nil, &Refused{p.path, message.New("it is a symbolic link to %q", linkTarget(p.dir, p.name))}
	}
	if !isRegular(&st) && !isDirectory(&st) {
		return nil, &Refused{p.path, message.New("it is a %s", kind(&st))}
	}
	n := &node{place: p}
	// O_NONBLOCK: in case the name became a fifo since.
	n.fd, err = openat(p.dir, p.name, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_NOCTTY, 0)
	if errors.Is(err, unix.EACCES) {
		n.pathOnly = true
		n.fd, err = openat(p.dir, p.name, unix.O_PATH, 0)
	}
	switch {
	case errors.Is(err, unix.ELOOP):
		return nil, &Refused{p.path, message.New("it is a symbolic link")}
	case err != nil:
		return nil, err
	}
	if err := unix.Fstat(n.fd, &n.st); err != nil {
		n.close()
		return nil, err
	}
	if !isRegular(&n.st) && !isDirectory(&n.st) {
		n.close()
		return nil, &Refused{p.path, message.New("it is a %s", kind(&n.st))}
	}
	if err := n.planted(); err != nil {
		n.close()
		return nil, err
	}
	return n, nil
}

// planted refuses a file with other names in a directory that others can
// change: somebody may have put a link there to a file that he cannot read
// himself. In a directory of ours, other names are how some systems lay out
// what they install (OSTree), and no harm as long as the file is only read.
func (n *node) planted() error {
	if isDirectory(&n.st) || n.st.Nlink < 2 {
		return nil
	}
	var dir unix.Stat_t
	if err := unix.Fstat(n.dir, &dir); err != nil {
		return err
	}
	if ours(dir.Uid) && dir.Mode&0o022 == 0 {
		return nil
	}
	return &Refused{n.path, message.New("it has %d hard links, and others can change its directory (owner %d, mode %s)",
		n.st.Nlink, dir.Uid, change.Octal(dir.Mode&0o7777))}
}

// close closes the node only, not its place.
func (n *node) close() { closeFD(n.fd) }

// proc is a path that leads to the inode where a descriptor will not do.
func (n *node) proc() string { return "/proc/self/fd/" + strconv.Itoa(n.fd) }

// State reads the whole state of a file or directory, with what a regular
// file holds if withContent. What does not exist is the empty state. A
// symbolic link, fifo, socket or device is *Refused; a file longer than
// MaxContent, or one that keeps changing while it is read, is an error.
func (r *Root) State(path string, withContent bool) (change.State, error) {
	p, err := r.place(path, unix.O_PATH)
	if errors.Is(err, unix.ENOENT) {
		return change.State{}, nil
	}
	if err != nil {
		return change.State{}, failed("cannot read %s: %w", path, err)
	}
	defer p.close()
	n, err := openNode(p)
	if errors.Is(err, unix.ENOENT) {
		return change.State{}, nil
	}
	if err != nil {
		return change.State{}, failed("cannot read %s: %w", path, err)
	}
	defer n.close()
	state, err := n.state(withContent)
	return state, failed("cannot read %s: %w", path, err)
}

// state reads a state that was true at one moment.
func (n *node) state(withContent bool) (change.State, error) {
	for range 5 {
		state, err := n.read(withContent)
		if err != nil {
			return change.State{}, err
		}
		before := n.st
		if err := unix.Fstat(n.fd, &n.st); err != nil {
			return change.State{}, err
		}
		if same(&before, &n.st) {
			return state, nil
		}
	}
	return change.State{}, message.Errorf("it keeps changing while it is read")
}

func (n *node) read(withContent bool) (change.State, error) {
	f := &change.File{
		Directory: isDirectory(&n.st),
		Mode:      n.st.Mode & 0o7777,
		UID:       n.st.Uid,
		GID:       n.st.Gid,
	}
	var err error
	if f.Xattrs, err = n.xattrs(); err != nil {
		return change.State{}, message.Errorf("extended attributes: %w", err)
	}
	if withContent && !f.Directory {
		if n.pathOnly {
			return change.State{}, unix.EACCES
		}
		data, err := readAll(n.fd, n.st.Size, MaxContent)
		if err != nil {
			return change.State{}, err
		}
		f.Content = change.NewContent(data, false)
	}
	return change.State{File: f}, nil
}

// same tells whether an inode is the same and unchanged. The times of a
// directory tell of its entries, and do not count.
func same(a, b *unix.Stat_t) bool {
	identical := a.Dev == b.Dev && a.Ino == b.Ino && a.Mode == b.Mode && a.Uid == b.Uid && a.Gid == b.Gid
	if isDirectory(a) {
		return identical
	}
	return identical && a.Size == b.Size && a.Nlink == b.Nlink && a.Mtim == b.Mtim && a.Ctim == b.Ctim
}
