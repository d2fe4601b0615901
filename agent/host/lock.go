package host

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"harden/agent/message"
)

// ErrLocked says that another process holds a lock.
var ErrLocked = message.Errorf("locked by another process")

// LockedError is ErrLocked with the holder.
type LockedError struct {
	Path string
	PID  int // of the holder, 0 where the lock file does not tell
}

func (e *LockedError) Error() string { return e.Text().String() }

// Text is the text as a value.
func (e *LockedError) Text() message.Text {
	if e.PID == 0 {
		return message.New("%s is locked by another process", e.Path)
	}
	return message.New("%s is locked by process %d", e.Path, e.PID)
}

// Is makes a LockedError an ErrLocked.
func (e *LockedError) Is(target error) bool { return target == ErrLocked }

// Lock is held until Unlock, or until the process ends, however it ends. A
// program that is run meanwhile does not inherit it.
type Lock struct{ fd int }

// Lock takes the lock of a file (flock), which is made, 0600, if missing, and
// stays. Another holder is *LockedError.
func (r *Root) Lock(path string) (*Lock, error) { return r.lock(path, flock) }

// LockWait takes a lock as Lock does, and waits for as long as another process
// holds it. Where ctx ends first, its cause is the error.
func (r *Root) LockWait(ctx context.Context, path string) (*Lock, error) {
	type answer struct {
		lock *Lock
		err  error
	}
	answers := make(chan answer, 1)
	go func() { // nothing else ends the wait for a lock
		lock, err := r.lock(path, func(fd int) error {
			return retry(func() error { return unix.Flock(fd, unix.LOCK_EX) })
		})
		answers <- answer{lock, err}
	}()
	select {
	case a := <-answers:
		return a.lock, a.err
	case <-ctx.Done():
		go func() {
			if a := <-answers; a.lock != nil {
				_ = a.lock.Unlock() // it only closes a descriptor
			}
		}()
		return nil, message.Errorf("cannot wait for %s any longer: %w", path, context.Cause(ctx))
	}
}

func (r *Root) lock(path string, take func(fd int) error) (*Lock, error) {
	p, err := r.place(path, unix.O_PATH)
	if err != nil {
		return nil, failed("cannot lock %s: %w", path, err)
	}
	defer p.close()
	if st, err := p.lstat(); err == nil && !isRegular(&st) {
		return nil, &Refused{path, message.New("it is a %s", kind(&st))}
	}
	fd := -1
	err = r.do("openat", path, func() (err error) {
		fd, err = openat(p.dir, p.name, unix.O_RDWR|unix.O_CREAT|unix.O_NONBLOCK, 0o600)
		return err
	})
	if err != nil {
		return nil, failed("cannot lock %s: %w", path, err)
	}
	// The file is about to be written, and a second name may be anyone's.
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil || !isRegular(&st) || st.Nlink > 1 {
		closeFD(fd)
		if err != nil {
			return nil, failed("cannot lock %s: %w", path, err)
		}
		return nil, &Refused{path, message.New("it is a %s with %d hard links", kind(&st), st.Nlink)}
	}
	if err := take(fd); err != nil {
		defer closeFD(fd)
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, &LockedError{path, holder(fd)}
		}
		return nil, failed("cannot lock %s: %w", path, err)
	}
	// The number is for messages only: the lock must be had on a full disk
	// too, for that is when something has to be undone.
	_ = r.do("ftruncate", path, func() error { return unix.Ftruncate(fd, 0) })
	_ = r.do("write", path, func() error { return writeAll(fd, []byte(strconv.Itoa(unix.Getpid())+"\n")) })
	return &Lock{fd}, nil
}

// flock tries for a moment, because Locked, in another process, holds the
// lock for the time of two system calls.
func flock(fd int) (err error) {
	for range 10 {
		err = retry(func() error { return unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB) })
		if !errors.Is(err, unix.EWOULDBLOCK) {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	return err
}

func holder(fd int) int {
	data, err := readAll(fd, 0, 64)
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(data)))
	if err != nil {
		return 0
	}
	return pid
}

// Unlock gives the lock back.
func (l *Lock) Unlock() error { return unix.Close(l.fd) }

// Locked tells whether another process holds the lock of a file. It writes
// nothing; a file that does not exist is not locked.
func (r *Root) Locked(path string) (bool, error) {
	p, err := r.place(path, unix.O_PATH)
	if errors.Is(err, unix.ENOENT) {
		return false, nil
	}
	if err != nil {
		return false, failed("cannot look at the lock %s: %w", path, err)
	}
	defer p.close()
	n, err := openNode(p)
	if errors.Is(err, unix.ENOENT) {
		return false, nil
	}
	if err != nil {
		return false, failed("cannot look at the lock %s: %w", path, err)
	}
	defer n.close()
	if n.pathOnly {
		return false, failed("cannot look at the lock %s: %w", path, unix.EACCES)
	}
	err = retry(func() error { return unix.Flock(n.fd, unix.LOCK_SH|unix.LOCK_NB) })
	if errors.Is(err, unix.EWOULDBLOCK) {
		return true, nil
	}
	return false, failed("cannot look at the lock %s: %w", path, err)
}
