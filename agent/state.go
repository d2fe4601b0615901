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
			a.Log(message.New("a temporary file could not be removed: %v", err))
		}
	}
}

// tidyRuns puts the directory of runs in order, under the lock.
func (a *Agent) tidyRuns() {
	if err := a.Store.Tidy(); err != nil {
		a.Log(message.New("the directory of past runs could not be cleaned up: %v", err))
	}
}

// unreadable says of a run that is damaged, or that a newer harden recorded, what
// is to be done about it by hand. Nothing of it was put back.
func (a *Agent) unreadable(kind node.Kind, r journal.Record) error {
	if r.State == journal.Newer {
		return node.Failure(node.Failed, message.New("use that version to recover or roll back the run; leave %s as it is", path.Dir(r.BackupDir)), "%s", message.List(r.Problems...))
	}
	return node.Failure(kind, damagedHint(r), "run %s cannot be recovered: %s", r.ID, message.List(r.Problems...))
}

// Waiting lists the runs of which all is put back but kubeadm's record of the cluster,
// because the API server did not answer. It writes nothing.
func (a *Agent) Waiting() ([]journal.Record, error) {
	records, err := a.runner().Waiting()
	if err != nil {
		return nil, node.Of(node.Failed, err)
	}
	return records, nil
}

// waitingRun names one of them, "" where there is none.
func (a *Agent) waitingRun() string {
	if records, err := a.Waiting(); err == nil && len(records) > 0 {
		return records[0].ID
	}
	return ""
}

// putBack refuses to go on over a run that waits so, but for one: what it recorded is
// not there to stay, and a later run would take it for what was before.
func (a *Agent) putBack(but string) error {
	records, err := a.Waiting()
	if err != nil {
		return err
	}
	for _, r := range records {
		if r.ID != but {
			return node.Failure(node.Failed, message.New("harden restores it automatically once the API server answers; to restore it now: harden recover"), "run %s was undone, but kubeadm's record of the cluster is not restored yet: harden waits for the API server", r.ID)
		}
	}
	return nil
}

// warnUnreadable adds to a result warnings of past runs that cannot be read.
func (a *Agent) warnUnreadable(result *transaction.Result) {
	records, err := a.Store.Unsettled()
	if result == nil || err != nil {
		return
	}
	for _, r := range records {
		if r.State.Unreadable() {
			result.Warnings = append(result.Warnings, message.New("run %s cannot be rolled back, but apply works: %s", r.ID, message.List(r.Problems...)))
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
		ended = message.New("the run had already ended, so nothing was interrupted")
	}
	return message.List(ended, message.New("the originals are in %s, and plan.json beside them lists the changes; restore what you need by hand, then move that run's directory out of %s/runs", r.BackupDir, node.StateDir))
}
