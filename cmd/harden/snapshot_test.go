package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"
	"gopkg.in/yaml.v3"
)

// tree is what was seen of each path below a directory.
type tree map[string]seen

type seen struct {
	Mode    fs.FileMode
	UID     uint32
	GID     uint32
	Content string            // digest of a file, target of a link
	Xattrs  map[string]string // with those of security.*, which root may read
	// What no undo can bring back, and what a command that writes nothing
	// leaves alone.
	Inode    uint64
	Modified syscall.Timespec
	Changed  syscall.Timespec
}

func read(root string) (tree, error) {
	all := tree{}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		st := info.Sys().(*syscall.Stat_t)
		s := seen{Mode: info.Mode(), UID: st.Uid, GID: st.Gid, Inode: st.Ino, Modified: st.Mtim, Changed: st.Ctim}
		switch {
		case info.Mode()&fs.ModeSymlink != 0:
			s.Content, err = os.Readlink(name)
		case info.Mode().IsRegular():
			var data []byte
			data, err = os.ReadFile(name)
			s.Content = fmt.Sprintf("%x", sha256.Sum256(data))
			if errors.Is(err, fs.ErrPermission) {
				s.Content, err = "unreadable", nil
			}
		}
		if err == nil && info.Mode()&fs.ModeSymlink == 0 {
			s.Xattrs, err = xattrs(name)
		}
		rel, relErr := filepath.Rel(root, name)
		all["/"+rel] = s
		return errors.Join(err, relErr)
	})
	return all, err
}

func xattrs(name string) (map[string]string, error) {
	names := make([]byte, 64<<10)
	n, err := syscall.Listxattr(name, names)
	if errors.Is(err, syscall.ENOTSUP) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	all := map[string]string{}
	for _, key := range strings.FieldsFunc(string(names[:n]), func(r rune) bool { return r == 0 }) {
		value := make([]byte, 64<<10)
		n, err := syscall.Getxattr(name, key, value)
		if err != nil {
			return nil, err
		}
		all[key] = string(value[:n])
	}
	return all, nil
}

// tag gives a file an extended attribute.
func tag(ts *testscript.TestScript, args []string) error {
	err := syscall.Setxattr(ts.MkAbs(args[0]), "user.note", []byte("kept by hand"), 0)
	if errors.Is(err, syscall.ENOTSUP) {
		ts.Logf("%s: this disk has no extended attributes, so none is looked for", args[0])
		return nil
	}
	return err
}

// settled is a tree without what a run leaves behind for good reasons: its
// own directory, new inodes, new times.
func (t tree) settled() tree {
	s := tree{}
	for name, e := range t {
		if name == "/var/lib/harden" || strings.HasPrefix(name, "/var/lib/harden/") {
			continue
		}
		e.Inode, e.Modified, e.Changed = 0, syscall.Timespec{}, syscall.Timespec{}
		s[name] = e
	}
	return s
}

func takeSnapshot(ts *testscript.TestScript, args []string) (err error) {
	remembered(ts).trees[args[0]], err = read(ts.MkAbs(args[1]))
	return err
}

// compare holds a tree against a snapshot, with everything or without what a
// run leaves behind.
func compare(all bool) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if len(args) != 2 {
			ts.Fatalf("usage: same NAME DIR, or untouched NAME DIR")
		}
		before, known := remembered(ts).trees[args[0]]
		if !known {
			ts.Fatalf("there is no snapshot %s", args[0])
		}
		now, err := read(ts.MkAbs(args[1]))
		ts.Check(err)
		if !all {
			before, now = before.settled(), now.settled()
		}
		switch diff := cmp.Diff(before, now); {
		case neg && diff == "":
			ts.Fatalf("%s is as it was", args[1])
		case !neg && diff != "":
			ts.Fatalf("%s is not as it was (-before +now):\n%s", args[1], diff)
		}
	}
}

// rememberSecret reads the keys of an encryption configuration. Each must be
// 32 random bytes.
func rememberSecret(ts *testscript.TestScript, args []string) error {
	var config struct {
		Resources []struct {
			Providers []map[string]struct {
				Keys []struct{ Secret string }
			}
		}
	}
	if err := yaml.Unmarshal([]byte(ts.ReadFile(args[0])), &config); err != nil {
		return err
	}
	m := remembered(ts)
	for _, resource := range config.Resources {
		for _, provider := range resource.Providers {
			for _, keys := range provider {
				for _, key := range keys.Keys {
					raw, err := base64.StdEncoding.DecodeString(key.Secret)
					if err != nil || len(raw) != 32 || bytes.Count(raw, raw[:1]) == 32 {
						return fmt.Errorf("%s holds a key that is not 32 random bytes in base64", args[0])
					}
					m.secret = append(m.secret, key.Secret, string(raw))
				}
			}
		}
	}
	if len(m.secret) == 0 {
		return errors.New(args[0] + " holds no key")
	}
	return nil
}

// hidden makes sure that no key is in any of the places.
func hidden(ts *testscript.TestScript, neg bool, places []string) {
	secrets := remembered(ts).secret
	if neg || len(secrets) == 0 || len(places) == 0 {
		ts.Fatalf("usage: hidden PLACE..., after secret FILE")
	}
	look := func(name, text string) {
		if slices.ContainsFunc(secrets, func(s string) bool { return strings.Contains(text, s) }) {
			ts.Fatalf("a key is in %s", name)
		}
	}
	for _, place := range places {
		if place == "stdout" || place == "stderr" {
			look(place, ts.ReadFile(place))
			continue
		}
		err := filepath.WalkDir(ts.MkAbs(place), func(name string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				look(name, ts.ReadFile(name))
			}
			return err
		})
		ts.Check(err)
	}
}
