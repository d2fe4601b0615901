package journal

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// progress is what a record says, without what differs between two runs.
func progress(r Record) string {
	var b strings.Builder
	fmt.Fprint(&b, r.State, r.Reason, r.Problems, r.Effects, r.UndoEffects)
	for _, s := range r.Steps {
		fmt.Fprint(&b, "|", s.Intended, s.Done, s.UndoIntended, s.Undone, s.UndoSkipped)
	}
	return b.String()
}

// TestPowerLoss cuts the power at every operation of a run and its undo. What
// is read afterwards has every record that was durable, and at most the one
// that was being written.
func TestPowerLoss(t *testing.T) {
	actions := append(applyActions(), undoActions()...)
	var want []string // after so many actions
	reference := begin(t, Open(osDisk{t.TempDir()}, stateDir))
	want = append(want, progress(reference.Record()))
	for _, a := range actions {
		perform(t, reference, []action{a})
		want = append(want, progress(reference.Record()))
	}
	for k := 1; ; k++ {
		disk := &faultyDisk{osDisk: osDisk{t.TempDir()}, at: k, dead: true}
		run, err := Open(disk, stateDir).Begin(sampleHeader(), sampleChanges(), nil)
		done := 0
		if err == nil {
			for done < len(actions) && actions[done].do(run) == nil {
				done++
			}
			run.Close()
		}
		if !disk.failed() {
			return // k is past the last operation
		}
		runs, err2 := Open(disk.osDisk, stateDir).Runs()
		if err2 != nil {
			t.Fatalf("operation %d: %v", k, err2)
		}
		if err != nil {
			if len(runs) > 0 && runs[0].State != Abandoned && (runs[0].State != InProgress || runs[0].Steps[0].Intended) {
				t.Fatalf("operation %d: Begin failed with %v and left %+v", k, err, runs)
			}
			continue
		}
		// Releasing the reserve may be the operation that failed; it is not a record.
		if got := progress(runs[0]); got != want[done] && (done+1 >= len(want) || got != want[done+1]) {
			t.Fatalf("operation %d, after %d actions: read %s\nwant %s", k, done, got, want[done])
		}
	}
}

// TestOneFault fails every operation once and goes on, as an undo does. The
// journal has caught up by the end.
func TestOneFault(t *testing.T) {
	for k := 1; ; k++ {
		disk := &faultyDisk{osDisk: osDisk{t.TempDir()}, at: k}
		store := Open(disk, stateDir)
		run, err := store.Begin(sampleHeader(), sampleChanges(), nil)
		if err != nil {
			if runs := must(store.Runs()); !errors.Is(err, errFault) || len(runs) > 0 {
				t.Fatalf("operation %d: %v, runs left: %+v", k, err, runs)
			}
			continue
		}
		for _, a := range applyActions() {
			if a.do(run) != nil {
				break // apply stops at the first record it cannot write
			}
		}
		failed := 0
		for _, a := range undoActions() {
			if a.do(run) != nil {
				failed++
			}
		}
		run.Close()
		got := must(store.Load(run.ID()))
		last := disk.count == k // nothing came after the fault
		if diff := cmp.Diff(run.Record(), got); diff != "" && !last {
			t.Fatalf("operation %d (-run +read):\n%s", k, diff)
		}
		if failed > 1 {
			t.Fatalf("operation %d: one fault made %d records of the undo fail", k, failed)
		}
		if !disk.failed() {
			return
		}
	}
}

// TestFullDisk lets the disk run full at every point of a run. The reserve
// gives the undo the room to be recorded from its first record on.
func TestFullDisk(t *testing.T) {
	disk := &fullDisk{osDisk: osDisk{t.TempDir()}, room: 1 << 30}
	store := Open(disk, stateDir)
	for stop := range len(applyActions()) {
		disk.room = 1 << 30
		run := begin(t, store)
		perform(t, run, applyActions()[:stop])
		disk.room = disk.used()
		if err := applyActions()[stop].do(run); !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("action %d on a full disk: %v", stop, err)
		}
		perform(t, run, undoActions())
		if diff := cmp.Diff(run.Record(), must(store.Load(run.ID()))); diff != "" {
			t.Errorf("action %d:\n%s", stop, diff)
		}
	}
	disk.room = 0
	before := len(must(store.Runs()))
	if _, err := store.Begin(sampleHeader(), sampleChanges(), nil); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("Begin on a full disk: %v", err)
	}
	for _, r := range must(store.Runs())[before:] {
		if r.State != Abandoned {
			t.Errorf("left behind: %+v", r)
		}
	}
}
