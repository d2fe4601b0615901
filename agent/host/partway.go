package host

import (
	"bytes"

	"harden/agent/change"
)

// Set-user-id and set-group-id. The kernel clears them, and takes off the
// capabilities of a file, when the owner changes: chown(2), capabilities(7).
const (
	setID        = 0o6000
	permissions  = 0o777
	capabilities = "security.capability"
)

// Partway tells whether a field that is neither as in before nor as in after
// is as Write leaves it for a moment between the two, in either direction: a
// process that was killed there did it, and nobody else. A change of the mode,
// the owner and the attributes takes several system calls (setAttributes), and
// the first of them can undo what the later ones put back.
func Partway(field change.Field, now, before, after change.State) bool {
	if now.File == nil || before.File == nil || after.File == nil {
		return false
	}
	n, b, a := now.File, before.File, after.File
	switch field {
	case change.FieldMode:
		// An access control list sets the permissions, and chown clears the
		// rest, so that the two may come from different ends.
		from := func(f *change.File) bool {
			special, rest := n.Mode&^permissions, f.Mode&^permissions
			return special == rest || special&setID&^rest == 0 && special&^setID == rest&^setID
		}
		known := n.Mode&permissions == b.Mode&permissions || n.Mode&permissions == a.Mode&permissions
		return known && (from(b) || from(a))
	case change.FieldXattrs:
		return between(n.Xattrs, b.Xattrs, a.Xattrs)
	}
	return false
}

// between tells whether each attribute is as at one of two ends.
func between(now, before, after map[string][]byte) bool {
	for name, value := range now {
		b, inBefore := before[name]
		a, inAfter := after[name]
		if !(inBefore && bytes.Equal(value, b)) && !(inAfter && bytes.Equal(value, a)) {
			return false
		}
	}
	for name := range before {
		_, inAfter := after[name]
		_, still := now[name]
		if inAfter && !still && name != capabilities {
			return false
		}
	}
	return true
}
