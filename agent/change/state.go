package change

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"harden/agent/message"
)

// State is the whole of a target as a driver reads and writes it. The pointer
// of the target's kind is set; none is set where the target does not exist.
type State struct {
	File   *File   `json:"file,omitempty"`
	Sysctl *Sysctl `json:"sysctl,omitempty"`
	User   *User   `json:"user,omitempty"`
	Group  *Group  `json:"group,omitempty"`
	Unit   *Unit   `json:"unit,omitempty"`
}

// File is the state of a regular file or a directory, or the text that an object of
// the cluster holds, which has neither mode nor owner.
type File struct {
	Directory bool   `json:"directory,omitempty"`
	Mode      uint32 `json:"mode"` // the twelve permission bits
	UID       uint32 `json:"uid"`
	GID       uint32 `json:"gid"`
	// Xattrs is nil where nobody asked for them, or where the file system has
	// none, and empty where a file has none.
	Xattrs map[string][]byte `json:"xattrs,omitzero"`
	// Content is nil where nobody asked for it: a change of mode or owner
	// neither reads nor writes what a file holds.
	Content *Content `json:"content,omitempty"`
}

// Content is what a regular file holds. Only its digest and its size are ever
// printed or written to a plan; the bytes go to the file and to the backup.
type Content struct {
	Data   []byte `json:"-"`
	Digest string `json:"digest"` // "sha256:" and 64 hexadecimal digits
	Size   int64  `json:"size"`   // bytes
	// Secret is set for key material: it is shown as digest and size only.
	Secret bool `json:"secret,omitempty"`
	// Generate lists the tokens in Data that stand for random bytes, made
	// when the change is applied, so that a plan holds no secret and two
	// plans of one node are the same.
	Generate []Generate `json:"generate,omitempty"`
}

// Generate replaces Token by Bytes random bytes in standard base64.
type Generate struct {
	Token string `json:"token"`
	Bytes int    `json:"bytes"`
}

// Sysctl is the live value of a kernel parameter.
type Sysctl struct {
	Value string `json:"value"`
}

// User is an entry of the passwd file.
type User struct {
	UID     uint32 `json:"uid"`
	GID     uint32 `json:"gid"`
	Comment string `json:"comment"`
	Home    string `json:"home"`
	Shell   string `json:"shell"`
}

// Group is an entry of the group file.
type Group struct {
	GID uint32 `json:"gid"`
}

// Unit is the state of a systemd unit, or of the process of a static pod.
type Unit struct {
	// Stale says why the running process is older than what the disk says,
	// and is empty where it is not.
	Stale message.Text `json:"stale,omitzero"`
	// Serving says what is wrong with the certificate that the process is to serve with.
	Serving message.Text `json:"serving,omitzero"`
}

// NewContent wraps the bytes of a file.
func NewContent(data []byte, secret bool) *Content {
	return &Content{Data: data, Digest: Digest(data), Size: int64(len(data)), Secret: secret}
}

// Digest is the name of some bytes: "sha256:" and 64 hexadecimal digits.
func Digest(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// Exists tells whether the target is there.
func (s State) Exists() bool {
	return s.File != nil || s.Sysctl != nil || s.User != nil || s.Group != nil || s.Unit != nil
}

// Equal tells whether two states are the same in everything that both know:
// a state without content equals one with the same mode, owner and attributes.
func (s State) Equal(o State) bool { return len(s.Differences(o)) == 0 }

// Differences lists the fields in which two states of one target differ, in
// the order of their names, or FieldType where only one of them exists.
func (s State) Differences(o State) []Field {
	if s.Exists() != o.Exists() {
		return []Field{FieldType}
	}
	var fields []Field
	differ := func(is bool, f Field) {
		if is {
			fields = append(fields, f)
		}
	}
	switch {
	case s.File != nil && o.File != nil:
		a, b := s.File, o.File
		differ(a.Content != nil && b.Content != nil && a.Content.Digest != b.Content.Digest, FieldContent)
		differ(a.Mode != b.Mode, FieldMode)
		differ(a.UID != b.UID || a.GID != b.GID, FieldOwner)
		differ(a.Directory != b.Directory, FieldType)
		differ(a.Xattrs != nil && b.Xattrs != nil && !maps.EqualFunc(a.Xattrs, b.Xattrs, bytes.Equal), FieldXattrs)
	case s.Sysctl != nil && o.Sysctl != nil:
		differ(s.Sysctl.Value != o.Sysctl.Value, FieldValue)
	case s.User != nil && o.User != nil:
		differ(*s.User != *o.User, "entry")
	case s.Group != nil && o.Group != nil:
		differ(s.Group.GID != o.Group.GID, FieldGID)
	case s.Unit != nil && o.Unit != nil:
		differ(s.Unit.Stale.IsZero() != o.Unit.Stale.IsZero(), FieldProcess)
		differ(s.Unit.Serving.IsZero() != o.Unit.Serving.IsZero(), FieldServing)
	case s.Exists():
		differ(true, FieldType)
	}
	return slices.Clip(fields)
}

// Octal writes permission bits the way the whole program shows them: "0600".
func Octal(mode uint32) string { return fmt.Sprintf("%04o", mode) }
