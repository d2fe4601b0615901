package journal

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"harden/agent/change"
	"harden/agent/message"
)

// content is a change of what a file holds, access one of its mode alone.
func content(path, before, after string) change.Change {
	text := func(data string) change.State {
		if data == "" {
			return change.State{}
		}
		return change.State{File: &change.File{Mode: 0o644, Content: change.NewContent([]byte(data), false)}}
	}
	return change.Change{Target: change.FileTarget(path), Before: text(before), After: text(after)}
}

func access(path string, before, after uint32) change.Change {
	return change.Change{Target: change.FileTarget(path), Before: change.State{File: &change.File{Mode: before}},
		After: change.State{File: &change.File{Mode: after}}}
}

// The ways in which a run of one change can end.
var endings = map[string]func(*Run) error{
	"applied": func(r *Run) error { return errors.Join(r.Intent(0), r.Done(0), r.Commit(finished)) },
	"undone": func(r *Run) error {
		return errors.Join(r.Intent(0), r.Done(0), r.UndoBegin(message.Value("x")), r.UndoIntent(0), r.UndoDone(0), r.EndUndo(RolledBack, finished, nil))
	},
	"left": func(r *Run) error {
		return errors.Join(r.Intent(0), r.UndoBegin(message.Value("x")), r.UndoIntent(0), r.UndoSkipped(0, message.Value("in use")), r.EndUndo(RolledBack, finished, nil))
	},
	"incomplete": func(r *Run) error {
		return errors.Join(r.Intent(0), r.UndoBegin(message.Value("x")), r.UndoSkipped(0, message.Value("changed")), r.EndUndo(RollbackIncomplete, finished, nil))
	},
	"unwritten": func(r *Run) error {
		return errors.Join(r.UndoBegin(message.Value("x")), r.EndUndo(RolledBack, finished, nil))
	},
	"cut off": func(r *Run) error { return r.Intent(0) },
}

// past makes one run of each change, ended as its word says.
func past(t *testing.T, store *Store, ends []string, changes ...change.Change) (ids []string) {
	t.Helper()
	for i, c := range changes {
		run := must(store.Begin(sampleHeader(), []change.Change{c}, nil))
		if err := errors.Join(endings[ends[i]](run), run.Close()); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, run.ID())
	}
	return ids
}

// names are the ids of all runs.
func names(store *Store) (list []string) {
	for _, id := range must(store.ids()) {
		list = append(list, id.String())
	}
	return list
}

// known describes the originals: first state, last state, and a gap.
func known(t *testing.T, store *Store, ids []string) []string {
	t.Helper()
	show := func(s change.State) string {
		switch {
		case !s.Exists():
			return "none"
		case s.File.Content == nil:
			return change.Octal(s.File.Mode)
		case s.File.Content.Data == nil:
			return s.File.Content.Digest[len("sha256:"):][:4]
		}
		return string(s.File.Content.Data)
	}
	var list []string
	for _, o := range must(store.Originals()) {
		line := fmt.Sprintf("%s: %s", o.Target.Name(), show(must(store.Original(o))))
		if o.Gap != "" {
			line += ", gap"
			for i, id := range ids {
				if strings.Contains(o.Gap, id) {
					line += " " + strconv.Itoa(i)
				}
			}
		}
		list = append(list, line)
	}
	return list
}

func TestPrune(t *testing.T) {
	tests := []struct {
		name      string
		keep      int
		ends      []string
		changes   []change.Change
		left      []int
		originals []string
	}{
		{"keep 0 removes nothing", 0, []string{"applied", "applied"}, []change.Change{content("/a", "1", "2"), content("/a", "2", "3")},
			[]int{0, 1}, []string{"/a: 1"}},
		{"the newest stay, and the first states", 1, []string{"applied", "undone", "applied"},
			[]change.Change{content("/a", "1", "2"), content("/b", "x", "y"), content("/a", "2", "3")}, []int{2}, []string{"/a: 1", "/b: x"}},
		{"the first content may come after the first mode", 1, []string{"applied", "applied", "applied"},
			[]change.Change{access("/a", 0o600, 0o644), content("/a", "1", "2"), content("/a", "2", "3")}, []int{2}, []string{"/a: 1"}},
		{"a file that was made", 1, []string{"applied", "applied"}, []change.Change{content("/a", "", "2"), content("/a", "2", "3")}, []int{1}, []string{"/a: none"}},
		{"what never wrote found nothing", 1, []string{"unwritten", "applied"}, []change.Change{content("/a", "0", "2"), content("/a", "1", "2")},
			[]int{1}, []string{"/a: 1"}},
		{"the newest applied run stays", 2, []string{"applied", "applied", "undone", "undone", "undone"},
			[]change.Change{content("/a", "1", "2"), content("/a", "2", "3"), content("/b", "x", "y"), content("/c", "x", "y"), content("/a", "3", "4")},
			[]int{1, 3, 4}, []string{"/a: 1", "/b: x", "/c: x"}},
		{"a run behind one that stays keeps what it left", 1, []string{"incomplete", "applied", "left", "applied"},
			[]change.Change{content("/a", "1", "2"), content("/a", "2", "3"), content("/b", "", "y"), content("/a", "3", "4")},
			[]int{0, 1, 2, 3}, []string{"/a: 1", "/b: none"}},
		{"a run that was interrupted stays", 1, []string{"applied", "applied", "applied", "cut off"},
			[]change.Change{content("/a", "1", "2"), content("/a", "2", "3"), content("/a", "3", "4"), content("/a", "4", "5")},
			[]int{2, 3}, []string{"/a: 1"}},
		{"somebody else between two runs", 1, []string{"applied", "applied", "applied"},
			[]change.Change{content("/a", "1", "2"), content("/a", "9", "3"), content("/a", "3", "4")}, []int{2}, []string{"/a: 1, gap 0 1"}},
		{"a run that was undone left what it found", 1, []string{"applied", "undone", "applied"},
			[]change.Change{content("/a", "1", "2"), content("/a", "2", "3"), content("/a", "2", "4")}, []int{2}, []string{"/a: 1"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			store := Open(osDisk{t.TempDir()}, stateDir)
			ids := past(t, store, test.ends, test.changes...)
			if diff := cmp.Diff(test.originals, known(t, store, ids)); diff != "" {
				t.Errorf("originals before (-want +got):\n%s", diff)
			}
			for range 2 { // the second time finds nothing to do
				if err := store.Prune(test.keep); err != nil {
					t.Fatal(err)
				}
				var want []string
				for _, i := range test.left {
					want = append(want, ids[i])
				}
				if diff := cmp.Diff(want, names(store)); diff != "" {
					t.Errorf("runs left (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(test.originals, known(t, store, ids)); diff != "" {
					t.Errorf("originals after (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// However many runs there were, so many are left, and each target is known
// once.
func TestPruneIsBounded(t *testing.T) {
	disk := osDisk{t.TempDir()}
	store := Open(disk, stateDir)
	for i := range 40 {
		end := []string{"applied", "undone", "left"}[i%3]
		past(t, store, []string{end}, content("/a", strconv.Itoa(i), strconv.Itoa(i+1)))
		if err := store.Prune(3); err != nil {
			t.Fatal(err)
		}
	}
	backups := must(os.ReadDir(disk.at(store.baselinePath(backupsName))))
	if runs := names(store); len(runs) > 4 || len(backups) != 1 {
		t.Errorf("%d runs and %d originals are left", len(runs), len(backups))
	}
	if got := known(t, store, nil); len(got) != 1 || !strings.HasPrefix(got[0], "/a: 0") {
		t.Errorf("the original is %q", got)
	}
	t.Attr("figure/operations", "40")
}

// A power loss at every operation of a pruning: no original is lost, no run is
// there without its backups, and the next pruning ends what was begun.
func TestPruneCutOff(t *testing.T) {
	changes := []change.Change{content("/a", "1", "2"), content("/b", "x", "y"), content("/a", "2", "3"), content("/b", "y", "z")}
	ends, want := []string{"applied", "applied", "undone", "applied"}, []string{"/a: 1", "/b: x"}
	for k := 1; ; k++ {
		dir := osDisk{t.TempDir()}
		ids := past(t, Open(dir, stateDir), ends, changes...)
		disk := &faultyDisk{osDisk: dir, at: k, dead: true}
		err := Open(disk, stateDir).Prune(1)
		if !disk.failed() {
			t.Attr("figure/kills", strconv.Itoa(k-1))
			return
		}
		if !errors.Is(err, errFault) {
			t.Fatalf("operation %d: error %v", k, err)
		}
		store := Open(dir, stateDir)
		if diff := cmp.Diff(want, known(t, store, ids)); diff != "" {
			t.Fatalf("operation %d, originals (-want +got):\n%s", k, diff)
		}
		for _, r := range must(store.Runs()) {
			switch r.State {
			case Abandoned:
				if err := store.Discard(r.ID); err != nil {
					t.Fatal(err)
				}
			case Applied, RolledBack:
				if _, err := store.Before(r, 0); err != nil {
					t.Fatalf("operation %d: %v", k, err)
				}
				if err := store.Discard(r.ID); err == nil {
					t.Fatal("discarded a run that is settled")
				}
			default:
				t.Fatalf("operation %d: %+v", k, r)
			}
		}
		if err := store.Prune(1); err != nil {
			t.Fatalf("operation %d, and once more: %v", k, err)
		}
		if diff := cmp.Diff(ids[3:], names(store)); diff != "" {
			t.Fatalf("operation %d, runs left (-want +got):\n%s", k, diff)
		}
	}
}

// What cannot be read is not pruned, and nothing is lost by trying.
func TestPruneOfDamage(t *testing.T) {
	spoil := func(t *testing.T, name string) {
		data := must(os.ReadFile(name))
		data[len(data)-2] ^= 1
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("a backup", func(t *testing.T) {
		disk := osDisk{t.TempDir()}
		store := Open(disk, stateDir)
		ids := past(t, store, []string{"applied", "applied"}, content("/a", "old\n", "2"), content("/a", "2", "3"))
		spoil(t, disk.at(store.path(ids[0], backupsName, "0000")))
		if err := store.Prune(1); err == nil || !strings.Contains(err.Error(), "is damaged") {
			t.Errorf("pruned a run with a damaged backup: %v", err)
		}
		if diff := cmp.Diff(ids, names(store)); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("the originals", func(t *testing.T) {
		disk := osDisk{t.TempDir()}
		store := Open(disk, stateDir)
		past(t, store, []string{"applied", "applied"}, content("/a", "1", "2"), content("/a", "2", "3"))
		if err := store.Prune(1); err != nil {
			t.Fatal(err)
		}
		spoil(t, disk.at(store.baselinePath(originalsName)))
		var damaged *DamagedError
		if err := store.Prune(1); !errors.As(err, &damaged) {
			t.Errorf("pruned over damaged originals: %v", err)
		}
		if _, err := store.Originals(); !errors.As(err, &damaged) {
			t.Errorf("read damaged originals: %v", err)
		}
	})
	t.Run("a run", func(t *testing.T) {
		disk := osDisk{t.TempDir()}
		store := Open(disk, stateDir)
		ids := past(t, store, []string{"applied", "applied", "applied"}, content("/a", "1", "2"), content("/a", "2", "3"), content("/b", "2", "3"))
		name := disk.at(store.path(ids[0], journalName))
		data := must(os.ReadFile(name))
		data[100] ^= 1
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := store.Prune(1); err != nil {
			t.Error(err)
		}
		if runs := names(store); !slices.Contains(runs, ids[0]) {
			t.Error("a damaged run was pruned")
		}
		if _, err := store.Originals(); err == nil || !strings.Contains(err.Error(), "not all known") {
			t.Errorf("took what a damaged run did not tell for the originals: %v", err)
		}
	})
}

// A run that another one put back is rolled back, and stays so.
func TestCover(t *testing.T) {
	store := Open(osDisk{t.TempDir()}, stateDir)
	ids := past(t, store, []string{"applied", "incomplete"}, content("/a", "1", "2"), content("/b", "1", "2"))
	for _, id := range append(ids, ids...) {
		if err := store.Cover(id, "by"); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]State{RolledBack, RollbackIncomplete}, states(must(store.Runs()))); diff != "" {
		t.Error(diff)
	}
	r := must(store.Load(ids[0]))
	if r.Reason.String() != "restored by run by" || len(must(store.Unsettled())) > 0 {
		t.Errorf("the run is %+v", r)
	}
}
