package host

import (
	"golang.org/x/sys/unix"

	"harden/agent/change"
)

// overtaken puts back what somebody else wrote into a file in the moment
// between the last look at it and the rename over it: its inode lost the name,
// and is still open here. What t put in its place goes, unless that was
// replaced in turn. It is nil where nobody wrote, and *Changed where somebody
// did.
//
// A new file that somebody else gave the name in that moment is gone with it.
// Only an exchange of the two would tell of it (see replace).
func (r *Root) overtaken(n, t *node) error {
	var st unix.Stat_t
	if err := unix.Fstat(n.fd, &st); err != nil {
		return err
	}
	// The rename itself changed the time of the inode and its links.
	if st.Size == n.st.Size && st.Mtim == n.st.Mtim && st.Mode == n.st.Mode && st.Uid == n.st.Uid && st.Gid == n.st.Gid {
		return nil
	}
	changed := &Changed{n.path, []change.Field{"inode"}}
	now, err := n.lstat()
	if err != nil || now.Ino != t.st.Ino || now.Dev != t.st.Dev {
		return changed // somebody else has it by now
	}
	if n.st = st; n.pathOnly {
		return changed // who may not read it could not have planned its content
	}
	theirs, err := n.state(true)
	if err != nil {
		return err
	}
	back, err := r.newTemporary(n.place, theirs.File, theirs.File.Xattrs, n)
	if err != nil {
		return err
	}
	defer back.close()
	if err := r.do("renameat", n.path, func() error { return unix.Renameat(n.dir, back.name, n.dir, n.name) }); err != nil {
		return r.discard(back, err)
	}
	if err := r.syncDir(n.place); err != nil {
		return err
	}
	return changed
}
