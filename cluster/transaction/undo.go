package transaction

import (
	"context"
	"slices"

	"harden/agent/journal"
	"harden/agent/message"
	"harden/cluster/object"
)

// undone puts a run back that failed, and gives the error that says so.
func (r *Runner) undone(ctx context.Context, run *journal.Run, cause error) (*Result, error) {
	r.Log(message.New("putting everything back: %s", message.Of(cause)))
	result, err := r.undo(context.WithoutCancel(ctx), run, message.Of(cause), false, false)
	if err != nil {
		return result, err
	}
	if ctx.Err() != nil {
		return result, ctx.Err()
	}
	kind, hint := Undone, message.Text{}
	if changed := (*object.ChangedError)(nil); asChanged(cause, &changed) {
		hint = message.New("make a new plan with: kubectl harden plan")
	}
	return result, &Error{kind, message.Errorf("everything was put back: %w", cause), hint}
}

// undo takes a run back, the last step first. What somebody else changed since is
// left and named; keep says that this is wanted. Where the API server does not
// answer, the run stays as one that is being undone, and recover goes on with it.
func (r *Runner) undo(ctx context.Context, run *journal.Run, reason message.Text, force, keep bool) (*Result, error) {
	if err := run.UndoBegin(reason); err != nil {
		return nil, &Error{Kind: Failed, Err: err}
	}
	result := &Result{}
	var problems []message.Text
	var stuck error
	record := run.Record()
	for i, step := range slices.Backward(record.Steps) {
		if !step.Intended {
			continue
		}
		s, err := r.step(record, i)
		if err == nil {
			err = run.UndoIntent(i)
		}
		var left []message.Text
		if err == nil {
			left, err = r.Driver.Undo(ctx, s, force)
		}
		switch {
		case err != nil:
			stuck = message.Errorf("cannot put %s back: %w", step.Target.Name(), err)
			problems = append(problems, message.Of(stuck))
		case len(left) > 0:
			said := message.New("%s: %s", step.Target.Name(), message.List(left...))
			result.Foreign = append(result.Foreign, Foreign{Target: step.Target, What: message.List(left...)})
			problems = append(problems, said)
			_ = run.UndoSkipped(i, said) // lost, it is found out again
		default:
			_ = run.UndoDone(i) // likewise
		}
	}
	if stuck != nil {
		record := run.Record()
		result.Record = &record
		return result, failure(Incomplete, message.New("once the API server answers: kubectl harden recover"), "not everything is put back: %s", message.List(problems...))
	}
	end := journal.RolledBack
	if len(problems) > 0 && !keep {
		end = journal.RollbackIncomplete
	}
	err := run.EndUndo(end, r.Now(), problems)
	record = run.Record()
	result.Record = &record
	switch {
	case err != nil:
		return result, failure(Incomplete, message.New("run kubectl harden recover"), "%w", err)
	case end == journal.RollbackIncomplete:
		return result, failure(Incomplete, message.New("review these changes, then run kubectl harden rollback %s with --force or with --keep-others; the original objects are in %s", record.ID, r.State.Dir+record.BackupDir),
			"not everything was put back, because somebody else changed it: %s", message.List(problems...))
	}
	return result, nil
}

// step is a step of a run with the object that it had before.
func (r *Runner) step(record journal.Record, i int) (object.Step, error) {
	step := record.Steps[i]
	s := object.Step{Change: step.Change}
	if step.Backup == "" {
		if f := step.After.File; f != nil && f.Content != nil {
			s.Made = f.Content.Digest
		}
		return s, nil
	}
	state, err := r.State.Store.Before(record, i)
	if err != nil {
		return s, err
	}
	s.Before = state.File.Content.Data
	return s, nil
}
