package agent

import (
	"errors"
	"path"

	"harden/agent/journal"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/transaction"
)

// kept are the directories of harden's own files, of which some are replaced.
var kept = []string{path.Dir(AttestationsFile), node.StateDir, node.StateDir + "/baseline", node.StateDir + "/baseline/backups"}

// leftTemporaries tells whether a command that was killed while it replaced a file
// of harden's own left its temporary.
func (a *Agent) leftTemporaries() bool {
	for _, dir := range kept {
		if a.Root.Temporaries(dir) {
			return true
		}
	}
	return false
}

// removeTemporaries removes them. Its caller holds the lock. What cannot be
// removed harms nothing, and is tried again by the next command.
func (a *Agent) removeTemporaries() {
	for _, dir := range kept {
		if err := a.Root.RemoveTemporaries(dir); err != nil {
			a.Log(message.New("a temporary file is left in place: %v", err))
		}
	}
}

// tidyRuns puts the directory of runs in order, under the lock.
func (a *Agent) tidyRuns() {
	if err := a.Store.Tidy(); err != nil {
		a.Log(message.New("the directory of past runs is not put in order: %v", err))
	}
}

// unreadable says of a run that is damaged, or that a newer harden recorded, what
// is to be done about it by hand. Nothing of it was put back.
func (a *Agent) unreadable(kind node.Kind, r journal.Record) error {
	if r.State == journal.Newer {
		return node.Failure(node.Failed, message.New("that version settles it and rolls it back; leave %s as it is", path.Dir(r.BackupDir)), "%s", message.List(r.Problems...))
	}
	return node.Failure(kind, damagedHint(r), "run %s cannot be settled: %s", r.ID, message.List(r.Problems...))
}

// warnUnreadable adds to a result warnings of past runs that cannot be read.
func (a *Agent) warnUnreadable(result *transaction.Result) {
	records, err := a.Store.Unsettled()
	if result == nil || err != nil {
		return
	}
	for _, r := range records {
		if r.State.Unreadable() {
			result.Warnings = append(result.Warnings, message.New("run %s cannot be rolled back, and nothing else depends on it: %s", r.ID, message.List(r.Problems...)))
		}
	}
}

// Unread is what to do where a run cannot be read.
func Unread(err error) message.Text {
	var damaged *journal.DamagedError
	switch {
	case errors.As(err, &damaged):
		return damagedHint(journal.Record{BackupDir: path.Join(path.Dir(damaged.Path), "backups"), Ended: damaged.Ended})
	case errors.As(err, new(*journal.NewerError)), message.Of(err).Has("no run %q: see harden history"): // it says so itself
		return message.Text{}
	}
	return message.New("harden history lists the runs")
}

// damagedHint says what to do about a run whose journal is damaged.
func damagedHint(r journal.Record) message.Text {
	var ended message.Text
	if r.Ended {
		ended = message.New("it had ended, so nothing was interrupted")
	}
	return message.List(ended, message.New("the originals are in %s, and plan.json beside them lists the changes; restore what you need by hand, then move that run's directory out of %s/runs", r.BackupDir, node.StateDir))
}
