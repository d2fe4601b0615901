// Package health proves that a kubelet and a control plane are healthy, and
// restarts a kubelet so that its health is proven afterwards. It asks systemd
// and the health endpoints on this machine; it never repairs, never retries a
// restart, never talks to another host, and believes no answer but that of the
// process that is proven to be the component.
package health

import (
	"context"
	"time"

	"harden/agent/message"
	"harden/systemd"
)

const (
	pollEvery = 250 * time.Millisecond

	// The settle window is this much longer than the unit's RestartSec=, so
	// that a kubelet which exits at once has been started again within it.
	settleMargin = 2 * time.Second

	// A unit with a longer RestartSec= stays in auto-restart for so long that
	// a poll cannot miss it; waiting for its next start would add nothing.
	longestDelay = 30 * time.Second
)

// Units is what is needed of systemd.
type Units interface {
	Unit(ctx context.Context, name string) (systemd.Unit, error)
	Restart(ctx context.Context, name string) error
}

// Kubelet is the kubelet of this node.
type Kubelet struct {
	Units Units
	Unit  string // "kubelet.service"
	// Healthz is the URL of its health endpoint, from healthzBindAddress and
	// healthzPort of the kubelet configuration, by default
	// http://127.0.0.1:10248/healthz. "" where healthzPort is 0, which
	// disables it: then only systemd is asked.
	Healthz string
	// Process gives the process that has to answer, as it is when it is asked:
	// a restart makes another.
	Process func() (Process, error)
}

// Check tells whether the kubelet is healthy now: its unit is loaded and
// active, and healthz answers ok within 2 seconds. The error says what is
// wrong and where to look. A kubelet that crashes now and then can pass;
// Restart is the longer look.
func (k Kubelet) Check(ctx context.Context) error {
	u, err := k.Units.Unit(ctx, k.Unit)
	if err != nil {
		return err
	}
	if err := running(u); err != nil {
		return err
	}
	return k.Answer(ctx)
}

// Restart restarts the kubelet and proves that it came back: the job is done,
// the invocation is a new one, healthz answers ok, and through a settle
// window longer than RestartSec= nothing started it again. That the unit is
// active proves nothing, a crash-looping kubelet is active most of the time.
//
// It ends with ctx at the latest, and as soon as a crash is seen. The error
// gives the last reason and wraps that of ctx where the time was up. progress
// is told each new stage; nil where nobody listens.
func (k Kubelet) Restart(ctx context.Context, progress func(message.Text)) error {
	say := onChange(progress)
	before, err := k.Units.Unit(ctx, k.Unit)
	if err != nil {
		return err
	}
	if err := loaded(before); err != nil {
		return err
	}
	say(message.New("restarting %s", k.Unit))
	if err := k.Units.Restart(ctx, k.Unit); err != nil {
		return err
	}
	restarted := time.Now()
	after, err := k.Units.Unit(ctx, k.Unit)
	if err != nil {
		return err
	}
	if after.InvocationID == before.InvocationID {
		return message.Errorf("%s was not restarted: its job is done, but the invocation is still %q (see systemctl status %[1]s)", k.Unit, after.InvocationID)
	}
	window := min(after.RestartDelay, longestDelay) + settleMargin
	say(message.New("%s runs, waiting for its health and watching it for %v", k.Unit, window))
	return k.watchSettleWindow(ctx, after, restarted.Add(window), say)
}

// watchSettleWindow waits until the kubelet is healthy at or after the end of its
// settle window, and fails if the unit changes meanwhile.
func (k Kubelet) watchSettleWindow(ctx context.Context, first systemd.Unit, end time.Time, say func(message.Text)) error {
	reason := message.New("there is no result of a health check yet")
	for {
		windowOver := !time.Now().Before(end)
		// Health first: the unit is then known not to have crashed since.
		sick := k.Answer(ctx)
		now, err := k.Units.Unit(ctx, k.Unit)
		if err == nil {
			if crash := crashed(first, now); crash != nil {
				return crash
			}
			err = sick
		}
		switch {
		case err == nil && windowOver:
			return nil
		case err == nil:
			reason = message.New("it was healthy, but its settling time was not over")
			say(message.New("%s is healthy, and harden watches it until its settling time is over", k.Unit))
		case ctx.Err() == nil: // otherwise err says no more than that time is up
			reason = message.Of(err)
			say(message.New("waiting: %s", reason))
		}
		if err := sleep(ctx, pollEvery); err != nil {
			return message.Errorf("%s did not become healthy after its restart: %w; last result: %s", k.Unit, err, reason)
		}
	}
}

// Answer asks healthz, where there is one, and nobody else.
func (k Kubelet) Answer(ctx context.Context) error {
	if k.Healthz == "" {
		return nil
	}
	if err := NewClient(k.Process, nil).get(ctx, k.Healthz); err != nil {
		return message.Errorf("%s is active, but not healthy: %w (see journalctl -u %[1]s)", k.Unit, err)
	}
	return nil
}

// loaded tells whether systemd knows the unit and can start it.
func loaded(u systemd.Unit) error {
	if u.LoadState != "loaded" {
		return message.Errorf("%s is %s (see systemctl status %[1]s)", u.Name, u.LoadState)
	}
	return nil
}

// running tells whether the unit is loaded and active.
func running(u systemd.Unit) error {
	if err := loaded(u); err != nil {
		return err
	}
	switch {
	case u.ActiveState == "active" || u.ActiveState == "reloading":
		return nil
	case u.Result != "" && u.Result != "success":
		return message.Errorf("%s is %s (%s): it exited with %s, status %d (see journalctl -u %[1]s)", u.Name, u.ActiveState, u.SubState, u.Result, u.ExitStatus)
	}
	return message.Errorf("%s is %s (%s) (see journalctl -u %[1]s)", u.Name, u.ActiveState, u.SubState)
}

// crashed tells whether the process that first shows has ended since.
func crashed(first, now systemd.Unit) error {
	switch {
	case now.NRestarts != first.NRestarts:
		return message.Errorf("%s crashes after its restart: its automatic restarts (NRestarts) went from %d to %d (see journalctl -u %[1]s)", now.Name, first.NRestarts, now.NRestarts)
	case running(now) != nil:
		return message.Errorf("after its restart, %w", running(now))
	case now.InvocationID != first.InvocationID:
		return message.Errorf("%s was restarted by someone else while harden watched its restart: its invocation went from %s to %s", now.Name, first.InvocationID, now.InvocationID)
	}
	return nil
}

// onChange makes a progress function, which may be nil, one that is not told
// the same thing twice in a row.
func onChange(progress func(message.Text)) func(message.Text) {
	last := message.Text{}
	return func(text message.Text) {
		if progress != nil && text != last {
			progress(text)
		}
		last = text
	}
}

// sleep waits, or gives the error of a context that ends first.
func sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
