package host

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"harden/agent/change"

	"golang.org/x/sys/unix"
)

func TestWrite(t *testing.T) {
	absent := change.State{}
	tests := map[string]struct {
		from  func(old change.State) change.State // nil: as it is
		to    func(old change.State) change.State
		path  string
		calls []string
		err   string
	}{
		"new content": {
			to:    func(old change.State) change.State { return edited(old, "new\n", 0o600) },
			calls: []string{"openat", "write", "fsync", "renameat", "fsync"},
		},
		"new content, same mode": {
			to:    func(old change.State) change.State { return edited(old, "new\n", 0o644) },
			calls: []string{"openat", "write", "fchmod", "fsync", "renameat", "fsync"},
		},
		"mode alone": {
			to:    func(old change.State) change.State { return edited(old, "", 0o600) },
			calls: []string{"fchmod", "fsync"},
		},
		"mode alone, content not known": {
			from:  func(old change.State) change.State { old = edited(old, "", 0o644); old.File.Content = nil; return old },
			to:    func(old change.State) change.State { old = edited(old, "", 0o400); old.File.Content = nil; return old },
			calls: []string{"fchmod", "fsync"},
		},
		"new file": {
			path:  "/dir/new",
			to:    func(change.State) change.State { return newFile("new\n", 0o640) },
			calls: []string{"openat", "write", "fchmod", "fsync", "renameat2", "fsync"},
		},
		"new empty file": {
			path:  "/dir/new",
			to:    func(change.State) change.State { return newFile("", 0o600) },
			calls: []string{"openat", "write", "fsync", "renameat2", "fsync"},
		},
		"new directory": {
			path:  "/dir/new",
			to:    func(change.State) change.State { return newDirectory(0o750) },
			calls: []string{"mkdirat", "fchmod", "fsync", "renameat2", "fsync"},
		},
		"remove file":      {to: func(change.State) change.State { return absent }, calls: []string{"unlinkat", "fsync"}},
		"remove directory": {path: "/dir/empty", to: func(change.State) change.State { return absent }, calls: []string{"unlinkat", "fsync"}},
		"nothing to do":    {path: "/none/none", to: func(change.State) change.State { return absent }},
		"not empty": {
			path: "/dir", to: func(change.State) change.State { return absent },
			calls: []string{"unlinkat"}, err: "/dir is refused: it is a directory that is not empty",
		},
		"no directory": {
			path: "/none/new", to: func(change.State) change.State { return newFile("x", 0o600) },
			err: "cannot write /none/new: its directory: no such file or directory",
		},
		"content changed": {
			from: func(old change.State) change.State { return edited(old, "other\n", 0o644) },
			to:   func(old change.State) change.State { return edited(old, "new\n", 0o600) },
			err:  "/dir/file was changed by someone else: content",
		},
		"mode changed": {
			from: func(old change.State) change.State { return edited(old, "", 0o600) },
			to:   func(change.State) change.State { return absent },
			err:  "/dir/file was changed by someone else: mode",
		},
		"vanished": {
			path: "/dir/new", from: func(change.State) change.State { return newFile("old\n", 0o644) },
			to:  func(change.State) change.State { return newFile("new\n", 0o644) },
			err: "/dir/new was changed by someone else: type",
		},
		"appeared": {
			from: func(change.State) change.State { return absent },
			to:   func(change.State) change.State { return newFile("new\n", 0o644) },
			err:  "/dir/file was changed by someone else: type",
		},
		"file to directory": {
			to:  func(change.State) change.State { return newDirectory(0o700) },
			err: "/dir/file is refused: it is a regular file",
		},
		"content missing": {
			to: func(change.State) change.State {
				s := newFile("new\n", 0o600)
				s.File.Content.Data = nil
				return s
			},
			err: "cannot write /dir/file: its new content is not that of sha256:",
		},
		"placeholders left": {
			to: func(change.State) change.State {
				s := newFile("KEY", 0o600)
				s.File.Content.Generate = []change.Generate{{Token: "KEY", Bytes: 32}}
				return s
			},
			err: "its random bytes are not generated yet",
		},
		"owner -1": {
			to: func(old change.State) change.State {
				s := edited(old, "", 0o600)
				s.File.UID = 1<<32 - 1
				return s
			},
			err: "means no owner",
		},
	}
	both(t, func(t *testing.T, walk func(*Root)) {
		for name, tt := range tests {
			t.Run(name, func(t *testing.T) {
				calls := &faults{}
				r := tree(t, calls, "dir/file", "dir/empty/")
				walk(r)
				path := tt.path
				if path == "" {
					path = "/dir/file"
				}
				from := state(t, r, path)
				to := tt.to(from)
				if tt.from != nil {
					from = tt.from(from)
				}
				old := state(t, r, path)
				err := r.Write(path, from, to)
				noTemporaries(t, r)
				if diff := len(calls.names) - len(tt.calls); diff != 0 {
					t.Errorf("calls are %q, want %q", calls.names, tt.calls)
				} else if len(tt.calls) > 0 {
					equal(t, calls.names, tt.calls)
				}
				got := state(t, r, path)
				if tt.err != "" {
					wantError(t, err, tt.err)
					equal(t, got, old)
					return
				}
				ok(t, err)
				if !got.Equal(to) {
					t.Errorf("state is not as wanted: %v", got.Differences(to))
				}
			})
		}
	})
}

func TestWriteIgnoresUmask(t *testing.T) {
	r := tree(t, nil)
	defer unix.Umask(unix.Umask(0o777))
	ok(t, r.Write("/new", change.State{}, newFile("x", 0o666)))
	ok(t, r.Write("/dir", change.State{}, newDirectory(0o777)))
	ok(t, r.MakeDirs("/a/b", 0o755))
	ok(t, r.CreateFile("/created", nil, 0o640))
	for path, mode := range map[string]uint32{"/new": 0o666, "/created": 0o640, "/dir": 0o777, "/a": 0o755, "/a/b": 0o755} {
		info, err := r.Stat(path)
		ok(t, err)
		equal(t, change.Octal(info.Mode), change.Octal(mode))
	}
}

func TestWriteOwner(t *testing.T) {
	needRoot(t)
	r := tree(t, nil, "file", "dir/")
	for _, path := range []string{"/file", "/dir"} {
		from := state(t, r, path)
		to := edited(from, "", 0o4750) // the kernel clears set-uid when the owner changes
		to.File.UID, to.File.GID = 52034, 52035
		ok(t, r.Write(path, from, to))
		equal(t, state(t, r, path), to)
		ok(t, r.Write(path, to, from))
		equal(t, state(t, r, path), from)
	}
	from := state(t, r, "/file")
	to := edited(from, "new\n", 0o6711)
	to.File.UID, to.File.GID = 52034, 52035
	ok(t, r.Write("/file", from, to))
	equal(t, state(t, r, "/file"), to)
}

// A file that its owner may not read can still be given another mode.
func TestWriteUnreadable(t *testing.T) {
	r := tree(t, nil, "file")
	ok(t, os.Chmod(r.Path()+"/file", 0o200))
	from, err := r.State("/file", false)
	ok(t, err)
	to := edited(from, "", 0)
	ok(t, r.Write("/file", from, to))
	got, err := r.State("/file", false)
	ok(t, err)
	equal(t, got, to)
	if os.Geteuid() != 0 {
		_, err := r.State("/file", true)
		wantError(t, err, "cannot read /file: permission denied")
	}
}

// acl builds an access control list that also gives one user read and write.
func acl(mode uint32, uid uint32) []byte {
	buf := binary.LittleEndian.AppendUint32(nil, 2)
	for _, e := range []struct {
		tag, perm uint16
		id        uint32
	}{
		{0x01, uint16(mode >> 6 & 7), 1<<32 - 1}, {0x02, 6, uid}, {0x04, 4, 1<<32 - 1},
		{0x10, uint16(mode >> 3 & 7), 1<<32 - 1}, {0x20, uint16(mode & 7), 1<<32 - 1},
	} {
		buf = binary.LittleEndian.AppendUint16(buf, e.tag)
		buf = binary.LittleEndian.AppendUint16(buf, e.perm)
		buf = binary.LittleEndian.AppendUint32(buf, e.id)
	}
	return buf
}

func TestXattrsAreKept(t *testing.T) {
	r := tree(t, nil, "file")
	full := filepath.Join(r.Path(), "file")
	if err := unix.Setxattr(full, "user.note", []byte("kept"), 0); errors.Is(err, unix.ENOTSUP) {
		t.Skip("skipped: the file system of the temporary directory has no extended attributes")
	}
	names := []string{"user.note", accessACL}
	ok(t, unix.Setxattr(full, accessACL, acl(0o640, 52034), 0))
	if os.Geteuid() == 0 {
		names = append(names, "trusted.note", "security.note")
		ok(t, unix.Setxattr(full, "trusted.note", []byte{0, 1}, 0))
		ok(t, unix.Setxattr(full, "security.note", []byte("label"), 0))
	}
	// What the directory hands down to new files must not reach this one.
	if err := unix.Setxattr(r.Path(), "system.posix_acl_default", acl(0o777, 52035), 0); err != nil {
		t.Fatal(err)
	}
	raw := func(name string) []byte {
		buf := make([]byte, 100)
		n, err := unix.Getxattr(full, name, buf)
		ok(t, err)
		return buf[:n]
	}
	before := map[string][]byte{}
	for _, name := range names {
		before[name] = raw(name)
	}
	old := state(t, r, "/file")
	equal(t, change.Octal(old.File.Mode), "0640")

	to := edited(old, "new\n", 0o640)
	ok(t, r.Write("/file", old, to))
	equal(t, state(t, r, "/file"), to)
	for _, name := range names {
		if got := raw(name); !bytes.Equal(got, before[name]) {
			t.Errorf("%s is %v after a replace, want %v", name, got, before[name])
		}
	}

	// A narrower mode narrows the list's mask with it, and the way back is exact.
	narrow := edited(to, "", 0o600)
	ok(t, r.Write("/file", to, narrow))
	equal(t, state(t, r, "/file"), narrow)
	equal(t, raw(accessACL), acl(0o600, 52034))
	ok(t, r.Write("/file", narrow, old))
	equal(t, state(t, r, "/file"), old)
	for _, name := range names {
		equal(t, raw(name), before[name])
	}

	// Content and attributes are wanted exactly; unknown ones are kept.
	bare := edited(old, "", 0o640)
	bare.File.Xattrs = map[string][]byte{"user.other": []byte("x")}
	ok(t, r.Write("/file", old, bare))
	got := state(t, r, "/file").File.Xattrs
	delete(got, "security.note") // labels are not taken off
	equal(t, got, bare.File.Xattrs)
	unknown := edited(bare, "newer\n", 0o640)
	unknown.File.Xattrs = nil
	ok(t, r.Write("/file", unknownFrom(bare), unknown))
	got = state(t, r, "/file").File.Xattrs
	delete(got, "security.note")
	equal(t, got, bare.File.Xattrs)
}

func unknownFrom(s change.State) change.State {
	s = edited(s, "", s.File.Mode)
	s.File.Xattrs = nil
	return s
}

func TestHardLinks(t *testing.T) {
	r := tree(t, nil, "file")
	ok(t, os.Link(r.Path()+"/file", r.Path()+"/other"))
	old := state(t, r, "/file")
	for name, to := range map[string]change.State{"content": edited(old, "new\n", 0o644), "mode": edited(old, "", 0o600)} {
		err := r.Write("/file", old, to)
		var refused *Refused
		if !errors.As(err, &refused) {
			t.Errorf("%s: %v, want *Refused", name, err)
		}
		wantError(t, err, "2 hard links")
	}
	info, err := r.Stat("/file")
	ok(t, err)
	equal(t, info.Links, uint64(2))
	ok(t, r.Write("/file", old, change.State{}))
	equal(t, string(state(t, r, "/other").File.Content.Data), "old\n")
}
