package host

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestReplaceOutput lays out what the owner of a directory could lay out to
// have root write elsewhere. DIR/elsewhere holds what he is after.
func TestReplaceOutput(t *testing.T) {
	tests := map[string]struct {
		root    bool // needs root, to give things away
		prepare func(dir string) error
		file    string // below dir, "out/file" by default
		refused string // part of the error, or "" where the file is written
	}{
		"a directory of one's own":  {},
		"a file that is there":      {prepare: func(dir string) error { return os.WriteFile(dir+"/out/file", []byte("old, and longer"), 0o666) }},
		"a directory of somebody's": {root: true, prepare: func(dir string) error { return os.Chown(dir+"/out", nobody, nobody) }},
		"a directory of everybody's": {prepare: func(dir string) error {
			return os.Chmod(dir+"/out", 0o777|os.ModeSticky)
		}},
		"a link of one's own": {prepare: func(dir string) error { return os.Symlink("out", dir+"/link") }, file: "link/file"},
		"another name of a file": {prepare: func(dir string) error {
			return errors.Join(os.WriteFile(dir+"/out/other", []byte("kept"), 0o600), os.Link(dir+"/out/other", dir+"/out/file"))
		}},
		"a link of somebody's": {root: true, prepare: func(dir string) error {
			return errors.Join(os.Symlink("../elsewhere", dir+"/out/link"), os.Lchown(dir+"/out/link", nobody, nobody))
		}, file: "out/link/file", refused: "is a symbolic link to"},
		"a link of root's that its directory's owner moved there": {root: true, prepare: func(dir string) error {
			return errors.Join(os.Symlink("../elsewhere", dir+"/out/link"), os.Chown(dir+"/out", nobody, nobody))
		}, file: "out/link/file", refused: "in a directory that others can change (owner 65534"},
		"a link in a directory of everybody's": {prepare: func(dir string) error {
			return errors.Join(os.Symlink("../elsewhere", dir+"/out/link"), os.Chmod(dir+"/out", 0o777))
		}, file: "out/link/file", refused: "in a directory that others can change"},
		"two links, the second of somebody's": {root: true, prepare: func(dir string) error {
			return errors.Join(os.Symlink("out/link", dir+"/first"), os.Symlink("../elsewhere", dir+"/out/link"), os.Lchown(dir+"/out/link", nobody, nobody))
		}, file: "first/file", refused: "is a symbolic link to"},
		"a link in the file's place": {prepare: func(dir string) error { return os.Symlink("../elsewhere/file", dir+"/out/file") },
			refused: "only a regular file is replaced"},
		"a link that leads nowhere": {prepare: func(dir string) error { return os.Symlink("../elsewhere/new", dir+"/out/file") },
			refused: "only a regular file is replaced"},
		"a fifo":           {prepare: func(dir string) error { return syscall.Mkfifo(dir+"/out/file", 0o600) }, refused: "it is a fifo"},
		"a directory":      {prepare: func(dir string) error { return os.Mkdir(dir+"/out/file", 0o700) }, refused: "it is a directory"},
		"no directory":     {file: "none/file", refused: "no such file"},
		"no name":          {file: "out/", refused: "it is a directory"},
		"below a file":     {prepare: func(dir string) error { return os.WriteFile(dir+"/out/x", nil, 0o600) }, file: "out/x/file", refused: "not a directory"},
		"the terminal":     {file: "../../../../../../../../dev/tty", refused: "it is a device"},
		"standard output":  {file: "../../../../../../../../dev/stdout", refused: "only a regular file is replaced"},
		"the null device":  {file: "../../../../../../../../dev/null", refused: "it is a device"},
		"a file of /proc":  {file: "../../../../../../../../proc/self/harden", refused: "proc"},
		"too long a name":  {file: "out/" + strings.Repeat("a", 300), refused: "file name too long"},
		"a name with a \\": {file: `out/a\b`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if test.root {
				needRoot(t)
			}
			dir, err := filepath.EvalSymlinks(t.TempDir())
			ok(t, err)
			ok(t, errors.Join(os.Chmod(dir, 0o755), os.Mkdir(dir+"/out", 0o755), os.Mkdir(dir+"/elsewhere", 0o755), os.WriteFile(dir+"/elsewhere/file", []byte("kept"), 0o600)))
			if test.prepare != nil {
				ok(t, test.prepare(dir))
			}
			file := dir + "/" + test.file
			if test.file == "" {
				file = dir + "/out/file"
			}
			err = ReplaceOutput(file, []byte("new"), 0o644)
			if test.refused != "" {
				wantError(t, err, test.refused)
			} else {
				ok(t, err)
				data, err := os.ReadFile(file)
				ok(t, err)
				info, err := os.Lstat(file)
				ok(t, err)
				if string(data) != "new" || info.Mode() != 0o644 {
					t.Errorf("%q with the mode %s", data, info.Mode())
				}
			}
			for _, other := range []string{"/elsewhere/file", "/out/other"} {
				if data, err := os.ReadFile(dir + other); string(data) != "kept" && !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("%s is %q now", other, data)
				}
			}
			entries, err := os.ReadDir(dir + "/elsewhere")
			ok(t, err)
			left, err := filepath.Glob(dir + "/out/" + temporaryPrefix + "*")
			ok(t, err)
			if len(entries) != 1 || len(left) > 0 {
				t.Errorf("there is more than before: %v %v", entries, left)
			}
		})
	}
}

// TestReplaceOutputSwapped has the directory's owner put a link in the place of
// the directory, and back, as fast as he can.
func TestReplaceOutputSwapped(t *testing.T) {
	needRoot(t)
	dir := t.TempDir()
	ok(t, errors.Join(os.MkdirAll(dir+"/home/out", 0o755), os.Mkdir(dir+"/elsewhere", 0o755), os.Symlink(dir+"/elsewhere", dir+"/home/link")))
	ok(t, errors.Join(os.Lchown(dir+"/home/link", nobody, nobody), os.Chown(dir+"/home", nobody, nobody), os.Chown(dir+"/home/out", nobody, nobody)))
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			default:
			}
			_ = os.Rename(dir+"/home/out", dir+"/home/spare") // each may fail in a round that was late
			_ = os.Rename(dir+"/home/link", dir+"/home/out")
			_ = os.Rename(dir+"/home/out", dir+"/home/link")
			_ = os.Rename(dir+"/home/spare", dir+"/home/out")
		}
	}()
	written := 0
	for range 2000 {
		if ReplaceOutput(dir+"/home/out/file", []byte("new"), 0o644) == nil {
			written++
		}
	}
	close(stop)
	<-done
	entries, err := os.ReadDir(dir + "/elsewhere")
	ok(t, err)
	if len(entries) > 0 || written == 0 {
		t.Errorf("%d were written; elsewhere there is %v", written, entries)
	}
}
