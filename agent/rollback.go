package agent

import (
	"context"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/controlplane"
	"harden/agent/journal"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/transaction"
)

// keepsSomething tells whether a run was rolled back and left its encryption in
// place, which can still be put back.
func keepsSomething(r journal.Record) bool {
	return r.State == journal.RolledBack && slices.ContainsFunc(r.Steps, func(s journal.Step) bool {
		return !s.UndoSkipped.IsZero() && transaction.Staying(s)
	})
}

// Why there is nothing to roll back, for callers to whom that is as good.
var (
	ErrRolledBack  = message.Errorf("rolled back already")
	ErrNoneApplied = message.Errorf("there is no applied run to roll back")
)

// FindApplied gives the run to be rolled back: the one that is named, or the
// newest that is applied; with drop also one that left its encryption in place.
func (a *Agent) FindApplied(id string, drop bool) (journal.Record, error) {
	if id != "" {
		record, err := a.Store.Load(id)
		if err != nil {
			return record, node.Failure(node.Failed, Unread(err), "%w", err)
		}
		switch {
		case record.State == journal.Applied || record.State == journal.Pending || record.State == journal.RollbackIncomplete || drop && keepsSomething(record):
			return record, nil
		case record.State == journal.RolledBack:
			return record, node.Failure(node.Failed, message.Text{}, "run %s is %w", record.ID, ErrRolledBack)
		}
		return record, node.Failure(node.Failed, message.New("recover it with: harden recover"), "run %s was interrupted", record.ID)
	}
	for r, err := range a.Store.Newest() {
		switch {
		case err != nil:
			return journal.Record{}, node.Of(node.Failed, err)
		case r.State.Unreadable():
			return r, node.Failure(node.Failed, message.New("to roll back an older run anyway, name it; harden history lists them"),
				"the newest run may still be in effect, but its record cannot be read: %s", message.List(r.Problems...))
		case r.State == journal.Applied || r.State == journal.Pending || r.State == journal.RollbackIncomplete || drop && keepsSomething(r):
			return r, nil
		}
	}
	hint := message.Text{}
	if originals, err := a.Store.Originals(); err == nil && len(originals) > 0 {
		hint = message.New("harden rollback --to original returns everything to its original state")
	}
	return journal.Record{}, node.Failure(node.Failed, hint, "%w", ErrNoneApplied)
}

// RollbackOptions say how far a rollback goes.
type RollbackOptions struct {
	Force bool // put back also what somebody else changed since
	// DropEncryption also takes away the configuration of encryption at rest
	// and its key, once no stored secret needs it.
	DropEncryption bool
	// KeepOthers puts back only what the run wrote where somebody else changed
	// the same file since, if that can be done exactly.
	KeepOthers bool
}

func (o RollbackOptions) undo() transaction.UndoOptions {
	return transaction.UndoOptions{Force: o.Force, DropEncryption: o.DropEncryption, KeepOthers: o.KeepOthers, Asked: true}
}

// Rollback returns to the state before a run. It refuses before it changes
// anything where somebody else changed a target since, unless it is forced.
func (a *Agent) Rollback(ctx context.Context, id string, options RollbackOptions) (*transaction.Result, error) {
	if err := a.mayChange(); err != nil {
		return nil, err
	}
	unlock, err := a.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	found, err := a.PreviewRollback(id, options)
	if err != nil {
		return found, err
	}
	record := *found.Record
	if options.DropEncryption {
		if err := controlplane.NothingEncrypted(ctx, a.Node); err != nil {
			return nil, err
		}
	}
	run, err := a.Store.Resume(record.ID)
	if err != nil {
		return nil, node.Of(node.Failed, err)
	}
	defer run.Close()
	result, err := a.runner().Undo(ctx, run, message.New("rolled back by hand"), options.undo())
	a.prune(result)
	return result, err
}

// PreviewRollback gives the run that Rollback would undo, or the error with
// which it would refuse. It changes nothing.
func (a *Agent) PreviewRollback(id string, options RollbackOptions) (*transaction.Result, error) {
	if err := a.unsettled(); err != nil {
		return nil, err
	}
	record, err := a.FindApplied(id, options.DropEncryption)
	if err != nil {
		return nil, err
	}
	if err := a.unconfirmed(record.ID); err != nil {
		return nil, err
	}
	if err := a.putBack(record.ID); err != nil {
		return nil, err
	}
	if err := a.newest(record, options); err != nil {
		return nil, err
	}
	f, err := a.Collect()
	if err != nil {
		return nil, node.Of(node.Failed, err)
	}
	if err := a.needed(f, changesOf(record)); err != nil {
		return nil, err
	}
	if external := a.runner().ChangedSince(record, f); !options.Force && blockedByExternalChange(external, options) {
		return &transaction.Result{Record: &record, ExternalChanges: external}, externalChangeFailure(external, message.New("nothing was rolled back, because what run %s wrote was changed outside of harden", record.ID))
	}
	if obstacles := a.obstacles(record); len(obstacles) > 0 {
		return nil, node.Failure(node.Failed, message.New("remove what prevents this, then roll back again"),
			"nothing was rolled back, because not everything could be restored: %s", strings.Join(obstacles, "; "))
	}
	return &transaction.Result{Record: &record}, nil
}

// obstacles lists why targets of a run could not be put back.
func (a *Agent) obstacles(record journal.Record) []string {
	var reasons []string
	for _, step := range record.Steps {
		if !step.Intended || step.Undone {
			continue
		}
		now, err := a.ReadState(step.Target, step.Before, step.After)
		if err != nil || now.Equal(step.Before) {
			continue // the undo says what it cannot read
		}
		if err := a.Obstacle(change.Change{Target: step.Target, Before: now, After: step.Before}); err != nil && !slices.Contains(reasons, err.Error()) {
			reasons = append(reasons, err.Error())
		}
	}
	return reasons
}
