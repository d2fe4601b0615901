package agent_test

import (
	"errors"
	"strings"
	"syscall"

	"harden/agent/host"
)

// script carries out the operations of an agent, takes them down, and has a
// test fail them or stop at them. What only makes a change durable is taken
// down and left out: a test cannot see it, and it takes most of the time.
type script struct {
	ops []host.Op
	at  func(n int, op host.Op) error // before operation n, counted from 0; nil: nothing fails
	// late has an operation that fails take effect all the same.
	late bool
	dead bool // the process was killed
}

// killed is what ends a process that is killed: nothing after it is carried out.
type killed struct{}

func (s *script) Do(op host.Op, call func() error) error {
	if s.dead {
		return syscall.EIO
	}
	n := len(s.ops)
	s.ops = append(s.ops, op)
	if s.at != nil {
		if err := s.at(n, op); err != nil {
			if s.late {
				return errors.Join(err, s.carryOut(op, call))
			}
			return err
		}
	}
	return s.carryOut(op, call)
}

func (*script) carryOut(op host.Op, call func() error) error {
	switch op.Name {
	case "fsync", "fdatasync", "syncfs":
		return nil
	}
	return call()
}

// failing fails the k-th operation.
func failing(k int, err error) *script {
	return &script{at: func(n int, _ host.Op) error {
		if n == k {
			return err
		}
		return nil
	}}
}

// killing kills the process before the k-th operation. It does so a little
// later where that one is about the lock file, for this process lives on, and
// would go on holding the lock.
func killing(k int) *script {
	s := &script{}
	s.at = func(n int, op host.Op) error {
		if n >= k && !strings.HasSuffix(op.Path, "/lock") {
			s.dead = true
			panic(killed{})
		}
		return nil
	}
	return s
}

// survives runs what may be killed, and tells whether it was not.
func survives(do func()) (alive bool) {
	defer func() {
		if r := recover(); r != nil {
			if _, is := r.(killed); !is {
				panic(r)
			}
		}
	}()
	do()
	return true
}

// temporary tells whether a path is that of a temporary file.
func temporary(path string) bool { return strings.Contains(path, "/.harden-") }
