package journal

import (
	"fmt"
	"slices"

	"harden/agent/change"
)

// Prune removes old runs. It keeps the newest keep runs that are applied or
// rolled back, the newest applied one whatever its age, and every run that is
// anything else. The first state of every target that a removed run wrote is
// written down before (see Originals): the way back to a node as it was before
// harden is never lost. keep <= 0 removes nothing.
func (s *Store) Prune(keep int) error {
	if keep <= 0 {
		return nil
	}
	records, err := s.Runs()
	if err != nil {
		return err
	}
	b, err := s.baseline()
	if err != nil {
		return err
	}
	gone := b.prune(records, stay(records, keep))
	if len(gone) == 0 {
		return nil
	}
	if err := s.keep(b); err != nil {
		return fmt.Errorf("cannot keep the originals of run %s: %w", gone[0], err)
	}
	for _, id := range gone {
		if err := s.remove(id); err != nil {
			return fmt.Errorf("cannot prune run %s: %w", id, err)
		}
	}
	return nil
}

// stay tells of each run whether it is not to be pruned.
func stay(records []Record, keep int) []bool {
	stays := make([]bool, len(records))
	settled, applied := 0, false
	for i, r := range slices.Backward(records) {
		stays[i] = !r.State.settled() || settled < keep || r.State == Applied && !applied
		if r.State.settled() {
			settled++
		}
		applied = applied || r.State == Applied
	}
	return stays
}

// prune moves what runs know into the baseline, and gives the ids of those
// that are not needed any more. What a run found counts only together with
// what the runs before it left. So a run whose elders stay goes only where it
// put back all that it wrote, and of it only the targets are new that no elder
// wrote.
func (b *baseline) prune(records []Record, stays []bool) (gone []string) {
	elders := map[change.Target]bool{} // written by runs that stay
	first := true
	for i, r := range records {
		switch {
		case r.State == Abandoned:
			continue
		case stays[i] || !first && !undoneWhole(r):
			first = false
			for _, step := range r.Steps {
				elders[step.Target] = elders[step.Target] || step.Intended
			}
			continue
		case !first:
			r.Steps = slices.DeleteFunc(slices.Clone(r.Steps), func(s Step) bool { return elders[s.Target] })
		}
		b.add(r)
		gone = append(gone, r.ID)
	}
	return gone
}

// undoneWhole tells whether a run left every target as it had found it.
func undoneWhole(r Record) bool {
	return r.State == RolledBack && !r.Baseline && !slices.ContainsFunc(r.Steps, func(s Step) bool { return s.Intended && !s.Undone })
}

// Discard removes an abandoned run, given by its id or the beginning of it.
func (s *Store) Discard(prefix string) error {
	r, err := s.Load(prefix)
	if err != nil {
		return err
	}
	if r.State != Abandoned {
		return fmt.Errorf("cannot discard run %s: it is %s", r.ID, r.State)
	}
	if err := s.remove(r.ID); err != nil {
		return fmt.Errorf("cannot discard run %s: %w", r.ID, err)
	}
	return nil
}

// remove deletes a run. The journal is emptied first, so that a removal that
// is cut off leaves an abandoned run, and never one that seems to be applied
// and has lost its backups.
func (s *Store) remove(id string) error {
	// On a full disk this makes room for the empty journal.
	if err := s.disk.RemoveAll(s.path(id, reserveName)); err != nil {
		return err
	}
	if err := s.disk.ReplaceFile(s.path(id, journalName), nil, fileMode); err != nil {
		return err
	}
	if err := s.disk.RemoveAll(s.path(id, backupsName)); err != nil {
		return err
	}
	return s.disk.RemoveAll(s.path(id))
}
