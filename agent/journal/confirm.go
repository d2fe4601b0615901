package journal

import "time"

// Confirmation is until when a run has to be confirmed. The end is told by a
// clock that starts with the machine and that nobody can set; after another
// start of the machine the time is up.
type Confirmation struct {
	Boot     string        `json:"boot"`     // the boot_id in which the run was applied
	Deadline time.Duration `json:"deadline"` // nanoseconds of CLOCK_BOOTTIME
	Within   time.Duration `json:"within"`   // nanoseconds that there were
}

// Up tells whether the time is up, in the boot and at the time of its
// CLOCK_BOOTTIME that are given.
func (c Confirmation) Up(boot string, now time.Duration) bool {
	return boot != c.Boot || now >= c.Deadline
}

// CommitPending says that the run is verified and applied, and is to be undone
// unless Confirm comes in time. The reserve is kept.
func (r *Run) CommitPending(c Confirmation, finished time.Time) error {
	if err := r.write(entry{Kind: kindPending, Confirm: &c, Finished: finished.UTC().Round(0)}); err != nil {
		return err
	}
	r.seal()
	return nil
}

// Confirm says that a pending run is to be kept. It gives the reserve back.
func (r *Run) Confirm(finished time.Time) error {
	return r.end(entry{Kind: kindConfirmed, Finished: finished.UTC().Round(0)})
}
