package agent

import (
	"harden/agent/host"
	"harden/agent/journal"
)

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
