package journal

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"strconv"
	"testing"
)

// thorough asks for each bit and not for one of each byte; make torture sets it.
var thorough = os.Getenv("HARDEN_TORTURE") != ""

// TestEachByteSpoilt flips each byte of a journal, and of its seal, cuts the file
// there, and fills it with zeros from there on. A run that is settled is never
// taken for one that was interrupted, and one that was interrupted never for settled.
func TestEachByteSpoilt(t *testing.T) {
	open := []State{InProgress, Undoing, Abandoned}
	ended := []State{Applied, RolledBack, RollbackIncomplete, Pending}
	apply, undo := applyActions(), undoActions()
	pending := action{"pending", func(r *Run) error { return r.CommitPending(Confirmation{Boot: "b"}, finished) }}
	tests := map[string]struct {
		actions []action
		never   []State
		// unsealed: made by a harden that sealed nothing. The agent looks at the
		// targets of a run that seems to have written nothing.
		unsealed, newer bool
	}{
		"applied":                      {actions: apply, never: open},
		"undone":                       {actions: slices.Concat(apply, undo), never: open},
		"pending":                      {actions: append(apply[:len(apply)-1:len(apply)-1], pending), never: open},
		"cut off":                      {actions: apply[:7], never: ended},
		"cut off before the first":     {never: ended},
		"cut off while rolled back":    {actions: slices.Concat(apply, undo[:4]), never: ended},
		"older, applied":               {actions: apply, never: open[:2], unsealed: true},
		"older, applied, with a newer": {actions: apply, never: open, unsealed: true, newer: true},
		"older, undone, with a newer":  {actions: slices.Concat(apply, undo), never: open, unsealed: true, newer: true},
		"older, cut off":               {actions: apply[:7], never: ended, unsealed: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			disk := memory{}
			store := Open(disk, stateDir)
			plan := []byte(`{"changes":[{},{},{},{},{}]}`)
			run := must(store.Begin(sampleHeader(), sampleChanges(), plan))
			perform(t, run, test.actions)
			if err := run.Close(); err != nil {
				t.Fatal(err)
			}
			if test.newer {
				past(t, store, []string{"applied"}, content("/n", "1", "2"))
			}
			names := []string{journalName, sealName}
			if test.unsealed {
				names = names[:1]
				delete(disk, store.path(run.ID(), sealName))
			}
			inputs := 0
			for _, file := range names {
				path := store.path(run.ID(), file)
				sound := disk[path]
				check := func(spoilt []byte, how string, at int) {
					t.Helper()
					inputs++
					disk[path] = spoilt
					r := must(store.recorded(run.ID(), !test.newer))
					if slices.Contains(test.never, r.State) {
						t.Errorf("%s, %s at byte %d: the run is taken for %s", file, how, at, r.State)
					}
					if !slices.Contains(open, r.State) && r.State != Pending && inputs%50 != 0 {
						return
					}
					// A look at its end alone tells the same, or nothing.
					quiet := r.State.ended() || r.Ended
					if listed := must(store.Unsettled()); len(listed) == 0 && !quiet || len(listed) == 1 && listed[0].State != r.State {
						t.Errorf("%s, %s at byte %d: the run is %s, and listed are %v", file, how, at, r.State, states(listed))
					}
				}
				for i := range sound {
					for bit := range 8 {
						if thorough || bit == i%8 {
							spoilt := bytes.Clone(sound)
							spoilt[i] ^= 1 << bit
							check(spoilt, "a bit", i)
						}
					}
					if last := len(sound) - i; !thorough && i%7 != 0 && last > 200 {
						continue
					}
					check(sound[:i], "cut", i)
					if thorough || i%3 == 0 {
						zeros := bytes.Clone(sound)
						clear(zeros[i:])
						check(zeros, "zeros", i)
					}
				}
				disk[path] = sound
			}
			t.Attr("figure/inputs", strconv.Itoa(inputs))
		})
	}
}

// The list of the first states is believed whole or not at all: no byte of it can be
// another one, no end can be missing, and nothing can follow it.
func TestEachByteOfTheOriginalsSpoilt(t *testing.T) {
	disk := memory{}
	store := Open(disk, stateDir)
	past(t, store, []string{"applied", "applied", "applied"}, content("/a", "1", "2"), content("/b", "", "y"), content("/a", "2", "3"))
	if err := store.Prune(1); err != nil {
		t.Fatal(err)
	}
	name := store.baselinePath(originalsName)
	sound := disk[name]
	check := func(spoilt []byte, how string, at int) {
		t.Helper()
		disk[name] = spoilt
		var damaged *DamagedError
		if _, err := store.Originals(); !errors.As(err, &damaged) {
			t.Errorf("%s at byte %d: error %v", how, at, err)
		}
		if err := store.Prune(1); !errors.As(err, &damaged) {
			t.Errorf("%s at byte %d: pruned with error %v", how, at, err)
		}
	}
	for i := range sound {
		for bit := range 8 {
			spoilt := bytes.Clone(sound)
			spoilt[i] ^= 1 << bit
			check(spoilt, "a bit", i)
		}
		check(sound[:i], "cut", i)
	}
	check(slices.Concat(sound, sound), "twice", len(sound))
	check(append(bytes.Clone(sound), 0), "a zero", len(sound))
	disk[name] = sound
	if got := must(store.Originals()); len(got) != 2 {
		t.Errorf("%d originals are known, want 2", len(got))
	}
}
