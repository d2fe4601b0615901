package transaction

import (
	"context"
	"errors"
	"time"

	"harden/agent/journal"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/planner"
)

// ConfirmBefore gives the time of the wall clock, to a second, until which a
// pending run can be confirmed; zero where that is over with the boot in which
// it was applied, or where the time cannot be told. Setting the clock moves
// this time along, and not the deadline.
func (r *Runner) ConfirmBefore(record journal.Record) time.Time {
	if record.State != journal.Pending {
		return time.Time{}
	}
	now, err := r.Moment()
	if err != nil || now.Boot != record.Confirm.Boot {
		return time.Time{}
	}
	return r.Now().Add(record.Confirm.Deadline - now.Time).Truncate(time.Second)
}

// TimeIsUp tells whether a pending run can no longer be confirmed. Where the
// time cannot be told it is not: an undo comes in time with the next try.
func (r *Runner) TimeIsUp(record journal.Record) bool {
	now, err := r.Moment()
	return err == nil && record.Confirm.Up(now.Boot, now.Time)
}

// commit ends a run that is verified: as applied, or as one to be confirmed.
func (r *Runner) commit(run *journal.Run) error {
	if r.ConfirmWithin == 0 {
		return run.Commit(r.Now())
	}
	now, err := r.Moment()
	if err != nil {
		return err
	}
	return run.CommitPending(journal.Confirmation{Boot: now.Boot, Deadline: now.Time + r.ConfirmWithin, Within: r.ConfirmWithin}, r.Now())
}

// unguarded ends a run that could not be armed, and so was not begun.
func (r *Runner) unguarded(ctx context.Context, plan *planner.Plan, run *journal.Run, cause error) (*Result, error) {
	result, err := r.undone(ctx, plan, run, nil, message.Errorf("cannot make sure that the run is undone if nobody confirms it: %w", cause))
	var own *node.Error
	if errors.As(err, &own) && own.Kind == node.Undone { // there was nothing to be undone
		own.Kind = node.Failed
	}
	return result, err
}
