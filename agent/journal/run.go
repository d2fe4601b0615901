package journal

import (
	"path"
	"slices"
	"time"

	"harden/agent/change"
	"harden/agent/message"
)

// Run is a run that is at work. It is not safe for concurrent use.
//
// Every method that adds a record returns when the record is durable. An
// error from Intent, EffectIntent or Commit means: go no further, undo. An
// error from a method of the undo may be noted and passed over, because undoing
// a step twice does no harm: the record is written with the next one, and if
// none of them can be written the run stays in progress or undoing, and
// recover undoes it again.
type Run struct {
	store  *Store
	record Record
	seq    int
	log    logFile
	sealed bool // as it is by now
}

// ID names the run.
func (r *Run) ID() string { return r.record.ID }

// Record gives what is remembered of the run by now.
func (r *Run) Record() Record {
	record := r.record
	record.Steps = slices.Clone(record.Steps)
	record.Effects = slices.Clone(record.Effects)
	record.UndoEffects = slices.Clone(record.UndoEffects)
	return record
}

// Intent says that a step's target is about to be written. Steps count from 0
// in the order of the changes given to Begin.
func (r *Run) Intent(step int) error { return r.write(entry{Kind: kindIntent, Step: &step}) }

// Done says that a step's target was written.
func (r *Run) Done(step int) error { return r.write(entry{Kind: kindDone, Step: &step}) }

// EffectIntent says that an effect is about to happen.
func (r *Run) EffectIntent(e change.Effect) error {
	return r.write(entry{Kind: kindEffectIntent, Effect: e})
}

// EffectDone says that an effect happened, and what came of it.
func (r *Run) EffectDone(e change.Effect, details map[string]string) error {
	return r.write(entry{Kind: kindEffectDone, Effect: e, Details: details})
}

// Commit says that the run is verified and applied. It gives the reserve back.
func (r *Run) Commit(finished time.Time) error {
	return r.end(entry{Kind: kindApplied, Finished: finished.UTC().Round(0)})
}

// end records the end of a run, gives the reserve back, and seals the journal.
// Where it cannot be sealed the run has ended all the same: Tidy does it later.
func (r *Run) end(e entry) error {
	if err := r.write(e); err != nil {
		return err
	}
	r.release()
	r.seal()
	return nil
}

func (r *Run) seal() { r.sealed = r.log.seal(r.record.State) == nil }

// UndoBegin says that the run is about to be undone, and gives the reserve
// back for that where something was written. Only where an applied run is to be undone is an error a
// reason to stop: nothing has been changed by then.
func (r *Run) UndoBegin(reason message.Text) error {
	byHand := r.record.State.ended()
	if byHand {
		if err := r.store.opening(r.record.ID); err != nil {
			return err
		}
	}
	// What ended and is undone by hand is told from what never ended by its seal, and a
	// run without its reserve from one whose end is lost.
	if !r.sealed {
		r.seal()
	}
	// Where nothing was written there is nothing to put back that needs room.
	if r.record.State != InProgress || slices.ContainsFunc(r.record.Steps, func(s Step) bool { return s.Intended }) {
		r.release()
	}
	if err := r.write(entry{Kind: kindUndo, Reason: reason}); err != nil {
		return err
	}
	if byHand { // without its last lines the run would be taken for one that nobody undoes
		r.seal()
	}
	return nil
}

// UndoIntent says that a step's target is about to be put back.
func (r *Run) UndoIntent(step int) error { return r.write(entry{Kind: kindUndoIntent, Step: &step}) }

// UndoDone says that a step's target is as it was before.
func (r *Run) UndoDone(step int) error { return r.write(entry{Kind: kindUndoDone, Step: &step}) }

// UndoSkipped says why a step's target is left as it is: somebody else
// changed it since, for instance.
func (r *Run) UndoSkipped(step int, reason message.Text) error {
	return r.write(entry{Kind: kindUndoSkipped, Step: &step, Reason: reason})
}

// UndoEffectIntent says that an effect is about to happen again for the undo.
func (r *Run) UndoEffectIntent(e change.Effect) error {
	return r.write(entry{Kind: kindUndoEffectIntent, Effect: e})
}

// UndoEffectDone says that it happened, and what came of it.
func (r *Run) UndoEffectDone(e change.Effect, details map[string]string) error {
	return r.write(entry{Kind: kindUndoEffectDone, Effect: e, Details: details})
}

// EndUndo ends an undo as RolledBack or RollbackIncomplete; problems say what
// is left, one line each.
func (r *Run) EndUndo(state State, finished time.Time, problems []message.Text) error {
	return r.end(entry{Kind: kindSettled, State: state, Finished: finished.UTC().Round(0), Problems: problems})
}

// Close closes the journal's file; it records nothing. It may be called twice.
func (r *Run) Close() error { return r.log.close() }

func (r *Run) write(e entry) error {
	e.Seq = r.seq + 1
	line, err := e.encode()
	if err == nil {
		err = r.record.apply(e)
	}
	if err != nil {
		return message.Errorf("cannot record in run %s: %w", r.record.ID, err)
	}
	r.seq++
	r.sealed = false
	if err := r.log.add(line); err != nil {
		return message.Errorf("cannot record in run %s: %w", r.record.ID, err)
	}
	return nil
}

// release removes the reserve. Where that fails the undo has less room on a
// full disk, and nothing else is lost.
func (r *Run) release() { _ = r.log.disk.RemoveAll(path.Join(path.Dir(r.log.path), reserveName)) }
