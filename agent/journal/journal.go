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
//	    seal          how much of the journal is known to be durable
//	checked           what is known of the runs up to one, where there are many
//
// The order that makes it safe: Begin returns only when every backup and the
// states of all targets before and after are durable; Intent returns only when
// the record is durable, and only then may the target be written. So a target
// without an intent was never touched, and one with an intent is either as
// before or as after. Undoing a step twice does no harm, which is why a
// missing record at the end of the log is never worse than a repeated step.
//
// A record with its newline was durable: where it is not as it was written, that
// is damage. Only what follows the last newline may have been torn by a power
// loss. A journal that lost its end would look torn, so its length is sealed when
// a run is ready and each time it comes to an end, and a run that has a newer one
// behind it had come to its end: nothing is begun over one that has not. What is
// damaged is never undone, and never removed.
//
// The package never touches a target, never takes the lock (its callers hold
// it for everything that writes), and never stores what a target is to hold
// afterwards, only the digest: keys that a run makes are not kept here.
package journal

import (
	"fmt"
	"path"
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
	// EachName visits the names in a directory, in no order.
	EachName(path string, visit func(name string) error) error
	// Rename gives a directory a new name beside the old one.
	Rename(from, to string) error
	OpenAppend(path string) (Appender, error)
	// RemoveAll removes a file or a whole directory; a missing one is not an error.
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

	// Format is the number of the newest form of a journal that is known here.
	// It stands in the header of a journal, where nothing is 1, and is raised
	// where an older harden could not undo what is recorded.
	Format = 1

	// gonePrefix begins the name of a run that is being removed.
	gonePrefix = ".gone-"

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

func (s *Store) path(id string, names ...string) string {
	return path.Join(append([]string{s.dir, id}, names...)...)
}

func backupName(step int) string { return fmt.Sprintf("%04d", step) }
