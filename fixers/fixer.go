// Package fixers turns rules into requirements of a node. A fixer is a kind of rule
// with its parameters; it gives what must hold and where, and never touches the
// node: what it needs to know comes from facts and from a reader. Other packages
// judge, write and undo, so a new kind of rule needs no code for any of that.
package fixers

import (
	"maps"
	"slices"
	"time"

	"harden/agent/change"
	"harden/agent/edit"
	"harden/agent/facts"
	"harden/agent/host"
	"harden/agent/message"
)

// Node is what a fixer may know of the node.
type Node struct {
	Facts *facts.Facts
	Files Reader
	// Texts opens what was read; nil parses each time.
	Texts *edit.Texts
	// Sockets lists those of the ports that rules are about that are open, read
	// once.
	Sockets func() ([]facts.Socket, error)
	// Free gives the free bytes of the file system that a path lies on, or will; nil
	// below --root, where it is another machine's.
	Free func(path string) (int64, error)
	// Placed checks a path before it is read; its error is *Misplaced. If it is nil,
	// no path is checked, and nothing that such a requirement contains may be written.
	Placed func(path string, place Place) error
	// Now is the time by which certificates are judged; nil: that of the clock.
	Now func() time.Time
}

// Reader reads files below the run's root and never follows a link.
type Reader interface {
	ReadFile(path string, limit int64) ([]byte, error)
	ReadDir(path string) ([]string, error)
	Exists(path string) (directory bool, err error) // fs.ErrNotExist where nothing is there
	Link(path string) (target string, err error)    // "" where path is not a symbolic link
	Stat(path string) (host.Info, error)
}

// Requirement is what a rule requires of a node: wants to be judged, or a status that
// is certain without judging any, with its reason.
type Requirement struct {
	Wants  []change.Want
	Status change.Status // "", or any but change.Drift and change.Waived
	Reason message.Text
	// Whole says that one want without the others does harm: none is written
	// where one is blocked.
	Whole bool
	// Places says of the paths of targets what they must be. One that is not
	// there must lie where Kubernetes keeps its files.
	Places map[string]Place
	// Observed is what a status that is certain was made from.
	Observed []change.Observation
	// Serving says what is wrong with the certificate that the kubelet serves with.
	Serving message.Text
	// Boot is what the next boot sets a kernel parameter to, whatever it is now;
	// nil where that is not known.
	Boot *AtBoot
}

// Fixer is the parameters of one kind of rule.
type Fixer interface {
	// Check says what is wrong with the parameters.
	Check() error
	// Require gives what the rule requires of a node.
	Require(rule string, n Node) Requirement
}

//go:generate go test -run ^TestKindsAreThoseOfTheSources$ -update .

// New gives the empty parameters of a kind, to be decoded into.
func New(kind string) (Fixer, error) {
	f, ok := kinds[kind]
	if !ok {
		return nil, message.Errorf("unknown kind %q; one of %v", kind, Kinds())
	}
	return f(), nil
}

// Kinds lists the kinds of rules by name.
func Kinds() []string { return slices.Sorted(maps.Keys(kinds)) }

// OnlyRootReads is the reason where a rule could not be checked because this user
// is not root.
const OnlyRootReads = "%v; only root can read it"

func notApplicable(format string, args ...any) Requirement {
	return Requirement{Status: change.NotApplicable, Reason: message.New(format, args...)}
}

func blocked(format string, args ...any) Requirement {
	return Requirement{Status: change.Blocked, Reason: message.New(format, args...)}
}

func failed(format string, args ...any) Requirement {
	return Requirement{Status: change.Error, Reason: message.New(format, args...)}
}
