package host

import (
	"golang.org/x/sys/unix"

	"harden/agent/message"
)

// carriedFlags are the inode flags that a file keeps when it is replaced:
// those of chattr(1) that say how the file system should treat a file, and
// that whoever may write the file may set, include/uapi/linux/fs.h. The others
// refuse a replacement (immutable, append-only), are of directories, or tell
// how the file system laid out this very inode.
const carriedFlags = 0x1 | // FS_SECRM_FL, chattr +s
	0x2 | // FS_UNRM_FL, +u
	0x4 | // FS_COMPR_FL, +c
	0x8 | // FS_SYNC_FL, +S
	0x40 | // FS_NODUMP_FL, +d
	0x80 | // FS_NOATIME_FL, +A
	0x400 | // FS_NOCOMP_FL, +m
	0x4000 | // FS_JOURNAL_DATA_FL, +j
	0x8000 | // FS_NOTAIL_FL, +t
	0x800000 // FS_NOCOW_FL, +C; of an empty file only

// carryFlags gives a temporary the flags of the file that it will replace, and
// takes off those that the directory handed down. It comes before the content,
// because some flags count only for what is written after.
func (r *Root) carryFlags(old, t *node) error {
	want, known := inodeFlags(old.fd)
	have, same := inodeFlags(t.fd)
	want = have&^carriedFlags | want&carriedFlags
	if !known || !same || want == have {
		return nil // a file system that has no flags has none to lose
	}
	err := r.do("ioctl", t.path, func() error { return unix.IoctlSetPointerInt(t.fd, unix.FS_IOC_SETFLAGS, int(want)) })
	if err != nil {
		return message.Errorf("inode flags %#x (lsattr shows them): %w", want&carriedFlags, err)
	}
	return nil
}

// inodeFlags are the FS_*_FL bits of an open file.
func inodeFlags(fd int) (flags uint32, known bool) {
	flags, err := unix.IoctlGetUint32(fd, unix.FS_IOC_GETFLAGS)
	return flags, err == nil
}
