package host

import (
	"errors"
	"io/fs"
	"path"
	"strings"

	"harden/agent/change"
	"harden/agent/message"

	"golang.org/x/sys/unix"
)

// MakeDirs makes a directory and those above it that are missing, each with
// the given mode whatever the umask, and durable when it returns. What exists
// must be a directory and stays as it is; dir itself must be one that nobody
// else can change: *Refused.
func (r *Root) MakeDirs(dir string, mode uint32) error {
	rel, err := relative(dir)
	if err != nil {
		return err
	}
	parts := strings.Split(rel, "/")
	for i := range parts {
		step := "/" + path.Join(parts[:i+1]...)
		info, err := r.Stat(step)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			if err := r.makeDir(step, mode); err != nil {
				return failed("cannot make directory %s: %w", step, err)
			}
		case err != nil:
			return err
		case !info.Directory:
			return &Refused{dir, message.New("%s is a %s", step, info.Kind)}
		case i == len(parts)-1 && (!ours(info.UID) || info.Mode&0o022 != 0):
			return others(dir, &unix.Stat_t{Uid: info.UID, Mode: info.Mode}, mode)
		}
	}
	return nil
}

func (r *Root) makeDir(dir string, mode uint32) error {
	p, err := r.place(dir, unix.O_RDONLY)
	if err != nil {
		return err
	}
	defer p.close()
	err = r.do("mkdirat", dir, func() error { return unix.Mkdirat(p.dir, p.name, mode) })
	if err != nil && !errors.Is(err, unix.EEXIST) { // made by another meanwhile
		return err
	}
	n, err := openNode(p)
	if err != nil {
		return err
	}
	defer n.close()
	if n.st.Mode&0o7777 != mode {
		if err := r.chmod(n, mode); err != nil {
			return err
		}
	}
	return r.syncDir(p)
}

// Private gives a directory that is there exactly a mode, through the descriptor
// that was judged, where it is the caller's own. It does nothing where the mode
// is right, and nothing where it is root's and the caller is not. One that
// belongs to somebody else, or that somebody else can change, is *Refused: what
// it holds by now is not known.
func (r *Root) Private(dir string, mode uint32) error {
	p, err := r.place(dir, unix.O_RDONLY)
	if err != nil {
		return failed("cannot look at %s: %w", dir, err)
	}
	defer p.close()
	n, err := openNode(p)
	if err != nil {
		return failed("cannot look at %s: %w", dir, err)
	}
	defer n.close()
	now := n.st.Mode & 0o7777
	switch {
	case !isDirectory(&n.st):
		return &Refused{dir, message.New("it is a %s", kind(&n.st))}
	case !ours(n.st.Uid) || now&0o022 != 0:
		return others(dir, &n.st, mode)
	case now == mode || n.st.Uid != uint32(unix.Geteuid()):
		return nil
	}
	err = r.chmod(n, mode)
	if err == nil {
		err = r.syncNode(n)
	}
	return failed("cannot set the mode of %s: %w", dir, err)
}

// others refuses a directory that belongs to somebody else, or that he can change.
func others(dir string, st *unix.Stat_t, mode uint32) error {
	return &Refused{dir, message.New("other users can change it (owner %d, mode %s); check its content, then give it to root with mode %s",
		st.Uid, change.Octal(st.Mode&0o7777), change.Octal(mode))}
}

// CreateFile makes a file that must not exist (fs.ErrExist), owned by the
// caller. It appears whole, and is durable when CreateFile returns.
func (r *Root) CreateFile(path string, data []byte, mode uint32) error {
	return failed("cannot create %s: %w", path, r.put(path, data, mode, func(t *node, p place) error { return r.publish(t, p) }))
}

// ReplaceFile makes or replaces a file, owned by the caller, whatever it held
// before: the old or the new one is there at any moment, and the new one is
// durable when ReplaceFile returns.
func (r *Root) ReplaceFile(path string, data []byte, mode uint32) error {
	return failed("cannot replace %s: %w", path, r.put(path, data, mode, func(t *node, p place) error {
		if st, err := p.lstat(); err == nil && !isRegular(&st) {
			return &Refused{path, message.New("it is a %s", kind(&st))}
		}
		return r.do("renameat", path, func() error { return unix.Renameat(p.dir, t.name, p.dir, p.name) })
	}))
}

// put writes a temporary and gives it its name with rename.
func (r *Root) put(path string, data []byte, mode uint32, rename func(*node, place) error) error {
	p, err := r.place(path, unix.O_RDONLY)
	if err != nil {
		return err
	}
	defer p.close()
	uid, gid := uint32(unix.Geteuid()), uint32(unix.Getegid())
	file := &change.File{Mode: mode, UID: uid, GID: gid, Content: change.NewContent(data, true)}
	t, err := r.newTemporary(p, file, nil, nil)
	if err != nil {
		return err
	}
	defer t.close()
	if err := rename(t, p); err != nil {
		return r.discard(t, err)
	}
	return r.syncDir(p)
}

// Rename gives what is at a path another name in the same directory, which must
// be free, and returns when that is durable.
func (r *Root) Rename(from, to string) error {
	p, err := r.place(from, unix.O_RDONLY)
	if err != nil {
		return failed("cannot rename %s: %w", from, err)
	}
	defer p.close()
	if path.Dir(path.Clean(to)) != path.Dir(p.path) {
		return &Refused{from, message.New("%s is in another directory", to)}
	}
	name := path.Base(to)
	err = r.do("renameat2", from, func() error {
		err := unix.Renameat2(p.dir, p.name, p.dir, name, unix.RENAME_NOREPLACE)
		if !errors.Is(err, unix.EINVAL) && !errors.Is(err, unix.ENOSYS) {
			return err
		}
		// Not every file system knows the flag, and this replaces nothing but an
		// empty directory.
		if _, err := p.sibling(name).lstat(); !errors.Is(err, unix.ENOENT) {
			return unix.EEXIST
		}
		return unix.Renameat(p.dir, p.name, p.dir, name)
	})
	if err == nil {
		err = r.syncDir(p)
	}
	return failed("cannot rename %s: %w", from, err)
}

// Remove removes a file or an empty directory, which must exist. A link is
// removed itself, not what it points to.
func (r *Root) Remove(path string) error {
	p, err := r.place(path, unix.O_RDONLY)
	if err != nil {
		return failed("cannot remove %s: %w", path, err)
	}
	defer p.close()
	st, err := p.lstat()
	if err == nil {
		err = r.unlink(p, isDirectory(&st))
	}
	if err == nil {
		err = r.syncDir(p)
	}
	return failed("cannot remove %s: %w", path, err)
}

// RemoveAll removes a path and everything below it, and is content where it
// does not exist. It follows no link.
func (r *Root) RemoveAll(path string) error {
	p, err := r.place(path, unix.O_RDONLY)
	if errors.Is(err, unix.ENOENT) {
		return nil
	}
	if err != nil {
		return failed("cannot remove %s: %w", path, err)
	}
	defer p.close()
	if p.name == "." {
		return &Refused{path, message.New("it is the root directory")}
	}
	err = r.removeTree(p)
	if err == nil {
		err = r.syncDir(p)
	}
	return failed("cannot remove %s: %w", path, err)
}

func (r *Root) removeTree(p place) error {
	st, err := p.lstat()
	if errors.Is(err, unix.ENOENT) {
		return nil
	}
	if err != nil {
		return err
	}
	if isDirectory(&st) {
		if err := r.empty(p); err != nil {
			return err
		}
	}
	err = r.unlink(p, isDirectory(&st))
	if errors.Is(err, unix.ENOENT) {
		return nil
	}
	return err
}

// empty removes what a directory holds.
func (r *Root) empty(p place) error {
	fd, err := openat(p.dir, p.name, unix.O_RDONLY|unix.O_DIRECTORY, 0)
	if err != nil {
		return err
	}
	defer closeFD(fd)
	names, err := readNames(fd, make([]byte, 8192))
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := r.removeTree(place{fd, name, path.Join(p.path, name)}); err != nil {
			return err
		}
	}
	return nil
}

// Temporaries tells whether a killed run left temporaries in a directory that
// RemoveTemporaries would remove.
func (r *Root) Temporaries(dir string) bool {
	found := false
	err := r.EachName(dir, func(name string) error {
		found = found || isTemporary(name)
		return nil
	})
	return err == nil && found
}

// RemoveTemporaries removes the temporaries, files and empty directories,
// that a killed run left in a directory. Nothing else has names like theirs.
// It must not run while a Write is under way in that directory.
func (r *Root) RemoveTemporaries(dir string) error {
	fd, err := r.open(dir, unix.O_RDONLY|unix.O_DIRECTORY)
	if errors.Is(err, unix.ENOENT) {
		return nil
	}
	if err != nil {
		return failed("cannot clean %s: %w", dir, err)
	}
	defer closeFD(fd)
	var names []string // a directory that is changed while it is listed may show a name twice
	err = eachName(fd, make([]byte, 8192), func(name string) error {
		if isTemporary(name) {
			names = append(names, name)
		}
		return nil
	})
	if err != nil {
		return failed("cannot clean %s: %w", dir, err)
	}
	removed := false
	for _, name := range names {
		p := place{fd, name, path.Join(dir, name)}
		st, err := p.lstat()
		if err == nil && (isRegular(&st) || isDirectory(&st)) {
			err = r.unlink(p, isDirectory(&st))
			removed = true
		}
		if err != nil && !errors.Is(err, unix.ENOENT) {
			return failed("cannot remove %s: %w", p.path, err)
		}
	}
	if !removed {
		return nil
	}
	return failed("cannot clean %s: %w", dir, r.do("fsync", dir, func() error { return unix.Fsync(fd) }))
}
