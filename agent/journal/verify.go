package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"harden/agent/message"
)

// read gives the run of a whole id. What its journal says is held against what
// else is known of the run, because a file that lost its end looks like one that
// was being written. newest: no run was begun after it.
func (s *Store) read(id string, newest bool) (replayed, error) {
	name := s.path(id, journalName)
	data, err := s.disk.ReadFile(name, journalLimit)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return replayed{}, message.Errorf("cannot read run %s: %w", id, err)
	}
	sealed, spoilt := s.readSeal(id)
	var damaged *DamagedError
	if spoilt != nil && !errors.As(spoilt, &damaged) {
		return replayed{}, spoilt
	}
	log, err := replay(name, data)
	if err == nil {
		log.record = s.complete(id, log.record)
		err = s.verify(log, data, sealed, damaged, newest)
	}
	if err != nil {
		ended := hadEnded(data, sealed)
		if sealed == nil && !newest && log.record.State != Undoing { // that one may have been rolled back by hand
			ended = ended || !s.checked().isOpen(id)
		}
		return replayed{}, withEnd(err, ended)
	}
	log.sealed = sealed != nil && sealed.Size == log.size
	return log, nil
}

// withEnd adds to an error about a journal whether the run had come to its end.
func withEnd(err error, ended bool) error {
	var damaged *DamagedError
	var newer *NewerError
	switch {
	case errors.As(err, &damaged):
		damaged.Ended = ended
	case errors.As(err, &newer):
		newer.Ended = ended
	}
	return err
}

// hadEnded tells whether a journal that cannot be trusted, or be read here, is
// one of a run that is known to have come to its end.
func hadEnded(data []byte, sealed *seal) bool {
	if sealed == nil || !sealed.State.ended() {
		return lastEntry(data).ends()
	}
	if len(data) <= sealed.Size || lastEntry(data).ends() {
		return true
	}
	if !sealed.covers(data) {
		return false // an undo may have been begun behind it
	}
	for line := range bytes.Lines(data[sealed.Size:]) {
		if _, sound := unframe(line); sound {
			return false
		}
	}
	return true // whatever follows, harden did not write it
}

// verify is an error if a journal cannot be all that was recorded of a run.
func (s *Store) verify(log replayed, data []byte, sealed *seal, spoilt *DamagedError, newest bool) error {
	r := log.record
	damage := func(format string, args ...any) error { return s.damaged(r.ID, format, args...) }
	switch {
	case spoilt != nil && (log.torn || r.State.Open()):
		return spoilt // it would tell whether this is the end of the journal
	case sealed != nil && len(data) < sealed.Size:
		return damage("it has %d bytes and had %d", len(data), sealed.Size)
	case sealed != nil && !sealed.covers(data):
		return damage("its first %d bytes have changed", sealed.Size)
	case !r.State.Open():
		return nil
	case len(data) == 0 && sealed == nil:
		return s.verifyUnsealed(log, true)
	}
	// Nothing is begun over a run that is not settled; but an older one can be
	// rolled back by hand, and that can be interrupted.
	byHand := r.State == Undoing && sealed != nil && sealed.State != InProgress
	if !newest && !byHand {
		return damage("it stops before the end of the run, and newer runs were started, so its last records are lost")
	}
	if sealed != nil || spoilt != nil {
		return nil
	}
	return s.verifyUnsealed(log, false)
}

// damaged says of the journal of a run, as a whole, why it cannot be trusted.
func (s *Store) damaged(id, format string, args ...any) error {
	return &DamagedError{Path: s.path(id, journalName), Reason: message.New(format, args...)}
}

// verifyUnsealed judges a run that was being prepared, or that was made by a
// harden that sealed nothing: by what lies beside its journal.
func (s *Store) verifyUnsealed(log replayed, empty bool) error {
	r := log.record
	damage := func(format string, args ...any) error { return s.damaged(r.ID, format, args...) }
	names, err := s.disk.ReadDir(s.path(r.ID))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return message.Errorf("cannot read run %s: %w", r.ID, err)
	}
	has := func(name string) bool { return slices.Contains(names, name) }
	switch {
	case empty && (has(planName) || has(backupsName)):
		return damage("it is empty or missing, and the run's other files are there")
	case r.State == InProgress && !has(reserveName):
		// The reserve is given back when a run is settled. When its undo begins
		// too, and then the journal says so.
		return damage("it stops before the end of the run, and the disk space reserved for the run was released, so its last records are lost")
	case r.State != Abandoned || empty:
		return nil
	}
	backups, err := s.disk.ReadDir(s.path(r.ID, backupsName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return message.Errorf("cannot read run %s: %w", r.ID, err)
	}
	for _, name := range backups {
		if n, err := strconv.Atoi(name); err == nil && n >= len(r.Steps) {
			return damage("it names %d changes, and there are backups for one more", len(r.Steps))
		}
	}
	if n, known := s.planned(r.ID); known && n != len(r.Steps) {
		return damage("it names %d changes, and the plan has %d", len(r.Steps), n)
	}
	return nil
}

// planned gives the number of changes in the plan of a run, where it tells.
func (s *Store) planned(id string) (n int, known bool) {
	data, err := s.disk.ReadFile(s.path(id, planName), planLimit)
	if err != nil {
		return 0, false
	}
	var plan struct {
		Changes []json.RawMessage `json:"changes"`
	}
	if err := json.Unmarshal(data, &plan); err != nil || plan.Changes == nil {
		return 0, false
	}
	return len(plan.Changes), true
}

// unreadable gives a run that cannot be read as a record, where its error says why.
func (s *Store) unreadable(id string, err error) (Record, bool) {
	var damaged *DamagedError
	var newer *NewerError
	r := Record{Problems: []message.Text{message.Of(err)}}
	switch {
	case errors.As(err, &newer):
		r.State, r.Ended = Newer, newer.Ended
	case errors.As(err, &damaged):
		r.State, r.Ended = Damaged, damaged.Ended
	default:
		return Record{}, false
	}
	return s.complete(id, r), true
}

// runIn names the run in the path of one of its files.
func runIn(path string) string {
	parts := strings.Split(path, "/")
	return parts[max(0, len(parts)-2)]
}
