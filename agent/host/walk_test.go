package host

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"runtime"
	"strings"
	"testing"
)

func TestWalk(t *testing.T) {
	both(t, func(t *testing.T, walk func(*Root)) {
		r := tree(t, nil, "a/z", "a/b/c", "a/b.x", "a/link -> b", "a/skip/x", "victim/x")
		walk(r)
		var got []string
		ok(t, r.Walk("/a", func(rel string, info Info) error {
			got = append(got, rel+" "+info.Kind.String())
			if rel == "skip" {
				return fs.SkipDir
			}
			return nil
		}))
		equal(t, got, []string{". directory", "b directory", "b/c regular file", "b.x regular file",
			"link symbolic link", "skip directory", "z regular file"})

		stop := errors.New("stop")
		if err := r.Walk("/a", func(string, Info) error { return stop }); !errors.Is(err, stop) {
			t.Errorf("got %v, want the visitor's own error", err)
		}
		wantError(t, r.Walk("/none", nil), "cannot walk /none: no such file")
		wantError(t, r.Walk("/victim/x", nil), "not a directory")
	})
}

func TestWalkDeep(t *testing.T) {
	r := tree(t, nil, strings.Repeat("d/", 100)+"file")
	count := 0
	ok(t, r.Walk("/", func(string, Info) error { count++; return nil }))
	equal(t, count, 102)
}

func TestWalkManyFiles(t *testing.T) {
	dir, err := os.MkdirTemp("/dev/shm", "harden-walk-") // in memory, where there is one: a disk takes half a minute
	if err != nil {
		dir = t.TempDir()
	}
	t.Cleanup(func() { ok(t, os.RemoveAll(dir)) })
	r, err := OpenRoot(dir, nil)
	ok(t, err)
	defer r.Close()
	for d := range 100 {
		dir := path.Join(r.Path(), fmt.Sprint(d))
		ok(t, os.Mkdir(dir, 0o700))
		for f := range 1000 {
			ok(t, os.WriteFile(path.Join(dir, fmt.Sprint(f)), nil, 0o600))
		}
	}
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	count, peak := 0, uint64(0)
	ok(t, r.Walk("/", func(string, Info) error {
		if count++; count%10000 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&after)
			peak = max(peak, after.HeapAlloc)
		}
		return nil
	}))
	equal(t, count, 100_101)
	if grown := int64(peak) - int64(before.HeapAlloc); grown > 1<<20 {
		t.Errorf("the walk holds %d bytes", grown)
	}
}

// Each name of a directory is visited once, until a visit fails.
func TestEachName(t *testing.T) {
	r := tree(t, nil, "d/a", "d/b/", "d/c -> none", "link -> d")
	seen := map[string]int{}
	ok(t, r.EachName("/d", func(name string) error { seen[name]++; return nil }))
	equal(t, seen, map[string]int{"a": 1, "b": 1, "c": 1})
	enough, visits := errors.New("enough"), 0
	if err := r.EachName("/d", func(string) error { visits++; return enough }); !errors.Is(err, enough) || visits != 1 {
		t.Errorf("%d visits, %v", visits, err)
	}
	for _, path := range []string{"/none", "/d/a", "/link"} {
		if err := r.EachName(path, func(string) error { return nil }); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// A link is no directory, wherever it leads.
func TestExists(t *testing.T) {
	r := tree(t, nil, "d/", "f", "link -> d")
	for path, want := range map[string]bool{"/d": true, "/f": false, "/link": false} {
		if directory, err := r.Exists(path); directory != want || err != nil {
			t.Errorf("%s: %v, %v", path, directory, err)
		}
	}
	if _, err := r.Exists("/none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what is not there: %v", err)
	}
}

// What a killed run left is told by its name, as it is when it is removed.
func TestTemporaries(t *testing.T) {
	const left = temporaryPrefix + "0123456789abcdef"
	r := tree(t, nil, "clean/a", "clean/"+left+"0", "clean/"+temporaryPrefix+"config", "d/"+left)
	for dir, want := range map[string]bool{"/clean": false, "/d": true, "/none": false} {
		if got := r.Temporaries(dir); got != want {
			t.Errorf("%s: %v", dir, got)
		}
	}
	ok(t, r.RemoveTemporaries("/d"))
	if r.Temporaries("/d") {
		t.Error("what was removed is still told of")
	}
}
