package agent

import (
	"context"
	"slices"
	"time"

	"harden/agent/journal"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/transaction"
)

// Pending lists the runs that are to be confirmed. It writes nothing.
func (a *Agent) Pending() ([]journal.Record, error) {
	records, err := a.Store.Unsettled()
	if err != nil {
		return nil, node.Of(node.Failed, err)
	}
	return slices.DeleteFunc(records, func(r journal.Record) bool { return r.State != journal.Pending }), nil
}

// ConfirmBefore gives the time of the wall clock, to a second, until which a
// pending run can be confirmed, as transaction.Runner does.
func (a *Agent) ConfirmBefore(r journal.Record) time.Time { return a.runner().ConfirmBefore(r) }

// TimeIsUp tells whether a pending run can no longer be confirmed.
func (a *Agent) TimeIsUp(r journal.Record) bool { return a.runner().TimeIsUp(r) }

// Confirm keeps a pending run, the one that is named or the only one there
// is. What was to undo it is taken away once that is durable.
func (a *Agent) Confirm(ctx context.Context, id string) (*transaction.Result, error) {
	if err := a.mayChange(); err != nil {
		return nil, err
	}
	if _, err := a.findPending(id); err != nil {
		return nil, err
	}
	unlock, err := a.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	record, err := a.findPending(id) // it may have been undone meanwhile
	if err != nil {
		return nil, err
	}
	if err := a.inTime(record); err != nil {
		return nil, err
	}
	run, err := a.Store.Resume(record.ID)
	if err != nil {
		return nil, node.Of(node.Failed, err)
	}
	defer run.Close()
	if err := run.Confirm(a.Now()); err != nil {
		return nil, node.Failure(node.Failed, message.New("fix the cause and confirm again, or let the run be undone"), "%w", err)
	}
	a.runner().Disarm(context.WithoutCancel(ctx))
	record = run.Record()
	return &transaction.Result{Record: &record}, nil
}

// PreviewConfirm gives the run that Confirm would keep, or the error with which
// it would refuse. It changes nothing.
func (a *Agent) PreviewConfirm(id string) (*transaction.Result, error) {
	record, err := a.findPending(id)
	if err != nil {
		return nil, err
	}
	return &transaction.Result{Record: &record}, a.inTime(record)
}

func (a *Agent) inTime(record journal.Record) error {
	if a.runner().TimeIsUp(record) {
		return node.Failure(node.Failed, message.New("to undo it now: harden recover"), "run %s was not confirmed in time: it is being undone", record.ID)
	}
	return nil
}

// findPending gives the run to be confirmed.
func (a *Agent) findPending(id string) (journal.Record, error) {
	if id != "" {
		record, err := a.Store.Load(id)
		if err != nil {
			return record, node.Failure(node.Failed, message.New("harden history lists the runs"), "%w", err)
		}
		if record.State != journal.Pending {
			return record, node.Failure(node.Failed, message.New("harden history lists the runs"), "run %s does not wait for confirmation: it is %s", record.ID, record.State)
		}
		return record, nil
	}
	records, err := a.Pending()
	if err != nil {
		return journal.Record{}, err
	}
	if len(records) == 0 {
		return journal.Record{}, node.Failure(node.Failed, message.New("harden history lists the runs; one that was not confirmed in time is undone"), "no run waits for confirmation")
	}
	return records[len(records)-1], nil
}

// unconfirmed refuses to go on over a run that is to be confirmed, but for
// the one that is to be rolled back.
func (a *Agent) unconfirmed(but string) error {
	records, err := a.Pending()
	if err != nil {
		return err
	}
	for _, r := range records {
		if r.ID != but {
			return node.Failure(node.Failed, message.New("keep it with: harden confirm; or undo it with: harden rollback"), "run %s waits for confirmation", r.ID)
		}
	}
	return nil
}
