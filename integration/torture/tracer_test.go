//go:build torture && amd64

package torture

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
	memory "unsafe" // the name is taken in this package

	"golang.org/x/sys/unix"
)

// call is one system call that changes something below a tree, or makes a
// change durable, of any thread or child of a run.
type call struct {
	name string
	path string // below the tree; the new name of a rename
}

func (c call) String() string {
	return fmt.Sprintf("%s(%s)", c.name, random.ReplaceAllString(c.path, "*"))
}

// action is what happens to a call: nothing, if it is zero.
type action struct {
	errno syscall.Errno // it fails with this, and is not carried out
	kill  bool          // the run is killed instead
	after func()        // while the run stands still behind the call
}

// tracer runs harden and decides on each call, like strace's inject= but with
// one count for all threads, so that the k-th call is the same in each run.
type tracer struct {
	dir    string // the tree
	decide func(k int, c call) action
	calls  []call
	due    map[int]action // by thread, what is left to do at the end of its call
	seen   map[int]state  // threads and children
}

// state is how a thread or child stands.
type state int

const (
	unknown state = iota
	born          // announced by the one that made it
	running       // it has stopped for us at least once
	ended
)

// argument says what of a system call names what it works on.
type argument struct {
	name    string
	fd, str int // index of the argument, -1: none
}

var tracedCalls = map[uint64]argument{
	unix.SYS_WRITE: {"write", 0, -1}, unix.SYS_PWRITE64: {"pwrite64", 0, -1}, unix.SYS_WRITEV: {"writev", 0, -1},
	unix.SYS_OPENAT: {"openat", 0, 1}, unix.SYS_FTRUNCATE: {"ftruncate", 0, -1}, unix.SYS_FALLOCATE: {"fallocate", 0, -1},
	unix.SYS_FSYNC: {"fsync", 0, -1}, unix.SYS_FDATASYNC: {"fdatasync", 0, -1}, unix.SYS_SYNCFS: {"syncfs", 0, -1},
	unix.SYS_RENAME: {"rename", -1, 1}, unix.SYS_RENAMEAT: {"renameat", 2, 3}, unix.SYS_RENAMEAT2: {"renameat2", 2, 3},
	unix.SYS_LINK: {"link", -1, 1}, unix.SYS_LINKAT: {"linkat", 2, 3}, unix.SYS_SYMLINKAT: {"symlinkat", 1, 2},
	unix.SYS_UNLINK: {"unlink", -1, 0}, unix.SYS_UNLINKAT: {"unlinkat", 0, 1}, unix.SYS_MKDIRAT: {"mkdirat", 0, 1},
	unix.SYS_FCHMOD: {"fchmod", 0, -1}, unix.SYS_FCHMODAT: {"fchmodat", 0, 1}, unix.SYS_CHMOD: {"chmod", -1, 0},
	unix.SYS_FCHOWN: {"fchown", 0, -1}, unix.SYS_FCHOWNAT: {"fchownat", 0, 1}, unix.SYS_UTIMENSAT: {"utimensat", 0, 1},
	unix.SYS_FSETXATTR: {"fsetxattr", 0, -1}, unix.SYS_FREMOVEXATTR: {"fremovexattr", 0, -1},
}

// trace runs harden with arguments on a tree.
func trace(t *testing.T, dir string, decide func(k int, c call) action, args ...string) (outcome, []call) {
	t.Helper()
	runtime.LockOSThread() // only the thread that started a traced process may speak to it
	defer runtime.UnlockOSThread()
	out, err := os.CreateTemp(t.TempDir(), "out")
	ok(t, err)
	defer out.Close()
	cmd := exec.Command(binary, append(args, "--root", dir)...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Ptrace: true}
	ok(t, cmd.Start())
	tr := &tracer{dir: dir, decide: decide, due: map[int]action{}}
	ended := false
	defer func() {
		if !ended { // the test ends within a call
			_ = cmd.Process.Kill()
		}
	}()
	code, err := tr.follow(cmd.Process.Pid)
	ended = err == nil
	_ = cmd.Process.Release() // it was waited for
	ok(t, err)
	var text bytes.Buffer
	_, err = out.Seek(0, 0)
	ok(t, err)
	_, err = text.ReadFrom(out)
	ok(t, err)
	return outcome{code: code, stdout: text.String()}, tr.calls
}

// follow goes with a process, which was started to be traced, to its end. The
// code is -1 where a signal ended it.
func (tr *tracer) follow(leader int) (code int, err error) {
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(leader, &status, syscall.WALL, nil); err != nil {
		return 0, err
	}
	const options = unix.PTRACE_O_TRACESYSGOOD | unix.PTRACE_O_TRACECLONE | unix.PTRACE_O_TRACEFORK | unix.PTRACE_O_TRACEVFORK |
		unix.PTRACE_O_TRACEEXEC | unix.PTRACE_O_EXITKILL
	if err := syscall.PtraceSetOptions(leader, options); err != nil {
		return 0, err
	}
	tr.seen = map[int]state{leader: running}
	for thread, signal := leader, 0; ; {
		if err := syscall.PtraceSyscall(thread, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			return 0, err
		}
		for stopped := false; !stopped; {
			if !tr.alive() {
				return code, nil
			}
			if thread, err = tr.wait(&status); err != nil {
				return 0, fmt.Errorf("cannot wait: %w", err)
			}
			if stopped = status.Stopped(); !stopped {
				tr.seen[thread] = ended
			}
			if !stopped && thread == leader {
				code = status.ExitStatus()
			}
		}
		signal = 0
		switch stop := status.StopSignal(); {
		case stop == syscall.SIGTRAP|0x80:
			if err := tr.syscall(thread); err != nil && !errors.Is(err, syscall.ESRCH) {
				return 0, err
			}
		case stop == syscall.SIGTRAP: // a new thread or child, or execve
			made, err := syscall.PtraceGetEventMsg(thread)
			if err == nil && status.TrapCause() > 0 && status.TrapCause() != unix.PTRACE_EVENT_EXEC && tr.seen[int(made)] == unknown {
				tr.seen[int(made)] = born
			}
		case stop == syscall.SIGSTOP && tr.seen[thread] != running: // its first stop
		default:
			signal = int(stop)
		}
		tr.seen[thread] = running
	}
}

// alive tells whether anything is left to wait for.
func (tr *tracer) alive() bool {
	for _, is := range tr.seen {
		if is != ended {
			return true
		}
	}
	return false
}

// wait waits for what is traced here. This thread may have started a program
// for another test, before it became this one's, and must not take that away
// from who waits for it; so it looks first.
func (tr *tracer) wait(status *syscall.WaitStatus) (thread int, err error) {
	for {
		var info struct { // siginfo_t
			_   [4]int32
			pid int32
			_   [27]int32
		}
		_, _, errno := syscall.Syscall6(unix.SYS_WAITID, unix.P_ALL, 0, uintptr(memory.Pointer(&info)), unix.WEXITED|unix.WNOWAIT|unix.WALL|unix.WNOTHREAD, 0, 0)
		switch is := tr.seen[int(info.pid)]; {
		case errno == syscall.EINTR:
		case errno != 0:
			return 0, errno
		case is == born || is == running || tracedHere(int(info.pid)):
			// It may have gone on since: a kill wakes what stood still.
			thread, err = syscall.Wait4(int(info.pid), status, syscall.WALL|syscall.WNOHANG, nil)
			if thread != 0 || err != nil {
				return thread, err
			}
		default:
			time.Sleep(100 * time.Microsecond)
		}
	}
}

func tracedHere(thread int) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", thread))
	return err == nil && strings.Contains(string(text), fmt.Sprintf("\nTracerPid:\t%d\n", syscall.Gettid()))
}

// syscallInfo is struct ptrace_syscall_info of linux/ptrace.h.
type syscallInfo struct {
	op     uint8 // 1 at the entry, 2 at the exit
	_      [3]uint8
	_      uint32
	_, _   uint64
	number uint64
	args   [6]uint64
	_      uint64
}

func (tr *tracer) syscall(thread int) error {
	var info syscallInfo
	_, _, errno := syscall.Syscall6(syscall.SYS_PTRACE, unix.PTRACE_GET_SYSCALL_INFO, uintptr(thread), memory.Sizeof(info), uintptr(memory.Pointer(&info)), 0, 0)
	if errno != 0 {
		return errno
	}
	if info.op == 2 {
		return tr.leave(thread)
	}
	known, ok := tracedCalls[info.number]
	if !ok || known.name == "openat" && info.args[2]&(unix.O_CREAT|unix.O_TRUNC) == 0 {
		return nil
	}
	path := known.path(thread, info.args)
	if !strings.HasPrefix(path, tr.dir+"/") {
		return nil
	}
	c := call{known.name, strings.TrimPrefix(path, tr.dir)}
	act := tr.decide(len(tr.calls), c)
	tr.calls = append(tr.calls, c)
	tr.due[thread] = act
	if act.kill {
		for each, is := range tr.seen { // also the programs that it started
			if is != ended { // its number may be another's by now
				_ = syscall.Kill(each, syscall.SIGKILL)
			}
		}
		return nil
	}
	if act.errno == 0 {
		return nil
	}
	var regs syscall.PtraceRegs
	if err := syscall.PtraceGetRegs(thread, &regs); err != nil {
		return err
	}
	regs.Orig_rax = ^uint64(0) // no system call
	return syscall.PtraceSetRegs(thread, &regs)
}

// leave ends a call as it was decided.
func (tr *tracer) leave(thread int) error {
	act := tr.due[thread]
	delete(tr.due, thread)
	if act.after != nil {
		act.after()
	}
	if act.errno == 0 {
		return nil
	}
	var regs syscall.PtraceRegs
	if err := syscall.PtraceGetRegs(thread, &regs); err != nil {
		return err
	}
	regs.Rax = -uint64(act.errno)
	return syscall.PtraceSetRegs(thread, &regs)
}

// path is the absolute path that a call works on.
func (a argument) path(thread int, args [6]uint64) string {
	base := ""
	if a.fd >= 0 && int32(args[a.fd]) != unix.AT_FDCWD {
		base, _ = os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", thread, int32(args[a.fd])))
	}
	if a.str < 0 {
		return base
	}
	text := make([]byte, unix.PathMax)
	n, _ := syscall.PtracePeekData(thread, uintptr(args[a.str]), text[:256])
	name, _, _ := strings.Cut(string(text[:n]), "\x00")
	if filepath.IsAbs(name) || name == "" {
		return base + name
	}
	return filepath.Join(base, name)
}
