package host

import (
	"errors"
	"io/fs"
	"path"

	"golang.org/x/sys/unix"
)

// Walk visits a directory (rel ".") and everything below it, depth first, in
// the order of names. It crosses into other file systems, never follows a
// link, and holds the names of one directory a level, never the tree. What
// vanishes on the way is passed over. visit stops the walk with an error, or
// with fs.SkipDir leaves out what a directory holds.
func (r *Root) Walk(dir string, visit func(rel string, info Info) error) error {
	fd, err := r.open(dir, unix.O_RDONLY|unix.O_DIRECTORY)
	if err != nil {
		return failed("cannot walk %s: %w", dir, err)
	}
	defer closeFD(fd)
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return failed("cannot walk %s: %w", dir, err)
	}
	w := walker{dir: dir, visit: visit, buf: make([]byte, 32<<10)}
	switch err := visit(".", newInfo(&st)); {
	case errors.Is(err, fs.SkipDir):
		return nil
	case err != nil:
		return err
	}
	return w.walk(fd, "")
}

type walker struct {
	dir   string
	visit func(rel string, info Info) error
	buf   []byte // for one listing at a time
}

// walk visits what an open directory holds; rel is its name below the start.
func (w *walker) walk(fd int, rel string) error {
	names, err := readNames(fd, w.buf)
	if err != nil {
		return failed("cannot list %s: %w", path.Join(w.dir, rel), err)
	}
	for _, name := range names {
		below := name
		if rel != "" {
			below = rel + "/" + name
		}
		if err := w.entry(fd, name, below); err != nil {
			return err
		}
	}
	return nil
}

func (w *walker) entry(dir int, name, rel string) error {
	st, err := place{dir: dir, name: name}.lstat()
	if errors.Is(err, unix.ENOENT) {
		return nil
	}
	if err != nil {
		return failed("cannot look at %s: %w", path.Join(w.dir, rel), err)
	}
	err = w.visit(rel, newInfo(&st))
	if errors.Is(err, fs.SkipDir) {
		return nil
	}
	if err != nil || !isDirectory(&st) {
		return err
	}
	fd, err := openat(dir, name, unix.O_RDONLY|unix.O_DIRECTORY, 0)
	switch {
	case errors.Is(err, unix.ENOENT), errors.Is(err, unix.ENOTDIR), errors.Is(err, unix.ELOOP):
		return nil // no longer there, or no longer a directory
	case err != nil:
		return failed("cannot list %s: %w", path.Join(w.dir, rel), err)
	}
	defer closeFD(fd)
	return w.walk(fd, rel)
}
