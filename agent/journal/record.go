package journal

import (
	"slices"
	"time"

	"harden/agent/change"
	"harden/agent/message"
)

// State is how a run stands.
type State string

// The states of a run.
const (
	// Abandoned: the run was interrupted while it was being prepared, or while it
	// was being removed. Nothing is changed, nothing is to be undone.
	Abandoned State = "abandoned"
	// InProgress: the run is still at work, or was interrupted; the lock tells.
	InProgress State = "in-progress"
	Applied    State = "applied"
	// Pending: applied and verified, and undone unless it is confirmed in time.
	Pending State = "pending-confirmation"
	// Undoing: the undo is still at work, or was interrupted.
	Undoing            State = "undoing"
	RolledBack         State = "rolled-back"
	RollbackIncomplete State = "rollback-incomplete"
	// Damaged: the journal cannot be trusted; Record.Problems says where.
	Damaged State = "damaged"
	// Newer: a newer harden recorded it; Record.Problems says what is not known.
	Newer State = "newer"
)

// Header is what is known of a run when it begins.
type Header struct {
	// Format is the form of the journal; 0 stands for 1. See the constant.
	Format  int            `json:"format,omitempty"`
	Started time.Time      `json:"started"`
	Profile change.Profile `json:"profile"`
	Node    change.Node    `json:"node"`
	Root    string         `json:"root"`    // "/" or the tree given with --root
	Version string         `json:"version"` // of harden
	// Units gives the InvocationID that each unit to be restarted had before.
	Units map[string]string `json:"units,omitempty"`
	// Baseline marks a return to the first states of all targets. It covers
	// all runs before it.
	Baseline bool `json:"baseline,omitempty"`
	// Boot is the boot of the machine (boot_id) in which the run began, "" where
	// that is not known.
	Boot string `json:"boot,omitempty"`
	// Guarded: something outside was set up that undoes the run unless it is confirmed.
	Guarded bool `json:"guarded,omitempty"`
}

// Record is all that is remembered of one run.
type Record struct {
	ID string
	Header
	State       State
	Steps       []Step // in the order they are written; undo goes backwards
	Effects     []EffectStep
	UndoEffects []EffectStep
	Reason      message.Text   // why it was undone
	Problems    []message.Text // what an undo left behind, or what is damaged
	Finished    time.Time      // when it was last settled; zero before
	Confirm     *Confirmation  // until when it had to be confirmed; nil where it had not
	BackupDir   string         // where the originals lie
	// Ended: of a run that is Damaged or Newer it is known that it had come to
	// its end, so nothing of it is to be settled.
	Ended bool
}

// Step is one change of a run, and how far it came.
type Step struct {
	// Change as it was planned. The contents in Before and After have digest
	// and size, but no bytes: Store.Before reads those.
	change.Change
	Backup       string // path of what the target held before, "" where that is not kept
	Intended     bool   // the target may have been written
	Done         bool   // the target was written
	UndoIntended bool
	Undone       bool
	UndoSkipped  message.Text // why the target was left as it is, "" where it was not
}

// EffectStep is one effect of a run, listed as soon as it is about to happen.
type EffectStep struct {
	Effect  change.Effect
	Done    bool
	Details map[string]string // such as the InvocationID afterwards
}

// Open tells whether a run is still at work or was interrupted.
func (s State) Open() bool { return s == Abandoned || s == InProgress || s == Undoing }

// Unreadable tells whether what a run did cannot be told here.
func (s State) Unreadable() bool { return s == Damaged || s == Newer }

// settled tells whether nothing is left to be done or undone.
func (s State) settled() bool { return s == Applied || s == RolledBack }

// apply carries an entry of the log into the record. Writing and reading a
// journal both go through it, so nothing is written that cannot be read. An
// error leaves the record as it was.
func (r *Record) apply(e entry) error {
	if !slices.Contains(e.Kind.allowedIn(), r.State) {
		return message.Errorf("record %q cannot follow in a run that is %q", e.Kind, r.State)
	}
	switch e.Kind {
	case kindBegin:
		if e.Run == nil {
			return message.Errorf("record has no header")
		}
		r.Header, r.State = *e.Run, Abandoned
	case kindChange:
		if e.Change == nil {
			return message.Errorf("record has no change")
		}
		r.Steps = append(r.Steps, Step{Change: e.Change.plain()})
	case kindReady:
		r.State = InProgress
	case kindApplied:
		r.State, r.Finished = Applied, e.Finished
	case kindPending:
		if e.Confirm == nil {
			return message.Errorf("record does not say until when to confirm")
		}
		r.State, r.Finished, r.Confirm = Pending, e.Finished, e.Confirm
	case kindConfirmed:
		r.State, r.Finished = Applied, e.Finished
	case kindUndo:
		r.State, r.Reason, r.Problems, r.Finished = Undoing, e.Reason, nil, time.Time{}
	case kindSettled:
		if e.State != RolledBack && e.State != RollbackIncomplete {
			return message.Errorf("an undo cannot end as %q", e.State)
		}
		r.State, r.Problems, r.Finished = e.State, e.Problems, e.Finished
	case kindCovered:
		r.State, r.Reason = RolledBack, e.Reason
	case kindEffectIntent, kindEffectDone:
		return applyEffect(&r.Effects, e)
	case kindUndoEffectIntent, kindUndoEffectDone:
		return applyEffect(&r.UndoEffects, e)
	default:
		return r.applyStep(e)
	}
	return nil
}

func (r *Record) applyStep(e entry) error {
	if e.Step == nil || *e.Step < 0 || *e.Step >= len(r.Steps) {
		return message.Errorf("record %q names no step of the %d in this run", e.Kind, len(r.Steps))
	}
	step := &r.Steps[*e.Step]
	switch e.Kind {
	case kindIntent:
		step.Intended = true
	case kindDone:
		if !step.Intended {
			return message.Errorf("step %d is recorded as done, but was not recorded as intended", *e.Step)
		}
		step.Done = true
	case kindUndoIntent:
		step.UndoIntended, step.Undone, step.UndoSkipped = true, false, message.Text{}
	case kindUndoDone:
		if !step.UndoIntended {
			return message.Errorf("step %d is recorded as undone, but was not recorded as intended", *e.Step)
		}
		step.Undone, step.UndoSkipped = true, message.Text{}
	case kindUndoSkipped:
		if e.Reason.IsZero() {
			return message.Errorf("step %d is skipped without a reason", *e.Step)
		}
		step.Undone, step.UndoSkipped = false, e.Reason
	}
	return nil
}

func applyEffect(list *[]EffectStep, e entry) error {
	i := slices.IndexFunc(*list, func(s EffectStep) bool { return s.Effect == e.Effect })
	done := e.Kind == kindEffectDone || e.Kind == kindUndoEffectDone
	switch {
	case i < 0 && done:
		return message.Errorf("effect %q is recorded as done, but was not recorded as intended", e.Effect)
	case i < 0:
		*list = append(*list, EffectStep{Effect: e.Effect})
	default:
		(*list)[i].Done, (*list)[i].Details = done, e.Details
	}
	return nil
}
