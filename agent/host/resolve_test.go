package host

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestResolve(t *testing.T) {
	tests := map[string]struct {
		prepare func(t *testing.T, dir string)
		file    string
		want    string
		refused string // part of the reason
	}{
		"no link":                   {file: "/var/lib/x/file", want: "/var/lib/x/file"},
		"nothing there":             {file: "/var/none/file", want: "/var/none/file"},
		"the root":                  {file: "/", want: "/"},
		"a link on the way":         {link("/data/x", "var/lib/l"), "/var/lib/l/file", "/data/x/file", ""},
		"to be made behind a link":  {link("/data/x", "var/lib/l"), "/var/lib/l/deep/new", "/data/x/deep/new", ""},
		"the last is a link":        {link("/data/x", "var/lib/l"), "/var/lib/l", "/data/x", ""},
		"relative, upwards":         {link("../../data/x", "var/lib/l"), "/var/lib/l/file", "/data/x/file", ""},
		"to a file":                 {link("../data/x/file", "etc/f"), "/etc/f", "/data/x/file", ""},
		"a link to a link":          {inTurn(link("/data/x", "data/y"), link("/data/y", "var/lib/l")), "/var/lib/l/file", "/data/x/file", ""},
		"above the root":            {link("../../../../../../../data/x", "var/lib/l"), "/var/lib/l/file", "/data/x/file", ""},
		"leads nowhere":             {link("/data/unmounted", "var/lib/l"), "/var/lib/l/file", "", `/var/lib/l is a symbolic link to "/data/unmounted", and nothing is there`},
		"leads nowhere, deeper":     {link("/data/x/no/where", "var/lib/l"), "/var/lib/l", "", `it is a symbolic link to "/data/x/no/where", and nothing is there`},
		"others can change its way": {inTurn(link("/data/x", "var/lib/l"), mode("var/lib", 0o777)), "/var/lib/l/file", "", "users other than root can change /var/lib "},
		"its group can":             {inTurn(link("/data/x", "var/lib/l"), mode("var", 0o775)), "/var/lib/l/file", "", "users other than root can change /var "},
		"sticky is not enough":      {inTurn(link("/data/x", "var/lib/l"), mode("var/lib", 0o777|fs.ModeSticky)), "/var/lib/l/file", "", "users other than root can change /var/lib "},
		"others can change the second way": {inTurn(link("/data/x", "data/y"), link("/data/y", "var/lib/l"), mode("data", 0o777)), "/var/lib/l/file", "",
			"/data/y is a symbolic link to \"/data/x\", and users other than root can change /data "},
		"a way without a link may be open": {inTurn(link("/data/x", "var/lib/l"), mode("data", 0o777)), "/var/lib/l/file", "/data/x/file", ""},
		"others own it":                    {foreign("var/lib/l"), "/var/lib/l/file", "", "it belongs to the user with id 1234"},
		"in a circle":                      {inTurn(link("/data/b", "data/a"), link("/data/a", "data/b")), "/data/a/file", "", "too many levels"},
		"not absolute":                     {file: "var/lib", refused: "absolute"},
		"upwards":                          {file: "/var/../etc", refused: `".."`},
	}
	for name, tt := range tests {
		for _, steps := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				r := tree(t, nil, "var/lib/x/file", "data/x/file", "etc/")
				r.steps = steps
				if tt.prepare != nil {
					tt.prepare(t, r.Path())
				}
				got, err := r.Resolve(tt.file)
				if tt.refused != "" {
					wantError(t, err, tt.refused)
					return
				}
				ok(t, err)
				if got != tt.want {
					t.Errorf("got %s, want %s", got, tt.want)
				}
			})
		}
	}
}

// What is read through a link is what lies behind it; nothing is written so.
func TestLinked(t *testing.T) {
	r := tree(t, nil, "data/x/file", "var/")
	inTurn(link("/data/x", "var/l"), link("/data/x/file", "var/f"))(t, r.Path())
	l := Linked{r}
	for _, file := range []string{"/var/l/file", "/var/f"} {
		data, err := l.ReadFile(file, 100)
		ok(t, err)
		if string(data) != "old\n" {
			t.Errorf("%s holds %q", file, data)
		}
		if _, err := r.ReadFile(file, 100); err == nil {
			t.Errorf("%s was read without leave", file)
		}
	}
	names, err := l.ReadDir("/var/l")
	ok(t, err)
	if len(names) != 1 || names[0] != "file" {
		t.Errorf("the names are %q", names)
	}
	if names, err := l.ReadNames("/var/l", 1); err != nil || len(names) != 1 {
		t.Errorf("the names are %q, %v", names, err)
	}
	if _, err := l.ReadNames("/var/l", 0); err == nil {
		t.Error("more names are listed than are asked for")
	}
	if data, err := l.ReadTrusted("/var/f", 100); err != nil || string(data) != "old\n" {
		t.Errorf("%q, %v", data, err)
	}
	ok(t, os.Chmod(filepath.Join(r.Path(), "data/x/file"), 0o666))
	var untrusted *Untrusted
	if data, err := l.ReadTrusted("/var/f", 100); !errors.As(err, &untrusted) {
		t.Errorf("behind a link, what others can write is trusted: %q, %v", data, err)
	}
	if directory, err := l.Exists("/var/l"); !directory || err != nil {
		t.Errorf("no directory: %v", err)
	}
	if _, err := l.Exists("/var/none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what is not there: %v", err)
	}
	if target, err := l.Link("/var/f"); target != "/data/x/file" || err != nil {
		t.Errorf("the link says %q, %v", target, err)
	}
	ok(t, os.Chmod(filepath.Join(r.Path(), "var"), 0o777))
	if directory, err := l.Exists("/var/l"); directory || err != nil {
		t.Errorf("a link of anybody's leads to a directory: %v, %v", directory, err)
	}
	_, err = l.ReadFile("/var/l/file", 100)
	wantError(t, err, "users other than root can change /var ")
	old := state(t, r, "/data/x/file")
	if err := l.Write("/var/l/file", old, edited(old, "new\n", 0o644)); err == nil || !strings.Contains(err.Error(), "symbolic link") {
		t.Errorf("written through a link: %v", err)
	}
}

type preparation = func(t *testing.T, dir string)

func link(target, name string) preparation {
	return func(t *testing.T, dir string) { ok(t, os.Symlink(target, filepath.Join(dir, name))) }
}

func mode(name string, m fs.FileMode) preparation {
	return func(t *testing.T, dir string) { ok(t, os.Chmod(filepath.Join(dir, name), m)) }
}

func inTurn(all ...preparation) preparation {
	return func(t *testing.T, dir string) {
		for _, p := range all {
			p(t, dir)
		}
	}
}

// foreign makes a link that another user owns; only root can.
func foreign(name string) preparation {
	return func(t *testing.T, dir string) {
		needRoot(t)
		link("/data/x", name)(t, dir)
		ok(t, os.Lchown(filepath.Join(dir, name), 1234, 1234))
	}
}
