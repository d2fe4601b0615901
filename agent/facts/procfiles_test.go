package facts

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestOwnProcess reads this very process, as the kernel shows it.
func TestOwnProcess(t *testing.T) {
	dir, err := openProcess("/proc", os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	defer dir.close()
	p, err := dir.process(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(p.argv, os.Args) || p.exe != exe || p.started == 0 || p.parent != os.Getppid() || p.uids[effective] != os.Geteuid() || p.gids[effective] != os.Getegid() {
		t.Errorf("got %+v", p)
	}
}

// TestBrokenProcess: a process that ends while it is read, or that is not shown
// as the kernel shows one, is an error and no process of root's.
func TestBrokenProcess(t *testing.T) {
	whole := map[string]string{"cmdline": "etcd\x00", "stat": "7 (etcd) S 1 " + strings.Repeat("0 ", 17) + "99 0\n",
		"status": "Name:\tetcd\nPPid:\t1\nUid:\t5\t5\t5\t5\nGid:\t6\t6\t6\t6\n"}
	for _, tt := range []struct{ name, file, text, want string }{
		{"whole", "", "", ""},
		{"no command line, as of a zombie", "cmdline", "", "it has exited"},
		{"a command line that is gone", "cmdline", "-", "its command line cannot be read: no such file or directory"},
		{"a time of its start that is gone", "stat", "-", "no such file or directory"},
		{"a time of its start that is cut off", "stat", "7 (etcd) S 1 0 0\n", "its stat is incomplete"},
		{"a status that is gone", "status", "-", "no such file or directory"},
		{"three ids", "status", "PPid:\t1\nUid:\t0\t0\t0\n", `its status has the line "Uid:\t0\t0\t0\n"`},
		{"an id that is no number", "status", "PPid:\t1\nUid:\t0\t0\t0\troot\n", `its status has the line "Uid:\t0\t0\t0\troot\n"`},
		{"a parent that is no number", "status", "PPid:\t-1\n", `its status has the line "PPid:\t-1\n"`},
		{"no group", "status", "PPid:\t1\nUid:\t0\t0\t0\t0\n", "its status is incomplete"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			proc := t.TempDir()
			for name, text := range whole {
				if name == tt.file {
					text = tt.text
				}
				if err := os.MkdirAll(filepath.Join(proc, "7"), 0o755); err != nil {
					t.Fatal(err)
				}
				if text == "-" {
					continue
				}
				if err := os.WriteFile(filepath.Join(proc, "7", name), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			dir, err := openProcess(proc, 7)
			if err != nil {
				t.Fatal(err)
			}
			defer dir.close()
			p, err := dir.process(7)
			if text := errorText(err); text != tt.want {
				t.Fatalf("error %q, want %q", text, tt.want)
			}
			if want := (status{1, user(5), user(6)}); err == nil && (p.status != want || p.started != 99 || p.program() != "etcd") {
				t.Errorf("got %+v", p)
			}
		})
	}
	if _, err := openProcess(t.TempDir(), 7); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a process that is gone: %v", err)
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
