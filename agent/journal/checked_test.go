package journal

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"harden/agent/message"
)

// counted counts the journals that are read.
type counted struct {
	memory
	journals int
}

func (c *counted) ReadFile(path string, limit int64) ([]byte, error) {
	if strings.HasSuffix(path, "/"+journalName) {
		c.journals++
	}
	return c.memory.ReadFile(path, limit)
}

// Of many runs every command looks at the newest, and at those of the others that
// are known not to be settled.
func TestManyRuns(t *testing.T) {
	disk := &counted{memory: memory{}}
	store := Open(disk, stateDir)
	const many = 3*window + 5
	ends := slices.Repeat([]string{"applied"}, many)
	ends[3], ends[many-1] = "incomplete", "undone"
	changes := slices.Repeat(sampleChanges()[2:3], many)
	ids := past(t, store, ends, changes...)
	spoilt := store.path(ids[5], journalName)
	sound := disk.memory[spoilt]
	disk.memory[spoilt] = bytes.Replace(sound, []byte("applied"), []byte("applicd"), 1)

	look := func(unsettled, incomplete []string, most int) {
		t.Helper()
		list := func(records []Record) (ids []string) {
			for _, r := range records {
				ids = append(ids, r.ID)
			}
			return ids
		}
		disk.journals = 0
		if diff := cmp.Diff(unsettled, list(must(store.Unsettled()))); diff != "" {
			t.Errorf("not settled, -want +got:\n%s", diff)
		}
		if disk.journals > most {
			t.Errorf("%d journals were read, want at most %d", disk.journals, most)
		}
		if diff := cmp.Diff(incomplete, list(must(store.Incomplete()))); diff != "" {
			t.Errorf("incomplete, -want +got:\n%s", diff)
		}
	}
	look(ids[5:6], ids[3:4], many+2)
	if !store.Untidy() {
		t.Error("so many runs are in order")
	}
	tidy := func() {
		t.Helper()
		if err := store.Tidy(); err != nil || store.Untidy() {
			t.Fatalf("not tidied: %v", err)
		}
	}
	tidy()
	look(ids[5:6], ids[3:4], window+3)

	// An older run is rolled back, and that is interrupted.
	run := must(store.Resume(ids[7]))
	perform(t, run, []action{{"undo", func(r *Run) error { return r.UndoBegin(message.Value("by hand")) }}})
	look([]string{ids[5], ids[7]}, ids[3:4], window+6)
	perform(t, run, []action{
		{"intent", func(r *Run) error { return r.UndoIntent(0) }},
		{"skip", func(r *Run) error { return r.UndoSkipped(0, message.Value("changed")) }},
		{"settle", func(r *Run) error {
			return r.EndUndo(RollbackIncomplete, finished, []message.Text{message.Value("left")})
		}},
	})
	look(ids[5:6], []string{ids[3], ids[7]}, window+6)

	// A file that is spoilt is as good as none, whatever it says.
	known := disk.memory[store.checkedPath()]
	for i := range known {
		flipped := bytes.Clone(known)
		flipped[i] ^= 1 << (i % 8)
		for _, text := range [][]byte{flipped, known[:i]} {
			disk.memory[store.checkedPath()] = text
			if c := store.checked(); c.UpTo != "" {
				t.Fatalf("byte %d: took %q for what is known", i, text)
			}
		}
	}
	look(ids[5:6], []string{ids[3], ids[7]}, many+2)

	disk.memory[spoilt] = sound
	past(t, store, slices.Repeat([]string{"applied"}, 2*window+1), slices.Repeat(sampleChanges()[2:3], 2*window+1)...)
	tidy()
	look(nil, []string{ids[3], ids[7]}, window+1)
}

// A node with more runs than are kept is not pruned at one go, and comes to it.
func TestPruneOfMany(t *testing.T) {
	disk := &counted{memory: memory{}}
	store := Open(disk, stateDir)
	const many = 2*mostPruned + 50
	past(t, store, slices.Repeat([]string{"applied", "undone"}, many/2), slices.Repeat(sampleChanges()[2:3], many)...)
	for _, want := range []int{many - mostPruned, many - 2*mostPruned, 10, 10} {
		disk.journals = 0
		if err := store.Prune(10); err != nil {
			t.Fatal(err)
		}
		if got := len(must(store.ids())); got != want {
			t.Errorf("%d runs are left, want %d", got, want)
		}
		if disk.journals > mostPruned+20 {
			t.Errorf("%d journals were read", disk.journals)
		}
	}
	if got := len(must(store.Originals())); got != 1 {
		t.Errorf("%d originals are known, want 1", got)
	}
}

// What is settled and was not sealed, because the power went between the two or an
// older harden made it, is sealed by the next run.
func TestTidySeals(t *testing.T) {
	disk := memory{}
	store := Open(disk, stateDir)
	run := begin(t, store)
	perform(t, run, applyActions())
	seal := store.path(run.ID(), sealName)
	want := disk[seal]
	for _, left := range [][]byte{nil, want[:len(want)/2], want[:len(want)-3], {}} {
		disk[seal] = left
		if left == nil {
			delete(disk, seal)
		}
		if err := store.Tidy(); err != nil {
			t.Fatal(err)
		}
		sealed, err := store.readSeal(run.ID())
		if err != nil || sealed == nil || sealed.State != Applied || !sealed.covers(disk[run.log.path]) || sealed.Size != len(disk[run.log.path]) {
			t.Errorf("after %q the seal is %+v, %v", left, sealed, err)
		}
	}
}

// The rollback of an older run that was interrupted under a harden that sealed nothing
// looks like one that was finished and lost its end. It is not undone on its own,
// and nothing is begun over it.
func TestOlderUnsealedRollback(t *testing.T) {
	disk := memory{}
	store := Open(disk, stateDir)
	ids := past(t, store, []string{"applied", "applied"}, sampleChanges()[2], sampleChanges()[2])
	run := must(store.Resume(ids[0]))
	perform(t, run, []action{{"undo", func(r *Run) error { return r.UndoBegin(message.Value("by hand")) }}})
	if got := must(store.Unsettled()); len(got) != 1 || got[0].State != Undoing {
		t.Errorf("a rollback of an older run is not taken up again: %+v", got)
	}
	delete(disk, store.path(ids[0], sealName))
	if got := must(store.Unsettled()); len(got) != 1 || got[0].State != Damaged || got[0].Ended {
		t.Errorf("without a seal it is %+v", got)
	}
}
