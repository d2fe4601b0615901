package host

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestNowGoesOnInOneBoot(t *testing.T) {
	first, err := Now()
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(2 * time.Millisecond)
	second, err := Now()
	if err != nil {
		t.Fatal(err)
	}
	if len(first.Boot) != 36 || first.Boot != second.Boot {
		t.Errorf("boots %q and %q", first.Boot, second.Boot)
	}
	if passed := second.Time - first.Time; passed < 2*time.Millisecond || passed > time.Minute {
		t.Errorf("%v passed", passed)
	}
}

func TestLockWait(t *testing.T) {
	root, err := OpenRoot(t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = root.Close() })
	held, err := root.Lock("/lock")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := root.LockWait(ctx, "/lock"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("while another holds it: %v", err)
	}
	got := make(chan error, 1)
	go func() {
		lock, err := root.LockWait(t.Context(), "/lock")
		if err == nil {
			err = lock.Unlock()
		}
		got <- err
	}()
	select {
	case err := <-got:
		t.Fatalf("it did not wait: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	if err := held.Unlock(); err != nil {
		t.Fatal(err)
	}
	if err := <-got; err != nil {
		t.Errorf("after it was given back: %v", err)
	}
	// The one that walked away gives it back too.
	lock, err := root.LockWait(t.Context(), "/lock")
	if err != nil {
		t.Fatal(err)
	}
	if err := lock.Unlock(); err != nil {
		t.Error(err)
	}
}
