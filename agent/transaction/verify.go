package transaction

import (
	"context"

	"harden/agent/health"
	"harden/agent/journal"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/planner"
)

// verify plans again: what was applied must be there, and nothing be left. What
// could not be checked before is known to be open.
func (r *Runner) verify(ctx context.Context, applied *planner.Plan) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	plan, err := r.Planner.Plan(ctx, planner.ToShow)
	if err != nil {
		return message.Errorf("cannot verify the changes: %w", err)
	}
	if len(plan.Changes) > 0 {
		c := plan.Changes[0]
		return message.Errorf("%s is not as harden wrote it: %s differs (%d changes are still open after the run)", c.Target, c.Fields[0].Field, len(plan.Changes))
	}
	known, _ := applied.InError()
	if err := plan.UncheckedBut(known); err != nil {
		return message.Errorf("cannot verify the changes: %w", err)
	}
	return nil
}

// undone puts everything back after a failure.
func (r *Runner) undone(ctx context.Context, plan *planner.Plan, run *journal.Run, endpoints []health.Probe, cause error) (*Result, error) {
	r.Log(message.New("failed, putting everything back: %v", cause))
	ctx = context.WithoutCancel(ctx)
	u := r.undoer(ctx, run, endpoints, message.Of(cause))
	if err := u.begin(); err != nil {
		record := run.Record()
		return &Result{Plan: plan, Record: &record}, node.Failure(node.Incomplete, message.New("recover it with: harden recover"), "%w; and nothing was restored: %w", cause, err)
	}
	problems := u.undo(ctx)
	record := run.Record()
	if record.Guarded {
		r.Disarm(ctx)
	}
	result := &Result{Plan: plan, Record: &record, ExternalChanges: u.external}
	if len(problems) > 0 {
		return result, u.unfinished(ctx, record, cause, problems)
	}
	return result, node.Failure(node.Undone, message.New("the node is as it was before; fix the cause, then try again. What was done and undone: harden show %s", record.ID),
		"%w; everything was restored", cause)
}
