// Package systemd asks the running systemd about units, restarts them, reloads
// unit files and starts timers that last until the next boot, over D-Bus and
// without starting a process. It stops nothing but such timers, never enables,
// disables or edits a unit, and never judges health: that a unit is active says
// little, see package agent/health. The unit that is shipped is a text here.
//
// Manager is the real thing, Fake a scripted one for tests. One conformance
// suite holds for both.
package systemd

import (
	"context"
	"errors"
	"os"
	"slices"
	"time"

	"github.com/coreos/go-systemd/v22/dbus"
	godbus "github.com/godbus/dbus/v5"

	"harden/agent/message"
)

// booted exists where systemd is the system's init, see sd_booted(3).
const booted = "/run/systemd/system"

// Manager is a connection to the systemd of this machine. It is safe for
// concurrent use. A connection that systemd drops (it does so when it
// re-executes itself on an upgrade) is made again by the next call.
type Manager struct {
	reading line[*godbus.Conn] // for units
	jobs    line[*dbus.Conn]   // for all that changes something
}

// Connect connects to systemd. The connection outlives ctx, which bounds only
// the connecting: a run that is cancelled must still be able to put things
// back and restart what it restarted.
func Connect(ctx context.Context) (*Manager, error) {
	if _, err := os.Stat(booted); err != nil {
		return nil, message.Errorf("cannot connect to systemd: it is not the init of this system: %w (use --no-restart or --root where there is no systemd)", err)
	}
	m := &Manager{reading: line[*godbus.Conn]{dial: dialReading}, jobs: line[*dbus.Conn]{dial: dialJobs}}
	if _, err := m.reading.get(ctx); err != nil {
		return nil, message.Errorf("cannot connect to systemd: %w (is it running? systemctl is-system-running)", err)
	}
	return m, nil
}

// Close ends the connection; calls after it fail.
func (m *Manager) Close() {
	m.reading.close()
	m.jobs.close()
}

// Restart restarts a unit, or starts it where it is not running, and waits
// for the job. It clears the unit's failed state and start limit first, so
// that a unit which crashed too often can be brought back. The error names
// the job's result where that is not "done". When ctx ends first, the job
// goes on in systemd: cancelling it could leave the unit stopped.
func (m *Manager) Restart(ctx context.Context, name string) error {
	conn, err := m.jobs.get(ctx)
	if err != nil {
		return restartError(name, err)
	}
	if err := conn.ResetFailedUnitContext(ctx, name); err != nil && !notLoaded(err) {
		return restartError(name, err)
	}
	// Buffered, because the library's only signal loop blocks on this send.
	done := make(chan string, 1)
	if _, err := conn.RestartUnitContext(ctx, name, m.mode(ctx, conn, name), done); err != nil {
		return restartError(name, err)
	}
	result, err := jobResult(ctx, conn, done)
	if err != nil {
		return restartError(name, err)
	}
	return jobError(name, result)
}

// mode is the job mode for a restart. Where this process belongs to a unit
// that is being started and is ordered before the one to restart (as
// harden-apply.service is before the kubelet), its start job would wait for
// this process, which waits for it: then the order is ignored.
func (m *Manager) mode(ctx context.Context, conn *dbus.Conn, name string) string {
	const ordered = "replace"
	own, err := conn.GetUnitNameByPID(ctx, uint32(os.Getpid()))
	if err != nil {
		return ordered // of no unit, as in a container
	}
	all, err := conn.GetAllPropertiesContext(ctx, own)
	if err != nil || all["ActiveState"] != "activating" {
		return ordered
	}
	if before, _ := all["Before"].([]string); !slices.Contains(before, name) {
		return ordered
	}
	return "ignore-dependencies"
}

// Reload makes systemd read its unit files again, as systemctl daemon-reload.
func (m *Manager) Reload(ctx context.Context) error {
	conn, err := m.jobs.get(ctx)
	if err == nil {
		err = conn.ReloadContext(ctx)
	}
	if err != nil {
		return message.Errorf("cannot reload the unit files of systemd: %w", err)
	}
	return nil
}

// jobResult waits for the result of a job: "done", "failed", "timeout",
// "canceled", "dependency" or "skipped".
func jobResult(ctx context.Context, conn *dbus.Conn, done <-chan string) (string, error) {
	// A lost connection closes no channel, so it has to be looked at.
	alive := time.NewTicker(time.Second)
	defer alive.Stop()
	for {
		select {
		case result := <-done:
			return result, nil
		case <-ctx.Done():
			return "", message.Errorf("its job is still under way: %w", ctx.Err())
		case <-alive.C:
			if !conn.Connected() {
				return "", message.Errorf("the connection to systemd was lost before its job ended")
			}
		}
	}
}

// notLoaded tells whether an error says that systemd has no such unit in
// memory. It drops a unit that is stopped and did not fail, and loads it from
// its file again when it is to be started.
func notLoaded(err error) bool {
	var answer godbus.Error
	return errors.As(err, &answer) && answer.Name == "org.freedesktop.systemd1.NoSuchUnit"
}

// jobError is the error of a restart job that ended with result.
func jobError(name, result string) error {
	if result == "done" {
		return nil
	}
	return restartError(name, message.Errorf("its job finished with the result %q", result))
}

// restartError says what could not be restarted and where to look.
func restartError(name string, err error) error {
	return message.Errorf("cannot restart %s: %w (see journalctl -u %s)", name, err, name)
}
