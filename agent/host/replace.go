package host

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"path"
	"strings"

	"harden/agent/change"
	"harden/agent/message"

	"golang.org/x/sys/unix"
)

// A temporary is ".harden-" and 16 hexadecimal digits. The dot keeps the
// kubelet from running one that lies beside a static pod manifest.
const (
	temporaryPrefix = ".harden-"
	temporaryDigits = 16
)

// replace puts a file with a new content in the place of an old one.
//
// The rename is a plain one, after a last look at the target. To exchange the
// two (RENAME_EXCHANGE), look at what came out, and exchange back if it is not
// what was compared, would close the window of a few microseconds between
// look and rename. But it tells whoever watches the directory that the name
// was moved away, and the kubelet stops a static pod whose manifest goes.
func (r *Root) replace(n *node, cur, to *change.File) error {
	if err := n.writable(true); err != nil {
		return err
	}
	xattrs := to.Xattrs
	if xattrs == nil {
		xattrs = cur.Xattrs
	}
	if xattrs == nil {
		xattrs = map[string][]byte{} // not even those that the directory hands down
	}
	t, err := r.newTemporary(n.place, to, xattrs, n)
	if err != nil {
		return err
	}
	defer t.close()
	err = n.unchanged()
	if err == nil {
		err = r.do("renameat", n.path, func() error { return unix.Renameat(n.dir, t.name, n.dir, n.name) })
	}
	if err != nil {
		return r.discard(t, busy(n.path, err))
	}
	if err := r.overtaken(n, t); err != nil {
		return err
	}
	return r.syncDir(n.place)
}

// createFile puts a new file where there is none.
func (r *Root) createFile(p place, to *change.File) error {
	if err := fixed(p.dir, p.path, path.Dir(p.path)); err != nil {
		return err
	}
	t, err := r.newTemporary(p, to, to.Xattrs, nil)
	if err != nil {
		return err
	}
	defer t.close()
	if err := r.publish(t, p); err != nil {
		return r.discard(t, occupied(p.path, err))
	}
	return r.syncDir(p)
}

// createDirectory makes a directory where there is none, complete from the
// first moment.
func (r *Root) createDirectory(p place, to *change.File) error {
	if err := fixed(p.dir, p.path, path.Dir(p.path)); err != nil {
		return err
	}
	tp := p.sibling(temporaryName())
	err := r.do("mkdirat", tp.path, func() error { return unix.Mkdirat(tp.dir, tp.name, 0o700) })
	if err != nil {
		return err
	}
	t, err := openNode(tp)
	if err != nil {
		return r.discard(&node{place: tp, st: unix.Stat_t{Mode: unix.S_IFDIR}}, err)
	}
	defer t.close()
	err = r.setAttributes(t, to, to.Xattrs)
	if err == nil {
		err = r.syncNode(t)
	}
	if err == nil {
		err = r.publish(t, p)
	}
	if err != nil {
		return r.discard(t, occupied(p.path, err))
	}
	return r.syncDir(p)
}

// remove takes a file, or an empty directory, away.
func (r *Root) remove(n *node) error {
	if err := n.removable(); err != nil {
		return err
	}
	if err := n.unchanged(); err != nil {
		return err
	}
	err := r.unlink(n.place, isDirectory(&n.st))
	if errors.Is(err, unix.ENOTEMPTY) || errors.Is(err, unix.EEXIST) {
		return &Refused{n.path, message.New("it is a directory that is not empty")}
	}
	if err != nil {
		return busy(n.path, err)
	}
	return r.syncDir(n.place)
}

// newTemporary writes a complete and durable file beside a place, with the
// inode flags of the file that it will replace, if there is one.
func (r *Root) newTemporary(p place, to *change.File, xattrs map[string][]byte, old *node) (*node, error) {
	t := &node{place: p.sibling(temporaryName()), fd: -1}
	err := r.do("openat", t.path, func() (err error) {
		t.fd, err = openat(t.dir, t.name, unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL, 0o600)
		return err
	})
	if err != nil {
		return nil, err
	}
	if old != nil {
		err = r.carryFlags(old, t)
	}
	if err == nil {
		err = r.do("write", t.path, func() error { return writeAll(t.fd, to.Content.Data) })
	}
	if err == nil {
		err = r.setAttributes(t, to, xattrs)
	}
	if err == nil {
		err = r.syncNode(t)
	}
	if err == nil {
		err = unix.Fstat(t.fd, &t.st)
	}
	if err != nil {
		t.close()
		return nil, r.discard(t, err)
	}
	return t, nil
}

// publish gives a temporary its name, unless somebody took it: EEXIST.
func (r *Root) publish(t *node, p place) error {
	err := r.do("renameat2", p.path, func() error {
		return unix.Renameat2(p.dir, t.name, p.dir, p.name, unix.RENAME_NOREPLACE)
	})
	unsupported := errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS)
	if !unsupported || isDirectory(&t.st) {
		return err
	}
	// Not every file system knows the flag. A hard link does not replace
	// either, and between the two calls there is one file with two names.
	err = r.do("linkat", p.path, func() error { return unix.Linkat(p.dir, t.name, p.dir, p.name, 0) })
	if err != nil {
		return err
	}
	return r.unlink(t.place, false)
}

// discard removes a temporary after an error, and returns that error. Where
// even this fails, RemoveTemporaries will do it.
func (r *Root) discard(t *node, err error) error {
	gone := r.unlink(t.place, isDirectory(&t.st))
	if gone != nil && !errors.Is(gone, unix.ENOENT) {
		return errors.Join(err, failed("cannot remove %s: %w", t.path, gone))
	}
	return err
}

func (r *Root) unlink(p place, directory bool) error {
	flags := 0
	if directory {
		flags = unix.AT_REMOVEDIR
	}
	return r.do("unlinkat", p.path, func() error { return unix.Unlinkat(p.dir, p.name, flags) })
}

// syncDir makes the names in the directory of a place durable.
func (r *Root) syncDir(p place) error {
	return r.do("fsync", p.sibling("").path, func() error { return unix.Fsync(p.dir) })
}

func writeAll(fd int, data []byte) error {
	for len(data) > 0 {
		var n int
		err := retry(func() (err error) { n, err = unix.Write(fd, data); return err })
		if err != nil {
			return err
		}
		data = data[n:]
	}
	return nil
}

// busy says what EBUSY of a rename or an unlink means.
func busy(path string, err error) error {
	if errors.Is(err, unix.EBUSY) {
		return mounted(path)
	}
	return err
}

// occupied says what EEXIST of a new name means.
func occupied(path string, err error) error {
	if errors.Is(err, unix.EEXIST) {
		return &Changed{path, []change.Field{change.FieldType}}
	}
	return err
}

func temporaryName() string {
	random := make([]byte, temporaryDigits/2)
	_, _ = rand.Read(random) // never fails
	return temporaryPrefix + hex.EncodeToString(random)
}

func isTemporary(name string) bool {
	digits, ok := strings.CutPrefix(name, temporaryPrefix)
	return ok && len(digits) == temporaryDigits && strings.Trim(digits, "0123456789abcdef") == ""
}
