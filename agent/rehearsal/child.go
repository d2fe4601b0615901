package rehearsal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"

	"golang.org/x/sys/unix"
)

// IsChild tells whether this process was started by Run to wall itself in. Then
// main has to call Main, and nothing else.
func IsChild() bool { return len(os.Args) == 1 && os.Args[0] == childName }

// Main walls this process in and becomes the subject's program. It does not
// return.
func Main() {
	runtime.LockOSThread() // who a process is, and what it may do, is a matter of one thread
	keepNothing()
	status := os.NewFile(statusFD, "status")
	err := become()
	fmt.Fprint(status, err)
	os.Exit(1)
}

var errEnded = errors.New("harden has ended")

// keepNothing closes at exec all that this process was given, but for its three
// streams: also what harden itself inherited.
func keepNothing() {
	open, _ := os.ReadDir("/proc/self/fd")
	for _, d := range open {
		if fd, err := strconv.Atoi(d.Name()); err == nil && fd > 2 { // stderr
			unix.CloseOnExec(fd)
		}
	}
}

func become() error {
	orders := os.NewFile(orderFD, "orders")
	var s Subject
	if err := json.NewDecoder(io.LimitReader(orders, 256<<20)).Decode(&s); err != nil {
		return fmt.Errorf("the order: %w", err)
	}
	if err := network(); err != nil {
		return err
	}
	if err := limits(); err != nil {
		return err
	}
	if err := enter(s); err != nil {
		return err
	}
	if err := powerless(s); err != nil {
		return err
	}
	// Another identity has lost the signal at harden's end; who ended before shows
	// by the end of the pipe that it held.
	if err := unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0); err != nil {
		return fmt.Errorf("prctl PR_SET_PDEATHSIG: %w", err)
	}
	held := []unix.PollFd{{Fd: orderFD}}
	if _, err := unix.Poll(held, 0); err != nil || held[0].Revents&unix.POLLHUP != 0 {
		return errEnded
	}
	if s.Dir != "" {
		if err := unix.Chdir(s.Dir); err != nil {
			return fmt.Errorf("chdir %s: %w", s.Dir, err)
		}
	}
	if err := confine(); err != nil {
		return err
	}
	return execute(s)
}
