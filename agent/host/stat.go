package host

import (
	"math"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"harden/agent/message"
)

// Info is what the inode of a path says.
type Info struct {
	Directory, Regular, Symlink bool

	Kind     message.Text // "regular file", "directory", "symbolic link", "fifo", "socket", "device"
	Mode     uint32       // the twelve permission bits
	UID, GID uint32
	Size     int64  // bytes
	Links    uint64 // hard links
	ModTime  time.Time
}

func newInfo(st *unix.Stat_t) Info {
	format := st.Mode & unix.S_IFMT
	return Info{
		Directory: format == unix.S_IFDIR,
		Regular:   format == unix.S_IFREG,
		Symlink:   format == unix.S_IFLNK,
		Kind:      kind(st),
		Mode:      st.Mode & 0o7777,
		UID:       st.Uid,
		GID:       st.Gid,
		Size:      st.Size,
		Links:     uint64(st.Nlink), //nolint:unconvert // it is a uint32 on arm64
		ModTime:   time.Unix(st.Mtim.Unix()),
	}
}

func kind(st *unix.Stat_t) message.Text {
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFREG:
		return message.New("regular file")
	case unix.S_IFDIR:
		return message.New("directory")
	case unix.S_IFLNK:
		return message.New("symbolic link")
	case unix.S_IFIFO:
		return message.New("fifo")
	case unix.S_IFSOCK:
		return message.New("socket")
	}
	return message.New("device")
}

func isRegular(st *unix.Stat_t) bool   { return st.Mode&unix.S_IFMT == unix.S_IFREG }
func isDirectory(st *unix.Stat_t) bool { return st.Mode&unix.S_IFMT == unix.S_IFDIR }

// Stat looks at a path; the last component may be a link, and is not
// followed. An absent path is an error that wraps fs.ErrNotExist.
func (r *Root) Stat(path string) (Info, error) {
	fd, err := r.open(path, unix.O_PATH)
	if err != nil {
		return Info{}, failed("cannot look at %s: %w", path, err)
	}
	defer closeFD(fd)
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return Info{}, failed("cannot look at %s: %w", path, err)
	}
	return newInfo(&st), nil
}

// ReadFile reads a regular file of at most limit bytes, those of /proc
// included, whose size is not known before. A file that is longer, or gets
// longer while it is read, is an error; anything but a regular file is
// *Refused, and is never opened, let alone waited for.
func (r *Root) ReadFile(path string, limit int64) ([]byte, error) {
	p, err := r.place(path, unix.O_PATH)
	if err != nil {
		return nil, failed("cannot read %s: %w", path, err)
	}
	defer p.close()
	n, err := openNode(p)
	if err != nil {
		return nil, failed("cannot read %s: %w", path, err)
	}
	defer n.close()
	if n.pathOnly {
		return nil, failed("cannot read %s: %w", path, unix.EACCES)
	}
	if !isRegular(&n.st) {
		return nil, failed("cannot read %s: %w", path, unix.EISDIR)
	}
	data, err := readAll(n.fd, n.st.Size, limit)
	return data, failed("cannot read %s: %w", path, err)
}

// readAll reads from the start to the end, at most limit bytes. size is what
// is expected.
func readAll(fd int, size, limit int64) ([]byte, error) {
	tooLong := message.Errorf("it is longer than %d bytes", limit)
	if size > limit {
		return nil, tooLong
	}
	if size == 0 { // of /proc, where no file knows its size
		size = min(4095, limit)
	}
	// One byte more than expected finds the end without another round.
	data := make([]byte, 0, size+1)
	for {
		var n int
		err := retry(func() (err error) {
			n, err = unix.Pread(fd, data[len(data):cap(data)], int64(len(data)))
			return err
		})
		if err != nil {
			return nil, err
		}
		data = data[:len(data)+n]
		switch {
		case int64(len(data)) > limit:
			return nil, tooLong
		case n == 0:
			return data, nil
		case len(data) == cap(data):
			data = slices.Grow(data, len(data))
		}
	}
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

// ReadDir lists the names in a directory, sorted.
func (r *Root) ReadDir(path string) ([]string, error) {
	fd, err := r.open(path, unix.O_RDONLY|unix.O_DIRECTORY)
	if err != nil {
		return nil, failed("cannot list %s: %w", path, err)
	}
	defer closeFD(fd)
	names, err := readNames(fd, make([]byte, 8192))
	return names, failed("cannot list %s: %w", path, err)
}

// ReadNames is ReadDir for a directory that others may fill: more than limit
// names are an error.
func (r *Root) ReadNames(path string, limit int) ([]string, error) {
	fd, err := r.open(path, unix.O_RDONLY|unix.O_DIRECTORY)
	if err != nil {
		return nil, failed("cannot list %s: %w", path, err)
	}
	defer closeFD(fd)
	names, err := readSome(fd, make([]byte, 8192), limit)
	return names, failed("cannot list %s: %w", path, err)
}

// EachName visits the names in a directory, in no order, without holding more
// than a few of them at a time. An error of visit ends it.
func (r *Root) EachName(path string, visit func(name string) error) error {
	fd, err := r.open(path, unix.O_RDONLY|unix.O_DIRECTORY)
	if err != nil {
		return failed("cannot list %s: %w", path, err)
	}
	defer closeFD(fd)
	return failed("cannot list %s: %w", path, eachName(fd, make([]byte, 8192), visit))
}

// readNames lists an open directory from where it stands, sorted, without
// "." and "..".
func readNames(fd int, buf []byte) ([]string, error) { return readSome(fd, buf, math.MaxInt) }

// readSome is readNames for up to limit names.
func readSome(fd int, buf []byte, limit int) ([]string, error) {
	var names []string
	err := eachName(fd, buf, func(name string) error {
		if len(names) == limit {
			return message.Errorf("it has more than %d entries", limit)
		}
		names = append(names, name)
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	return names, nil
}

// eachName visits what readNames lists, in no order.
func eachName(fd int, buf []byte, visit func(name string) error) error {
	var names []string
	for {
		var n int
		err := retry(func() (err error) { n, err = unix.ReadDirent(fd, buf); return err })
		if err != nil {
			return err
		}
		if n <= 0 {
			return nil
		}
		_, _, names = unix.ParseDirent(buf[:n], -1, names[:0])
		for _, name := range names {
			if err := visit(name); err != nil {
				return err
			}
		}
	}
}

// Exists tells whether a path is a directory. A link is not one; an absent
// path is an error that wraps fs.ErrNotExist.
func (r *Root) Exists(path string) (directory bool, err error) {
	info, err := r.Stat(path)
	return info.Directory, err
}

// Link gives what a symbolic link says, and "" for what is not a link. Nothing
// is opened by it; the target may lie anywhere, or nowhere.
func (r *Root) Link(path string) (string, error) {
	fd, err := r.open(path, unix.O_PATH)
	if err != nil {
		return "", failed("cannot look at %s: %w", path, err)
	}
	defer closeFD(fd)
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil || st.Mode&unix.S_IFMT != unix.S_IFLNK {
		return "", failed("cannot look at %s: %w", path, err)
	}
	buf := make([]byte, unix.PathMax)
	n, err := unix.Readlinkat(fd, "", buf)
	if err != nil {
		return "", failed("cannot look at %s: %w", path, err)
	}
	return string(buf[:n]), nil
}
