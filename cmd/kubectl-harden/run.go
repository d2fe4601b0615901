package main

import (
	"harden/agent/change"
	"harden/agent/journal"
	"harden/agent/message"
	"harden/agent/report"
	"harden/cluster/transaction"
)

// runOf is the view of a run.
func runOf(r *transaction.Runner, result transaction.Result) report.Run {
	if result.Record == nil {
		return report.Run{State: string(journal.Applied), Restarts: map[string]int{}}
	}
	run := viewRun(r, *result.Record)
	if !result.ConfirmBefore.IsZero() {
		run.ConfirmBefore = &result.ConfirmBefore
	}
	return run
}

func viewRun(r *transaction.Runner, record journal.Record) report.Run {
	run := report.Run{ID: record.ID, State: string(record.State), Restarts: map[string]int{}, Changes: len(record.Steps), Profile: record.Profile.Name,
		Backup: r.State.Dir + record.BackupDir, Reason: record.Reason, Problems: record.Problems}
	if record.State.Open() {
		run.State = "interrupted"
	}
	if !record.Started.IsZero() {
		run.Started = &record.Started
	}
	if !record.Finished.IsZero() {
		run.Finished = &record.Finished
	}
	if record.State == journal.RolledBack {
		run.Problems = nil
		for _, step := range record.Steps {
			if !step.UndoSkipped.IsZero() {
				run.Kept = append(run.Kept, step.UndoSkipped)
			}
		}
	}
	return run
}

// changesOf are the changes that a run made, or was about to make.
func changesOf(record journal.Record) []change.Change {
	list := make([]change.Change, len(record.Steps))
	for i, s := range record.Steps {
		list[i] = s.Change
	}
	return list
}

func external(f transaction.Foreign) report.ExternalChange {
	e := report.ExternalChange{Target: f.Target, Reason: f.What, Keepable: true, Fields: []report.ExternalField{}}
	for _, one := range f.Fields {
		e.Fields = append(e.Fields, report.ExternalField{Field: one.Field, Before: one.Before, After: one.After, Now: one.Now})
	}
	return e
}

// settledRuns are runs as they are listed, the newest first.
func settledRuns(r *transaction.Runner) ([]report.Run, error) {
	var runs []report.Run
	for record, err := range r.State.Store.Newest() {
		if err != nil {
			return nil, message.Errorf("cannot read the runs: %w", err)
		}
		runs = append(runs, viewRun(r, record))
	}
	return runs, nil
}
