// Package host reads and writes a node: files, kernel parameters, and local
// accounts, all below one root directory. Every path is walked component by
// component without following a symbolic link, every write is atomic, durable
// and conditional on the state that it was planned from, and what cannot be
// done safely is refused with a reason.
//
// It never decides what a node should look like, never follows a link out of
// its root, never overwrites a file that changed behind its back, and never
// leaves a half-written file under its own name. It restarts nothing.
package host

import (
	"errors"
	"path/filepath"
	"sync"

	"golang.org/x/sys/unix"

	"harden/agent/message"
)

// Root is a directory tree that everything happens below: "/", the live
// system, or the tree of another system. Paths given to its methods are
// absolute below it, and must not name a symbolic link in any component: the
// tree's own links, such as /lib to usr/lib, are for the caller to avoid.
// It may be used by several goroutines at once.
type Root struct {
	fd    int
	path  string
	calls Calls
	// steps selects the walk by O_PATH steps, for kernels before 5.6 and
	// seccomp filters that do not know openat2.
	steps bool

	mu       sync.Mutex
	accounts *localAccounts // as read last; nil before and after every write
}

// OpenRoot opens the tree at dir. Links on the way to dir itself are followed
// once, here; one that another user made is *Refused, for that user would
// decide what is changed. Operations that change the disk go through calls;
// nil carries them out directly.
func OpenRoot(dir string, calls Calls) (*Root, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, message.Errorf("cannot open root %s: %w", dir, err)
	}
	fd, abs, err := openTree(abs)
	if err != nil {
		return nil, failed("cannot open root %s: %w", dir, err)
	}
	if calls == nil {
		calls = direct{}
	}
	r := &Root{fd: fd, path: abs, calls: calls}
	probe, err := r.openat2(".", unix.O_PATH)
	switch {
	case err == nil:
		closeFD(probe)
	case errors.Is(err, unix.ENOSYS), errors.Is(err, unix.EPERM), errors.Is(err, unix.EINVAL), errors.Is(err, unix.E2BIG):
		r.steps = true
	default:
		closeFD(fd)
		return nil, message.Errorf("cannot open root %s: %w", dir, err)
	}
	return r, nil
}

// Close releases the root. It is not to be used afterwards.
func (r *Root) Close() error { return unix.Close(r.fd) }

// Path is the absolute path of the root, without links.
func (r *Root) Path() string { return r.path }

// Live tells whether the root is that of the running system.
func (r *Root) Live() bool { return r.path == "/" }

// Op names one operation that changes the disk or makes a change durable.
type Op struct {
	Name string // the system call, "renameat", or the program, "useradd"
	Path string // what it works on, absolute below the root
}

// Calls carries out the operations that change the disk or make it durable,
// one at a time and in order. It is the place to count them, to fail them,
// and to stop at them.
type Calls interface {
	Do(op Op, call func() error) error
}

// direct carries every operation out.
type direct struct{}

func (direct) Do(_ Op, call func() error) error { return call() }

func (r *Root) do(name, path string, call func() error) error {
	return r.calls.Do(Op{Name: name, Path: path}, call)
}
