package host

import (
	"errors"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

const (
	noDump   = 0x40
	noAtime  = 0x80
	compress = 0x4
	synced   = 0x8
)

// flagsOf gives those flags of a file that are carried over.
func flagsOf(t *testing.T, r *Root, path string) uint32 {
	t.Helper()
	fd, err := r.open(path, unix.O_RDONLY)
	ok(t, err)
	defer closeFD(fd)
	flags, known := inodeFlags(fd)
	if !known {
		t.Skip("skipped: the file system of the temporary directory has no file flags")
	}
	return flags & carriedFlags
}

// A replacement has the flags of the file that it replaced, no more and no
// less, and so has the one that an undo puts back.
func TestFlagsAreCarried(t *testing.T) {
	for name, tt := range map[string]struct{ file, dir uint32 }{
		"none":                     {0, 0},
		"no dump":                  {noDump, 0},
		"no dump, no access time":  {noDump | noAtime, 0},
		"compressed, synchronous":  {compress | synced, 0},
		"handed down and unwanted": {0, noDump | synced},
		"another is handed down":   {noAtime, noDump},
	} {
		t.Run(name, func(t *testing.T) {
			r := tree(t, nil, "dir/file")
			for _, flag := range []uint32{noDump, noAtime, compress, synced} {
				if tt.dir&flag != 0 {
					setFlag(t, filepath.Join(r.Path(), "dir"), flag, true)
				}
				if tt.file&flag != 0 {
					setFlag(t, filepath.Join(r.Path(), "dir/file"), flag, true)
				}
			}
			equal(t, flagsOf(t, r, "/dir/file"), tt.file)
			old := state(t, r, "/dir/file")
			to := edited(old, "new\n", 0o600)
			ok(t, r.Write("/dir/file", old, to))
			equal(t, state(t, r, "/dir/file"), to)
			equal(t, flagsOf(t, r, "/dir/file"), tt.file)
			ok(t, r.Write("/dir/file", to, old))
			equal(t, flagsOf(t, r, "/dir/file"), tt.file)
		})
	}
}

// Flags that cannot be carried over stop the write, before the old file goes.
func TestFlagsCannotBeCarried(t *testing.T) {
	r := tree(t, failing("ioctl", unix.EPERM), "file")
	setFlag(t, r.Path()+"/file", noDump, true)
	old := state(t, r, "/file")
	err := r.Write("/file", old, edited(old, "new\n", 0o600))
	if !errors.Is(err, unix.EPERM) {
		t.Errorf("got %v, want EPERM", err)
	}
	wantError(t, err, "inode flags 0x40 (lsattr shows them)")
	equal(t, state(t, r, "/file"), old)
	noTemporaries(t, r)
}
