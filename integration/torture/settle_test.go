//go:build torture

package torture

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ends are the states that a profile's runs may leave a tree in.
type ends struct {
	old, new snapshot
	// kept is what a rollback leaves: encryption at rest stays, so it is not
	// always old.
	kept   snapshot
	others *regexp.Regexp // paths that belong to other programs
}

// take looks at a tree, but not at what the ends leave out.
func (e ends) take(t *testing.T, dir string) snapshot {
	t.Helper()
	s := take(t, dir)
	if e.others != nil {
		maps.DeleteFunc(s, func(path, _ string) bool { return e.others.MatchString(path) })
	}
	return s
}

// without leaves the paths of other programs out.
func (e *ends) without(others *regexp.Regexp) {
	e.others = others
	for _, s := range []snapshot{e.old, e.new, e.kept} {
		maps.DeleteFunc(s, func(path, _ string) bool { return others.MatchString(path) })
	}
}

// is names the state that a tree is in: "old", "new", "kept" or "neither".
func (e ends) is(s snapshot) string {
	switch {
	case maps.Equal(s, e.old):
		return "old"
	case maps.Equal(s, e.new):
		return "new"
	case maps.Equal(s, e.kept):
		return "kept"
	}
	return "neither"
}

// torn lists the paths that are none of their selves. A temporary of harden's
// is not in the list: recover takes it away.
func (e ends) torn(s snapshot) []string {
	var paths []string
	for path, now := range s {
		if now != e.old[path] && now != e.new[path] && now != e.kept[path] && !temporary(path) {
			paths = append(paths, path+" is "+now)
		}
	}
	for path := range e.old {
		if s[path] == "" {
			paths = append(paths, path+" is gone")
		}
	}
	slices.Sort(paths)
	return paths
}

func temporary(path string) bool { return strings.HasPrefix(filepath.Base(path), ".harden-") }

// past is a run as `harden history` tells of it.
type past struct{ ID, State string }

func history(t *testing.T, dir string) []past {
	t.Helper()
	o := run(t, "history", "--root", dir, "-o", "json")
	exits(t, o, 0)
	var document struct{ Runs []past }
	ok(t, json.Unmarshal([]byte(o.stdout), &document))
	return document.Runs
}

// settle does what an operator does after a failure: harden recover, and for
// an incomplete rollback the rollback that its hint names. The tree is then
// all-old, or all-new with an applied run to show for it, nothing is left
// over, and the next plan finds nothing in its way.
func (e ends) settle(t *testing.T, dir string) {
	t.Helper()
	exits(t, run(t, "recover", "--root", dir), 0)
	for _, r := range history(t, dir) {
		if r.State == "rollback-incomplete" {
			exits(t, run(t, "rollback", r.ID, "--root", dir, "--yes"), 0)
		}
	}
	applied := false
	for _, r := range history(t, dir) {
		switch r.State {
		case "applied":
			applied = true
		case "rolled-back":
		default:
			t.Errorf("run %s is %s", r.ID, r.State)
		}
	}
	now := e.take(t, dir)
	switch is := e.is(now); {
	case applied && is != "new":
		t.Errorf("with an applied run the tree is %s, -want +got:\n%s", is, cmp.Diff(e.new, now))
	case !applied && is != "old" && is != "kept":
		t.Errorf("with no applied run the tree is %s, -want +got:\n%s", is, cmp.Diff(e.old, now))
	}
	leftovers(t, dir)
}

// leftovers finds temporaries, and reserves of runs that are settled, anywhere
// in a tree, harden's own directory included.
func leftovers(t *testing.T, dir string) {
	t.Helper()
	ok(t, filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err == nil && temporary(path) {
			t.Errorf("%s is left over", path)
		}
		return err
	}))
}

// fresh copies a tree, owners and attributes included.
func fresh(t *testing.T, from, to string) {
	t.Helper()
	ok(t, os.RemoveAll(to))
	must(t, "cp", "-a", from, to)
}
