package journal

import (
	"fmt"

	"harden/agent/change"
)

// Prune removes old runs. It keeps the newest keep runs that are applied or
// rolled back, every run that is anything else, and every run that holds the
// first state or the first content of a target: the way back to a node as it
// was before harden is never lost. keep <= 0 removes nothing.
func (s *Store) Prune(keep int) error {
	if keep <= 0 {
		return nil
	}
	records, err := s.Runs()
	if err != nil {
		return err
	}
	settled := 0
	for _, r := range records {
		if r.State.settled() {
			settled++
		}
	}
	originals := make(map[original]bool)
	for _, r := range records {
		first := false
		for _, o := range originalsIn(r) {
			first = first || !originals[o]
			originals[o] = true
		}
		if !r.State.settled() {
			continue
		}
		settled--
		if settled < keep || first {
			continue
		}
		if err := s.remove(r.ID); err != nil {
			return fmt.Errorf("cannot prune run %s: %w", r.ID, err)
		}
	}
	return nil
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

// original is something of a target that a run remembers. A run may know its
// mode and owner only, so the content counts by itself.
type original struct {
	target  change.Target
	content bool
}

func originalsIn(r Record) []original {
	var list []original
	for _, step := range r.Steps {
		if !step.Intended {
			continue
		}
		list = append(list, original{step.Target, false})
		if step.Backup != "" {
			list = append(list, original{step.Target, true})
		}
	}
	return list
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
