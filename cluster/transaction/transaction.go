// Package transaction carries a plan out on a cluster as one transaction: all of
// it is done and proven, or all of it is put back. What is about to be written is
// in the journal before it is written, so that a run that is cut off can be undone
// by the next command. It decides nothing about what is to be changed.
package transaction

import (
	"context"
	"time"

	"harden/agent/change"
	"harden/agent/host"
	"harden/agent/journal"
	"harden/agent/message"
	"harden/cluster/client"
	"harden/cluster/gate"
	"harden/cluster/object"
	"harden/cluster/state"
)

// Plan is what is to be done.
type Plan struct {
	change.Plan
	Edits []object.Edit // of Changes, each with what its write needs beside
}

// Runner carries out runs on one cluster.
type Runner struct {
	Driver *object.Driver
	Client *client.Client
	Gate   *gate.Gate // nil: nothing is asked as a dry run
	State  *state.State
	Waves  []Wave
	// KeepRuns is how many past runs are kept, 0: all.
	KeepRuns int
	// Timeout is how long workloads may take to be as available as before.
	Timeout time.Duration
	// Again plans once more, and gives what is still to be changed.
	Again   func(context.Context) ([]change.Change, error)
	Version string
	Now     func() time.Time
	Moment  func() (host.Moment, error)
	Log     func(message.Text)
}

// Result is what a run came to.
type Result struct {
	Record        *journal.Record // nil where there was nothing to do
	Warnings      []message.Text
	Foreign       []Foreign // what keeps a rollback from its beginning, or was left
	ConfirmBefore time.Time
}

// Foreign is an object that somebody else changed since.
type Foreign struct {
	Target change.Target
	Fields []object.Found // nil where the whole object is meant
	What   message.Text
}

// Kind says what an error means for the cluster.
type Kind int

// The kinds of errors.
const (
	Failed     Kind = iota // before anything was changed
	Undone                 // everything was put back
	Stale                  // the cluster is not as it was planned; nothing was changed
	Incomplete             // not everything could be put back
	Busy                   // another run holds a lock
)

// Error is an error with its kind and what to do about it.
type Error struct {
	Kind Kind
	Err  error
	Hint message.Text
}

func (e *Error) Error() string { return e.Err.Error() }

// Text is the text as a value.
func (e *Error) Text() message.Text { return message.Of(e.Err) }
func (e *Error) Unwrap() error      { return e.Err }

func failure(kind Kind, hint message.Text, format string, args ...any) error {
	return &Error{kind, message.Errorf(format, args...), hint}
}

// lock takes the lock of the directory and the one in the cluster.
func (r *Runner) lock(ctx context.Context) (unlock func(context.Context) error, err error) {
	local, err := r.State.Lock()
	if err != nil {
		return nil, failure(Busy, message.New("wait until it is done"), "another run is at work here: %w", err)
	}
	taken := false
	defer func() {
		if !taken {
			local()
		}
	}()
	holder, err := r.State.Identity()
	if err != nil {
		return nil, &Error{Kind: Failed, Err: err}
	}
	l := lease{r.Driver, holder}
	if err := l.take(ctx, r.Now()); err != nil {
		return nil, err
	}
	taken = true
	return func(ctx context.Context) error {
		defer local()
		return l.release(ctx)
	}, nil
}

// prune removes old runs where so many are kept. What goes wrong harms nothing but the
// disk's free space.
func (r *Runner) prune(result *Result) {
	if result == nil {
		return
	}
	if err := r.State.Store.Prune(r.KeepRuns); err != nil {
		result.Warnings = append(result.Warnings, message.New("the records of old runs could not be removed: %v", err))
	}
}

// settled refuses to go on over a run that was cut off, or that waits for its
// confirmation.
func (r *Runner) settled(but string) error {
	records, err := r.State.Store.Unsettled()
	if err != nil {
		return &Error{Kind: Failed, Err: err}
	}
	for _, record := range records {
		switch {
		case record.ID == but:
		case record.State == journal.Pending:
			return failure(Failed, message.New("keep it with: kubectl harden confirm; or undo it with: kubectl harden rollback"), "run %s waits for confirmation", record.ID)
		case record.State.Unreadable():
			return failure(Failed, message.New("the original objects are in %s", record.BackupDir), "the journal of run %s cannot be read: %s", record.ID, message.List(record.Problems...))
		case record.State != journal.Abandoned:
			return failure(Failed, message.New("put everything back first with: kubectl harden recover"), "run %s was interrupted", record.ID)
		}
	}
	return nil
}
