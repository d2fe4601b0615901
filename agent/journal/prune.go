package journal

import (
	"errors"
	"io/fs"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/message"
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
	ids, err := s.ids()
	if err != nil {
		return err
	}
	b, err := s.baseline()
	if err != nil {
		return err
	}
	stays, err := s.stay(ids, keep)
	if err != nil {
		return err
	}
	gone, err := s.prunable(&b, ids, stays)
	if err != nil {
		return err
	}
	if len(gone) == 0 {
		return nil
	}
	if err := s.keep(b); err != nil {
		return message.Errorf("cannot keep the originals of run %s: %w", gone[0], err)
	}
	for _, id := range gone {
		if err := s.remove(id); err != nil {
			return message.Errorf("cannot prune run %s: %w", id, err)
		}
	}
	return nil
}

// How much one pruning does, where there are very many runs: the next one goes on.
const (
	mostPruned = 100
	mostLooked = 1000
)

// stay tells of each run whether it is among the newest, and not to be pruned.
func (s *Store) stay(ids []runID, keep int) (map[runID]bool, error) {
	stays := map[runID]bool{}
	settled, applied := 0, false
	for _, id := range slices.Backward(ids) {
		if settled >= keep && applied {
			break
		}
		last, quiet, err := s.lastOf(id.String())
		if err != nil {
			return nil, err
		}
		state := last.comesTo()
		if !quiet || !state.settled() {
			stays[id] = true
			continue
		}
		if settled < keep || state == Applied && !applied {
			stays[id] = true
		}
		settled++
		applied = applied || state == Applied
	}
	return stays, nil
}

// prunable moves what runs know into the baseline, and gives the ids of those
// that are not needed any more. What a run found counts only together with
// what the runs before it left. So a run whose elders stay goes only where it
// put back all that it wrote, and of it only the targets are new that no elder
// wrote.
func (s *Store) prunable(b *baseline, ids []runID, stays map[runID]bool) (gone []string, err error) {
	elders := map[change.Target]bool{} // written by runs that stay
	first := true
	for i, id := range ids[:min(len(ids), mostLooked)] {
		r, err := s.recorded(id.String(), i == len(ids)-1)
		if err != nil {
			return nil, err
		}
		switch {
		case r.State == Abandoned:
			continue
		case stays[id] || !r.State.settled() || !first && !undoneWhole(r):
			first = false
			for _, step := range r.Steps {
				elders[step.Target] = elders[step.Target] || step.Intended
			}
			continue
		case !first:
			r.Steps = slices.DeleteFunc(slices.Clone(r.Steps), func(s Step) bool { return elders[s.Target] })
		}
		b.add(r)
		if gone = append(gone, r.ID); len(gone) == mostPruned {
			break
		}
	}
	return gone, nil
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
		return message.Errorf("cannot discard run %s: it is %s", r.ID, r.State)
	}
	if err := s.remove(r.ID); err != nil {
		return message.Errorf("cannot discard run %s: %w", r.ID, err)
	}
	return nil
}

// remove deletes a run. It gets another name first, so that a removal that is
// cut off leaves nothing that seems to be a run and has lost its backups.
func (s *Store) remove(id string) error {
	gone := s.path(gonePrefix + id)
	err := s.disk.Rename(s.path(id), gone)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.disk.RemoveAll(gone)
}

// removeGone removes what removals that were interrupted left.
func (s *Store) removeGone() error {
	var names []string
	err := s.disk.EachName(s.dir, func(name string) error {
		if strings.HasPrefix(name, gonePrefix) && len(names) < mostPruned {
			names = append(names, name)
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, name := range names {
		err = errors.Join(err, s.disk.RemoveAll(s.path(name)))
	}
	return err
}
