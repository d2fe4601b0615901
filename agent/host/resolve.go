package host

import (
	"errors"
	"path"
	"strings"

	"golang.org/x/sys/unix"

	"harden/agent/message"
)

// Resolve gives a path without symbolic links, as one whom root told so may
// follow them: a link counts where it, and every directory on the way to it from
// the root on, belongs to root (or to the user who runs this) and can be written
// by nobody else. What such a link names is looked for below the root, absolute or
// not. Anything else is *Refused, and so is a link that leads nowhere: a disk may
// not be mounted yet. What does not exist behind that is given as it is.
func (r *Root) Resolve(file string) (string, error) {
	rel, err := relative(file)
	if err != nil {
		return "", err
	}
	fd, err := r.open(file, unix.O_PATH)
	if err == nil {
		var st unix.Stat_t
		err = unix.Fstat(fd, &st)
		closeFD(fd)
		if err == nil && st.Mode&unix.S_IFMT != unix.S_IFLNK {
			return path.Clean(file), nil
		}
	}
	if errors.Is(err, unix.ENOENT) {
		return path.Clean(file), nil // and no link on the way
	}
	w := &linkWalk{root: r, file: file}
	defer w.close()
	resolved, err := w.walk(rel)
	return resolved, failed("cannot look at %s: %w", file, err)
}

// linkWalk is the way to a file from the root on: the directories that were
// passed, each open, with none of the links that led there. It judges links, and stays
// below the root; trustedWalk judges every directory and the file, too.
type linkWalk struct {
	root  *Root
	file  string
	dirs  []int
	names []string // of dirs
	links int
	last  string // link, and what it says
	says  string
}

func (w *linkWalk) close() {
	for _, fd := range w.dirs {
		closeFD(fd)
	}
}

func (w *linkWalk) top() int {
	if len(w.dirs) == 0 {
		return w.root.fd
	}
	return w.dirs[len(w.dirs)-1]
}

func (w *linkWalk) path(name string) string { return path.Join("/", path.Join(w.names...), name) }

// up leaves directories until n are left.
func (w *linkWalk) up(n int) {
	for ; len(w.dirs) > max(n, 0); w.names = w.names[:len(w.names)-1] {
		closeFD(w.top())
		w.dirs = w.dirs[:len(w.dirs)-1]
	}
}

// walk gives the path to what a relative one names.
func (w *linkWalk) walk(rel string) (string, error) {
	parts := strings.Split(rel, "/")
	linked := 0 // of parts, how many come from a link
	for len(parts) > 0 {
		name := parts[0]
		parts = parts[1:]
		fromLink := linked > 0
		linked = max(linked-1, 0)
		switch name {
		case "", ".":
			continue
		case "..": // of a link: what was passed has no links
			w.up(len(w.dirs) - 1)
			continue
		}
		fd, err := openat(w.top(), name, unix.O_PATH, 0)
		var st unix.Stat_t
		if err == nil {
			err = unix.Fstat(fd, &st)
		}
		switch {
		case errors.Is(err, unix.ENOENT) && fromLink:
			return "", w.refused(message.New("nothing is there"))
		case errors.Is(err, unix.ENOENT):
			return path.Join(w.path(name), path.Join(parts...)), nil
		case err != nil:
			return "", err
		case st.Mode&unix.S_IFMT == unix.S_IFLNK:
			target := linkTarget(fd, "")
			closeFD(fd)
			if err := w.follow(name, target, st.Uid); err != nil {
				return "", err
			}
			steps := strings.Split(target, "/")
			parts, linked = append(steps, parts...), len(steps)+linked
		case isDirectory(&st):
			w.dirs, w.names = append(w.dirs, fd), append(w.names, name)
		default:
			closeFD(fd)
			if len(parts) > 0 {
				return "", unix.ENOTDIR
			}
			return w.path(name), nil
		}
	}
	return w.path(""), nil
}

// refused says why the last link is not followed.
func (w *linkWalk) refused(why message.Text) error {
	if w.last == path.Clean(w.file) {
		return &Refused{w.file, message.New("it is a symbolic link to %q, and %s", w.says, why)}
	}
	return &Refused{w.file, message.New("%s is a symbolic link to %q, and %s", w.last, w.says, why)}
}

// follow goes to where the steps of a link start, if it may be followed.
func (w *linkWalk) follow(name, target string, owner uint32) error {
	w.last, w.says = w.path(name), target
	if w.links++; w.links > maxLinks {
		return unix.ELOOP
	}
	if !ours(owner) {
		return w.refused(message.New("it belongs to the user with id %d", owner))
	}
	for i := range len(w.dirs) + 1 {
		fd, dir := w.root.fd, "/"
		if i > 0 {
			fd, dir = w.dirs[i-1], path.Join("/", path.Join(w.names[:i]...))
		}
		var st unix.Stat_t
		if err := unix.Fstat(fd, &st); err != nil {
			return err
		}
		if !ours(st.Uid) || st.Mode&0o022 != 0 {
			return w.refused(message.New("users other than root can change %s (owner %d, mode %04o)", dir, st.Uid, st.Mode&0o7777))
		}
	}
	if path.IsAbs(target) {
		w.up(0)
	}
	return nil
}

// Linked reads a tree, and follows the links on the way to what it reads as
// Resolve does. It writes as Root does, which follows none.
type Linked struct{ *Root }

// ReadFile reads as Root does.
func (l Linked) ReadFile(file string, limit int64) ([]byte, error) {
	return linked(l, file, func(file string) ([]byte, error) { return l.Root.ReadFile(file, limit) })
}

// ReadTrusted reads as Root does.
func (l Linked) ReadTrusted(file string, limit int64) ([]byte, error) {
	return linked(l, file, func(file string) ([]byte, error) { return l.Root.ReadTrusted(file, limit) })
}

// ReadNames lists as Root does.
func (l Linked) ReadNames(dir string, limit int) ([]string, error) {
	return linked(l, dir, func(dir string) ([]string, error) { return l.Root.ReadNames(dir, limit) })
}

// ReadDir lists as Root does.
func (l Linked) ReadDir(dir string) ([]string, error) { return linked(l, dir, l.Root.ReadDir) }

// Link gives what a symbolic link says, also one that may not be followed.
func (l Linked) Link(file string) (string, error) { return linked(l, file, l.Root.Link) }

// Stat looks at what a path leads to.
func (l Linked) Stat(file string) (Info, error) {
	info, err := linked(l, file, l.Root.Stat)
	if err != nil || !info.Symlink {
		return info, err
	}
	resolved, err := l.Resolve(file)
	if err != nil {
		return info, err
	}
	return l.Root.Stat(resolved)
}

// Exists tells whether a path leads to a directory. A link that may not be
// followed leads to none.
func (l Linked) Exists(file string) (directory bool, err error) {
	info, err := l.Stat(file)
	var refused *Refused
	if errors.As(err, &refused) && info.Symlink {
		return false, nil
	}
	return info.Directory, err
}

// linked asks for a path, and where a link is in the way for the one behind it.
func linked[T any](l Linked, file string, ask func(string) (T, error)) (T, error) {
	answer, err := ask(file)
	var refused *Refused
	if !errors.As(err, &refused) {
		return answer, err
	}
	resolved, unresolved := l.Resolve(file)
	switch {
	case unresolved != nil:
		return answer, unresolved
	case resolved == path.Clean(file):
		return answer, err
	}
	return ask(resolved)
}
