package systemd

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// timers is what Manager and Fake have in common of timers.
type timers interface {
	Unit(ctx context.Context, name string) (Unit, error)
	StartTimer(ctx context.Context, t Timer) error
	StopTimers(ctx context.Context, prefix string) error
}

const timerPrefix = "harden-test-timer-"

func TestFakeTimersConform(t *testing.T) {
	timersConform(t, 50*time.Millisecond, func(*testing.T) timers {
		f := NewFake()
		f.OnElapse(func(t Timer) { _ = exec.Command(t.Command[0], t.Command[1:]...).Run() })
		return f
	})
}

func TestManagerTimersConform(t *testing.T) {
	needsSystemd(t)
	timersConform(t, time.Second, func(t *testing.T) timers {
		m, err := Connect(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := m.StopTimers(context.Background(), timerPrefix); err != nil {
				t.Error(err)
			}
			m.Close()
		})
		return m
	})
}

// timersConform holds a system to what is relied on of timers, which run after
// the time that is given.
func timersConform(t *testing.T, after time.Duration, connect func(*testing.T) timers) {
	for _, test := range []struct {
		name string
		run  func(t *testing.T, s timers, timer Timer, ran func() int)
	}{
		{"the command runs when the time is up, and again after its end", elapses},
		{"a failed command runs again", failsAndElapses},
		{"a stopped timer runs nothing", stopped},
		{"no two of a name", twice},
		{"only those with the prefix are stopped", others},
		{"nothing is done once the context has ended", late},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, file := connect(t), filepath.Join(t.TempDir(), "a file % with $odd \"name\"")
			timer := Timer{Name: timerPrefix + "a", Description: "a test", After: after, Retry: after,
				Command: []string{"/bin/sh", "-c", `echo >>"$1"`, "sh", file}}
			test.run(t, s, timer, func() int {
				data, err := os.ReadFile(file)
				if err != nil && !errors.Is(err, os.ErrNotExist) {
					t.Fatal(err)
				}
				return len(data)
			})
			if err := s.StopTimers(t.Context(), timerPrefix); err != nil {
				t.Error(err)
			}
		})
	}
}

func elapses(t *testing.T, s timers, timer Timer, ran func() int) {
	began := time.Now()
	start(t, s, timer)
	time.Sleep(timer.After / 4)
	if ran() > 0 && time.Since(began) < timer.After {
		t.Error("the command ran before its time")
	}
	for end := time.Now().Add(20 * time.Second); ran() < 2; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the command ran %d times", ran())
		}
	}
}

func failsAndElapses(t *testing.T, s timers, timer Timer, ran func() int) {
	timer.Command[2] += "; exit 1"
	elapses(t, s, timer, ran)
}

func stopped(t *testing.T, s timers, timer Timer, ran func() int) {
	timer.After = 2 * time.Second // enough to stop it on a busy machine
	start(t, s, timer)
	if err := s.StopTimers(t.Context(), timerPrefix); err != nil {
		t.Fatal(err)
	}
	time.Sleep(timer.After + 500*time.Millisecond)
	if ran() > 0 {
		t.Error("the command ran all the same")
	}
	start(t, s, timer) // the name is free again
}

func twice(t *testing.T, s timers, timer Timer, _ func() int) {
	timer.After = time.Hour
	start(t, s, timer)
	if err := s.StartTimer(t.Context(), timer); err == nil || !strings.Contains(err.Error(), "cannot start harden-test-timer-a.timer: ") {
		t.Errorf("error: %v", err)
	}
}

func others(t *testing.T, s timers, timer Timer, ran func() int) {
	start(t, s, timer)
	if err := s.StopTimers(t.Context(), timerPrefix+"b"); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(20 * time.Second); ran() < 1; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the command did not run")
		}
	}
}

func late(t *testing.T, s timers, timer Timer, ran func() int) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for call, err := range map[string]error{"start": s.StartTimer(ctx, timer), "stop": s.StopTimers(ctx, timerPrefix)} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", call, err)
		}
	}
	time.Sleep(2 * timer.After)
	if ran() > 0 {
		t.Error("the command ran all the same")
	}
}

func start(t *testing.T, s timers, timer Timer) {
	t.Helper()
	if err := s.StartTimer(t.Context(), timer); err != nil {
		t.Fatal(err)
	}
}

func TestRecoverUnitFile(t *testing.T) {
	for _, test := range []struct {
		name    string
		command []string
		want    string
	}{
		{"a plain path", []string{"/opt/harden", "recover"}, "ExecStart=/opt/harden recover"},
		{"odd words", []string{"/opt/a b/100%", "recover", "--config", "/etc/$x \"y\"\\z"}, `ExecStart="/opt/a b/100%%" recover --config "/etc/$$x \"y\"\\z"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := RecoverUnitFile(test.command)
			if !strings.Contains(text, "\n"+test.want+"\n") || strings.Contains(text, "/usr/bin/harden") {
				t.Errorf("want %s in\n%s", test.want, text)
			}
			if strings.Count(text, "ExecStart=") != 1 || !strings.Contains(text, "\nBefore=kubelet.service ") {
				t.Errorf("the rest of the unit is not there:\n%s", text)
			}
		})
	}
}
