package host

import (
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"harden/agent/message"
)

// Moment is a point in time that nobody can move by setting the clock.
type Moment struct {
	Boot string        // the machine's boot_id, new with each start
	Time time.Duration // since that start, time asleep included (CLOCK_BOOTTIME)
}

// Now gives the present moment. In a container of systemd-nspawn the boot is
// the container's own.
func Now() (Moment, error) {
	const file = "/proc/sys/kernel/random/boot_id"
	id, err := os.ReadFile(file)
	if err != nil {
		return Moment{}, message.Errorf("cannot tell this boot of the machine from others: %w", err)
	}
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &ts); err != nil {
		return Moment{}, message.Errorf("cannot read the time since boot: %w", err)
	}
	return Moment{strings.TrimSpace(string(id)), time.Duration(ts.Nano())}, nil
}
