package host

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// ForbidCoreDumps keeps the memory of this process, in which key material may
// lie, out of core dumps, and out of the reach of a debugger without
// CAP_SYS_PTRACE. The limit, which the programs that are run inherit, does not
// hold for a core that is piped to a program; that the process is not dumpable
// does, core(5). Only root is made so: the files of such a process in /proc are
// root's, and others need theirs.
func ForbidCoreDumps() error {
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return fmt.Errorf("cannot forbid core dumps: setrlimit: %w", err)
	}
	if unix.Geteuid() != 0 {
		return nil
	}
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return fmt.Errorf("cannot forbid core dumps: prctl: %w", err)
	}
	return nil
}
