package agent

import (
	"errors"
	"io/fs"
	"path"
	"strings"

	"harden/agent/journal"
)

// makeStateDir makes harden's own directory, and gives it and those of runs and of
// the baseline the mode that they are to have, where only root could write them.
func (a *Agent) makeStateDir() error {
	store := disk{a.Root}
	if err := store.MakeDirs(StateDir, 0o700); err != nil {
		return err
	}
	for _, name := range []string{"runs", "baseline", "baseline/backups"} {
		if err := a.Root.Private(path.Join(StateDir, name), 0o700); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// kept are the directories of harden's own files, of which some are replaced.
var kept = []string{path.Dir(AttestationsFile), StateDir, StateDir + "/baseline", StateDir + "/baseline/backups"}

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
			a.Say("a temporary file is left in place: " + err.Error())
		}
	}
}

// tidyRuns puts the directory of runs in order, under the lock.
func (a *Agent) tidyRuns() {
	if err := a.Store.Tidy(); err != nil {
		a.Say("the directory of past runs is not put in order: " + err.Error())
	}
}

// unreadable says of a run that is damaged, or that a newer harden recorded, what
// is to be done about it by hand. Nothing of it was put back.
func (a *Agent) unreadable(kind Kind, r journal.Record) error {
	if r.State == journal.Newer {
		return failure(Failed, "that harden settles it and rolls it back; keep "+path.Dir(r.BackupDir)+" until then", "%s", strings.Join(r.Problems, "; "))
	}
	return failure(kind, ByHand(r), "run %s cannot be settled: %s", r.ID, strings.Join(r.Problems, "; "))
}

// ByHand says what to do about a run whose journal is damaged.
func ByHand(r journal.Record) string {
	hint := "its plan is plan.json beside " + r.BackupDir + ", where the originals lie; put back by hand what you need, then move that run's directory out of " + StateDir + "/runs"
	if r.Ended {
		return "it had come to its end, so nothing is cut off; " + hint
	}
	return hint
}
