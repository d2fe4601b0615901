package node

import (
	"errors"
	"io/fs"
	"os"

	"harden/agent/message"
)

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
	Hint message.Text
}

func (e *Error) Error() string { return e.Err.Error() }

// Text is the text as a value.
func (e *Error) Text() message.Text { return message.Of(e.Err) }

func (e *Error) Unwrap() error { return e.Err }

// Of makes an error of a kind, without a hint.
func Of(kind Kind, err error) *Error { return &Error{Kind: kind, Err: err} }

// Failure makes an error of a kind, with a hint at what to do.
func Failure(kind Kind, hint message.Text, format string, args ...any) *Error {
	return &Error{Kind: kind, Err: message.Errorf(format, args...), Hint: hint}
}

// Denied tells a user who is not root what he is missing.
func Denied(err error) error {
	if errors.Is(err, fs.ErrPermission) && os.Geteuid() != 0 {
		return Failure(NeedsRoot, message.New("run it with sudo, or on a directory tree that you own"), "%w", err)
	}
	return Of(Failed, err)
}
