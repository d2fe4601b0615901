package host

import (
	"errors"
	"path"
	"strings"

	"golang.org/x/sys/unix"

	"harden/agent/change"
	"harden/agent/message"
)

// place is a name in an open directory: what the *at system calls work on. A
// directory that is moved, or swapped for a link, after it was opened does
// not lead them elsewhere.
type place struct {
	dir  int    // file descriptor of the directory
	name string // "." for the root itself
	path string // for messages
}

func (p place) close() { closeFD(p.dir) }

// sibling is another name in the same directory.
func (p place) sibling(name string) place {
	return place{p.dir, name, path.Join(path.Dir(p.path), name)}
}

func (p place) lstat() (unix.Stat_t, error) {
	var st unix.Stat_t
	err := retry(func() error { return unix.Fstatat(p.dir, p.name, &st, unix.AT_SYMLINK_NOFOLLOW) })
	return st, err
}

// place opens the directory that holds a path. With flags O_PATH it is good
// for looking, with O_RDONLY also for fsync.
func (r *Root) place(file string, flags int) (place, error) {
	rel, err := relative(file)
	if err != nil {
		return place{}, err
	}
	dir, name := path.Split(rel)
	fd, err := r.open("/"+dir, flags|unix.O_DIRECTORY)
	var refused *Refused
	if errors.As(err, &refused) {
		err = &Refused{file, refused.Reason}
	}
	return place{fd, name, "/" + strings.TrimPrefix(rel, ".")}, err
}

// open opens a path below the root without following any link. The error is
// an errno, or *Refused, which names the component that is a link.
func (r *Root) open(file string, flags int) (int, error) {
	rel, err := relative(file)
	if err != nil {
		return -1, err
	}
	var fd int
	if r.steps {
		fd, err = r.openSteps(rel, flags)
	} else {
		fd, err = r.openat2(rel, flags)
	}
	// A link where O_DIRECTORY asks for a directory is ENOTDIR.
	if errors.Is(err, unix.ELOOP) || errors.Is(err, unix.ENOTDIR) {
		if refused := r.findLink(file, rel); refused != nil {
			return -1, refused
		}
	}
	return fd, err
}

// relative turns an absolute path into one relative to the root. A ".." is
// refused: what it leads to depends on links, and there are none to follow.
func relative(file string) (string, error) {
	if !path.IsAbs(file) || strings.ContainsRune(file, 0) {
		// What stands where a path must stand can be anything, a password too.
		return "", &Refused{change.Redacted([]byte(file)), message.New("it is not an absolute path")}
	}
	for part := range strings.SplitSeq(file, "/") {
		if part == ".." {
			return "", &Refused{file, message.New(`it has ".." in it`)}
		}
	}
	if rel := strings.TrimPrefix(path.Clean(file), "/"); rel != "" {
		return rel, nil
	}
	return ".", nil
}

func (r *Root) openat2(rel string, flags int) (fd int, err error) {
	how := unix.OpenHow{
		Flags:   uint64(flags | unix.O_CLOEXEC | unix.O_NOFOLLOW),
		Resolve: unix.RESOLVE_BENEATH | unix.RESOLVE_NO_SYMLINKS | unix.RESOLVE_NO_MAGICLINKS,
	}
	// EAGAIN: a rename elsewhere got in the way of proving that the path
	// stays below the root. It cannot go on for ever.
	for range 1000 {
		fd, err = unix.Openat2(r.fd, rel, &how)
		if !errors.Is(err, unix.EINTR) && !errors.Is(err, unix.EAGAIN) {
			break
		}
	}
	return fd, err
}

// openSteps does what openat2 does, one component at a time.
func (r *Root) openSteps(rel string, flags int) (int, error) {
	dir, err := openat(r.fd, ".", unix.O_PATH|unix.O_DIRECTORY, 0)
	if err != nil {
		return -1, err
	}
	parts := strings.Split(rel, "/")
	last := len(parts) - 1
	for _, part := range parts[:last] {
		next, err := openat(dir, part, unix.O_PATH|unix.O_DIRECTORY, 0)
		closeFD(dir)
		if err != nil {
			return -1, err
		}
		dir = next
	}
	defer closeFD(dir)
	return openat(dir, parts[last], flags, 0)
}

// findLink says which component of a path is a symbolic link, or nil when
// there is none (any more).
func (r *Root) findLink(file, rel string) error {
	parts := strings.Split(rel, "/")
	for i := range parts {
		prefix := path.Join(parts[:i+1]...)
		fd, err := r.openSteps(prefix, unix.O_PATH)
		if err != nil {
			return nil
		}
		var st unix.Stat_t
		err = unix.Fstat(fd, &st)
		target := linkTarget(fd, "")
		closeFD(fd)
		if err == nil && st.Mode&unix.S_IFMT == unix.S_IFLNK {
			return &Refused{file, message.New("/%s is a symbolic link to %q", prefix, target)}
		}
	}
	return nil
}

// linkTarget is what a symbolic link says, for messages only.
func linkTarget(dir int, name string) string {
	target := make([]byte, unix.PathMax)
	n, err := unix.Readlinkat(dir, name, target)
	if err != nil {
		return "?"
	}
	return string(target[:n])
}

// openat never follows a link in the last component and never leaks the
// descriptor to a program that is run.
func openat(dir int, name string, flags int, mode uint32) (fd int, err error) {
	err = retry(func() error {
		fd, err = unix.Openat(dir, name, flags|unix.O_CLOEXEC|unix.O_NOFOLLOW, mode)
		return err
	})
	return fd, err
}

// retry repeats a system call that a signal interrupted.
func retry(call func() error) error {
	for {
		if err := call(); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

// closeFD gives a descriptor back. What had to reach the disk was synced
// before, so there is nothing to learn from the result.
func closeFD(fd int) { _ = unix.Close(fd) }
