package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"harden/agent/change"
)

// Runs lists all runs, oldest first. A run whose journal is damaged is listed
// as Damaged and does not hide the others. Abandoned runs are listed too.
func (s *Store) Runs() ([]Record, error) {
	return s.list(func(string) (bool, error) { return true, nil })
}

// Unsettled lists the runs that are still at work or were cut off, and the
// damaged ones that may be: those that the next command must speak of. It
// looks at the last line of a journal only where that says enough, so it stays
// fast with a long history. A rollback that ended incomplete is not listed.
func (s *Store) Unsettled() ([]Record, error) {
	return s.list(func(id string) (bool, error) {
		data, err := s.disk.ReadFile(s.path(id, journalName), journalLimit)
		if errors.Is(err, fs.ErrNotExist) {
			return true, nil
		}
		if err != nil {
			return false, fmt.Errorf("cannot read run %s: %w", id, err)
		}
		return !settledAtEnd(data), nil
	})
}

func (s *Store) list(wanted func(id string) (bool, error)) ([]Record, error) {
	ids, err := s.ids()
	if err != nil {
		return nil, err
	}
	var records []Record
	for _, id := range ids {
		ok, err := wanted(id)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		log, err := s.read(id)
		var damaged *DamagedError
		switch {
		case errors.As(err, &damaged):
			records = append(records, s.complete(id, Record{State: Damaged, Problems: []string{err.Error()}}))
		case err != nil:
			return nil, err
		default:
			records = append(records, log.record)
		}
	}
	return records, nil
}

// Load gives one run by its id or a beginning of it that no other run has.
func (s *Store) Load(prefix string) (Record, error) {
	id, err := s.find(prefix)
	if err != nil {
		return Record{}, err
	}
	log, err := s.read(id)
	return log.record, err
}

// Resume opens a run in order to undo it, or to go on undoing it. It writes
// nothing yet. Every step is to be looked at, also one without an intent: only
// where its target is still as before is there nothing to do.
func (s *Store) Resume(prefix string) (*Run, error) {
	id, err := s.find(prefix)
	if err != nil {
		return nil, err
	}
	found, err := s.read(id)
	if err != nil {
		return nil, err
	}
	nothing := found.record.State == RolledBack && !slices.ContainsFunc(found.record.Steps, func(s Step) bool { return s.UndoSkipped != "" })
	if state := found.record.State; state == Abandoned || nothing {
		return nil, fmt.Errorf("nothing to undo in run %s: it is %s", id, state)
	}
	run := &Run{
		record: found.record,
		seq:    found.seq,
		log:    logFile{disk: s.disk, path: s.path(id, journalName), size: found.size},
	}
	if found.torn {
		return run, nil // the first record cuts the torn line off
	}
	if err := run.log.open(); err != nil {
		return nil, fmt.Errorf("cannot resume run %s: %w", id, err)
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
		return change.State{}, fmt.Errorf("cannot read the backup of %s: %w", t, err)
	}
	if digest := change.Digest(data); digest != content.Digest {
		return change.State{}, fmt.Errorf("cannot use the backup of %s: %s is damaged, it has %s and had %s", t, backup, digest, content.Digest)
	}
	content.Data, file.Content = data, &content
	state.File = &file
	return state, nil
}

// read gives the run of a whole id.
func (s *Store) read(id string) (replayed, error) {
	name := s.path(id, journalName)
	data, err := s.disk.ReadFile(name, journalLimit)
	if errors.Is(err, fs.ErrNotExist) {
		err = s.expectNoBackups(id)
	}
	if err != nil {
		return replayed{}, fmt.Errorf("cannot read run %s: %w", id, err)
	}
	log, err := replay(name, data)
	if err != nil {
		return replayed{}, err
	}
	log.record = s.complete(id, log.record)
	return log, nil
}

// expectNoBackups tells a run that never came to have a journal from one that
// lost it.
func (s *Store) expectNoBackups(id string) error {
	names, err := s.disk.ReadDir(s.path(id, backupsName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && len(names) > 0 {
		return &DamagedError{Path: s.path(id, journalName), Reason: "it is missing, while there are backups"}
	}
	return err
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
