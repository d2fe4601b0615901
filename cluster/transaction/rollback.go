package transaction

import (
	"context"
	"errors"
	"slices"

	"harden/agent/journal"
	"harden/agent/message"
	"harden/cluster/object"
)

func asChanged(err error, into **object.ChangedError) bool { return errors.As(err, into) }

// Take says what is done with what somebody else changed since a run.
type Take int

// What a rollback does with it.
const (
	Refuse Take = iota // it does not begin
	Force              // it is overwritten
	Keep               // it is left
)

// Rollback undoes a run, or the newest that is applied.
func (r *Runner) Rollback(ctx context.Context, id string, take Take) (result *Result, err error) {
	unlock, err := r.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer func() {
		if left := unlock(context.WithoutCancel(ctx)); left != nil && result != nil {
			result.Warnings = append(result.Warnings, message.Of(left))
		}
	}()
	record, err := r.Chosen(id)
	if err != nil {
		return nil, err
	}
	if err := r.settled(record.ID); err != nil {
		return nil, err
	}
	r.fence(ctx, record)
	if take == Refuse {
		foreign, err := r.Foreign(ctx, record)
		if err != nil {
			return nil, &Error{Kind: Failed, Err: err}
		}
		if len(foreign) > 0 {
			return &Result{Record: &record, Foreign: foreign}, failure(Failed,
				message.New("--keep-others leaves them unchanged and restores the rest; --force overwrites them"), "somebody else changed %d objects after the run; nothing was changed", len(foreign))
		}
	}
	run, err := r.State.Store.Resume(record.ID)
	if err != nil {
		return nil, &Error{Kind: Failed, Err: err}
	}
	defer run.Close()
	return r.undo(ctx, run, message.New("rolled back by hand"), take == Force, take == Keep)
}

// Chosen is the run that a rollback is about. A newer one that wrote to the same
// objects has to be rolled back first.
func (r *Runner) Chosen(id string) (journal.Record, error) {
	hint := message.New("kubectl harden history lists the runs")
	var chosen *journal.Record
	if id != "" {
		record, err := r.State.Store.Load(id)
		if err != nil {
			return record, failure(Failed, hint, "%w", err)
		}
		chosen = &record
	}
	var newer []journal.Record
	for record, err := range r.State.Store.Newest() {
		if err != nil {
			return record, &Error{Kind: Failed, Err: err}
		}
		done := slices.Contains([]journal.State{journal.Applied, journal.Pending, journal.RollbackIncomplete, journal.Undoing, journal.InProgress}, record.State)
		switch {
		case chosen == nil && done:
			return record, nil
		case chosen != nil && record.ID == chosen.ID:
			return *chosen, overlapping(*chosen, newer)
		case done:
			newer = append(newer, record)
		}
	}
	if chosen != nil {
		return *chosen, nil
	}
	return journal.Record{}, failure(Failed, hint, "there is no run that could be undone")
}

// overlapping refuses to undo a run under a newer one that wrote to the same objects.
func overlapping(chosen journal.Record, newer []journal.Record) error {
	for _, n := range newer {
		for _, s := range n.Steps {
			if slices.ContainsFunc(chosen.Steps, func(o journal.Step) bool { return o.Target == s.Target }) {
				return failure(Failed, message.New("first undo that run: kubectl harden rollback %s", n.ID), "run %s wrote to %s later", n.ID, s.Target.Name())
			}
		}
	}
	return nil
}

// Foreign lists the objects of a run that somebody else changed since.
func (r *Runner) Foreign(ctx context.Context, record journal.Record) ([]Foreign, error) {
	var list []Foreign
	for i, step := range record.Steps {
		if !step.Intended {
			continue
		}
		s, err := r.step(record, i)
		if err != nil {
			return nil, err
		}
		found, err := r.Driver.Foreign(ctx, s)
		if err != nil {
			return nil, err
		}
		if len(found) > 0 {
			f := Foreign{Target: step.Target}
			var texts []message.Text
			for _, one := range found {
				texts = append(texts, one.What)
				if one.Field != "" {
					f.Fields = append(f.Fields, one)
				}
			}
			f.What = message.List(texts...)
			list = append(list, f)
		}
	}
	return list, nil
}
