package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/report"
	"harden/profiles"
)

// Exit codes. They are a promise to scripts.
const (
	exitOK         = 0
	exitFailed     = 1
	exitPending    = 2
	exitUndone     = 3
	exitStale      = 4
	exitIncomplete = 5
	exitUsage      = 64
	exitInternal   = 70
	exitLocked     = 75
	exitNeedsRoot  = 77
	exitBadProfile = 78
)

// exitCodes is the text of every verb's help.
const exitCodes = `Exit codes:
  0    done; with --detailed-exitcode: nothing to change
  1    failed before anything was changed
  2    changes pending, or controls fail (only with --detailed-exitcode, --fail-on)
  3    apply failed, everything was put back
  4    the node changed since the plan was made; nothing was changed
  5    rollback incomplete: what is left is listed
  64   usage             70   internal error     75   another run holds the lock
  77   needs root        78   bad configuration or profile
  130  stopped by SIGINT    143  stopped by SIGTERM; what had been changed was put back first
  129  stopped by SIGHUP, such as at the end of a session; what had been changed was put back first
  141  the output was closed early; a run that changes the node is finished all the same`

var kindCodes = map[node.Kind]int{
	node.Failed: exitFailed, node.Undone: exitUndone, node.Stale: exitStale, node.Incomplete: exitIncomplete,
	node.Locked: exitLocked, node.NeedsRoot: exitNeedsRoot, node.BadProfile: exitBadProfile, node.Usage: exitUsage,
}

// signalError says which signal stopped a run.
type signalError struct{ signal os.Signal }

func (e *signalError) Error() string { return e.Text().String() }

// Text is the text as a value.
func (e *signalError) Text() message.Text { return message.New("stopped by %s", e.name()) }

func (e *signalError) name() string {
	switch e.signal {
	case syscall.SIGINT:
		return "SIGINT"
	case syscall.SIGHUP:
		return "SIGHUP"
	}
	return "SIGTERM"
}

// pendingError makes a plan with changes exit with 2. It is not printed.
type pendingError struct{}

func (pendingError) Error() string { return "changes are pending" }

// reportedError is the exit code of a failure that was reported already, in the
// requested format.
type reportedError int

func (e reportedError) Error() string { return fmt.Sprintf("ended with exit code %d", int(e)) }

// explain turns any error into what a user sees: exit code, message, hint.
func explain(ctx context.Context, err error) report.Error {
	e := report.Error{Code: exitFailed, Message: message.Of(err)}
	var own *node.Error
	var profile *profiles.Error
	var several profiles.Mistakes
	if errors.As(err, &several) {
		for _, other := range several[1:] {
			e.Also = append(e.Also, message.Of(other))
		}
	}
	switch {
	case errors.As(err, &own):
		e.Code, e.Hint = kindCodes[own.Kind], own.Hint
	case errors.As(err, &profile):
		e.Code = exitBadProfile
		if strings.Contains(profile.Path, "/") && !errors.Is(err, fs.ErrNotExist) { // otherwise there is no file to fix
			e.Hint = message.New("check it with: harden profiles validate FILE")
		}
	}
	var stopped *signalError
	if !errors.As(context.Cause(ctx), &stopped) || e.Code == exitIncomplete {
		if e.Hint.IsZero() {
			e.Hint = advice(err)
		}
		return e
	}
	told := errors.As(err, &stopped)
	switch {
	case e.Code == exitUndone && !told:
		e.Message = message.New("%v: %s", stopped, e.Message)
	case e.Code != exitUndone && (told || errors.Is(err, context.Canceled)):
		e.Message, e.Hint = message.New("stopped by %s before anything was changed", stopped.name()), message.Text{}
	}
	e.Code = 128 + int(stopped.signal.(syscall.Signal))
	return e
}
