package host

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"harden/agent/change"
)

// nobody is a user that a run must not listen to.
const nobody = 65534

func TestOpenRootFollowsOwnLinks(t *testing.T) {
	dir := t.TempDir()
	ok(t, os.MkdirAll(dir+"/real/tree", 0o755))
	ok(t, os.WriteFile(dir+"/file", nil, 0o600))
	for link, target := range map[string]string{
		"absolute": dir + "/real/tree", "relative": "real/tree", "up": "real/../real/tree", "twice": "absolute", "loop": "loop", "dangling": "none",
		"real/out": "..", "live": "/",
	} {
		ok(t, os.Symlink(target, filepath.Join(dir, link)))
	}
	real, err := filepath.EvalSymlinks(dir)
	ok(t, err)
	tests := map[string]struct{ want, err string }{
		"real/tree": {want: "/real/tree"}, "absolute": {want: "/real/tree"}, "relative": {want: "/real/tree"}, "up": {want: "/real/tree"},
		"twice": {want: "/real/tree"}, "real/out": {want: ""}, "real/out/real/tree": {want: "/real/tree"},
		"loop": {err: "too many levels"}, "dangling": {err: "no such file"}, "none": {err: "no such file"}, "file": {err: "not a directory"},
		"file/below": {err: "not a directory"},
	}
	for path, tt := range tests {
		r, err := OpenRoot(filepath.Join(dir, path), nil)
		if tt.err != "" {
			wantError(t, err, tt.err)
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		equal(t, r.Path(), real+tt.want)
		equal(t, r.Live(), false)
		ok(t, r.Close())
	}
	live, err := OpenRoot(dir+"/live", nil)
	ok(t, err)
	equal(t, live.Live(), true)
	ok(t, live.Close())
}

// A link that somebody else made would let him choose the tree.
func TestOpenRootRefusesLinksOfOthers(t *testing.T) {
	needRoot(t)
	dir := t.TempDir()
	ok(t, os.MkdirAll(dir+"/tree/sub", 0o755))
	ok(t, os.Symlink("tree", dir+"/link"))
	ok(t, os.Lchown(dir+"/link", nobody, nobody))
	for _, path := range []string{"/link", "/link/sub"} {
		_, err := OpenRoot(dir+path, nil)
		if !errors.As(err, new(*Refused)) {
			t.Errorf("%s: got %v, want *Refused", path, err)
		}
		wantError(t, err, `a symbolic link to "tree" that the user with id 65534 made`)
	}
}

// The account tools are not let into a tree in which somebody else could put a
// link in the place of /etc while they run.
func TestAccountToolsNeedADirectoryOfOurs(t *testing.T) {
	needRoot(t)
	tests := map[string]struct {
		prepare func(root string) error
		reason  string // "" where it is all right
	}{
		"root's own":       {func(string) error { return nil }, ""},
		"sticky directory": {func(root string) error { return os.Chmod(root, 0o777|os.ModeSticky) }, ""},
		"the tree is another's": {func(root string) error { return os.Chown(root, nobody, 0) },
			"(owner 65534, mode 0755), and the account tools"},
		"all may write":   {func(root string) error { return os.Chmod(root, 0o777) }, "mode 0777"},
		"group may write": {func(root string) error { return os.Chmod(root+"/etc", 0o775) }, "/etc (owner 0, mode 0775), and the account tools"},
		"etc is a link": {func(root string) error {
			return errors.Join(os.Rename(root+"/etc", root+"/usr"), os.Symlink("usr", root+"/etc"))
		}, "/etc is a symbolic link"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			calls := &faults{}
			r := tree(t, calls, "etc/")
			ok(t, os.WriteFile(r.Path()+"/etc/group", []byte("root:x:0:\n"), 0o644))
			ok(t, os.WriteFile(r.Path()+"/etc/passwd", []byte("root:x:0:0::/:/bin/sh\n"), 0o644))
			ok(t, tt.prepare(r.Path()))
			err := r.WriteGroup(t.Context(), "etcd", change.State{}, etcdGroup)
			if tt.reason == "" {
				ok(t, err)
				return
			}
			if !errors.As(err, new(*Refused)) || !strings.Contains(err.Error(), tt.reason) {
				t.Errorf("got %v, want *Refused with %q", err, tt.reason)
			}
			for _, op := range calls.names {
				if op == "groupadd" {
					t.Error("the tool was run")
				}
			}
		})
	}
}
