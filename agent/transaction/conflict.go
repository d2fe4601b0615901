package transaction

import (
	"slices"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/journal"
	"harden/agent/message"
	"harden/agent/report"
)

// ChangedSince lists what a run wrote and somebody else changed since. What an
// earlier undo of the run reported already is not listed again.
func (r *Runner) ChangedSince(record journal.Record, f *facts.Facts) []report.ExternalChange {
	var external []report.ExternalChange
	for i, step := range record.Steps {
		if !step.Intended || step.Undone || !step.UndoSkipped.IsZero() || writtenAgain(record, i) {
			continue
		}
		before, err := r.Store.Before(record, i)
		if err != nil {
			before = step.Before // said when it is to be put back, and the rest is put back
		}
		if other := r.ExternalChangeTo(step, before, f); other != nil {
			external = append(external, *other)
		}
	}
	return external
}

// ExternalChangeTo reports a step's target where what the run wrote is not there any
// more, nil where it is.
func (r *Runner) ExternalChangeTo(step journal.Step, before change.State, f *facts.Facts) *report.ExternalChange {
	now, err := r.ReadState(step.Target, before, step.After)
	if err != nil && step.Target.Kind() == change.KindObject {
		return nil // that the API server does not answer hinders no file; it is said when the object is to be put back
	}
	if err != nil {
		return &report.ExternalChange{Target: step.Target, Fields: []report.ExternalField{}, Reason: message.Of(err)}
	}
	m := compare(step, before, now, f)
	if len(m.runFields) == 0 {
		return nil
	}
	other := m.report(step, before, now, f)
	return &other
}

func writtenAgain(record journal.Record, i int) bool {
	target := record.Steps[i].Target
	return slices.ContainsFunc(record.Steps[i+1:], func(s journal.Step) bool { return s.Intended && s.Target == target })
}

// untouched makes sure that every target of a run is as the run wrote it, also
// where no rule asks for what somebody else changed meanwhile.
func (r *Runner) untouched(record journal.Record) error {
	for i, step := range record.Steps {
		if writtenAgain(record, i) {
			continue
		}
		now, err := r.ReadState(step.Target, step.Before, step.After)
		if err != nil {
			return message.Errorf("cannot verify the changes: %w", err)
		}
		if fields := now.Differences(step.After); len(fields) > 0 {
			return message.Errorf("%s was changed by someone else during the run: %s", step.Target, join(fields))
		}
	}
	return nil
}
