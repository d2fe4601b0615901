package transaction

import (
	"context"
	"slices"
	"time"

	"harden/agent/journal"
	"harden/agent/message"
)

// Recover settles every run that was cut off: what it wrote is put back. A run that
// was not confirmed in time is undone; one whose time is not up is left alone.
func (r *Runner) Recover(ctx context.Context) (results []Result, err error) {
	unlock, err := r.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer func() {
		if left := unlock(context.WithoutCancel(ctx)); left != nil && len(results) > 0 {
			results[0].Warnings = append(results[0].Warnings, message.Of(left))
		}
	}()
	due, err := r.due() // also with none: a lock that was left in the cluster is gone by now
	if err != nil {
		return nil, err
	}
	for _, record := range slices.Backward(due) {
		result, err := r.recoverRun(ctx, record)
		if result != nil {
			results = append(results, *result)
		}
		if err != nil {
			return results, err
		}
	}
	return results, nil
}

// due are the runs that are to be settled.
func (r *Runner) due() ([]journal.Record, error) {
	records, err := r.State.Store.Unsettled()
	if err != nil {
		return nil, &Error{Kind: Failed, Err: err}
	}
	return slices.DeleteFunc(records, func(record journal.Record) bool {
		return record.State == journal.Pending && !r.TimeIsUp(record)
	}), nil
}

func (r *Runner) recoverRun(ctx context.Context, record journal.Record) (*Result, error) {
	switch {
	case record.State == journal.Abandoned:
		return &Result{Record: &record}, r.State.Store.Discard(record.ID)
	case record.State.Unreadable():
		return &Result{Record: &record}, r.settled("")
	}
	reason := message.New("interrupted, put back by recover")
	if record.State == journal.Pending {
		reason = message.New("not confirmed in time")
	}
	r.fence(ctx, record)
	run, err := r.State.Store.Resume(record.ID)
	if err != nil {
		return nil, &Error{Kind: Failed, Err: err}
	}
	defer run.Close()
	return r.undo(ctx, run, reason, false, false)
}

// fence waits until a request that a run had sent when it was cut off cannot come
// late any more.
func (r *Runner) fence(ctx context.Context, record journal.Record) {
	open := func(s journal.Step) bool {
		return s.Intended && !s.Done || s.UndoIntended && !s.Undone && s.UndoSkipped.IsZero()
	}
	if record.State != journal.Pending && slices.ContainsFunc(record.Steps, open) {
		r.Driver.Pause(ctx, r.Driver.Timeout+time.Second)
	}
}

// TimeIsUp tells whether a run can no longer be confirmed. Where that is not known
// it can.
func (r *Runner) TimeIsUp(record journal.Record) bool {
	now, err := r.Moment()
	return err == nil && record.Confirm != nil && record.Confirm.Up(now.Boot, now.Time)
}

// Confirm keeps a run that waits for it.
func (r *Runner) Confirm(id string) (*Result, error) {
	unlock, err := r.State.Lock()
	if err != nil {
		return nil, failure(Busy, message.New("wait until it is done"), "another run is at work here: %w", err)
	}
	defer unlock()
	records, err := r.State.Store.Unsettled()
	if err != nil {
		return nil, &Error{Kind: Failed, Err: err}
	}
	for _, record := range slices.Backward(records) {
		if record.State != journal.Pending || id != "" && record.ID != id {
			continue
		}
		if r.TimeIsUp(record) {
			return nil, failure(Failed, message.New("to undo it now: kubectl harden recover"), "run %s was not confirmed in time: it is being undone", record.ID)
		}
		run, err := r.State.Store.Resume(record.ID)
		if err != nil {
			return nil, &Error{Kind: Failed, Err: err}
		}
		defer run.Close()
		if err := run.Confirm(r.Now()); err != nil {
			return nil, &Error{Kind: Failed, Err: err}
		}
		record = run.Record()
		return &Result{Record: &record}, nil
	}
	return nil, failure(Failed, message.New("kubectl harden history lists the runs"), "no run waits for confirmation")
}

// Await waits until a pending run is confirmed, and undoes it where it is not.
func (r *Runner) Await(ctx context.Context, id string) (*Result, error) {
	for {
		record, err := r.State.Store.Load(id)
		if err != nil {
			return nil, &Error{Kind: Failed, Err: err}
		}
		if record.State != journal.Pending {
			return r.result(record), nil
		}
		if ctx.Err() != nil || r.TimeIsUp(record) {
			break
		}
		select {
		case <-ctx.Done():
		case <-time.After(200 * time.Millisecond):
		}
	}
	after := context.WithoutCancel(ctx)
	unlock, err := r.lock(after)
	if err != nil {
		return nil, err
	}
	defer func() { _ = unlock(after) }() // what is left is taken over by the next run from here
	record, err := r.State.Store.Load(id)
	if err != nil || record.State != journal.Pending { // confirmed at the last moment
		return r.result(record), err
	}
	run, err := r.State.Store.Resume(id)
	if err != nil {
		return nil, &Error{Kind: Failed, Err: err}
	}
	defer run.Close()
	result, err := r.undo(after, run, message.New("not confirmed in time"), false, false)
	if err != nil {
		return result, err
	}
	return result, failure(Undone, message.Text{}, "the run was not confirmed in time: everything was put back")
}
