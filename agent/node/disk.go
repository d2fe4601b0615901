package node

import (
	"errors"
	"io/fs"
	"path"

	"harden/agent/host"
	"harden/agent/journal"
)

// StateDir is where runs and the lock lie, below the root.
const StateDir = "/var/lib/harden"

// NewStore gives the runs that are remembered below a root.
func NewStore(root *host.Root) *journal.Store { return journal.Open(disk{root}, StateDir) }

// disk makes a root the storage of a journal.
type disk struct{ *host.Root }

// MakeDirs implements journal.Disk. A directory that is there with another mode,
// and that only root could write, is given the right one.
func (d disk) MakeDirs(path string, mode uint32) error {
	if err := d.Root.MakeDirs(path, mode); err != nil {
		return err
	}
	return d.Private(path, mode)
}

// OpenAppend implements journal.Disk.
func (d disk) OpenAppend(path string) (journal.Appender, error) { return d.Root.OpenAppend(path) }

// MakeStateDir makes harden's own directory, and gives it and those of runs and of
// the baseline the mode that they are to have, where only root could write them.
func (n *Node) MakeStateDir() error {
	store := disk{n.Root}
	if err := store.MakeDirs(StateDir, 0o700); err != nil {
		return err
	}
	for _, name := range []string{"runs", "baseline", "baseline/backups"} {
		if err := n.Root.Private(path.Join(StateDir, name), 0o700); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
