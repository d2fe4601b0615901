package host

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"harden/agent/change"

	"golang.org/x/sys/unix"
)

// everything calls each method that takes a path.
func everything(r *Root, path string) map[string]error {
	errs := map[string]error{}
	_, errs["State"] = r.State(path, true)
	_, errs["ReadFile"] = r.ReadFile(path, 100)
	_, errs["ReadDir"] = r.ReadDir(path)
	errs["Walk"] = r.Walk(path, func(string, Info) error { return nil })
	errs["Write"] = r.Write(path, newFile("old\n", 0o644), newFile("new\n", 0o600))
	errs["ReplaceFile"] = r.ReplaceFile(path, []byte("new\n"), 0o600)
	errs["MakeDirs"] = r.MakeDirs(path, 0o700)
	_, errs["Lock"] = r.Lock(path)
	_, errs["Locked"] = r.Locked(path)
	_, errs["OpenAppend"] = r.OpenAppend(path)
	errs["RemoveTemporaries"] = r.RemoveTemporaries(path)
	return errs
}

func TestLinksAreRefused(t *testing.T) {
	tests := map[string]struct{ path, component string }{
		"first component": {"/link/sub/file", "/link is a symbolic link"},
		"middle":          {"/real/link/file", "/real/link is a symbolic link"},
		"last, a file":    {"/real/file", ""},
		"last, dangling":  {"/real/dangling", ""},
		"last, a loop":    {"/real/loop", ""},
		"out of the root": {"/up/etc/passwd", "/up is a symbolic link"},
	}
	both(t, func(t *testing.T, walk func(*Root)) {
		for name, tt := range tests {
			t.Run(name, func(t *testing.T) {
				r := tree(t, nil, "victim/sub/file", "victim/file", "link -> victim", "real/link -> ../victim",
					"real/file -> ../victim/file", "real/dangling -> none", "real/loop -> loop", "up -> /")
				walk(r)
				for method, err := range everything(r, tt.path) {
					var refused *Refused
					if !errors.As(err, &refused) {
						t.Errorf("%s: %v, want *Refused", method, err)
						continue
					}
					if !strings.Contains(err.Error(), tt.component) {
						t.Errorf("%s: %v does not say %q", method, err, tt.component)
					}
				}
				for _, file := range []string{"victim/file", "victim/sub/file"} {
					data, err := os.ReadFile(filepath.Join(r.Path(), file))
					ok(t, err)
					equal(t, string(data), "old\n")
				}
			})
		}
	})
}

func TestPathsAreChecked(t *testing.T) {
	r := tree(t, nil, "a/b")
	for _, path := range []string{"", "a/b", "/a/../b", "/..", "/a\x00"} {
		if _, err := r.Stat(path); err == nil {
			t.Errorf("path %q is accepted", path)
		}
	}
	for _, path := range []string{"/", "/a/b", "//a/./b", "/a/"} {
		if _, err := r.Stat(path); err != nil {
			t.Errorf("path %q: %v", path, err)
		}
	}
}

func TestStat(t *testing.T) {
	both(t, func(t *testing.T, walk func(*Root)) {
		r := tree(t, nil, "dir/", "file", "link -> file")
		walk(r)
		ok(t, unix.Mkfifo(r.Path()+"/fifo", 0o600))
		for path, kind := range map[string]string{
			"/": "directory", "/dir": "directory", "/file": "regular file", "/link": "symbolic link", "/fifo": "fifo",
		} {
			info, err := r.Stat(path)
			ok(t, err)
			equal(t, info.Kind.String(), kind)
		}
		for _, path := range []string{"/none", "/none/file", "/dir/none"} {
			if _, err := r.Stat(path); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s: %v, want not exist", path, err)
			}
			s, err := r.State(path, true)
			ok(t, err)
			equal(t, s, change.State{})
		}
		_, err := r.Stat("/file/below")
		wantError(t, err, "cannot look at /file/below: not a directory")
	})
}

// What is not a file is refused at once; nothing waits for a fifo's other end.
func TestOtherKindsAreRefused(t *testing.T) {
	r := tree(t, nil)
	ok(t, unix.Mkfifo(r.Path()+"/fifo", 0o600))
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	ok(t, err)
	defer closeFD(fd)
	t.Chdir(r.Path()) // the path of a socket has at most 107 bytes
	ok(t, unix.Bind(fd, &unix.SockaddrUnix{Name: "socket"}))
	paths := []string{"/fifo", "/socket"}
	if os.Geteuid() == 0 {
		ok(t, unix.Mknod(r.Path()+"/device", unix.S_IFCHR|0o600, int(unix.Mkdev(1, 3))))
		paths = append(paths, "/device")
	}
	for _, path := range paths {
		done := make(chan map[string]error, 1)
		go func() { done <- everything(r, path) }()
		select {
		case errs := <-done:
			for method, err := range errs {
				if err == nil {
					t.Errorf("%s of %s is not an error", method, path)
				}
			}
			var refused *Refused
			if !errors.As(errs["State"], &refused) || !errors.As(errs["Write"], &refused) {
				t.Errorf("%s: %v, %v, want *Refused", path, errs["State"], errs["Write"])
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("%s: a call hangs", path)
		}
	}
}

func TestReadFile(t *testing.T) {
	tests := map[string]struct {
		make  func(path string) error
		limit int64
		want  string
		err   string
	}{
		"empty":          {func(p string) error { return os.WriteFile(p, nil, 0o600) }, 0, "", ""},
		"at the limit":   {func(p string) error { return os.WriteFile(p, []byte("four"), 0o600) }, 4, "four", ""},
		"over the limit": {func(p string) error { return os.WriteFile(p, []byte("fives"), 0o600) }, 4, "", "longer than 4 bytes"},
		"directory":      {func(p string) error { return os.Mkdir(p, 0o700) }, 4, "", "is a directory"},
		"sparse 10 GB": {func(p string) error {
			if err := os.WriteFile(p, nil, 0o600); err != nil {
				return err
			}
			return os.Truncate(p, 10<<30)
		}, 1 << 20, "", "longer than 1048576 bytes"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := tree(t, nil)
			ok(t, tt.make(r.Path()+"/file"))
			data, err := r.ReadFile("/file", tt.limit)
			if tt.err != "" {
				wantError(t, err, tt.err)
				return
			}
			ok(t, err)
			equal(t, string(data), tt.want)
		})
	}
}

func TestReadFileThatGrows(t *testing.T) {
	r := tree(t, nil, "log")
	f, err := os.OpenFile(r.Path()+"/log", os.O_APPEND|os.O_WRONLY, 0)
	ok(t, err)
	defer f.Close()
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for chunk := make([]byte, 4096); ; {
			select {
			case <-stop:
				return
			default:
				_, _ = f.Write(chunk)
			}
		}
	}()
	defer func() { close(stop); <-done }()
	for deadline := time.Now().Add(10 * time.Second); ; {
		_, err := r.ReadFile("/log", 1<<20)
		if err != nil {
			wantError(t, err, "longer than 1048576 bytes")
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the file never grew over the limit")
		}
	}
}

func TestReadFileOfProc(t *testing.T) {
	r, err := OpenRoot("/", nil)
	ok(t, err)
	defer r.Close()
	data, err := r.ReadFile("/proc/version", 1<<16)
	ok(t, err)
	if !strings.HasPrefix(string(data), "Linux version ") {
		t.Errorf("got %q", data)
	}
	if !r.Live() {
		t.Error("/ is not live")
	}
}
