package facts

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"harden/agent/message"
)

// How much is read of a process. Its command line is its own memory, which it
// can make as long as it likes, and as slow to read: a mapping of a file system
// that does not answer. The rest is the kernel's.
const (
	maxArgv     = 128 << 10        // bytes; the longest command line of a component has some thousands
	maxProcFile = 64 << 10         // bytes
	lookWithin  = 10 * time.Second // systemd may be asked meanwhile
)

// within looks for a process, and gives up what takes too long.
func within(look func() (process, error)) (process, error) {
	type answer struct {
		p   process
		err error
	}
	answers := make(chan answer, 1)
	go func() {
		defer func() {
			if bug := recover(); bug != nil { // or it would end the program, with a status of another meaning
				answers <- answer{err: message.Errorf("internal error: %v", bug)}
			}
		}()
		p, err := look()
		answers <- answer{p, err}
	}()
	late := time.NewTimer(lookWithin)
	defer late.Stop()
	select {
	case a := <-answers:
		return a.p, a.err
	case <-late.C:
		return process{}, message.Errorf("harden could not read the running processes within %v", lookWithin)
	}
}

// procDirectory is the open directory of one process below /proc. It is that of
// the process itself: once that has ended, every read fails, also where another
// process has its number by then.
type procDirectory struct {
	fd   int
	path string
}

func openProcess(procDir string, pid int) (procDirectory, error) {
	dir := filepath.Join(procDir, strconv.Itoa(pid))
	fd, err := syscall.Open(dir, syscall.O_RDONLY|syscall.O_DIRECTORY|syscall.O_CLOEXEC, 0)
	return procDirectory{fd, dir}, err
}

func (d procDirectory) close() { _ = syscall.Close(d.fd) }

// read gives a file of the kernel's words.
func (d procDirectory) read(name string) ([]byte, error) {
	return readAt(d.fd, name, maxProcFile)
}

// readAt gives a file in an open directory whole. One that is longer than limit
// bytes is an error.
func readAt(dir int, name string, limit int) ([]byte, error) {
	fd, err := syscall.Openat(dir, name, syscall.O_RDONLY|syscall.O_CLOEXEC|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer syscall.Close(fd)
	buffer := make([]byte, 4096)
	for length := 0; ; { // up to the end: the kernel gives such a file in pieces
		n, err := syscall.Read(fd, buffer[length:])
		switch {
		case errors.Is(err, syscall.EINTR):
			continue
		case err != nil:
			return nil, err
		case n == 0:
			return buffer[:length], nil
		}
		if length += n; length > limit {
			return nil, message.Errorf("it is longer than %d bytes", limit)
		}
		if length == len(buffer) {
			buffer = append(buffer, make([]byte, length)...)
		}
	}
}

// argv gives the command line of a process.
func (d procDirectory) argv() ([]string, error) {
	data, err := readAt(d.fd, "cmdline", maxArgv)
	if err != nil {
		return nil, message.Errorf("its command line cannot be read: %w", err)
	}
	if len(data) == 0 { // as of a zombie
		return nil, errEnded
	}
	return strings.Split(strings.TrimSuffix(string(data), "\x00"), "\x00"), nil
}

// exe is the program of a process, "" where it may not be seen. It is read by
// the number of the process, so something else of it is to be read afterwards.
func (d procDirectory) exe() string {
	const deleted = " (deleted)" // as after an upgrade
	program, err := os.Readlink(filepath.Join(d.path, "exe"))
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(program, deleted)
}

// startField is where the time of the start stands in /proc/PID/stat, counted
// from 0 behind the name, which may hold anything (proc_pid_stat(5)).
const startField = 19

func (d procDirectory) started() (uint64, error) {
	data, err := d.read("stat")
	if err != nil {
		return 0, err
	}
	fields := bytes.Fields(data[bytes.LastIndexByte(data, ')')+1:])
	if len(fields) <= startField {
		return 0, message.Errorf("its stat is incomplete")
	}
	return strconv.ParseUint(string(fields[startField]), 10, 64)
}

// status is what the kernel says of a process.
type status struct {
	parent     int
	uids, gids [4]int // real, effective, saved and that of the file system
}

// root tells whether the process is root's in every way. A set-uid program that
// a user started is not.
func (s status) root() bool { return s.uids == [4]int{} && s.gids == [4]int{} }

func (d procDirectory) status() (status, error) {
	data, err := d.read("status")
	if err != nil {
		return status{}, err
	}
	var s status
	found := 0
	for line := range bytes.Lines(data) {
		key, value, _ := bytes.Cut(line, []byte(":"))
		var ok bool
		switch string(key) {
		case "PPid":
			s.parent, ok = decimal(bytes.TrimSpace(value))
		case "Uid":
			ok = four(value, &s.uids)
		case "Gid":
			ok = four(value, &s.gids)
		default:
			continue
		}
		if !ok {
			return status{}, message.Errorf("its status has the line %q", line)
		}
		if found++; found == 3 {
			return s, nil
		}
	}
	return status{}, message.Errorf("its status is incomplete")
}

// four reads the ids of a line in a process's status.
func four(text []byte, ids *[4]int) bool {
	fields := bytes.Fields(text)
	if len(fields) != len(ids) {
		return false
	}
	for i, f := range fields {
		var ok bool
		if ids[i], ok = decimal(f); !ok {
			return false
		}
	}
	return true
}

func decimal(text []byte) (int, bool) {
	n, err := strconv.ParseUint(string(text), 10, 32)
	return int(n), err == nil
}
