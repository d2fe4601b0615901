// Package agent holds the use cases of harden: plan, apply, roll back,
// recover. It wires what others know and do - profiles wish, drivers read and
// write, the journal remembers, health proves - and decides the order. It
// prints nothing and parses nothing.
package agent

import (
	"context"
	"fmt"
	"time"

	"harden/agent/edit"
	"harden/agent/facts"
	"harden/agent/host"
	"harden/agent/journal"
	"harden/profiles"
	"harden/systemd"
)

// StateDir is where runs and the lock lie, below the root.
const StateDir = "/var/lib/harden"

const lockFile = StateDir + "/lock"

// Systemd is what an agent needs of systemd.
type Systemd interface {
	Unit(ctx context.Context, name string) (systemd.Unit, error)
	Restart(ctx context.Context, name string) error
	Reload(ctx context.Context) error
	StartTimer(ctx context.Context, timer systemd.Timer) error
	StopTimers(ctx context.Context, prefix string) error
}

// Agent works on one node.
type Agent struct {
	Root    *host.Root
	Store   *journal.Store
	Profile *profiles.Profile // nil where nothing is planned
	// Collect reads the facts of the node, afresh each time.
	Collect func() (*facts.Facts, error)
	// Systemd connects to systemd, once; nil below --root, where nothing runs.
	Systemd func(ctx context.Context) (Systemd, error)

	// Attestations are the verdicts of persons on controls; findings show them.
	Attestations []profiles.Attestation

	Version   string // of harden, for the journal
	NoRestart bool   // restart nothing: what needs it takes effect later
	// Passive judges by what can be read alone: no health endpoint and no API
	// server is asked, as in a check, and what apply would do as root counts as
	// if this were root. A plan made so is for a report, not for apply.
	Passive  bool
	Timeout  time.Duration // for one component to become healthy
	KeepRuns int           // past runs to keep, all where it is 0
	// ConfirmWithin is how long there is to confirm a run that is applied; 0: it
	// need not be confirmed. Recovery is the command, program and arguments,
	// that undoes it otherwise: that of harden recover.
	ConfirmWithin time.Duration
	Recovery      []string

	Now    func() time.Time
	Moment func() (host.Moment, error) // the time that nobody can set
	Say    func(string)                // what happens, for people
	Wait   func(Waiting)               // what is waited for, said again as it changes; nil where nobody listens

	Texts *edit.Texts // those of the node that were parsed, for all plans of a run; nil parses each time
}

// Kind is what went wrong, as far as a caller acts on it.
type Kind int

// The kinds of errors. Nothing was changed but where it says so.
const (
	Failed     Kind = iota + 1 // failed before anything was changed
	Undone                     // failed, and everything was put back
	Stale                      // the node is not as the plan found it
	Incomplete                 // failed, and not everything could be put back
	Locked                     // another run is at work
	NeedsRoot
	BadProfile // profile or configuration
	Usage
)

// Error is a failure that a user meets: what, and what to do.
type Error struct {
	Kind Kind
	Err  error
	Hint string
}

func (e *Error) Error() string { return e.Err.Error() }

func (e *Error) Unwrap() error { return e.Err }

func failure(kind Kind, hint, format string, args ...any) *Error {
	return &Error{Kind: kind, Err: fmt.Errorf(format, args...), Hint: hint}
}

// units connects to systemd where there is one.
func (a *Agent) units(ctx context.Context) (Systemd, error) {
	if a.Systemd == nil {
		return nil, nil
	}
	return a.Systemd(ctx)
}
