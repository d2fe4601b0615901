package hostile

import (
	"syscall"
	"testing"
	"time"
)

// bearable is how long a reader may work on one form, with the race detector;
// what is quadratic takes minutes.
const bearable = 30 * time.Second

// Watch fails a test that keeps the processor busy for too long. The clock on
// the wall would tell of the machine's other work.
func Watch(t testing.TB) {
	t.Helper()
	begin := busy(t)
	t.Cleanup(func() {
		if took := busy(t) - begin; took > bearable {
			t.Errorf("it took %s of the processor", took)
		}
	})
}

// busy is the processor's time that this process has had.
func busy(t testing.TB) time.Duration {
	t.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		t.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
