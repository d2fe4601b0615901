package transaction

import (
	"context"
	"slices"

	"harden/agent/change"
	"harden/agent/controlplane"
	"harden/agent/facts"
	"harden/agent/health"
	"harden/agent/journal"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/report"
)

// undoing is the way back from a run: for apply when it fails, for rollback
// and for recover. Its many fields are what it meets on the way.
type undoing struct {
	*effector
	runner  *Runner
	run     *journal.Run
	reason  message.Text
	options UndoOptions
	rolls   rolling // what was put back and is not yet waited for
	// migrated is set where what stays is to stay.
	migrated bool
	// holdKey is set until what stays may go too: see dropKey.
	holdKey bool
	tidied  map[string]bool // directories without temporary files
	late    []int           // steps about the cluster that could not be put back before the node was
	away    error           // why the API server did not answer
	// onlyLate is set where an earlier undo put back all else.
	onlyLate bool
	// external is what somebody else changed, as it was met.
	external []report.ExternalChange
	// booting is set where the machine was started since the run, and its
	// kubelet was not yet: it will start with what is put back, so there is
	// nothing to be restarted, and nothing to be waited for.
	booting bool
	// trouble is why nothing can be restarted or waited for.
	trouble error
}

// undoer looks at the node before anything is put back. endpoints are those of
// the control plane that answered before the run, nil: those that answer now.
// What cannot be looked at stops nothing: the files are put back all the same,
// and the trouble is reported with what is left.
func (r *Runner) undoer(ctx context.Context, run *journal.Run, endpoints []health.Probe, reason message.Text) *undoing {
	u := &undoing{effector: &effector{Node: r.Node, facts: &facts.Facts{}, endpoints: endpoints, back: true}, runner: r, run: run, reason: reason, tidied: map[string]bool{}}
	f, err := r.Collect()
	if err != nil {
		u.trouble = err
		return u
	}
	u.facts = f
	if r.Systemd == nil {
		return u
	}
	if u.Units, u.trouble = r.Units(ctx); u.trouble != nil {
		u.Units = nil
		return u
	}
	u.booting = u.beforeKubelet(ctx)
	if endpoints == nil {
		u.endpoints = healthyOnes(ctx, controlplane.Endpoints(r.Node, f))
	}
	return u
}

// undo puts back what a run wrote, last change first, then restarts what read
// it, and only then waits for the pods that roll and for the whole control plane:
// a kubelet that the run broke rolls nothing before it is fixed. Undoing a step
// twice does no harm, so its own records may fail, as on a full disk: it goes
// on, and a later recover only finds less to do. It lists what could not be
// put back.
func (u *undoing) undo(ctx context.Context) []message.Text {
	var problems []message.Text
	record := u.run.Record()
	// Data may have been written since the run began the second change of some
	// target, that only what stays can read.
	u.migrated = slices.ContainsFunc(record.Steps, func(s journal.Step) bool { return s.Later && s.Intended })
	if record.Guarded {
		if err := u.runner.tidy(); err != nil {
			problems = append(problems, message.Of(err))
		}
	}
	u.holdKey = u.options.DropEncryption && u.Systemd != nil && slices.ContainsFunc(record.Steps, Staying)
	if !u.onlyLate {
		problems = append(problems, u.putBackAll(ctx, record)...)
	}
	problems = append(problems, u.again(ctx, record, len(problems) == 0)...)
	if u.holdKey {
		problems = append(problems, u.dropKey(ctx, record, len(problems) == 0)...)
	}
	if len(problems) == 0 {
		problems = u.cover()
	}
	state := journal.RolledBack
	if len(problems) > 0 {
		state = journal.RollbackIncomplete
	}
	if err := u.run.EndUndo(state, u.Now(), problems); err != nil {
		problems = append(problems, message.Of(err))
	}
	return problems
}

// putBackAll puts back every target, does the effects, and proves the node
// healthy.
func (u *undoing) putBackAll(ctx context.Context, record journal.Record) []message.Text {
	effects, problems := u.targets(ctx, record)
	if u.trouble != nil && len(effects) > 0 {
		return append(problems, message.New("nothing was restarted: %v", u.trouble))
	}
	restarted, err := u.restart(ctx, effects)
	if err == nil {
		err = u.kubeletRolls(ctx)
	} else {
		problems = append(problems, message.Of(err))
	}
	if names := u.rolls.names(); err != nil && names != "" {
		u.rolls = nil
		return append(problems, message.New("harden did not wait for the pods of %s, because there is no kubelet that restarts them: %v", names, err))
	}
	if err != nil {
		return problems
	}
	late := u.waitRolls(ctx)
	if rolled := slices.ContainsFunc(effects, func(e change.Effect) bool { return e.Component() != "" }); late == nil && (restarted || rolled) {
		if err := u.awaitEndpoints(ctx); err != nil {
			late = []message.Text{message.Of(err)}
		}
	}
	return append(problems, late...)
}

// begin announces an undo, before anything is put back. Where that cannot be
// recorded of a run that is settled nothing may be undone: if the undo were
// cut off, nobody would know of it. A run that is not settled, or that was not
// confirmed in time, is found by recover in any case.
func (u *undoing) begin() error {
	record := u.run.Record()
	certain := record.State.Open() || record.State == journal.Pending && u.runner.TimeIsUp(record)
	if err := u.run.UndoBegin(u.reason); !certain {
		return err
	}
	return nil
}

// resumeHint says how an undo that is not complete is taken up again.
func resumeHint(record journal.Record) message.Text {
	return message.New("the originals are in %s; when the cause is fixed, go on with: harden rollback %s", record.BackupDir, record.ID)
}

// UndoOptions say how far an undo goes.
type UndoOptions struct {
	Force          bool // put back also what somebody else changed since
	DropEncryption bool // put back also what stored data may need
	KeepOthers     bool // leave what somebody else changed, where that can be done exactly
	Asked          bool // an operator looked at what somebody else changed since
}

// Undo undoes a run to its end. It cannot be interrupted: half of a way
// back is not a place to stop.
func (r *Runner) Undo(ctx context.Context, run *journal.Run, reason message.Text, options UndoOptions) (*Result, error) {
	ctx = context.WithoutCancel(ctx)
	u := r.undoer(ctx, run, nil, reason)
	u.options = options
	record := run.Record()
	if Waits(record) && !options.DropEncryption {
		if err := u.unanswered(record); err != nil { // said already, and the journal need not grow
			return &Result{Record: &record}, u.unfinished(ctx, record, nil, []message.Text{message.Of(err)})
		}
		u.goOn(record)
	}
	if err := u.begin(); err != nil {
		return nil, node.Failure(node.Failed, message.Text{}, "nothing was rolled back: %w", err)
	}
	problems := u.undo(ctx)
	record = run.Record()
	if record.Guarded {
		r.Disarm(ctx)
	}
	result := &Result{Record: &record, ExternalChanges: u.external}
	if len(problems) > 0 {
		return result, u.unfinished(ctx, record, nil, problems)
	}
	return result, nil
}
