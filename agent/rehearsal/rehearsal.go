// Package rehearsal starts a component of Kubernetes once with a configuration
// that it does not run with yet, to learn whether the component refuses it. The
// component's own program runs walled in: it can reach nothing and change nothing
// (see wall.go), and it is ended after a few seconds at most.
//
// The package knows nothing of plans and of the node. Everything that it needs
// is in a Subject, and everything that it finds out is in a Verdict. It writes
// nothing on the node: what it stages lies in a tmpfs that only the rehearsed
// process sees, and that ends with it.
package rehearsal

import (
	"context"
	"os"
	"time"

	"harden/agent/message"
)

// Subject is a component as it is to be started. It has that many fields because it
// crosses to the process that walls itself in as one value.
type Subject struct {
	Component   string   // "kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd" or "kubelet"
	Program     *os.File // its executable, open for reading
	Argv        []string
	Environment []string // NAME=VALUE
	Dir         string   // where it runs, "" for "/"
	UID, GID    int
	Groups      []int

	// Root is the directory of the host that the process sees as "/", read-only.
	// It is "" where the process is to see nothing but what follows.
	Root string
	// Mounts are further directories and files of the host, read-only, a later one
	// over an earlier one. One that does not exist is an empty directory.
	Mounts []Mount
	// Files are what the process sees in the place of what the host has.
	Files []File
	// Writable are directories in which the process may make files. They end with
	// the process; what the host has in them is seen and stays as it is. /tmp is
	// always one.
	Writable []string
	// Hidden are directories and files of the host that the process never sees,
	// whatever Mounts says.
	Hidden []string

	// Cgroup2 lets the process see that control groups are those of version 2: its
	// own group alone, read-only.
	Cgroup2 bool

	Limit time.Duration // for the whole rehearsal; 0: DefaultLimit
}

// Mount shows a directory or file of the host.
type Mount struct{ Host, Path string }

// File is a file, a directory or a symbolic link that is staged.
type File struct {
	Path      string
	Directory bool
	Link      string // where the symbolic link leads; "" where it is none
	Mode      uint32 // the twelve permission bits
	UID, GID  int
	Data      []byte
}

// Outcome is what a rehearsal came to.
type Outcome string

// The outcomes.
const (
	Accepted Outcome = "accepted"    // it went on to what comes after its configuration
	Refused  Outcome = "refused"     // it ended by itself because of its configuration
	Unknown  Outcome = "cannot-tell" // Reason says why
)

// Verdict says what came of a rehearsal.
type Verdict struct {
	Outcome Outcome
	// Words are the component's own where it refused, else those by which it was
	// seen to go on. They are as it wrote them, and may hold secrets.
	Words  string
	Reason message.Text // why the outcome is Unknown, "" otherwise
	Took   time.Duration
}

// DefaultLimit is how long a component has. A good configuration is recognised
// in about a second on an idle machine with two processors.
const DefaultLimit = 8 * time.Second

// Rehearse starts a component as it is to be started, and gives its verdict on
// that. It needs root.
func Rehearse(ctx context.Context, s Subject) Verdict {
	began := time.Now()
	v := rehearse(ctx, s)
	v.Took = time.Since(began)
	return v
}

func rehearse(ctx context.Context, s Subject) Verdict {
	if s.Limit == 0 {
		s.Limit = DefaultLimit
	}
	r := recogniserOf(s.Component)
	if r == nil {
		return unknown("it is not known how %s is started", s.Component)
	}
	ended, err := Run(ctx, s, r.line)
	switch {
	case err != nil:
		return unknown("it cannot be isolated: %v", err)
	case ctx.Err() != nil:
		return unknown("the rehearsal was stopped: %v", context.Cause(ctx))
	}
	return r.verdict(ended, s)
}

func unknown(format string, args ...any) Verdict {
	return Verdict{Outcome: Unknown, Reason: message.New(format, args...)}
}

var errNoRoot = message.Errorf("only root can rehearse a component")
