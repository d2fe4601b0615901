package rehearsal

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Bounds on what a component writes: all that it writes, and one line of it.
const (
	maxOutput = 4 << 20 // bytes
	maxLine   = 64 << 10
)

// The descriptors that the walled-in process is given.
const (
	orderFD   = 3 // the subject; it ends when harden does
	programFD = 4
	statusFD  = 5 // why it could not be walled in
)

// childName is what harden is called where it walls itself in.
const childName = "harden-rehearsal"

// End is how a process ended.
type End struct {
	// ByItself tells that it ended before the time was over, and before it was seen
	// to go on.
	ByItself bool
	// How is "exit status 1" or "signal: killed"; "" where it did not end by itself.
	How string
}

// Run starts the subject's program walled in, and passes on each line that it
// writes until it ends or the time is over. Then all of it is killed. Where past
// tells that a line is enough, it is killed after grace. An error says that it
// was not started.
func Run(ctx context.Context, s Subject, line func(text string) (grace time.Duration, past bool)) (End, error) {
	if os.Geteuid() != 0 {
		return End{}, errNoRoot
	}
	// The kernel kills the process when the thread ends that started it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	c, err := start(s)
	if err != nil {
		return End{}, err
	}
	defer c.close()
	limit := time.AfterFunc(s.Limit, c.kill)
	defer limit.Stop()
	stop := context.AfterFunc(ctx, c.kill)
	defer stop()
	failure, _ := io.ReadAll(io.LimitReader(c.status, maxLine)) // at its end the program runs
	seen := c.read(line)
	inTime := limit.Stop()
	c.kill()
	err = c.cmd.Wait()
	switch {
	case len(failure) > 0:
		return End{}, errors.New(string(failure))
	case seen() || !inTime || ctx.Err() != nil:
		return End{}, nil
	case err != nil:
		return End{ByItself: true, How: err.Error()}, nil
	}
	return End{ByItself: true, How: "exit status 0"}, nil
}

// cast is a subject that is on its way.
type cast struct {
	cmd                    *exec.Cmd
	orders, status, output *os.File
}

// kill ends the first process of its namespace, and so all of them.
func (c *cast) kill() { _ = c.cmd.Process.Kill() }

func (c *cast) close() {
	for _, f := range []*os.File{c.orders, c.status, c.output} {
		_ = f.Close()
	}
}

func start(s Subject) (*cast, error) {
	program := s.Program
	s.Program = nil
	order, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	var theirs []*os.File
	defer func() {
		for _, f := range theirs {
			_ = f.Close()
		}
	}()
	null, err := os.Open(os.DevNull)
	if err != nil {
		return nil, err
	}
	theirs = append(theirs, null)
	var ours [3]*os.File // write orders, read status, read output
	for i := range ours {
		read, write, err := os.Pipe()
		if err != nil {
			return nil, err
		}
		if ours[i] = read; i == 0 {
			ours[i], write = write, read
		}
		theirs = append(theirs, write)
	}
	c := &cast{orders: ours[0], status: ours[1], output: ours[2]}
	c.cmd = &exec.Cmd{Path: "/proc/self/exe", Args: []string{childName}, Env: []string{}, Dir: "/",
		Stdin: null, Stdout: theirs[3], Stderr: theirs[3],
		ExtraFiles: []*os.File{theirs[1], program, theirs[2]}, SysProcAttr: isolation()}
	if err := c.cmd.Start(); err != nil {
		c.close()
		return nil, fmt.Errorf("namespaces of its own: %w", err)
	}
	go func() { _, _ = c.orders.Write(order) }() // it fails where the process has ended, which shows
	return c, nil
}

// isolation gives a process namespaces of its own, and ends it with harden.
func isolation() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWIPC | syscall.CLONE_NEWUTS | syscall.CLONE_NEWCGROUP,
		Setsid:     true, Pdeathsig: syscall.SIGKILL,
	}
}

// read passes lines on until one is enough, or there are no more. It gives
// whether the process was stopped because of one.
func (c *cast) read(line func(string) (time.Duration, bool)) (stopped func() bool) {
	var graces []*time.Timer
	stopped = func() bool { return slices.ContainsFunc(graces, func(t *time.Timer) bool { return !t.Stop() }) }
	lines := bufio.NewReaderSize(io.LimitReader(c.output, maxOutput), maxLine)
	for {
		text, err := lines.ReadSlice('\n')
		if len(text) > 0 {
			grace, past := line(strings.TrimRight(string(text), "\r\n"))
			if past && grace == 0 {
				return func() bool { return true }
			}
			if past {
				graces = append(graces, time.AfterFunc(grace, c.kill))
			}
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return stopped
		}
	}
}
