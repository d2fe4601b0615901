package systemd

import (
	"context"
	"strings"
	"time"

	"github.com/coreos/go-systemd/v22/dbus"
	godbus "github.com/godbus/dbus/v5"

	"harden/agent/message"
)

// Timer is a transient timer: it starts a command once a time is up, and is
// gone with the next boot. It counts on CLOCK_MONOTONIC, so that a clock that
// is set makes no difference, and does not wake the machine.
type Timer struct {
	Name        string // without ".timer"; the command's unit is Name.service
	Description string
	After       time.Duration // from now, to a second
	// Retry is the pause after which the command is started again when it has
	// ended, however it ended, for as long as the timer is not stopped.
	Retry   time.Duration
	Command []string // the absolute path of a program, and its arguments
}

// StartTimer starts a timer. One of that name must not be there. It needs
// systemd 240 or later.
func (m *Manager) StartTimer(ctx context.Context, t Timer) error {
	conn, err := m.jobs.get(ctx)
	if err != nil {
		return timerError("start", t.Name+".timer", err)
	}
	type elapse struct {
		Base string
		Time uint64 // microseconds
	}
	timer := []dbus.Property{
		dbus.PropDescription(t.Description),
		{Name: "TimersMonotonic", Value: godbus.MakeVariant([]elapse{
			{"OnActiveSec", uint64(t.After.Microseconds())},
			{"OnUnitInactiveSec", uint64(t.Retry.Microseconds())},
		})},
		{Name: "AccuracyUSec", Value: godbus.MakeVariant(uint64(time.Second.Microseconds()))},
		{Name: "WakeSystem", Value: godbus.MakeVariant(false)},
	}
	service := dbus.PropertyCollection{Name: t.Name + ".service", Properties: []dbus.Property{
		dbus.PropDescription(t.Description),
		dbus.PropExecStart(t.Command, false),
		// A command that failed leaves no unit behind.
		{Name: "CollectMode", Value: godbus.MakeVariant("inactive-or-failed")},
	}}
	done := make(chan string, 1) // see Restart
	if _, err := conn.StartTransientUnitAux(ctx, t.Name+".timer", "fail", timer, []dbus.PropertyCollection{service}, done); err != nil {
		return timerError("start", t.Name+".timer", err)
	}
	result, err := jobResult(ctx, conn, done)
	if err == nil && result != "done" {
		err = message.Errorf("its job finished with the result %q", result)
	}
	if err != nil {
		return timerError("start", t.Name+".timer", err)
	}
	return nil
}

// StopTimers stops every timer whose name, without ".timer", begins so. A
// command that runs by now goes on. That there is none is not an error.
func (m *Manager) StopTimers(ctx context.Context, prefix string) error {
	conn, err := m.jobs.get(ctx)
	if err != nil {
		return timerError("stop", prefix+"*.timer", err)
	}
	units, err := conn.ListUnitsByPatternsContext(ctx, nil, []string{prefix + "*.timer"})
	if err != nil {
		return timerError("stop", prefix+"*.timer", err)
	}
	for _, u := range units {
		done := make(chan string, 1) // see Restart
		_, err := conn.StopUnitContext(ctx, u.Name, "replace", done)
		if err != nil && notLoaded(err) {
			continue
		}
		if err == nil {
			_, err = jobResult(ctx, conn, done)
		}
		if err != nil {
			return timerError("stop", u.Name, err)
		}
	}
	return nil
}

func timerError(verb, name string, err error) error {
	return message.Errorf("cannot %s %s: %w", verb, name, err)
}

// fakeTimer is a timer of a Fake.
type fakeTimer struct {
	Timer
	elapse *time.Timer
}

// OnElapse has run called, in a goroutine of its own, when the time of a timer
// is up, in place of its command.
func (f *Fake) OnElapse(run func(Timer)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.onElapse = run
}

// Timers gives the timers that are started, and not stopped.
func (f *Fake) Timers() []Timer {
	f.mu.Lock()
	defer f.mu.Unlock()
	var list []Timer
	for _, t := range f.timers {
		list = append(list, t.Timer)
	}
	return list
}

// StartTimer is Manager.StartTimer.
func (f *Fake) StartTimer(ctx context.Context, t Timer) error {
	if err := ctx.Err(); err != nil {
		return timerError("start", t.Name+".timer", err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.timers[t.Name] != nil {
		return timerError("start", t.Name+".timer", message.Errorf("unit was already loaded"))
	}
	f.calls = append(f.calls, "start "+t.Name+".timer")
	started := &fakeTimer{Timer: t}
	f.timers[t.Name] = started
	started.elapse = time.AfterFunc(t.After, func() { f.elapsed(started) })
	return nil
}

// StopTimers is Manager.StopTimers.
func (f *Fake) StopTimers(ctx context.Context, prefix string) error {
	if err := ctx.Err(); err != nil {
		return timerError("stop", prefix+"*.timer", err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for name, t := range f.timers {
		if strings.HasPrefix(name, prefix) {
			f.calls = append(f.calls, "stop "+name+".timer")
			t.elapse.Stop()
			delete(f.timers, name)
		}
	}
	return nil
}

// elapsed runs what stands for a timer's command, and later runs it again.
func (f *Fake) elapsed(t *fakeTimer) {
	f.mu.Lock()
	run, started := f.onElapse, f.timers[t.Name] == t
	f.mu.Unlock()
	if !started {
		return
	}
	if run != nil {
		run(t.Timer)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.timers[t.Name] == t {
		t.elapse = time.AfterFunc(t.Retry, func() { f.elapsed(t) })
	}
}
