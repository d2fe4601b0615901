package journal

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"harden/agent/message"
)

func states(records []Record) []State {
	var list []State
	for _, r := range records {
		list = append(list, r.State)
	}
	return list
}

func TestRunsAndUnsettled(t *testing.T) {
	disk := osDisk{t.TempDir()}
	store := Open(disk, stateDir)
	if runs := must(store.Runs()); runs != nil {
		t.Fatalf("runs before the first: %v", runs)
	}
	perform(t, begin(t, store), applyActions())
	perform(t, begin(t, store), append(applyActions(), undoActions()...))
	perform(t, begin(t, store), append(applyActions(), undoActions()[:4]...))
	spoilt := begin(t, store)
	perform(t, spoilt, applyActions())
	lost := begin(t, store)
	perform(t, begin(t, store), applyActions()[:3])
	for _, dir := range []string{stateDir + "/runs/lost+found", store.path("20000101T000000Z-0000")} {
		if err := disk.MakeDirs(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	name := disk.at(store.path(spoilt.ID(), journalName))
	data := must(os.ReadFile(name))
	data[100] ^= 1
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(disk.at(store.path(lost.ID(), journalName))); err != nil {
		t.Fatal(err)
	}

	all := must(store.Runs())
	want := []State{Abandoned, Applied, RollbackIncomplete, Undoing, Damaged, Damaged, InProgress}
	if diff := cmp.Diff(want, states(all)); diff != "" {
		t.Errorf("Runs (-want +got):\n%s", diff)
	}
	unsettled := must(store.Unsettled())
	if diff := cmp.Diff(append(all[:1:1], all[3:]...), unsettled); diff != "" {
		t.Errorf("Unsettled (-want +got):\n%s", diff)
	}
	for _, r := range unsettled {
		if r.State == Damaged && !strings.Contains(r.Problems[0].String(), store.path(r.ID, journalName)) {
			t.Errorf("problem %q does not name the journal", r.Problems[0])
		}
	}
}

func TestIDsStayInOrder(t *testing.T) {
	tests := []struct {
		name, newest, want string
		started            time.Time
	}{
		{"first run", "", "20261121T232434Z-1a2b", started},
		{"local time", "", "20261121T232434Z-1a2b", started.In(time.FixedZone("CST", 8*3600))},
		{"later run", "20261121T232433Z-ffff", "20261121T232434Z-1a2b", started},
		{"same second", "20261121T232434Z-ffff", "20261121T232435Z-1a2b", started},
		{"clock set back", "20271231T235959Z-ffff", "20280101T000000Z-1a2b", started},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			newest, _ := parseID(test.newest)
			got := newID(newest, test.started, [2]byte{0x1a, 0x2b}).String()
			if _, ok := parseID(got); got != test.want || !ok {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
	for _, name := range []string{"", "-", "lost+found", "20261121T232434Z", "20261121T232434Z-1A2B", "20261121T232434Z-1a2b3", "20261121T232434Z-1a2b.old", "20261399T232434Z-1a2b"} {
		if _, ok := parseID(name); ok {
			t.Errorf("%q passes for a run", name)
		}
	}
}

func TestLoadByPrefix(t *testing.T) {
	store := Open(osDisk{t.TempDir()}, stateDir)
	first := begin(t, store)
	perform(t, first, applyActions())
	second := begin(t, store)
	tests := []struct{ name, prefix, want, err string }{
		{"whole id", first.ID(), first.ID(), ""},
		{"unique beginning", second.ID()[:16], second.ID(), ""},
		{"ambiguous", first.ID()[:10], "", first.ID() + " or " + second.ID()},
		{"unknown", "1999", "", "harden history"},
		{"empty", "", "", "harden history"},
		{"a way out", "../../etc", "", "harden history"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, err := store.Load(test.prefix)
			if r.ID != test.want || (err == nil) != (test.err == "") {
				t.Fatalf("got %q, %v", r.ID, err)
			}
			if err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("error %v, want %q", err, test.err)
			}
		})
	}
}

func TestResumeGoesOn(t *testing.T) {
	all := append(applyActions(), undoActions()...)
	for cut := range len(all) {
		disk := osDisk{t.TempDir()}
		first := begin(t, Open(disk, stateDir))
		perform(t, first, all[:cut])

		store := Open(disk, stateDir)
		run, err := store.Resume(first.ID())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(first.Record(), run.Record()); diff != "" {
			t.Fatalf("after %d actions:\n%s", cut, diff)
		}
		perform(t, run, undoActions())
		if r := must(store.Load(run.ID())); r.State != RollbackIncomplete || r.Steps[0].UndoSkipped.IsZero() {
			t.Errorf("after %d actions: %+v", cut, r)
		}
		// What is left can be put back later, once its cause is fixed.
		perform(t, run, undoActions()[:1])
		if r := run.Record(); r.State != Undoing || r.Problems != nil || !r.Finished.IsZero() {
			t.Errorf("begun again after %d actions: %+v", cut, r)
		}
		perform(t, run, []action{{"settle", func(r *Run) error { return r.EndUndo(RolledBack, finished, nil) }}})
		if r := must(store.Load(run.ID())); r.State != RolledBack || r.Problems != nil {
			t.Errorf("after %d actions: %+v", cut, r)
		}
		// What an undo left in place on purpose can still be put back.
		again, err := store.Resume(run.ID())
		if err != nil {
			t.Fatalf("cannot resume a run that left a step in place: %v", err)
		}
		perform(t, again, []action{
			{"undo", func(r *Run) error { return r.UndoBegin(message.Value("the rest too")) }},
			{"undo intent", func(r *Run) error { return r.UndoIntent(0) }},
			{"undo done", func(r *Run) error { return r.UndoDone(0) }},
			{"settle", func(r *Run) error { return r.EndUndo(RolledBack, finished, nil) }},
		})
		again.Close()
		if _, err := store.Resume(run.ID()); err == nil || !strings.Contains(err.Error(), "nothing to undo") {
			t.Errorf("resumed a run that is rolled back: %v", err)
		}
		run.Close()
	}
}
