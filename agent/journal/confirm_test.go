package journal

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"harden/agent/message"
)

var confirmation = Confirmation{Boot: "boot-1", Deadline: time.Hour, Within: 5 * time.Minute}

func TestPendingRun(t *testing.T) {
	pend := func(r *Run) error { return r.CommitPending(confirmation, finished) }
	confirm := func(r *Run) error { return r.Confirm(finished.Add(time.Minute)) }
	for _, test := range []struct {
		name    string
		actions []func(*Run) error
		state   State
		open    bool // Unsettled lists it
		reserve bool
		refused string // by the last action
	}{
		{"it waits", []func(*Run) error{pend}, Pending, true, true, ""},
		{"confirmed", []func(*Run) error{pend, confirm}, Applied, false, false, ""},
		{"undone", []func(*Run) error{pend, func(r *Run) error { return r.UndoBegin(message.Value("not confirmed")) }}, Undoing, true, false, ""},
		{"settled", []func(*Run) error{pend, func(r *Run) error { return r.UndoBegin(message.Value("not confirmed")) },
			func(r *Run) error { return r.EndUndo(RolledBack, finished, nil) }}, RolledBack, false, false, ""},
		{"confirmed before it waits", []func(*Run) error{confirm}, InProgress, true, true, `record "confirmed" cannot follow in a run that is "in-progress"`},
		{"confirmed twice", []func(*Run) error{pend, confirm, confirm}, Applied, false, false, "cannot follow"},
		{"written after it waits", []func(*Run) error{pend, func(r *Run) error { return r.Intent(0) }}, Pending, true, true, "cannot follow"},
	} {
		t.Run(test.name, func(t *testing.T) {
			disk := osDisk{t.TempDir()}
			store := Open(disk, stateDir)
			run := begin(t, store)
			for i, do := range test.actions {
				err := do(run)
				last := i == len(test.actions)-1
				if refused := last && test.refused != ""; refused != (err != nil) || refused && !strings.Contains(err.Error(), test.refused) {
					t.Fatalf("action %d: %v", i, err)
				}
			}
			record := must(store.Load(run.ID()))
			if record.State != test.state {
				t.Errorf("the run is %s, want %s", record.State, test.state)
			}
			if record.State == Pending {
				if diff := cmp.Diff(&confirmation, record.Confirm); diff != "" {
					t.Errorf("confirmation (-want +got):\n%s", diff)
				}
			}
			if open := len(must(store.Unsettled())) == 1; open != test.open {
				t.Errorf("among the unsettled: %v", open)
			}
			_, err := disk.ReadFile(store.path(run.ID(), reserveName), 64<<20)
			if there := err == nil; there != test.reserve {
				t.Errorf("the reserve is there: %v", there)
			}
		})
	}
}

func TestConfirmationIsUp(t *testing.T) {
	for _, test := range []struct {
		name string
		boot string
		now  time.Duration
		up   bool
	}{
		{"just before", "boot-1", time.Hour - 1, false},
		{"at the deadline", "boot-1", time.Hour, true},
		{"another boot, early in it", "boot-2", time.Second, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := confirmation.Up(test.boot, test.now); got != test.up {
				t.Errorf("up: %v", got)
			}
		})
	}
}
