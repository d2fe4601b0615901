package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// replayer does recorded operations again on another copy of the tree. What a
// file was written is replaced by as many zero bytes.
type replayer struct {
	tree string
	open map[string]int // descriptors by path, below the tree
	zero []byte
}

func newReplayer(tree string, operations []operation) *replayer {
	most := 0
	for _, o := range operations {
		if o.Call == "write" {
			most = max(most, o.Args[0])
		}
	}
	return &replayer{tree, map[string]int{}, make([]byte, most)}
}

// replay does all operations, one after the other. What is needed beside them
// is only that a file or directory is opened before the first call on it.
func (r *replayer) replay(operations []operation) (err error) {
	defer func() {
		for _, fd := range r.open {
			err = errors.Join(err, unix.Close(fd))
		}
	}()
	for i, o := range operations {
		if err := r.do(o); err != nil {
			return fmt.Errorf("cannot replay operation %d, %s of %s: %w", i, o.Call, o.Path, err)
		}
	}
	return nil
}

func (r *replayer) do(o operation) error {
	name := filepath.Join(r.tree, o.Path)
	switch o.Call {
	case "openat":
		fd, err := unix.Open(name, o.Args[0], uint32(o.Args[1]))
		if err != nil {
			return err
		}
		return r.keep(o.Path, fd)
	case "mkdirat":
		return unix.Mkdir(name, uint32(o.Args[0]))
	case "unlinkat":
		return unix.Unlinkat(unix.AT_FDCWD, name, o.Args[0])
	case "rename":
		// the flags of renameat2 keep a name from being taken twice, and the order of a recording does, too
		err := unix.Rename(name, filepath.Join(r.tree, o.To))
		if fd, ok := r.open[o.Path]; ok && err == nil {
			delete(r.open, o.Path)
			return r.keep(o.To, fd)
		}
		return err
	}
	fd, err := r.descriptor(o)
	if err != nil {
		return err
	}
	switch o.Call {
	case "write":
		_, err = unix.Write(fd, r.zero[:o.Args[0]])
	case "fsync":
		err = unix.Fsync(fd)
	case "fdatasync":
		err = unix.Fdatasync(fd)
	case "syncfs":
		err = unix.Syncfs(fd)
	case "fchmod":
		err = unix.Fchmod(fd, uint32(o.Args[0]))
	case "fchown":
		err = unix.Fchown(fd, o.Args[0], o.Args[1])
	case "ftruncate":
		err = unix.Ftruncate(fd, int64(o.Args[0]))
	case "fallocate":
		err = unix.Fallocate(fd, uint32(o.Args[0]), 0, int64(o.Args[1]))
	default:
		err = errors.ErrUnsupported
	}
	return err
}

// keep remembers the descriptor of a path, in place of one for what bore the
// name before.
func (r *replayer) keep(path string, fd int) error {
	old, ok := r.open[path]
	r.open[path] = fd
	if ok {
		return unix.Close(old)
	}
	return nil
}

// descriptor gives the open file that an operation works on, and opens what
// was opened only to be read.
func (r *replayer) descriptor(o operation) (int, error) {
	if fd, ok := r.open[o.Path]; ok {
		return fd, nil
	}
	flags := unix.O_RDONLY
	if o.Call == "write" {
		flags = unix.O_WRONLY | unix.O_APPEND
	}
	fd, err := unix.Open(filepath.Join(r.tree, o.Path), flags|unix.O_CLOEXEC, 0)
	if err == nil {
		r.open[o.Path] = fd
	}
	return fd, err
}
