package journal

import (
	"encoding/json"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"harden/agent/message"
)

// Where there are many runs not every command looks at all of them: nothing is
// begun over one that is not settled, so the older ones are, but for a few that
// are known by name. That is written down once, in a file beside the directory of
// runs, and whoever undoes an older run writes its name into it before. Without
// the file, and where it is damaged, all runs are looked at.
const (
	checkedName = "checked"
	// window is how many runs the newest may be that every command looks at.
	window = 64
	// checkedLimit is the size in bytes up to which the file is read.
	checkedLimit = 4 << 20
)

// checked is what is known of the runs up to one.
type checked struct {
	UpTo string `json:"upTo"` // the newest of them
	// Open are those that may not be settled, or that are damaged.
	Open []string `json:"open,omitempty"`
	// Incomplete are those that are not rolled back completely.
	Incomplete []string `json:"incomplete,omitempty"`
}

func (s *Store) checkedPath() string { return path.Join(path.Dir(s.dir), checkedName) }

// checked reads what is known of older runs: nothing, where that cannot be read.
func (s *Store) checked() checked {
	data, err := s.disk.ReadFile(s.checkedPath(), checkedLimit)
	if err != nil {
		return checked{}
	}
	body, sound := unframe(data)
	var c checked
	if !sound || json.Unmarshal(body, &c) != nil {
		return checked{}
	}
	if _, ok := parseID(c.UpTo); !ok {
		return checked{}
	}
	return c
}

func (s *Store) writeChecked(c checked) error {
	body, err := json.Marshal(c)
	if err != nil {
		return message.Errorf("cannot encode the runs that are checked: %w", err)
	}
	return s.disk.ReplaceFile(s.checkedPath(), frame(body), fileMode)
}

// isOpen tells whether a run may be one of those that are not settled.
func (c checked) isOpen(id string) bool { return slices.Contains(c.Open, id) }

// unchecked gives the runs that are to be looked at, oldest first: those that
// are newer than what is known, and those of the others that are named.
func (c checked) unchecked(ids []runID, named ...string) []runID {
	upTo, _ := parseID(c.UpTo)
	i, found := slices.BinarySearch(ids, upTo)
	if found {
		i++
	}
	var list []runID
	for _, name := range named {
		if id, ok := parseID(name); ok && id <= upTo {
			if _, there := slices.BinarySearch(ids, id); there {
				list = append(list, id)
			}
		}
	}
	slices.Sort(list)
	return slices.Concat(slices.Compact(list), ids[i:])
}

// opening writes down that an older run is about to be undone.
func (s *Store) opening(id string) error {
	c := s.checked()
	if id > c.UpTo || c.isOpen(id) {
		return nil
	}
	c.Open = append(c.Open, id)
	return s.writeChecked(c)
}

// Untidy tells whether Tidy has something to do: what a removal that was cut
// off left, or more runs than every command should look at.
func (s *Store) Untidy() bool {
	many, gone := 0, false
	c := s.checked()
	err := s.disk.EachName(s.dir, func(name string) error {
		gone = gone || strings.HasPrefix(name, gonePrefix)
		if _, ok := parseID(name); ok && name > c.UpTo {
			many++
		}
		return nil
	})
	return err == nil && (gone || many > 2*window)
}

// Tidy removes what a removal that was interrupted left, seals what is settled and
// is not sealed yet, and writes down what is known of older runs where there are
// many. Its caller holds the lock. Where something of this fails, nothing is
// lost by it, and the next one does it.
func (s *Store) Tidy() error {
	err := s.removeGone()
	ids, listed := s.ids()
	if listed != nil {
		return errors.Join(err, listed)
	}
	c := s.checked()
	look := c.unchecked(ids, slices.Concat(c.Open, c.Incomplete)...)
	for _, id := range look[max(0, len(look)-window):] {
		err = errors.Join(err, s.sealSettled(id.String()))
	}
	if len(look) <= 2*window {
		return err
	}
	known := checked{UpTo: ids[len(ids)-1-window].String()}
	for _, id := range look {
		name := id.String()
		if name > known.UpTo {
			break
		}
		last, quiet, failed := s.lastOf(name)
		switch {
		case failed != nil:
			return errors.Join(err, failed)
		case !quiet:
			known.Open = append(known.Open, name)
		case last.comesTo() == RollbackIncomplete:
			known.Incomplete = append(known.Incomplete, name)
		}
	}
	return errors.Join(err, s.writeChecked(known))
}

// lastOf gives the last record of a run; quiet tells that it ends the run, and
// that nothing is known that contradicts it.
func (s *Store) lastOf(id string) (last entry, quiet bool, err error) {
	data, err := s.disk.ReadFile(s.path(id, journalName), journalLimit)
	if errors.Is(err, fs.ErrNotExist) {
		return entry{}, false, nil
	}
	if err != nil {
		return entry{}, false, message.Errorf("cannot read run %s: %w", id, err)
	}
	last = lastEntry(data)
	if !last.ends() || !begins(data) {
		return last, false, nil
	}
	sealed, err := s.readSeal(id)
	var damaged *DamagedError
	if err != nil && !errors.As(err, &damaged) {
		return entry{}, false, err
	}
	return last, sealed == nil || sealed.covers(data), nil
}

// sealSettled seals a run that is settled and is not sealed as such: one that
// was interrupted between the two, or that an older harden made.
func (s *Store) sealSettled(id string) error {
	data, err := s.disk.ReadFile(s.path(id, journalName), journalLimit)
	sealed, spoilt := s.readSeal(id)
	if err != nil || spoilt != nil || sealed != nil && sealed.Size >= len(data) {
		return nil //nolint:nilerr // as below
	}
	found, err := s.read(id, true)
	if err != nil || found.torn || found.sealed || !found.record.State.ended() {
		return nil //nolint:nilerr // what is damaged is said by whoever asks for it
	}
	log := s.logOf(found)
	return log.seal(found.record.State)
}
