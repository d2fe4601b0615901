package host

import (
	"errors"
	"path"

	"golang.org/x/sys/unix"

	"harden/agent/message"
)

// Spare makes sure that n more files can be open at once. A run that meets the
// limit half-way could not be put back either: that opens files too.
func (r *Root) Spare(n int) error {
	held := make([]int, 0, n)
	defer func() {
		for _, fd := range held {
			closeFD(fd)
		}
	}()
	for range n {
		fd, err := unix.FcntlInt(uintptr(r.fd), unix.F_DUPFD_CLOEXEC, 0)
		if err != nil {
			return message.Errorf("cannot have %d more files open at once, only %d: %w", n, len(held), err)
		}
		held = append(held, fd)
	}
	return nil
}

// ForbidCoreDumps keeps the memory of this process, in which key material may
// lie, out of core dumps, and out of the reach of a debugger without
// CAP_SYS_PTRACE. The limit, which the programs that are run inherit, does not
// hold for a core that is piped to a program; that the process is not dumpable
// does, core(5). Only root is made so: the files of such a process in /proc are
// root's, and others need theirs.
func ForbidCoreDumps() error {
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return message.Errorf("cannot forbid core dumps: setrlimit: %w", err)
	}
	if unix.Geteuid() != 0 {
		return nil
	}
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return message.Errorf("cannot forbid core dumps: prctl: %w", err)
	}
	return nil
}

// Space is how many bytes are free on the file system that a path lies on, or will lie
// on once it is there, as df(1) says, and how many it has.
func (r *Root) Space(file string) (free, all int64, err error) {
	fd, err := r.open(file, unix.O_PATH)
	for dir := path.Dir(file); errors.Is(err, unix.ENOENT) && dir != "/"; dir = path.Dir(dir) {
		fd, err = r.open(dir, unix.O_PATH)
	}
	if errors.Is(err, unix.ENOENT) {
		fd, err = r.open("/", unix.O_PATH)
	}
	if err != nil {
		return 0, 0, failed("cannot look at %s: %w", file, err)
	}
	defer closeFD(fd)
	var fs unix.Statfs_t
	if err := retry(func() error { return unix.Fstatfs(fd, &fs) }); err != nil {
		return 0, 0, failed("cannot look at %s: %w", file, err)
	}
	return int64(fs.Bavail) * fs.Frsize, int64(fs.Blocks) * fs.Frsize, nil
}
