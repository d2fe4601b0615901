package main

import (
	"context"
	"errors"
	"io/fs"
	"syscall"

	"harden/agent"
	"harden/agent/host"
	"harden/agent/message"
)

// cause is what any step can meet, and what to do about it.
type cause struct {
	err  error
	hint message.Text
}

// knownCauses are causes of errors that come without a hint.
func knownCauses() []cause {
	return []cause{
		{agent.ErrNoneApplied, message.New("harden history lists the runs")},
		{agent.ErrRolledBack, message.New("harden history lists the runs; what is open now: harden check")},
		{syscall.ENOSPC, message.New("free some space on the file system of that path (df -h shows it), then try again")},
		{syscall.EDQUOT, message.New("free some space within the quota of that path, then try again")},
		{syscall.EROFS, message.New("the file system of that path is mounted read-only: mount it for writing, or leave the rule out with --skip")},
		{syscall.EIO, message.New("the disk reports an error: read journalctl -k before anything else is written to the disk")},
		{syscall.EMFILE, message.New("raise the limit, such as with: ulimit -n 1024")},
		{syscall.ENOMEM, message.New("free some memory (free -h shows it), then try again")},
		{syscall.ECONNREFUSED, message.New("the component does not run: see systemctl status kubelet and crictl ps")},
		{context.DeadlineExceeded, message.New("journalctl -u kubelet shows the cause; to wait longer, use --timeout")},
		{host.ErrLocked, message.New("wait until it is done: ps -C harden shows it")},
		{fs.ErrNotExist, message.New("name a path that exists")},
	}
}

// advice is what to do about an error, by its cause; "" where the cause is none
// that is known.
func advice(err error) message.Text {
	for _, a := range knownCauses() {
		if errors.Is(err, a.err) {
			return a.hint
		}
	}
	if errors.As(err, new(*host.Refused)) {
		return message.New("fix the problem with that path, or leave its rules out with --skip")
	}
	if errors.Is(err, fs.ErrPermission) {
		return message.New("run the command as a user who has this permission, for example with sudo")
	}
	return message.Text{}
}
