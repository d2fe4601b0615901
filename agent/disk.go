package agent

import (
	"harden/agent/host"
	"harden/agent/journal"
)

// NewStore gives the runs that are remembered below a root.
func NewStore(root *host.Root) *journal.Store { return journal.Open(disk{root}, StateDir) }

// disk makes a root the storage of a journal.
type disk struct{ *host.Root }

// OpenAppend implements journal.Disk.
func (d disk) OpenAppend(path string) (journal.Appender, error) { return d.Root.OpenAppend(path) }
