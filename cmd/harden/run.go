package main

import (
	"cmp"
	"slices"

	"harden/agent/change"
	"harden/agent/journal"
	"harden/agent/report"
	"harden/agent/transaction"
)

// runOf is the view of what a run came to. A run that had nothing to do is
// applied, and has no id.
func runOf(r *transaction.Result) report.Run {
	if r.Record == nil {
		return report.Run{State: string(journal.Applied), Restarts: map[string]int{}}
	}
	run := viewRun(*r.Record)
	if !r.ConfirmBefore.IsZero() {
		run.ConfirmBefore = &r.ConfirmBefore
	}
	return run
}

func viewRun(r journal.Record) report.Run {
	run := report.Run{ID: r.ID, State: string(r.State), Restarts: map[string]int{}, Changes: len(r.Steps), Profile: r.Profile.Name,
		Backup: r.BackupDir, Reason: r.Reason, Problems: r.Problems, Waits: transaction.Waits(r)}
	if r.State.Open() {
		run.State = "interrupted"
	}
	if !r.Started.IsZero() {
		run.Started = &r.Started
	}
	if !r.Finished.IsZero() {
		run.Finished = &r.Finished
	}
	for _, step := range r.Steps {
		if !step.UndoSkipped.IsZero() && r.State == journal.RolledBack {
			run.Kept = append(run.Kept, step.UndoSkipped)
		}
	}
	for _, list := range [][]journal.EffectStep{r.Effects, r.UndoEffects} {
		for _, e := range list {
			if name := cmp.Or(e.Effect.Unit(), e.Effect.Component()); name != "" && e.Done {
				run.Restarts[name]++
			}
		}
	}
	return run
}

// viewRun is the view of a run, with the time until when it can be confirmed.
func (s *session) viewRun(r journal.Record) report.Run {
	return runOf(&transaction.Result{Record: &r, ConfirmBefore: s.ConfirmBefore(r)})
}

// changesOf gives a run's changes as they were planned, and no more of them than
// is shown today: older versions recorded whatever they found.
func changesOf(r *journal.Record) []change.Change {
	changes := make([]change.Change, len(r.Steps))
	for i, s := range r.Steps {
		changes[i] = s.Change
		changes[i].Fields = slices.Clone(s.Fields)
		for k, f := range s.Fields {
			changes[i].Fields[k] = f.Shown()
		}
	}
	return changes
}

// changesIn gives the changes that a run made. Those of a rollback lead from
// what the run wrote to what it found.
func changesIn(r *transaction.Result) []change.Change {
	switch {
	case r.Plan != nil:
		return r.Plan.Changes
	case r.Record == nil:
		return nil
	}
	changes := changesOf(r.Record)
	for i := range changes {
		changes[i] = reversed(changes[i])
	}
	return changes
}

// reversed is the way back, field by field: like a run that is over, it has no
// contents.
func reversed(c change.Change) change.Change {
	c.Before, c.After = withoutBytes(c.After), withoutBytes(c.Before)
	c.Fields = slices.Clone(c.Fields)
	for i, f := range c.Fields {
		c.Fields[i].Before, c.Fields[i].After = f.After, f.Before
	}
	return c
}

func withoutBytes(s change.State) change.State {
	if s.File == nil || s.File.Content == nil {
		return s
	}
	file, content := *s.File, *s.File.Content
	content.Data, file.Content = nil, &content
	s.File = &file
	return s
}
