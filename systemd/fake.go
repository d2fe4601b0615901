package systemd

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"harden/agent/message"
)

// Fake is an in-memory systemd for tests: its units are given, and what a
// unit does when it is restarted is scripted. Its time is that of package
// time, so inside a testing/synctest bubble nobody waits. It is safe for
// concurrent use.
type Fake struct {
	mu          sync.Mutex
	units       map[string]*fakeUnit
	timers      map[string]*fakeTimer
	onElapse    func(Timer)
	calls       []string
	invocations int
}

// Behaviour is what a fake unit does when it is restarted. The zero value
// comes up and stays up.
type Behaviour struct {
	// Result is the result of the job, "" for "done". With any other the
	// unit is failed afterwards.
	Result string
	// Hangs says that the job never ends.
	Hangs bool
	// CrashAfter is how long the process lives each time before it exits and
	// is started again after RestartDelay; 0: it does not exit. While it
	// lives the unit is active, however often it crashed before.
	CrashAfter time.Duration
	// KeepsInvocation says that the job is done, but nothing was started.
	KeepsInvocation bool
}

type fakeUnit struct {
	Unit
	restarts  func() Behaviour
	behaviour Behaviour // of the last restart
}

// NewFake makes a Fake that knows the given units.
func NewFake(units ...Unit) *Fake {
	f := &Fake{units: map[string]*fakeUnit{}, timers: map[string]*fakeTimer{}}
	for _, u := range units {
		f.units[u.Name] = &fakeUnit{Unit: u, restarts: Script()}
	}
	return f
}

// Script gives the behaviours one after the other, and then the last one for
// ever. An empty script always comes up.
func Script(behaviours ...Behaviour) func() Behaviour {
	n := 0
	return func() Behaviour {
		if len(behaviours) == 0 {
			return Behaviour{}
		}
		b := behaviours[min(n, len(behaviours)-1)]
		n++
		return b
	}
}

// OnRestart has decide called at each restart of the unit, also to look at
// files and behave accordingly; Script makes one from a list. It panics when
// there is no such unit.
func (f *Fake) OnRestart(name string, decide func() Behaviour) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.units[name].restarts = decide
}

// Calls lists what was done to the fake systemd, in order: "reload",
// "restart kubelet.service", "start NAME.timer", "stop NAME.timer".
func (f *Fake) Calls() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.calls)
}

// Close does nothing.
func (f *Fake) Close() {}

// Unit is Manager.Unit.
func (f *Fake) Unit(ctx context.Context, name string) (Unit, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return Unit{}, message.Errorf("cannot read unit %s: %w", name, err)
	}
	if !strings.Contains(name, ".") {
		return Unit{}, message.Errorf("cannot read unit %s: the name is not valid", name)
	}
	u, ok := f.units[name]
	if timer, is := strings.CutSuffix(name, ".timer"); is && f.timers[timer] != nil {
		return Unit{Name: name, LoadState: "loaded", ActiveState: "active", SubState: "waiting"}, nil
	}
	if !ok {
		return Unit{Name: name, LoadState: "not-found", ActiveState: "inactive", SubState: "dead"}, nil
	}
	return u.at(time.Now()), nil
}

// Restart is Manager.Restart.
func (f *Fake) Restart(ctx context.Context, name string) error {
	if err := ctx.Err(); err != nil {
		return restartError(name, err)
	}
	b, err := f.restart(name)
	if err != nil {
		return restartError(name, err)
	}
	if b.Hangs {
		<-ctx.Done()
		return restartError(name, message.Errorf("its job is still under way: %w", ctx.Err()))
	}
	return jobError(name, b.Result)
}

// Reload is Manager.Reload.
func (f *Fake) Reload(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return message.Errorf("cannot reload the unit files of systemd: %w", err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, "reload")
	for _, u := range f.units {
		u.NeedDaemonReload = false
	}
	return nil
}

// restart puts the unit into the state that its next behaviour leads to.
func (f *Fake) restart(name string) (Behaviour, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	u, ok := f.units[name]
	if !ok {
		return Behaviour{}, message.Errorf("unit %s not loaded", name)
	}
	f.calls = append(f.calls, "restart "+name)
	b := u.restarts()
	b.Result = cmp.Or(b.Result, "done")
	u.behaviour = b
	u.NRestarts, u.Result, u.ExitStatus = 0, "success", 0
	if !b.KeepsInvocation {
		f.invocations++
		// Eight digits are left to count crashes in.
		u.InvocationID = fmt.Sprintf("%024x%08x", f.invocations, 0)
		u.Started = time.Now()
		u.MainPID = 1000 + uint32(f.invocations)
	}
	switch {
	case b.Hangs:
		u.ActiveState, u.SubState = "activating", "start"
	case b.Result != "done":
		u.ActiveState, u.SubState, u.Result, u.ExitStatus, u.MainPID = "failed", "failed", "exit-code", 1, 0
	default:
		u.ActiveState, u.SubState = "active", "running"
		u.ControlGroup = "/system.slice/" + u.Name
	}
	return b, nil
}

// at works out how often a crash-looping unit crashed by now, and whether it
// runs or waits for its next start.
func (u *fakeUnit) at(now time.Time) Unit {
	seen, live := u.Unit, u.behaviour.CrashAfter
	if live == 0 || seen.ActiveState != "active" {
		return seen
	}
	cycle := live + seen.RestartDelay
	crashes := uint32(now.Sub(seen.Started) / cycle)
	start := seen.Started.Add(time.Duration(crashes) * cycle)
	seen.NRestarts, seen.Started = crashes, start
	seen.InvocationID = fmt.Sprintf("%s%08x", seen.InvocationID[:24], crashes)
	if crashes > 0 {
		seen.ExitStatus = 1
	}
	if now.Sub(start) >= live {
		seen.ActiveState, seen.SubState, seen.MainPID = "activating", "auto-restart", 0
		seen.Result, seen.ExitStatus = "exit-code", 1
	}
	return seen
}
