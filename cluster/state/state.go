// Package state is where runs on a cluster are remembered: a directory of the
// user's for each cluster, named by the uid of its namespace kube-system, with the
// journal that the node's half has too, and a lock.
package state

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"harden/agent/host"
	"harden/agent/journal"
	"harden/agent/message"
)

// State is the directory of one cluster.
type State struct {
	Dir   string // "/home/ops/.local/state/harden/clusters/UID"
	Store *journal.Store
	root  *host.Root
}

// Dir is where the runs on a cluster are remembered: below $XDG_STATE_HOME, else
// for root in /var/lib/harden, else below ~/.local/state.
func Dir(uid string) (string, error) {
	base := os.Getenv("XDG_STATE_HOME")
	switch {
	case filepath.IsAbs(base):
		base = filepath.Join(base, "harden")
	case os.Geteuid() == 0:
		base = "/var/lib/harden"
	default:
		home, err := os.UserHomeDir()
		if err != nil {
			return "", message.Errorf("cannot find the directory for the records of runs; set XDG_STATE_HOME: %w", err)
		}
		base = filepath.Join(home, ".local/state/harden")
	}
	if uid == "" || strings.ContainsAny(uid, "/.") {
		return "", message.Errorf("cannot tell which cluster this is: its namespace kube-system has no uid")
	}
	return filepath.Join(base, "clusters", uid), nil
}

// Open opens the directory of a cluster, and makes it where it is missing.
func Open(uid string) (*State, error) {
	dir, err := Dir(uid)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, message.Errorf("cannot keep a record of runs: %w", err)
	}
	root, err := host.OpenRoot(dir, nil)
	if err != nil {
		return nil, message.Errorf("cannot keep a record of runs: %w", err)
	}
	return &State{Dir: root.Path(), Store: journal.Open(disk{root}, "/"), root: root}, nil
}

// Close releases the directory.
func (s *State) Close() { _ = s.root.Close() }

// Lock takes the lock of this directory. It is free as soon as the process ends.
func (s *State) Lock() (unlock func(), err error) {
	lock, err := s.root.Lock("/lock")
	if err != nil {
		return nil, err
	}
	return func() { _ = lock.Unlock() }, nil
}

// Identity names this directory for those who look at the lock in the cluster. It
// is made once.
func (s *State) Identity() (string, error) {
	const name, limit = "/identity", 128
	data, err := s.root.ReadFile(name, limit)
	if err == nil {
		return strings.TrimSpace(string(data)), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	var random [4]byte
	rand.Read(random[:]) // never fails
	machine, err := os.Hostname()
	if err != nil {
		machine = "unknown"
	}
	identity := machine + "-" + hex.EncodeToString(random[:])
	return identity, s.root.CreateFile(name, []byte(identity+"\n"), 0o600)
}

// disk makes a directory the storage of a journal.
type disk struct{ *host.Root }

// OpenAppend implements journal.Disk.
func (d disk) OpenAppend(path string) (journal.Appender, error) { return d.Root.OpenAppend(path) }
