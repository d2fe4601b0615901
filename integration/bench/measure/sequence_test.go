package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

// logged is what strace writes of a small run, with a call that another thread
// comes into, one that fails, one that only reads, and some outside of the tree.
const logged = `10 write(1</dev/null>, ""..., 58) = 58
10 openat(5</t>, "sub", 0x80000) = 6</t/sub>
10 openat(6</t/sub>, "gone", 0x80001) = -1 ENOENT (No such file or directory)
10 mkdirat(5</t>, "new", 0700) = 0
10 openat(6</t/sub>, ".temp", 0xa00c1, 0600 <unfinished ...>
11 fsync(5</t> <unfinished ...>
10 <... openat resumed>) = 7</t/sub/.temp>
11 <... fsync resumed>) = 0
10 write(7</t/sub/.temp>, ""..., 5) = 5
10 fchmod(7</t/sub/.temp>, 0644) = 0
10 fsync(7</t/sub/.temp>) = 0
10 renameat2(6</t/sub>, ".temp", 6</t/sub>, "file", 0x1) = 0
10 fallocate(7</t/sub/file>, 0, 0, 4096) = 0
10 fsync(6</t/sub>) = 0
10 unlinkat(5</t>, "old", 0) = 0
10 fdatasync(8</elsewhere/file>) = 0
10 fdatasync(7</t/sub/file>) = 0
10 +++ exited with 0 +++
`

func TestParseLogAndReplay(t *testing.T) {
	operations, err := parseLog(logged, "/t")
	if err != nil {
		t.Fatal(err)
	}
	want := []operation{
		{Call: "mkdirat", Path: "new", Args: [2]int{0o700}},
		{Call: "openat", Path: "sub/.temp", Args: [2]int{0xa00c1, 0o600}},
		{Call: "fsync", Path: "."},
		{Call: "write", Path: "sub/.temp", Args: [2]int{5}},
		{Call: "fchmod", Path: "sub/.temp", Args: [2]int{0o644}},
		{Call: "fsync", Path: "sub/.temp"},
		{Call: "rename", Path: "sub/.temp", To: "sub/file"},
		{Call: "fallocate", Path: "sub/file", Args: [2]int{0, 4096}},
		{Call: "fsync", Path: "sub"},
		{Call: "unlinkat", Path: "old"},
		{Call: "fdatasync", Path: "sub/file"},
	}
	if diff := cmp.Diff(want, operations); diff != "" {
		t.Fatal(diff)
	}

	tree := t.TempDir()
	if err := os.Mkdir(filepath.Join(tree, "sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(tree, "old"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := newReplayer(tree, operations).replay(operations); err != nil {
		t.Fatal(err)
	}
	var st unix.Stat_t
	if err := unix.Stat(filepath.Join(tree, "sub/file"), &st); err != nil || st.Size != 4096 || st.Mode&0o7777 != 0o644 {
		t.Errorf("the file has %d bytes and mode %o (%v)", st.Size, st.Mode, err)
	}
	if _, err := os.Stat(filepath.Join(tree, "new")); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(tree, "old")); !os.IsNotExist(err) {
		t.Errorf("what was removed is there: %v", err)
	}
	if err := newReplayer(tree, operations).replay(operations); err == nil {
		t.Error("what cannot be done again is replayed")
	}
}

func TestParseLogRefuses(t *testing.T) {
	for name, log := range map[string]string{
		"a call that replay does not know": `10 linkat(5</t>, "a", 5</t>, "b", 0) = 0`,
		"a flag by its name":               `10 openat(5</t>, "a", O_WRONLY|O_CREAT, 0600) = 6</t/a>`,
		"a descriptor without a path":      `10 fsync(5) = 0`,
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := parseLog(log+"\n", "/t"); err == nil {
				t.Errorf("accepted as %+v", got)
			}
		})
	}
}
