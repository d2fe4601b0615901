package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"harden/agent/message"
	"harden/agent/report"
	"harden/cluster/client"
	"harden/cluster/transaction"
	"harden/profiles"
)

// Exit codes, the same as harden's.
const (
	exitOK         = 0
	exitFailed     = 1
	exitPending    = 2
	exitUndone     = 3
	exitStale      = 4
	exitIncomplete = 5
	exitUsage      = 64
	exitInternal   = 70
	exitBusy       = 75
	exitBadProfile = 78
	exitSignal     = 130
)

const exitCodes = `Exit codes:
  0    done
  1    failed, or something could not be checked
  2    controls are open (only with --detailed-exitcode)
  64   usage             70   internal error     78   bad kubeconfig or profile
  130  stopped by SIGINT or SIGTERM`

const changeExitCodes = `Exit codes:
  0    done
  1    failed before anything was changed
  3    failed, and everything was put back
  4    the cluster changed since the plan was made; nothing was changed
  5    not everything could be put back; what is left is listed
  64   usage             70   internal error     75   another run holds the lock
  78   bad kubeconfig or profile
  130  stopped by SIGINT or SIGTERM; what had been changed was put back first`

// usageError is a command line that is not understood.
type usageError struct{ error }

func usage(format string, args ...any) error { return &usageError{message.Errorf(format, args...)} }

// hintedError is an error with what to do about it.
type hintedError struct {
	error
	code int
	hint message.Text
}

func (e *hintedError) Unwrap() error { return e.error }

// openError makes a check with open controls exit with 2. It is not printed.
type openError struct{}

func (openError) Error() string { return "controls are open" }

// printedError is one that the document on stdout says already.
type printedError struct{ error }

func (e *printedError) Unwrap() error { return e.error }

var codes = map[transaction.Kind]int{transaction.Failed: exitFailed, transaction.Undone: exitUndone, transaction.Stale: exitStale,
	transaction.Incomplete: exitIncomplete, transaction.Busy: exitBusy}

// explain turns an error into what a user sees: exit code, message and hint.
func explain(ctx context.Context, err error) report.Error {
	e := report.Error{Code: exitFailed, Message: message.Of(err)}
	var (
		hinted  *hintedError
		refused *client.StatusError
		run     *transaction.Error
	)
	if errors.As(err, &run) && (ctx.Err() == nil || run.Kind == transaction.Incomplete) {
		return report.Error{Code: codes[run.Kind], Message: run.Text(), Hint: run.Hint}
	}
	switch {
	case ctx.Err() != nil:
		return report.Error{Code: exitSignal, Message: message.New("stopped by a signal; nothing was changed, or all of it was put back")}
	case errors.As(err, &hinted):
		e.Code, e.Hint = hinted.code, hinted.hint
	case errors.As(err, new(*usageError)):
		e.Code, e.Hint = exitUsage, message.New("see kubectl harden --help")
	case errors.As(err, new(*client.ConfigError)):
		e.Code, e.Hint = exitBadProfile, message.New("name a kubeconfig with --kubeconfig, or another context with --context; kubectl config get-contexts lists them")
	case errors.As(err, new(*profiles.Error)):
		e.Code, e.Hint = exitBadProfile, message.New("check it with: harden profiles validate FILE")
	case errors.As(err, new(*client.ConnectionError)):
		e.Hint = message.New("check that kubectl version works with the same --kubeconfig and --context")
	case errors.As(err, &refused) && (refused.Code == http.StatusForbidden || refused.Code == http.StatusUnauthorized):
		e.Hint = message.New("use an account with the rights that kubectl harden roles prints")
	}
	return e
}

// fail prints an error to stderr, and as a document where JSON was asked for
// and none was printed.
func (a *app) fail(e report.Error, printed bool) {
	fmt.Fprintf(a.stderr, "kubectl-harden: %s\n", report.Safe(a.lang.Text(e.Message)))
	if !e.Hint.IsZero() {
		fmt.Fprintf(a.stderr, "  %s\n", report.Safe(a.lang.Text(e.Hint)))
	}
	if a.output == "json" && !printed {
		// What cannot be written to stdout cannot be told there either.
		_ = report.Document{Schema: report.Schema, Kind: "Report", Error: &e}.Write(a.stdout)
	}
}
