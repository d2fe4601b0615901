package host

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestHold holds that nothing is reached by a way that others can change.
func TestHold(t *testing.T) {
	tests := map[string]struct {
		change func(dir string) error
		path   string
		says   string // "" where it is held
	}{
		"a way of root's":             {nil, "/a/b/file", ""},
		"the file itself may be open": {func(dir string) error { return os.Chmod(dir+"/a/b/file", 0o666) }, "/a/b/file", ""},
		"the root itself":             {nil, "/", ""},
		"others write on the way":     {func(dir string) error { return os.Chmod(dir+"/a", 0o757) }, "/a/b/file", "users other than root can change /a, which is on the path"},
		"a group writes":              {func(dir string) error { return os.Chmod(dir+"/a/b", 0o775) }, "/a/b/file", "users other than root can change /a/b, which is on the path"},
		"sticky does not help":        {func(dir string) error { return os.Chmod(dir+"/a", 0o777|os.ModeSticky) }, "/a/b/file", "users other than root can change /a"},
		"the root is open":            {func(dir string) error { return os.Chmod(dir, 0o777) }, "/a/b/file", "users other than root can change /, which is on the path"},
		"a link on the way":           {nil, "/link/file", "/link is a symbolic link"},
		"a link at the end":           {nil, "/a/b/last", "it is a symbolic link"},
		"up again":                    {nil, "/a/../a/b/file", `it has ".." in it`},
		"it does not exist":           {nil, "/a/b/none", "no such file"},
		"its directory is not there":  {nil, "/a/x/none", "no such file"},
		"nor, behind an open one":     {func(dir string) error { return os.Chmod(dir+"/a", 0o777) }, "/a/x/none", "users other than root can change /a"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := tree(t, nil, "a/b/file", "a/b/last -> file", "link -> a/b")
			ok(t, os.Chmod(r.Path(), 0o755))
			if tt.change != nil {
				ok(t, tt.change(r.Path()))
			}
			h, err := r.Hold(tt.path)
			if err == nil {
				h.Close()
			}
			if tt.says == "" && err != nil || tt.says != "" && (err == nil || !strings.Contains(err.Error(), tt.says)) {
				t.Errorf("error %v, want %q", err, tt.says)
			}
		})
	}
}

func TestHoldAnothersDirectory(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("skipped: only root gives a directory away")
	}
	r := tree(t, nil, "a/b/file")
	ok(t, os.Chown(filepath.Join(r.Path(), "a"), 1000, 1000))
	if _, err := r.Hold("/a/b/file"); err == nil || !strings.Contains(err.Error(), "(owner 1000, mode 0755)") {
		t.Errorf("error %v", err)
	}
}

// TestHeld holds that what is told is of what was opened, whatever becomes of
// its name, and that no link inside is followed.
func TestHeld(t *testing.T) {
	r := tree(t, nil, "d/member/snap/", "d/away -> member", "d/file", "f", "other/")
	h, err := r.Hold("/d")
	ok(t, err)
	defer h.Close()
	ok(t, os.Rename(filepath.Join(r.Path(), "d"), filepath.Join(r.Path(), "moved")))
	ok(t, os.Rename(filepath.Join(r.Path(), "other"), filepath.Join(r.Path(), "d")))
	if info := h.Info(); !info.Directory || info.Symlink {
		t.Errorf("what is held is %+v", info)
	}
	if info, err := h.Inside("member/snap"); err != nil || !info.Directory {
		t.Errorf("member/snap: %+v, %v", info, err)
	}
	if info, err := h.Inside("away"); err != nil || !info.Symlink {
		t.Errorf("away: %+v, %v", info, err)
	}
	if info, err := h.Inside("away/snap"); err == nil {
		t.Errorf("a link was followed: %+v", info)
	}
	for _, name := range []string{"../f", "/f", "", "member/../file"} {
		if info, err := h.Inside(name); err == nil {
			t.Errorf("%q: %+v", name, info)
		}
	}
	if _, err := h.Inside("member/wal"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v", err)
	}
	if _, err := h.Data(10); err == nil {
		t.Error("a directory was read")
	}
	f, err := r.Hold("/f")
	ok(t, err)
	defer f.Close()
	if info := f.Info(); info.Directory || info.Size != 4 || info.Mode != 0o644 {
		t.Errorf("what is held is %+v", info)
	}
	if data, err := f.Data(10); err != nil || string(data) != "old\n" {
		t.Errorf("%q, %v", data, err)
	}
	if _, err := f.Data(2); err == nil {
		t.Error("more than the limit was read")
	}
}
