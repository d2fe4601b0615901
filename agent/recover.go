package agent

import (
	"cmp"
	"context"
	"slices"
	"time"

	"harden/agent/change"
	"harden/agent/journal"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/transaction"
)

// Recover settles every run that was interrupted: what it wrote is put back, and
// a rollback that was interrupted is finished. A run that was not confirmed in time
// is undone; one whose time is not up is left alone. What an undo left because the API
// server did not answer is put back.
func (a *Agent) Recover(ctx context.Context) ([]transaction.Result, error) {
	if idle, err := a.nothingDue(); err != nil || idle {
		return nil, err
	}
	unlock, err := a.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	return a.recoverDue(ctx)
}

// RecoverWaiting is Recover for the timer of a run that is to be confirmed: it
// waits for a run that is at work, and then until the time of a pending run
// is up, or the API server answers for which a run waits. It ends early, with the cause,
// where ctx ends while it waits.
func (a *Agent) RecoverWaiting(ctx context.Context) ([]transaction.Result, error) {
	if _, err := a.nothingDue(); err != nil {
		return nil, err
	}
	var results []transaction.Result
	if err := a.awaitServer(ctx); err != nil {
		return nil, err
	}
	for {
		// With the lock in any case: a timer that has nothing more to do is stopped.
		a.Await(ctx, message.New("waiting for a run that is at work"))
		unlock, err := a.waitForLock(ctx)
		if err != nil {
			return results, err
		}
		more, err := a.recoverDue(ctx)
		unlock()
		results = append(results, more...)
		if err != nil {
			return results, err
		}
		left, err := a.nextDeadline()
		if err != nil || left == 0 {
			return results, err
		}
		if a.OnWait != nil {
			a.OnWait(node.Waiting{Text: message.New("waiting for the end of the time to confirm the run"), Until: time.Now().Add(left)})
		}
		// While the machine sleeps this clock stands still and the other goes on.
		if err := pause(ctx, min(left, time.Minute)); err != nil {
			return results, err
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return node.Failure(node.Failed, message.Text{}, "stopped waiting: %w", context.Cause(ctx))
	case <-time.After(d):
		return nil
	}
}

// How often the API server is asked whether it answers, and how long: then the timer
// begins anew, and says so in its log.
const (
	serverPause    = 5 * time.Second
	serverPatience = 10 * time.Minute
)

// awaitServer waits until the API server answers, where that is all that there is to be
// waited for. It holds no lock meanwhile.
func (a *Agent) awaitServer(ctx context.Context) error {
	for end := time.Now().Add(serverPatience); time.Now().Before(end); {
		due, err := a.due()
		if err != nil || len(due) == 0 || slices.ContainsFunc(due, func(r journal.Record) bool { return !transaction.Waits(r) || a.runner().Answers(r) }) {
			return err
		}
		a.Await(ctx, message.New("waiting for the API server, to restore kubeadm's record of the cluster"))
		if err := pause(ctx, serverPause); err != nil {
			return err
		}
	}
	return nil
}

// nextDeadline is how long the first of the pending runs has left; 0: there is none.
func (a *Agent) nextDeadline() (time.Duration, error) {
	records, err := a.Pending()
	if err != nil || len(records) == 0 {
		return 0, err
	}
	now, err := a.Moment()
	if err != nil {
		return 0, node.Of(node.Failed, err)
	}
	left := time.Duration(1<<63 - 1)
	for _, r := range records {
		left = min(left, r.Confirm.Deadline-now.Time)
		if r.Confirm.Up(now.Boot, now.Time) {
			left = 0
		}
	}
	return max(left, time.Millisecond), nil
}

// nothingDue tells whether there is nothing to do, without taking the lock.
func (a *Agent) nothingDue() (bool, error) {
	if err := a.mayChange(); err != nil {
		return false, err
	}
	records, err := a.due()
	return len(records) == 0 && !a.leftBehind() && !a.leftTemporaries() && !a.Store.Untidy(), err
}

// recoverDue settles what is to be settled by now. Its caller holds the lock:
// a run that was at work before may be done by now, and is not to be undone.
func (a *Agent) recoverDue(ctx context.Context) ([]transaction.Result, error) {
	a.tidyRuns()
	records, err := a.due()
	if err != nil {
		return nil, err
	}
	defer a.runner().Disarm(context.WithoutCancel(ctx))
	var results []transaction.Result
	var unreadable error // said at the end: the others can be settled all the same
	for _, record := range slices.Backward(records) {
		result, err := a.recoverRun(ctx, record)
		if result != nil {
			results = append(results, *result)
		}
		if record.State.Unreadable() && err != nil {
			unreadable = cmp.Or(unreadable, err)
			continue
		}
		if err != nil {
			return results, err
		}
	}
	return results, unreadable
}

// leftBehind tells whether a run that is settled left something in place that
// was to undo it.
func (a *Agent) leftBehind() bool {
	records, err := a.Store.Unsettled()
	return err == nil && len(records) == 0 && a.Systemd != nil && a.runner().ArmedBoot()
}

// due lists the runs that are to be settled: all that were interrupted, those
// to be confirmed whose time is up, and those that wait for the API server.
func (a *Agent) due() ([]journal.Record, error) {
	records, err := a.Store.Unsettled()
	if err != nil {
		return nil, node.Of(node.Failed, err)
	}
	records = slices.DeleteFunc(records, func(r journal.Record) bool { return r.State == journal.Pending && !a.runner().TimeIsUp(r) })
	waiting, err := a.Waiting() // nothing that is to be undone began after one
	return append(records, waiting...), err
}

func (a *Agent) recoverRun(ctx context.Context, record journal.Record) (*transaction.Result, error) {
	reason := message.New("interrupted, restored by recover")
	switch record.State {
	case journal.Abandoned:
		if err := a.unprepared(record); err != nil {
			return nil, err
		}
		if err := a.Store.Discard(record.ID); err != nil {
			return nil, node.Of(node.Failed, err)
		}
		record.State = journal.RolledBack
		return &transaction.Result{Record: &record}, nil
	case journal.Damaged, journal.Newer:
		if record.State == journal.Newer && record.Ended {
			return nil, nil // it is sound, and there is nothing to be settled
		}
		return nil, a.unreadable(node.Incomplete, record)
	case journal.Pending:
		reason = message.New("not confirmed within %s, restored by recover", record.Confirm.Within)
		if now, err := a.Moment(); err == nil && now.Boot != record.Confirm.Boot {
			reason = message.New("not confirmed before the machine was started again, restored by recover")
		}
	}
	if transaction.Waits(record) {
		reason = record.Reason
	}
	run, err := a.Store.Resume(record.ID)
	if err != nil {
		return nil, node.Of(node.Failed, err)
	}
	defer run.Close()
	return a.runner().Undo(ctx, run, reason, transaction.UndoOptions{})
}

// unprepared makes sure, before a run is discarded that was interrupted while it was
// being prepared, that it did not write anything: a journal that lost all of its
// end looks like one of such a run, and then the backups are all there is.
func (a *Agent) unprepared(record journal.Record) error {
	seen := map[change.Target]bool{}
	for _, step := range record.Steps {
		kind := step.Target.Kind()
		if seen[step.Target] || kind == change.KindUnit || kind == change.KindPod || kind == change.KindObject {
			continue // a second change builds on the first one, a process has no state, and an object is written last
		}
		seen[step.Target] = true
		found := step.Before
		if record.Baseline { // it is undone from its beginning
			found = step.After
		}
		now, err := a.ReadState(step.Target, step.Before, step.After)
		if err == nil && now.Equal(found) {
			continue
		}
		problem := message.New("its journal records no write, but %s is not as the run found it", step.Target)
		if err != nil {
			problem = message.Of(err)
		}
		record.State, record.Problems = journal.Damaged, []message.Text{problem}
		return a.unreadable(node.Incomplete, record)
	}
	return nil
}
