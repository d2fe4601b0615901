package host

import (
	"bytes"
	"encoding/binary"
	"errors"
	"maps"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// accessACL is the POSIX access control list of a file, in the kernel's form:
// a version (four bytes, little-endian), then entries of tag and permissions
// (two bytes each) and id (four bytes), include/uapi/linux/posix_acl_xattr.h.
const accessACL = "system.posix_acl_access"

// xattrs reads the extended attributes of a file, nil where the file system
// has none at all.
func (n *node) xattrs() (map[string][]byte, error) {
	list, err := growing(func(buf []byte) (int, error) {
		if n.pathOnly {
			return unix.Listxattr(n.proc(), buf)
		}
		return unix.Flistxattr(n.fd, buf)
	})
	if errors.Is(err, unix.ENOTSUP) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	attrs := map[string][]byte{}
	for name := range strings.SplitSeq(string(list), "\x00") {
		if name == "" || derived(name) {
			continue
		}
		value, err := growing(func(buf []byte) (int, error) {
			if n.pathOnly {
				return unix.Getxattr(n.proc(), name, buf)
			}
			return unix.Fgetxattr(n.fd, name, buf)
		})
		denied := errors.Is(err, unix.EPERM) || errors.Is(err, unix.EACCES)
		switch {
		case errors.Is(err, unix.ENODATA):
			continue // removed since it was listed
		case denied && privileged(name):
			continue // neither read nor, then, written
		case err != nil:
			return nil, err
		}
		if name == accessACL {
			value = withMode(value, 0)
		}
		attrs[name] = value
	}
	return attrs, nil
}

// setXattrs makes the extended attributes of a file the given ones. mode is
// the one that the file is about to get.
func (r *Root) setXattrs(n *node, attrs map[string][]byte, mode uint32) error {
	have, err := n.xattrs()
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(attrs)) {
		value, ok := have[name]
		if ok && bytes.Equal(value, attrs[name]) {
			continue
		}
		value = attrs[name]
		if name == accessACL {
			value = withMode(value, mode)
		}
		err := r.do("fsetxattr", n.path, func() error {
			if n.pathOnly {
				return unix.Setxattr(n.proc(), name, value, 0)
			}
			return unix.Fsetxattr(n.fd, name, value, 0)
		})
		if err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(have)) {
		if _, wanted := attrs[name]; wanted || strings.HasPrefix(name, "security.") && name != capabilities {
			continue // the label that a security module gives every file stays
		}
		err := r.do("fremovexattr", n.path, func() error {
			if n.pathOnly {
				return unix.Removexattr(n.proc(), name)
			}
			return unix.Fremovexattr(n.fd, name)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// derived tells of attributes that the kernel computes from the file itself;
// those of another content would be wrong.
func derived(name string) bool { return name == "security.ima" || name == "security.evm" }

func privileged(name string) bool {
	return strings.HasPrefix(name, "trusted.") || strings.HasPrefix(name, "security.")
}

// withMode puts the permission bits of a mode into an access control list.
// The kernel keeps the two in step: chmod sets the entries of the owner, of
// the mask (of the group where there is no mask) and of others. A state holds
// the list with these entries at zero, so that mode and list say nothing
// twice, and a change of the mode alone leaves the list as it is.
func withMode(acl []byte, mode uint32) []byte {
	const (
		header, entry            = 4, 8
		owner, group, mask, rest = 0x01, 0x04, 0x10, 0x20
	)
	acl = bytes.Clone(acl)
	hasMask := false
	for i := header; i+entry <= len(acl); i += entry {
		hasMask = hasMask || binary.LittleEndian.Uint16(acl[i:]) == mask
	}
	for i := header; i+entry <= len(acl); i += entry {
		shift := uint32(0)
		switch tag := binary.LittleEndian.Uint16(acl[i:]); {
		case tag == owner:
			shift = 6
		case tag == mask, tag == group && !hasMask:
			shift = 3
		case tag == rest:
		default:
			continue
		}
		binary.LittleEndian.PutUint16(acl[i+2:], uint16(mode>>shift&0o7))
	}
	return acl
}

// growing calls with a larger buffer until the answer fits.
func growing(call func(buf []byte) (int, error)) ([]byte, error) {
	// 64 KiB is the most that the kernel gives for a list or a value.
	for size := 256; ; size *= 4 {
		buf := make([]byte, size)
		n, err := call(buf)
		if errors.Is(err, unix.ERANGE) && size < 64<<10 {
			continue
		}
		if err != nil {
			return nil, err
		}
		return buf[:n], nil
	}
}
