package journal

import (
	"iter"
	"path"
	"slices"

	"harden/agent/change"
	"harden/agent/message"
)

// Newest goes through all runs, the newest first, one at a time. A run whose journal
// is damaged comes as Damaged and does not hide the others. Abandoned runs come too.
// It ends at the first error.
func (s *Store) Newest() iter.Seq2[Record, error] {
	return s.each(func(ids []runID) iter.Seq2[int, runID] { return slices.Backward(ids) })
}

// Oldest is Newest with the oldest first.
func (s *Store) Oldest() iter.Seq2[Record, error] {
	return s.each(func(ids []runID) iter.Seq2[int, runID] { return slices.All(ids) })
}

func (s *Store) each(order func([]runID) iter.Seq2[int, runID]) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		ids, err := s.ids()
		if err != nil {
			yield(Record{}, err)
			return
		}
		for i, id := range order(ids) {
			r, err := s.recorded(id.String(), i == len(ids)-1)
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// recorded gives a run, also one that cannot be read.
func (s *Store) recorded(id string, newest bool) (Record, error) {
	log, err := s.read(id, newest)
	if err == nil {
		return log.record, nil
	}
	if r, is := s.unreadable(id, err); is {
		return r, nil
	}
	return Record{}, err
}

// Unsettled lists the runs that are still at work or were interrupted, oldest first,
// and those that are damaged or were recorded by a newer harden: what the next
// command must speak of. It looks at the last line of a journal and its seal only
// where they say enough, and not at runs that are known to be settled, so it stays
// fast with a long history. A rollback that ended incomplete is not listed.
func (s *Store) Unsettled() ([]Record, error) {
	return s.some(func(c checked) []string { return c.Open }, func(_ entry, quiet bool) bool { return !quiet })
}

// Incomplete lists the runs that are not rolled back completely, oldest first.
func (s *Store) Incomplete() ([]Record, error) {
	records, err := s.some(func(c checked) []string { return slices.Concat(c.Open, c.Incomplete) },
		func(last entry, quiet bool) bool { return quiet && last.comesTo() == RollbackIncomplete })
	return slices.DeleteFunc(records, func(r Record) bool { return r.State != RollbackIncomplete }), err
}

// some lists the runs whose ends are wanted. Of those that are known it looks at
// the named ones alone.
func (s *Store) some(named func(checked) []string, wanted func(last entry, quiet bool) bool) ([]Record, error) {
	ids, err := s.ids()
	if err != nil {
		return nil, err
	}
	var records []Record
	c := s.checked()
	for _, id := range c.unchecked(ids, named(c)...) {
		last, quiet, err := s.lastOf(id.String())
		if err != nil {
			return nil, err
		}
		if !wanted(last, quiet) {
			continue
		}
		r, err := s.recorded(id.String(), id == ids[len(ids)-1])
		if err != nil {
			return nil, err
		}
		if quiet || !r.State.ended() { // a torn line behind the end says nothing
			records = append(records, r)
		}
	}
	return records, nil
}

// Load gives one run by its id or a beginning of it that no other run has.
func (s *Store) Load(prefix string) (Record, error) {
	id, newest, err := s.find(prefix)
	if err != nil {
		return Record{}, err
	}
	log, err := s.read(id, newest)
	return log.record, err
}

// Resume opens a run in order to undo it, or to go on undoing it. It writes
// nothing yet. Every step is to be looked at, also one without an intent: only
// where its target is still as before is there nothing to do.
func (s *Store) Resume(prefix string) (*Run, error) {
	id, newest, err := s.find(prefix)
	if err != nil {
		return nil, err
	}
	found, err := s.read(id, newest)
	if err != nil {
		return nil, err
	}
	nothing := found.record.State == RolledBack && !slices.ContainsFunc(found.record.Steps, func(s Step) bool { return !s.UndoSkipped.IsZero() })
	if state := found.record.State; state == Abandoned || nothing {
		return nil, message.Errorf("nothing to undo in run %s: it is %s", id, state)
	}
	run := s.run(found)
	if found.torn {
		return run, nil // the first record cuts the torn line off
	}
	if err := run.log.open(); err != nil {
		return nil, message.Errorf("cannot resume run %s: %w", id, err)
	}
	return run, nil
}

// Before gives the whole state that a step's target had, with the bytes of
// its content from the backup. Bytes that are not those that were backed up
// are an error.
func (s *Store) Before(r Record, step int) (change.State, error) {
	return s.restored(r.Steps[step].Before, r.Steps[step].Backup, r.Steps[step].Target)
}

// restored gives a state with the bytes of its content from a backup.
func (s *Store) restored(state change.State, backup string, t change.Target) (change.State, error) {
	if backup == "" {
		return state, nil
	}
	file, content := *state.File, *state.File.Content
	data, err := s.disk.ReadFile(backup, content.Size)
	if err != nil {
		return change.State{}, message.Errorf("cannot read the backup of %s: %w", t, err)
	}
	if digest := change.Digest(data); digest != content.Digest {
		return change.State{}, message.Errorf("cannot use the backup of %s: %s is damaged, its digest is %s and was %s", t, backup, digest, content.Digest)
	}
	content.Data, file.Content = data, &content
	state.File = &file
	return state, nil
}

// run goes on with a run where its journal ends.
func (s *Store) run(found replayed) *Run {
	return &Run{store: s, record: found.record, seq: found.seq, log: s.logOf(found), sealed: found.sealed}
}

func (s *Store) logOf(found replayed) logFile {
	return logFile{disk: s.disk, path: s.path(found.record.ID, journalName), size: found.size, sum: found.sum}
}

// complete adds what follows from where a run lies.
func (s *Store) complete(id string, r Record) Record {
	r.ID, r.BackupDir = id, s.path(id, backupsName)
	for i := range r.Steps {
		if f := r.Steps[i].Before.File; f != nil && f.Content != nil {
			r.Steps[i].Backup = path.Join(r.BackupDir, backupName(i))
		}
	}
	return r
}
