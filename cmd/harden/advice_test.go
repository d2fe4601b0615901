package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"

	"harden/agent"
	"harden/agent/host"
	"harden/agent/message"
	"harden/agent/node"
)

// An error whose place had no advice gets that of its cause.
func TestAdvice(t *testing.T) {
	wrapped := func(err error) error { return fmt.Errorf("cannot write /etc/x: %w", err) }
	for _, test := range []struct {
		name string
		err  error
		want string // the beginning of the hint
	}{
		{"full disk", wrapped(syscall.ENOSPC), "free some space"},
		{"broken disk", wrapped(syscall.EIO), "the disk reports an error"},
		{"read-only", wrapped(syscall.EROFS), "the file system of that path is mounted read-only"},
		{"too many files", wrapped(syscall.EMFILE), "raise the limit"},
		{"nobody listens", wrapped(syscall.ECONNREFUSED), "the component does not run"},
		{"too late", wrapped(context.DeadlineExceeded), "journalctl -u kubelet shows the cause"},
		{"a link on the way", wrapped(&host.Refused{Path: "/etc/x", Reason: message.Value("it is a symbolic link")}), "fix the problem with that path"},
		{"no right", wrapped(fs.ErrPermission), "run the command as a user who has this permission"},
		{"no such file", wrapped(&fs.PathError{Op: "open", Path: "/nope", Err: syscall.ENOENT}), "name a path that exists"},
		{"no run", &node.Error{Kind: node.Failed, Err: agent.ErrNoneApplied}, "harden history"},
		{"its own hint wins", &node.Error{Kind: node.Failed, Err: wrapped(syscall.ENOSPC), Hint: message.Value("do this")}, "do this"},
		{"nothing is known of it", errors.New("odd"), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := explain(t.Context(), test.err).Hint
			if !strings.HasPrefix(got.String(), test.want) || test.want == "" && !got.IsZero() {
				t.Errorf("the hint is %q, want one that begins with %q", got, test.want)
			}
		})
	}
}

// Every cause has advice, and none hides a later one.
func TestEveryCauseIsAdvised(t *testing.T) {
	for _, a := range knownCauses() {
		if got := advice(a.err); got.String() != a.hint.String() || got.IsZero() {
			t.Errorf("%v is advised %q, want %q", a.err, got, a.hint)
		}
	}
}
