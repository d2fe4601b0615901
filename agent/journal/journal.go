// Package journal remembers what a run does to a node, before it does it, so
// that every run can be undone: after a failure, after kill -9 or a power
// loss, or weeks later.
//
// A run lives in a directory of its own (0700, its files 0600):
//
//	runs/20261121T232434Z-1a2b/
//	    journal       the write-ahead log: one checksummed JSON record a line
//	    backups/0003  what the target of step 3 held before
//	    plan.json     the plan, for people
//	    reserve       bytes that an undo can have back on a full disk
//
// The order that makes it safe: Begin returns only when every backup and the
// states of all targets before and after are durable; Intent returns only when
// the record is durable, and only then may the target be written. So a target
// without an intent was never touched, and one with an intent is either as
// before or as after. Undoing a step twice does no harm, which is why a
// missing record at the end of the log is never worse than a repeated step.
//
// The package never touches a target, never takes the lock (its callers hold
// it for everything that writes), and never stores what a target is to hold
// afterwards, only the digest: keys that a run makes are not kept here.
package journal

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"
)

// Disk is the storage that runs are remembered on. Paths are absolute below
// the root of the run. A missing file or directory is fs.ErrNotExist; all that
// a call wrote is durable when it returns without an error.
type Disk interface {
	MakeDirs(path string, mode uint32) error
	// CreateFile fails where the file exists.
	CreateFile(path string, data []byte, mode uint32) error
	// ReplaceFile leaves either the old bytes or the new ones, never a part.
	ReplaceFile(path string, data []byte, mode uint32) error
	// ReadFile fails on more than limit bytes.
	ReadFile(path string, limit int64) ([]byte, error)
	// ReadDir gives the names in a directory, sorted.
	ReadDir(path string) ([]string, error)
	OpenAppend(path string) (Appender, error)
	// RemoveAll removes a file or a whole directory; a missing one is no error.
	RemoveAll(path string) error
}

// Appender adds records to the end of a file.
type Appender interface {
	Append(data []byte) error
	Close() error
}

const (
	journalName = "journal"
	backupsName = "backups"
	planName    = "plan.json"
	reserveName = "reserve"

	dirMode  = 0o700
	fileMode = 0o600

	// journalLimit is the size in bytes up to which a journal is read.
	journalLimit = 128 << 20
)

// Store is the directory of all runs.
type Store struct {
	disk Disk
	dir  string
}

// Open gives the runs below a state directory such as /var/lib/harden. It
// reads and writes nothing yet, and the directory need not exist.
func Open(disk Disk, dir string) *Store {
	return &Store{disk: disk, dir: path.Join(dir, "runs")}
}

// ids lists the runs, oldest first. Other names in the directory are not ours.
func (s *Store) ids() ([]string, error) {
	names, err := s.disk.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot list runs: %w", err)
	}
	var ids []string
	for _, name := range names {
		if _, ok := idTime(name); ok {
			ids = append(ids, name)
		}
	}
	return ids, nil
}

// find gives the one run whose id starts with prefix.
func (s *Store) find(prefix string) (string, error) {
	ids, err := s.ids()
	if err != nil {
		return "", err
	}
	var found []string
	for _, id := range ids {
		if prefix != "" && strings.HasPrefix(id, prefix) {
			found = append(found, id)
		}
	}
	switch len(found) {
	case 0:
		return "", fmt.Errorf("no run %q: see harden history", prefix)
	case 1:
		return found[0], nil
	}
	return "", fmt.Errorf("run %q is ambiguous: it may be %s", prefix, strings.Join(found, " or "))
}

func (s *Store) path(id string, names ...string) string {
	return path.Join(append([]string{s.dir, id}, names...)...)
}

func backupName(step int) string { return fmt.Sprintf("%04d", step) }

const idLayout = "20060102T150405Z"

// newID names a run after its start. The time in it is always later than in
// the newest id, so that a clock that was set back (nodes boot before they
// know the time) cannot put runs out of order; Header.Started tells the truth.
func newID(ids []string, started time.Time, random [2]byte) string {
	at := started.UTC().Truncate(time.Second)
	if len(ids) > 0 {
		if newest, _ := idTime(ids[len(ids)-1]); !at.After(newest) {
			at = newest.Add(time.Second)
		}
	}
	return at.Format(idLayout) + "-" + hex.EncodeToString(random[:])
}

// idTime reads the time in a run's id; ok is false where name is no such id.
func idTime(name string) (at time.Time, ok bool) {
	stamp, random, _ := strings.Cut(name, "-")
	at, err := time.Parse(idLayout, stamp)
	if err != nil || at.Format(idLayout) != stamp || len(random) != 4 {
		return time.Time{}, false
	}
	return at, strings.Trim(random, "0123456789abcdef") == ""
}
