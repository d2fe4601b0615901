package host

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// trustedTree lays out DIR/own/file, with nothing that others may write.
func trustedTree(t *testing.T) (dir, file string) {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(dir, "own", "file")
	must(t, os.Mkdir(filepath.Dir(file), 0o755))
	must(t, os.WriteFile(file, []byte("say"), 0o644))
	must(t, os.Chmod(dir, 0o755), os.Chmod(filepath.Dir(file), 0o755), os.Chmod(file, 0o644))
	return dir, file
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func TestReadTrusted(t *testing.T) {
	const somebody = 65534
	tests := map[string]struct {
		root    bool // needs root, to give files away
		prepare func(dir, file string) error
		refused string // the reason, or "" where the file is read
		fix     string
	}{
		"nobody else can write it": {},
		"read by others only":      {prepare: func(_, file string) error { return os.Chmod(file, 0o444) }},
		"the group can write it": {prepare: func(_, file string) error { return os.Chmod(file, 0o664) },
			refused: "own/file can be written by other users (mode 0664)", fix: "chmod go-w '"},
		"everybody can write it": {prepare: func(_, file string) error { return os.Chmod(file, 0o602) },
			refused: "own/file can be written by other users (mode 0602)", fix: "chmod go-w '"},
		"it belongs to somebody": {root: true, prepare: func(_, file string) error { return os.Chown(file, somebody, 0) },
			refused: "own/file belongs to uid 65534", fix: "install -o root"},
		"its directory can be written": {prepare: func(_, file string) error { return os.Chmod(filepath.Dir(file), 0o777) },
			refused: "own is a directory that other users can write (mode 0777)", fix: "chmod go-w '"},
		"a directory above can be written": {prepare: func(dir, _ string) error { return os.Chmod(dir, 0o775) },
			refused: "is a directory that other users can write (mode 0775)", fix: "move the file"},
		"its directory is sticky": {prepare: func(_, file string) error { return os.Chmod(filepath.Dir(file), 0o777|os.ModeSticky) }},
		"its directory belongs to somebody": {root: true, prepare: func(_, file string) error { return os.Chown(filepath.Dir(file), somebody, 0) },
			refused: "own belongs to uid 65534"},
		"a link of one's own": {prepare: func(dir, file string) error {
			return errors.Join(os.Rename(filepath.Dir(file), dir+"/real"), os.Symlink("real", dir+"/own"))
		}},
		"a link of somebody's": {root: true, prepare: func(dir, file string) error {
			return errors.Join(os.Rename(filepath.Dir(file), dir+"/real"), os.Symlink("real", dir+"/own"), os.Lchown(dir+"/own", somebody, somebody))
		}, refused: "own belongs to uid 65534"},
		"a link to what others can write": {prepare: func(dir, file string) error {
			return errors.Join(os.Mkdir(dir+"/open", 0o700), os.Chmod(dir+"/open", 0o777), os.Rename(file, dir+"/open/file"), os.Symlink("../open/../open/file", file))
		}, refused: "open is a directory that other users can write"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if test.root && os.Geteuid() != 0 {
				t.Skip("only root can give files to somebody else")
			}
			dir, file := trustedTree(t)
			if test.prepare != nil {
				must(t, test.prepare(dir, file))
			}
			data, err := ReadTrusted(file, 100)
			checkTrust(t, string(data), err, test.refused, test.fix)
			checkTrust(t, "say", Trusted(file), test.refused, test.fix) // judged alike, and not read
			if strings.Contains(name, "link") {
				return
			}
			root, err := OpenRoot(dir, nil)
			must(t, err)
			defer root.Close()
			data, err = root.ReadTrusted("/own/file", 100)
			checkTrust(t, string(data), err, test.refused, test.fix)
		})
	}
}

func checkTrust(t *testing.T, data string, err error, refused, fix string) {
	t.Helper()
	var untrusted *Untrusted
	switch {
	case refused == "" && (err != nil || data != "say"):
		t.Errorf("got %q, %v", data, err)
	case refused != "" && !errors.As(err, &untrusted):
		t.Errorf("got %q, %v, want it refused", data, err)
	case refused != "" && (!strings.Contains(err.Error(), refused) || !strings.Contains(untrusted.Remedy.String(), fix)):
		t.Errorf("refused with %q, %q; want %q, %q", err, untrusted.Remedy, refused, fix)
	}
}

// What is judged alone need not be readable, and what is not there is an error that names it.
func TestTrusted(t *testing.T) {
	dir, file := trustedTree(t)
	for name, want := range map[string]error{"none": os.ErrNotExist, "own/file/none": syscall.ENOTDIR} {
		err := Trusted(filepath.Join(dir, name))
		if !errors.Is(err, want) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: got %v, want %v", name, err, want)
		}
	}
	must(t, os.Symlink("loop", dir+"/loop"))
	if err := Trusted(dir + "/loop"); !errors.Is(err, syscall.ELOOP) {
		t.Errorf("a link that leads to itself: %v", err)
	}
	t.Chdir(filepath.Dir(file))
	must(t, Trusted("file"))
}

// TestReadTrustedBelowARoot follows no link, and waits for no fifo.
func TestReadTrustedBelowARoot(t *testing.T) {
	dir, file := trustedTree(t)
	must(t, os.Symlink("file", file+".link"), syscall.Mkfifo(file+".fifo", 0o600))
	root, err := OpenRoot(dir, nil)
	must(t, err)
	defer root.Close()
	for _, name := range []string{"/own/file.link", "/own/../own/file"} {
		var refused *Refused
		if _, err := root.ReadTrusted(name, 100); !errors.As(err, &refused) {
			t.Errorf("%s: got %v, want it refused", name, err)
		}
	}
	for name, want := range map[string]error{"/own/none": os.ErrNotExist, "/own/file/none": syscall.ENOTDIR} {
		if _, err := root.ReadTrusted(name, 100); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", name, err, want)
		}
	}
	for _, name := range []string{"/own", "/own/file.fifo"} {
		if _, err := root.ReadTrusted(name, 100); err == nil || !strings.Contains(err.Error(), "not a regular file") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := root.ReadTrusted("/own/file", 2); err == nil || !strings.Contains(err.Error(), "longer than 2 bytes") {
		t.Errorf("a file that is too long: %v", err)
	}
}

// TestReadTrustedPipes reads what a shell hands over with <(…) or a fifo.
func TestReadTrustedPipes(t *testing.T) {
	_, file := trustedTree(t)
	r, w, err := os.Pipe()
	must(t, err)
	defer r.Close()
	_, err = w.WriteString("say")
	must(t, err, w.Close())
	data, err := ReadTrusted(fmt.Sprintf("/dev/fd/%d", r.Fd()), 100)
	checkTrust(t, string(data), err, "", "")

	fifo := file + ".fifo"
	must(t, syscall.Mkfifo(fifo, 0o600))
	written := make(chan error, 1)
	go func() { written <- os.WriteFile(fifo, []byte("say"), 0) }()
	data, err = ReadTrusted(fifo, 100)
	checkTrust(t, string(data), err, "", "")
	must(t, <-written)

	must(t, os.Chmod(fifo, 0o622))
	data, err = ReadTrusted(fifo, 100) // refused before anybody is waited for
	checkTrust(t, string(data), err, "file.fifo can be written by other users (mode 0622)", "chmod")

	open, err := os.Open(file)
	must(t, err)
	defer open.Close()
	must(t, os.Chmod(file, 0o666))
	data, err = ReadTrusted(fmt.Sprintf("/proc/self/fd/%d", open.Fd()), 100)
	checkTrust(t, string(data), err, "can be written by other users (mode 0666)", "chmod")
}

// TestReadTrustedSwapped swaps the file for one that others can write, and
// back, as fast as it can: what is read is always the sound one.
func TestReadTrustedSwapped(t *testing.T) {
	_, file := trustedTree(t)
	evil, spare := file+".evil", file+".spare"
	must(t, os.WriteFile(evil, []byte("evil"), 0o600), os.Chmod(evil, 0o666))
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			default:
			}
			_ = os.Rename(file, spare) // each may fail in a round that was late
			_ = os.Rename(evil, file)
			_ = os.Rename(file, evil)
			_ = os.Rename(spare, file)
		}
	}()
	sound, refused := 0, 0
	for range 5000 {
		data, err := ReadTrusted(file, 100)
		switch {
		case err == nil && string(data) == "say":
			sound++
		case err == nil:
			t.Errorf("read %q", data)
		default:
			refused++
		}
	}
	close(stop)
	<-done
	if sound == 0 || refused == 0 {
		t.Errorf("%d reads were sound and %d refused: there was no race", sound, refused)
	}
	t.Attr("figure/attempts", fmt.Sprint(sound+refused))
}
