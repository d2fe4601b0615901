package journal

import (
	"encoding/hex"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"time"

	"harden/agent/message"
)

const idLayout = "20060102T150405Z"

// runID is the id of a run in eight bytes, for there may be very many: seconds
// since year 1, and 16 random bits. Ids are ordered as their names are.
type runID uint64

// yearOne is the time that runID counts from, in seconds before that of Unix.
const yearOne = 62135596800

func (r runID) String() string {
	at := time.Unix(int64(r>>16)-yearOne, 0).UTC()
	return at.Format(idLayout) + "-" + hex.EncodeToString([]byte{byte(r >> 8), byte(r)})
}

func (r runID) time() time.Time { return time.Unix(int64(r>>16)-yearOne, 0).UTC() }

// parseID reads a run's id; ok is false where name is no such id.
func parseID(name string) (id runID, ok bool) {
	stamp, random, _ := strings.Cut(name, "-")
	at, err := time.Parse(idLayout, stamp)
	if err != nil || len(random) != 4 || strings.Trim(random, "0123456789abcdef") != "" {
		return 0, false
	}
	bits, err := hex.DecodeString(random)
	if err != nil {
		return 0, false
	}
	id = runID(at.Unix()+yearOne)<<16 | runID(bits[0])<<8 | runID(bits[1])
	return id, id.String() == name
}

// newID names a run after its start. The time in it is always later than in
// the newest id, so that a clock that was set back (nodes boot before they
// know the time) cannot put runs out of order; Header.Started tells the truth.
func newID(newest runID, started time.Time, random [2]byte) runID {
	at := started.UTC().Truncate(time.Second)
	if newest != 0 && !at.After(newest.time()) {
		at = newest.time().Add(time.Second)
	}
	return runID(at.Unix()+yearOne)<<16 | runID(random[0])<<8 | runID(random[1])
}

// ids lists the runs, oldest first. Other names in the directory are not ours.
func (s *Store) ids() ([]runID, error) {
	var ids []runID
	err := s.disk.EachName(s.dir, func(name string) error {
		if id, ok := parseID(name); ok {
			ids = append(ids, id)
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, message.Errorf("cannot list runs: %w", err)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// find gives the one run whose id starts with prefix, and whether it is the newest.
func (s *Store) find(prefix string) (name string, newest bool, err error) {
	ids, err := s.ids()
	if err != nil {
		return "", false, err
	}
	var found []string
	for i, id := range ids {
		if name := id.String(); prefix != "" && strings.HasPrefix(name, prefix) {
			if found = append(found, name); len(found) > 2 {
				break
			}
			newest = i == len(ids)-1
		}
	}
	switch len(found) {
	case 0:
		return "", false, message.Errorf("no run %q: see harden history", prefix)
	case 1:
		return found[0], newest, nil
	}
	return "", false, message.Errorf("run %q is ambiguous: it may be %s", prefix, strings.Join(found, " or "))
}
