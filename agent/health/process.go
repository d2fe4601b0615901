package health

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strconv"
	"syscall"

	"harden/agent/message"
)

// Process is the one whose answers count. Anybody on this machine can listen on
// a port that is free for a moment, or on a closer address than the component
// does; so an answer is taken from the process that was proven to be the
// component, and from nobody else.
type Process struct {
	Name string // as errors name it: "kube-apiserver"
	PID  int    // 0 where no process is proven to be it
	// Unproven says why none is, "" where that is not known.
	Unproven message.Text
	// Certificates are the files of those that it may show over TLS, as its own
	// command line names them. Empty where it makes itself one in memory: who
	// holds the connection is then all that there is to prove.
	Certificates []string
}

// procDir is where the kernel shows processes.
const procDir = "/proc"

// held is a process during one question. Its directory stays open: it is that
// of the process itself, and never that of another with the same number.
type held struct {
	Process
	dir *os.File
	uid uint32 // whose its new sockets are: the fourth of its user ids
}

// hold opens a process for one question.
func (p Process) hold() (*held, error) {
	switch {
	case p.PID <= 0 && !p.Unproven.IsZero():
		return nil, message.Errorf("harden cannot prove that an answer comes from %s: %s", p.Name, p.Unproven)
	case p.PID <= 0:
		return nil, message.Errorf("no process is proven to be %s, so an answer could come from another program", p.Name)
	}
	dir, err := os.Open(p.path())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, message.Errorf("process %d, %s, has exited, or is hidden (hidepid)", p.PID, p.Name)
	}
	if err != nil {
		return nil, message.Errorf("cannot look at process %d, %s: %w", p.PID, p.Name, err)
	}
	h := &held{Process: p, dir: dir}
	if h.uid, err = h.socketOwner(); err != nil {
		dir.Close()
		return nil, message.Errorf("cannot look at process %d, %s: %w", p.PID, p.Name, err)
	}
	return h, nil
}

func (h *held) release() { h.dir.Close() }

func (p Process) path() string { return path.Join(procDir, strconv.Itoa(p.PID)) }

// maxStatus is more than /proc/PID/status has, in bytes.
const maxStatus = 64 << 10

// socketOwner is the user whom a socket belongs to that the process makes. It is
// an error once the process has ended.
func (h *held) socketOwner() (uint32, error) {
	fd, err := syscall.Openat(int(h.dir.Fd()), "status", syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	file := os.NewFile(uintptr(fd), "status")
	defer file.Close()
	status, err := io.ReadAll(io.LimitReader(file, maxStatus))
	if err != nil {
		return 0, err
	}
	for line := range bytes.Lines(status) {
		ids, is := bytes.CutPrefix(line, []byte("Uid:"))
		if fields := bytes.Fields(ids); is && len(fields) == 4 {
			id, err := strconv.ParseUint(string(fields[3]), 10, 32)
			return uint32(id), err
		}
	}
	return 0, message.Errorf("its status names no user")
}

// The descriptors of one process that are looked at, and at a time.
const (
	maxDescriptors = 1 << 20 // fs.nr_open, which is the most that Linux lets a process have by default
	someNames      = 512
)

// has tells whether a socket is among the descriptors of the process, which
// lives at the end of the look.
func (h *held) has(inode uint32) (bool, error) {
	// The names are those of the process itself. Each is looked up by the
	// process's number, which is its own as long as it lives.
	fds, err := syscall.Openat(int(h.dir.Fd()), "fd", syscall.O_RDONLY|syscall.O_DIRECTORY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return false, h.unseen(err)
	}
	dir := os.NewFile(uintptr(fds), "fd")
	defer dir.Close()
	want := "socket:[" + strconv.FormatUint(uint64(inode), 10) + "]"
	base := h.path() + "/fd/"
	var target [64]byte // "socket:[" and a number
	for seen := 0; seen < maxDescriptors; {
		names, err := dir.Readdirnames(someNames)
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		if err != nil {
			return false, h.unseen(err)
		}
		seen += len(names)
		for _, name := range names {
			n, err := syscall.Readlink(base+name, target[:])
			switch {
			case errors.Is(err, fs.ErrPermission):
				return false, h.unseen(err)
			case err == nil && string(target[:n]) == want:
				_, err := h.socketOwner()
				return err == nil, nil
			}
		}
	}
	return false, nil
}

// unseen says that the descriptors of the process cannot be looked at.
func (h *held) unseen(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return message.Errorf("cannot tell whether it is %s (process %d) that answers: only root, with CAP_SYS_PTRACE, may see which sockets another process holds", h.Name, h.PID)
	}
	return message.Errorf("cannot tell whether it is %s (process %d) that answers: %w", h.Name, h.PID, err)
}
