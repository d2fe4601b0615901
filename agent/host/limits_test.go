package host

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestSpaceIsThatOfTheNearestDirectory(t *testing.T) {
	dir := t.TempDir()
	root, err := OpenRoot(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		t.Fatal(err)
	}
	size := int64(fs.Blocks) * fs.Frsize
	for _, file := range []string{"/", "/missing", "/missing/deep/audit.log"} {
		free, all, err := root.Space(file)
		if err != nil || free <= 0 || free > all || all != size {
			t.Errorf("%s: %d of %d bytes are free, %v", file, free, all, err)
		}
	}
	if err := os.Symlink("/", filepath.Join(dir, "out")); err != nil {
		t.Fatal(err)
	}
	if _, _, err := root.Space("/out/audit.log"); err == nil {
		t.Error("a link leads out of the root")
	}
}

func TestReadStart(t *testing.T) {
	dir := t.TempDir()
	root, err := OpenRoot(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	if err := os.WriteFile(filepath.Join(dir, "log"), []byte("0123456789"), 0o600); err != nil {
		t.Fatal(err)
	}
	for limit, want := range map[int]string{4: "0123", 10: "0123456789", 20: "0123456789"} {
		if got, err := root.ReadStart("/log", limit); err != nil || string(got) != want {
			t.Errorf("of %d bytes it read %q, %v", limit, got, err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := root.ReadStart("/pipe", 4); err == nil {
		t.Error("a fifo is read")
	}
	if _, err := root.ReadStart("/none", 4); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is missing: %v", err)
	}
}

// What is said to be spare is given back, also where it is less than was asked for.
func TestSpare(t *testing.T) {
	root := tree(t, nil)
	var limit, low syscall.Rlimit
	ok(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit))
	low = limit
	low.Cur = 256
	ok(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &low))
	defer func() { ok(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)) }()
	for range 3 {
		ok(t, root.Spare(100))
		if err := root.Spare(300); !errors.Is(err, syscall.EMFILE) {
			t.Errorf("300 of 256 files: %v", err)
		}
	}
}
