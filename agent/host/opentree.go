package host

import (
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"harden/agent/message"
)

// openTree opens the directory that an absolute path names outside of any
// root, following links, and gives the path without them. Each step starts
// from an open directory, so that what was looked at is what is opened.
func openTree(abs string) (fd int, where string, err error) {
	const mostLinks = 40 // as in the kernel, path_resolution(7)
	way := &descent{fd: -1}
	if err := way.restart(); err != nil {
		return -1, "", err
	}
	links := 0
	for rest := strings.Split(abs, "/"); len(rest) > 0; {
		name := rest[0]
		rest = rest[1:]
		if name == "" || name == "." {
			continue
		}
		target, err := way.step(name)
		if err == nil && target != "" {
			if links++; links > mostLinks {
				err = unix.ELOOP
			}
			rest = append(strings.Split(target, "/"), rest...)
			if err == nil && filepath.IsAbs(target) {
				err = way.restart()
			}
		}
		if err != nil {
			closeFD(way.fd)
			return -1, "", err
		}
	}
	return way.fd, way.path, nil
}

// descent is a directory that is open, on the way down from "/".
type descent struct {
	fd   int
	path string
}

func (d *descent) restart() error {
	fd, err := openat(unix.AT_FDCWD, "/", unix.O_PATH|unix.O_DIRECTORY, 0)
	if err == nil {
		d.move(fd, "/")
	}
	return err
}

func (d *descent) move(fd int, path string) {
	if d.fd >= 0 {
		closeFD(d.fd)
	}
	d.fd, d.path = fd, path
}

// step goes down to a name, or stays where it is and gives the target of the
// link that the name is.
func (d *descent) step(name string) (target string, err error) {
	fd, err := openat(d.fd, name, unix.O_PATH, 0)
	if err != nil {
		return "", err
	}
	where := path.Join(d.path, name)
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		closeFD(fd)
		return "", err
	}
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFDIR:
		d.move(fd, where)
		return "", nil
	case unix.S_IFLNK:
		defer closeFD(fd)
		target := make([]byte, unix.PathMax)
		n, err := unix.Readlinkat(fd, "", target)
		if err == nil && !ours(st.Uid) {
			err = &Refused{where, message.New("it is a symbolic link to %q that the user with id %d made", target[:n], st.Uid)}
		}
		if err == nil {
			err = d.lays(where, string(target[:n]))
		}
		return string(target[:max(n, 0)]), err
	}
	closeFD(fd)
	return "", unix.ENOTDIR
}

// lays refuses a link in the directory of the descent, where somebody else can
// move links of ours about: under another name one leads him where he wants.
func (d *descent) lays(link, target string) error {
	var st unix.Stat_t
	if err := unix.Fstat(d.fd, &st); err != nil {
		return err
	}
	if ours(st.Uid) && (st.Mode&0o022 == 0 || st.Mode&unix.S_ISVTX != 0) {
		return nil
	}
	return &Refused{link, message.New("it is a symbolic link to %q in a directory that others can change (owner %d, mode %04o)", target, st.Uid, st.Mode&0o7777)}
}

// ours tells whether a user decides about this run anyway.
func ours(uid uint32) bool { return uid == 0 || uid == uint32(unix.Geteuid()) }

// ownWay makes sure that nobody else can put a link, or another directory, in
// the place of a directory of the tree or of one above it. It is for programs
// that are given the path and open it by themselves, following links. One that
// others may write is good where it is sticky: what lies in it is looked at too.
func (r *Root) ownWay(dir string) error {
	rel, err := relative(dir)
	if err != nil {
		return err
	}
	way := &descent{fd: -1}
	if err := way.restart(); err != nil {
		return failed("cannot look at %s: %w", "/", err)
	}
	defer func() { closeFD(way.fd) }()
	for name := range strings.SplitSeq("./"+r.path+"/"+rel, "/") {
		if name != "" {
			target, err := way.step(name)
			if err == nil && target != "" {
				err = &Refused{dir, message.New("%s is a symbolic link to %q", path.Join(way.path, name), target)}
			}
			if err != nil {
				return failed("cannot look at %s: %w", dir, err)
			}
		}
		var st unix.Stat_t
		if err := unix.Fstat(way.fd, &st); err != nil {
			return failed("cannot look at %s: %w", way.path, err)
		}
		// An access control list shows as the permissions of the group.
		if shared := st.Mode&0o022 != 0 && st.Mode&unix.S_ISVTX == 0; shared || !ours(st.Uid) {
			return &Refused{dir, message.New("users other than root can change %s (owner %d, mode %04o), and the account tools follow links",
				way.path, st.Uid, st.Mode&0o7777)}
		}
	}
	return nil
}
