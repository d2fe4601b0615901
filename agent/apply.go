package agent

import (
	"context"
	"errors"
	"os"
	"slices"

	"harden/agent/change"
	"harden/agent/host"
	"harden/agent/journal"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/planner"
	"harden/agent/transaction"
)

// spareFiles is how many files a run, and what puts it back, may have to open
// at once. It is four times what was seen.
const spareFiles = 64

// Plan reads the node and says what would be done to it. It changes nothing.
func (a *Agent) Plan(ctx context.Context) (*planner.Plan, error) {
	return a.planner().Plan(ctx, planner.ToShow)
}

// Check makes a plan whose findings also say what was read, and where. It does
// not ask whether the changes could be proven to do no harm now.
func (a *Agent) Check(ctx context.Context) (*planner.Plan, error) {
	plan, err := a.planner().Plan(ctx, planner.ToReport)
	if err == nil {
		a.judgeAudit(plan)
	}
	return plan, err
}

// Ready tells why a plan cannot be carried out now.
func (a *Agent) Ready(ctx context.Context, plan *planner.Plan) error {
	return a.runner().Ready(ctx, plan)
}

// Apply makes the changes of a plan as one transaction: everything is backed
// up first, and everything is put back if anything fails, the restart and the
// health of what was restarted included. expected is the plan that was shown;
// where the node no longer gives the same plan, nothing is changed.
func (a *Agent) Apply(ctx context.Context, expected *planner.Plan) (*transaction.Result, error) {
	if err := a.mayChange(); err != nil {
		return nil, err
	}
	if len(expected.Changes) == 0 {
		if err := a.Idle(); err != nil {
			return nil, err
		}
		if err := a.Ready(ctx, expected); err != nil {
			return &transaction.Result{Plan: expected}, err
		}
		if err := expected.Unchecked(); err != nil {
			return &transaction.Result{Plan: expected}, err // nobody knows that nothing is to be done
		}
		return &transaction.Result{Plan: expected}, a.recordable(expected)
	}
	unlock, err := a.settled()
	if err != nil {
		return nil, err
	}
	defer unlock()
	plan, err := a.planner().Plan(ctx, planner.ToApply)
	if err != nil {
		return nil, err
	}
	if err := plan.UncheckedBut(nil); err != nil && err.Kind == node.NeedsRoot {
		return nil, err // most of a node is closed to an ordinary user
	}
	known, _ := expected.InError()
	if err := plan.UncheckedBut(known); err != nil {
		return nil, err // what cannot be read is not a change by somebody else
	}
	if plan.Digest() != expected.Digest() {
		return nil, node.Failure(node.Stale, message.New("make a new plan with: harden plan"), "the node changed since the plan was made: %s", message.Series(planner.PlanDifferences(expected, plan)...))
	}
	if err := a.Ready(ctx, plan); err != nil {
		return nil, err
	}
	rehearsed, err := a.Rehearse(ctx, plan)
	if err != nil {
		return &transaction.Result{Plan: plan, Rehearsed: rehearsed}, err
	}
	result, err := a.runner().Run(ctx, plan)
	if result != nil {
		result.Rehearsed = rehearsed
		result.Warnings = append(result.Warnings, unrehearsed(rehearsed)...)
	}
	if rules := plan.LeftOut(); !rules.IsZero() && err == nil {
		result.Warnings = append(result.Warnings, rules)
	}
	a.prune(result)
	a.warnUnreadable(result)
	return result, err
}

// recordable refuses a plan in which everything that is open is blocked, where no
// run could be recorded either: on a disk that is read-only nothing can be done.
func (a *Agent) recordable(plan *planner.Plan) error {
	if !slices.ContainsFunc(plan.Findings, func(f change.Finding) bool { return f.Status == change.Blocked }) {
		return nil
	}
	if err := a.Root.Writable(lockFile, change.State{}, change.State{File: &change.File{}}); err != nil {
		return node.Failure(node.Failed, message.Text{}, "nothing can be changed: %w", err)
	}
	return nil
}

// mayChange refuses to change the machine itself for anyone but root.
func (a *Agent) mayChange() error {
	if a.Root.Live() && os.Geteuid() != 0 {
		return node.Failure(node.NeedsRoot, message.New("run it with sudo"), "only root can change this node")
	}
	return nil
}

// settled takes the lock, and refuses where a run was interrupted, waits to be
// confirmed, or waits for the API server: what it wrote is not there to stay.
func (a *Agent) settled() (unlock func(), err error) {
	if unlock, err = a.lock(); err != nil {
		return nil, err
	}
	a.tidyRuns()
	if err = a.unsettled(); err == nil {
		err = a.unconfirmed("")
	}
	if err == nil {
		err = a.putBack("")
	}
	if err != nil {
		unlock()
		return nil, err
	}
	return unlock, nil
}

// lock takes the lock of all that changes the node, and makes its directory.
func (a *Agent) lock() (unlock func(), err error) {
	if err := a.Root.Spare(spareFiles); err != nil {
		return nil, node.Failure(node.Failed, message.New("raise the limit, such as with: ulimit -n 1024"), "nothing was changed, because harden could not have undone the changes: %w", err)
	}
	if err := a.MakeStateDir(); err != nil {
		return nil, node.Denied(err)
	}
	lock, err := a.Root.Lock(lockFile)
	if errors.Is(err, host.ErrLocked) {
		return nil, node.Failure(node.Locked, message.New("wait until it is done"), "another run is at work: %w", err)
	}
	if err != nil {
		return nil, node.Denied(err)
	}
	a.removeTemporaries()
	return func() { _ = lock.Unlock() }, nil // it only closes a descriptor
}

// waitForLock takes the lock as lock does, and waits for it.
func (a *Agent) waitForLock(ctx context.Context) (unlock func(), err error) {
	if err := a.MakeStateDir(); err != nil {
		return nil, node.Denied(err)
	}
	lock, err := a.Root.LockWait(ctx, lockFile)
	if err != nil {
		return nil, node.Denied(err)
	}
	return func() { _ = lock.Unlock() }, nil // it only closes a descriptor
}

// Interrupted finds runs that were interrupted, and are not at work. It writes
// nothing.
func (a *Agent) Interrupted() ([]journal.Record, error) {
	records, err := a.Store.Unsettled()
	if err != nil || len(records) == 0 {
		return nil, err
	}
	busy, err := a.Root.Locked(lockFile)
	if busy {
		return nil, err
	}
	return records, err
}

// Idle refuses where another run is at work or was interrupted, without taking the
// lock: what such a run wrote is not there to stay, so "nothing to change"
// would not be an answer. It writes nothing.
func (a *Agent) Idle() error {
	busy, err := a.Root.Locked(lockFile)
	if err != nil {
		return node.Denied(err)
	}
	if busy {
		return node.Failure(node.Locked, message.New("wait until it is done"), "another run is at work")
	}
	if err := a.unsettled(); err != nil {
		return err
	}
	if err := a.unconfirmed(""); err != nil {
		return err
	}
	return a.putBack("")
}

// unsettled refuses to go on over a run that was interrupted, or that may have been.
// One that cannot be read and is known to have come to its end is in nobody's way.
func (a *Agent) unsettled() error {
	records, err := a.Store.Unsettled()
	if err != nil {
		return node.Of(node.Failed, err)
	}
	for _, r := range records {
		switch {
		case r.Ended || r.State == journal.Pending:
		case r.State.Unreadable():
			return a.unreadable(node.Failed, r)
		default:
			return node.Failure(node.Failed, message.New("recover it first with: harden recover"), "run %s was interrupted", r.ID)
		}
	}
	return nil
}
