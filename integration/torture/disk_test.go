//go:build torture

package torture

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// ext4 makes a file system of a size in MiB in a file.
func ext4(t *testing.T, image string, size int) {
	t.Helper()
	ok(t, os.WriteFile(image, nil, 0o600))
	ok(t, os.Truncate(image, int64(size)<<20))
	must(t, "mkfs.ext4", "-q", "-F", "-b", "4096", "-m", "0", image)
}

// mount mounts what on a new directory until the test, or unmount, ends.
func mount(t *testing.T, args ...string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	must(t, append(append([]string{"mount"}, args...), dir)...)
	t.Cleanup(func() { _ = unix.Unmount(dir, unix.MNT_DETACH) }) // it is gone already where all went well
	return dir
}

// unmount takes a disk away, with all that it holds in memory written.
func unmount(t *testing.T, dir string) {
	t.Helper()
	var err error
	for range 100 { // a program that another test is about to start may have its files open for a moment
		if err = unix.Unmount(dir, 0); err == nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("cannot unmount %s: %v", dir, err)
}

// tmpfs mounts a disk in memory of a size in KiB.
func tmpfs(t *testing.T, size int) (dir string) {
	t.Helper()
	return mount(t, "-t", "tmpfs", "-o", "mode=755,size="+strconv.Itoa(size)+"k", "harden-torture")
}

// resize changes a tmpfs's size.
func resize(t *testing.T, dir string, size int) {
	t.Helper()
	must(t, "mount", "-o", "remount,size="+strconv.Itoa(size)+"k", dir)
}

// node is where the tree lies on a mounted disk.
func node(dir string) string { return filepath.Join(dir, "node") }
