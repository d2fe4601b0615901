package host

import (
	"fmt"

	"golang.org/x/sys/unix"
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
			return fmt.Errorf("cannot have %d more files open at once, only %d: %w", n, len(held), err)
		}
		held = append(held, fd)
	}
	return nil
}
