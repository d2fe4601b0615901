package host

import (
	"errors"
	"math"
	"slices"

	"harden/agent/change"
	"harden/agent/message"

	"golang.org/x/sys/unix"
)

// Write brings a file or directory from one state to another. Before the
// first change it reads the target again: where that is not in the state from
// it fails with *Changed. What a state does not know, content or extended
// attributes that are nil, is neither compared nor changed.
//
// A file with a new content is replaced whole; other changes are made through
// one descriptor. After an error the path is as before or as wanted, and
// nothing else is left beside it, except where the disk refused even the
// clean-up (RemoveTemporaries). When Write returns nil, the change is on the
// disk. What cannot be written without harm is *Refused: links, other hard
// links, mount points, immutable and append-only files, read-only disks,
// directories that are not empty.
func (r *Root) Write(path string, from, to change.State) error {
	return failed("cannot write %s: %w", path, r.write(path, from, to))
}

func (r *Root) write(path string, from, to change.State) error {
	if err := check(from, to); err != nil {
		return err
	}
	p, err := r.place(path, unix.O_RDONLY)
	switch {
	case errors.Is(err, unix.ENOENT) && from.Exists():
		return &Changed{path, []change.Field{change.FieldType}}
	case errors.Is(err, unix.ENOENT) && !to.Exists():
		return nil
	case errors.Is(err, unix.ENOENT):
		return message.Errorf("its directory: %w", err)
	case err != nil:
		return err
	}
	defer p.close()

	n, err := openNode(p)
	switch {
	case errors.Is(err, unix.ENOENT):
		return r.create(p, from, to)
	case err != nil:
		return err
	}
	defer n.close()
	cur, err := n.state(from.File != nil && from.File.Content != nil)
	if err != nil {
		return err
	}
	if fields := differences(from, cur); len(fields) > 0 {
		return &Changed{path, fields}
	}
	switch {
	case !to.Exists():
		return r.remove(n)
	case to.File.Directory != cur.File.Directory:
		return &Refused{path, message.New("it is a %s", kind(&n.st))}
	case differ(from, to):
		return r.replace(n, cur.File, to.File)
	default:
		return r.setMeta(n, cur.File, to.File)
	}
}

// create makes what is absent.
func (r *Root) create(p place, from, to change.State) error {
	switch {
	case from.Exists():
		return &Changed{p.path, []change.Field{change.FieldType}}
	case !to.Exists():
		return nil
	case to.File.Directory:
		return r.createDirectory(p, to.File)
	case to.File.Content == nil:
		return message.Errorf("it does not exist, and what it should hold is not known")
	}
	return r.createFile(p, to.File)
}

// check refuses states that are none of a file, or that cannot be written.
func check(from, to change.State) error {
	for _, s := range []change.State{from, to} {
		if s.Exists() && s.File == nil {
			return message.Errorf("its state is not that of a file")
		}
	}
	if !to.Exists() {
		return nil
	}
	switch f := to.File; {
	case f.UID == math.MaxUint32 || f.GID == math.MaxUint32:
		return message.Errorf("the owner 4294967295 means no owner") // chown(2) would leave it as it is
	case f.Mode > 0o7777:
		return message.Errorf("%#o is not a file mode", f.Mode)
	case f.Directory && f.Content != nil:
		return message.Errorf("a directory has no content")
	case f.Content == nil || !differ(from, to):
		return nil
	case len(f.Content.Generate) > 0:
		return message.Errorf("its random bytes are not generated yet")
	case change.Digest(f.Content.Data) != f.Content.Digest:
		return message.Errorf("its new content is not that of %s", f.Content.Digest)
	}
	return nil
}

// differ tells whether a change is one of content.
func differ(from, to change.State) bool {
	if to.File.Content == nil {
		return false
	}
	return from.File == nil || from.File.Content == nil || from.File.Content.Digest != to.File.Content.Digest
}

// differences lists the fields of a current state that are not as expected.
func differences(expected, cur change.State) []change.Field {
	fields := expected.Differences(cur)
	if expected.File != nil && expected.File.Xattrs == nil {
		fields = slices.DeleteFunc(fields, func(f change.Field) bool { return f == "xattrs" })
	}
	return fields
}

// setMeta changes mode, owner and extended attributes through the descriptor
// whose state was compared. Where it fails half-way it puts back what was.
func (r *Root) setMeta(n *node, cur, to *change.File) error {
	if err := n.writable(false); err != nil {
		return err
	}
	if err := n.unchanged(); err != nil {
		return err
	}
	err := r.setAttributes(n, to, to.Xattrs)
	if err == nil {
		err = r.syncNode(n)
	}
	if err == nil {
		return nil
	}
	old := cur.Xattrs
	if old == nil && to.Xattrs != nil {
		old = map[string][]byte{} // take off those that were set
	}
	return errors.Join(err, r.setAttributes(n, cur, old))
}

// setAttributes sets owner, extended attributes (nil leaves them) and mode, in
// this order: chown clears the set-id bits and file capabilities, an access
// control list changes the mode, and a mode without write permission would
// keep an ordinary user from setting attributes.
func (r *Root) setAttributes(n *node, to *change.File, xattrs map[string][]byte) error {
	var st unix.Stat_t
	if err := unix.Fstat(n.fd, &st); err != nil {
		return err
	}
	if st.Uid != to.UID || st.Gid != to.GID {
		err := r.do("fchown", n.path, func() error {
			return unix.Fchownat(n.fd, "", int(to.UID), int(to.GID), unix.AT_EMPTY_PATH)
		})
		if err != nil {
			return message.Errorf("owner %d:%d: %w", to.UID, to.GID, err)
		}
	}
	if xattrs != nil {
		if err := r.setXattrs(n, xattrs, to.Mode); err != nil {
			return message.Errorf("extended attributes: %w", err)
		}
	}
	if err := unix.Fstat(n.fd, &st); err != nil {
		return err
	}
	if st.Mode&0o7777 != to.Mode {
		if err := r.chmod(n, to.Mode); err != nil {
			return message.Errorf("mode %s: %w", change.Octal(to.Mode), err)
		}
	}
	// The kernel drops a set-group-id bit that the caller may not set, and
	// says nothing.
	if err := unix.Fstat(n.fd, &st); err != nil {
		return err
	}
	if st.Mode&0o7777 != to.Mode {
		return message.Errorf("mode %s was requested, but the kernel set %s", change.Octal(to.Mode), change.Octal(st.Mode&0o7777))
	}
	return nil
}

func (r *Root) chmod(n *node, mode uint32) error {
	return r.do("fchmod", n.path, func() error {
		if n.pathOnly {
			return unix.Chmod(n.proc(), mode)
		}
		return unix.Fchmod(n.fd, mode)
	})
}

// syncNode makes the state of an inode durable.
func (r *Root) syncNode(n *node) error {
	if !n.pathOnly {
		return r.do("fsync", n.path, func() error { return unix.Fsync(n.fd) })
	}
	// There is no fsync of a file that may not be opened.
	return r.do("syncfs", n.path, func() error { return unix.Syncfs(n.dir) })
}
