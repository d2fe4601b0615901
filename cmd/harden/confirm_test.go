package main

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLasting(t *testing.T) {
	for _, test := range []struct {
		name, program string
		lasts         bool
	}{
		{"installed", "/usr/local/bin/harden", true},
		{"in a home", "/root/harden", true},
		{"emptied at boot", "/tmp/harden", false},
		{"in memory", "/run/user/0/harden", false},
		{"a name like it", "/tmpfiles/harden", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := lasting(test.program)
			if (err == nil) != test.lasts {
				t.Errorf("error: %v", err)
			}
		})
	}
}

func TestRecoveryCommand(t *testing.T) {
	for _, test := range []struct {
		name string
		app  app
		want []string
	}{
		{"standard settings", app{settings: settings{Config: configFile, Timeout: defaultTimeout}}, []string{"recover"}},
		{"others", app{settings: settings{Config: "/etc/other.yaml", Timeout: 2 * defaultTimeout}},
			[]string{"recover", "--config", "/etc/other.yaml", "--timeout", "10m0s"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := test.app.recovery()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got[1:]); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// What cannot be said to apply is refused before the node is looked at.
func TestConfirmWithinIsATime(t *testing.T) {
	a := app{}
	a.Root = "/somewhere"
	err := a.guard(0, true)
	if e := explain(t.Context(), err); e.Code != exitUsage {
		t.Errorf("exit code %d, want %d: %v", e.Code, exitUsage, err)
	}
	if err := a.guard(0, false); err != nil || a.within != 0 {
		t.Errorf("without the flag: %v", err)
	}
}

// TestOwnProgram holds that systemd is not told to start as root what others
// can replace.
func TestOwnProgram(t *testing.T) {
	tests := map[string]struct {
		act  func(dir string) error
		says string // "" where it is taken
	}{
		"root's, where only root writes": {func(string) error { return nil }, ""},
		"others write the file":          {func(dir string) error { return os.Chmod(dir+"/bin/harden", 0o757) }, "can be written by other users (mode 0757)"},
		"its group writes the file":      {func(dir string) error { return os.Chmod(dir+"/bin/harden", 0o775) }, "can be written by other users (mode 0775)"},
		"others write the directory":     {func(dir string) error { return os.Chmod(dir+"/bin", 0o777) }, "is a directory that other users can write"},
		"others write one above":         {func(dir string) error { return os.Chmod(dir, 0o777) }, "is a directory that other users can write"},
		"the file is another's":          {func(dir string) error { return os.Chown(dir+"/bin/harden", 1000, 1000) }, "belongs to uid 1000"},
		"the directory is another's":     {func(dir string) error { return os.Chown(dir+"/bin", 1000, 1000) }, "belongs to uid 1000"},
		"the link to it is another's":    {func(dir string) error { return os.Lchown(dir+"/bin/link", 1000, 1000) }, "belongs to uid 1000"},
		"it is gone":                     {func(dir string) error { return os.Remove(dir + "/bin/harden") }, "cannot tell who can replace this program"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			err := errors.Join(os.Mkdir(dir+"/bin", 0o755), os.WriteFile(dir+"/bin/harden", []byte("#!/bin/sh\n"), 0o755), os.Symlink("harden", dir+"/bin/link"))
			if err != nil {
				t.Fatal(err)
			}
			if err := test.act(dir); errors.Is(err, fs.ErrPermission) {
				t.Skip("skipped: only root gives a file away")
			} else if err != nil {
				t.Fatal(err)
			}
			err = ownProgram(dir + "/bin/link")
			if test.says == "" && err != nil || test.says != "" && (err == nil || !strings.Contains(err.Error(), test.says)) {
				t.Errorf("error %v, want %q", err, test.says)
			}
			if err == nil || name == "it is gone" {
				return
			}
			if e := explain(t.Context(), err); e.Code != exitUsage || !strings.Contains(e.Hint.String(), "/usr/local/bin") {
				t.Errorf("code %d, hint %q", e.Code, e.Hint)
			}
		})
	}
}
