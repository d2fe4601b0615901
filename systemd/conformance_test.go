package systemd

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-systemd/v22/dbus"
	godbus "github.com/godbus/dbus/v5"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// system is what Manager and Fake have in common.
type system interface {
	Unit(ctx context.Context, name string) (Unit, error)
	Restart(ctx context.Context, name string) error
	Reload(ctx context.Context) error
	Close()
}

// specimen is a unit of the conformance suite: as a unit file for the real
// systemd, as a behaviour for the fake one.
type specimen struct {
	name    string
	file    string
	behaves Behaviour
}

// restartDelay is the RestartSec= of all specimens.
const restartDelay = 200 * time.Millisecond

func specimens() map[string]specimen {
	all := map[string]specimen{}
	add := func(kind, service string, b Behaviour) {
		all[kind] = specimen{"harden-test-" + kind + ".service", "[Service]\nRestartSec=200ms\n" + service, b}
	}
	add("steady", "ExecStart=/bin/sleep 600\n", Behaviour{})
	add("failing", "Type=oneshot\nExecStart=/bin/false\n", Behaviour{Result: "failed"})
	add("hanging", "Type=notify\nTimeoutStartSec=600\nExecStart=/bin/sleep 600\n", Behaviour{Hangs: true})
	add("looping", "Restart=always\nExecStart=/bin/sh -c 'sleep 0.3; exit 3'\n[Unit]\nStartLimitIntervalSec=0\n",
		Behaviour{CrashAfter: 300 * time.Millisecond})
	add("limited", "ExecStart=/bin/sleep 600\n[Unit]\nStartLimitIntervalSec=3600\nStartLimitBurst=1\n", Behaviour{})
	return all
}

func TestFakeConforms(t *testing.T) {
	conforms(t, func(_ *testing.T, s specimen) (system, func()) {
		f := NewFake(Unit{
			Name: s.name, LoadState: "loaded", ActiveState: "inactive", SubState: "dead",
			RestartDelay: restartDelay, Result: "success",
		})
		f.OnRestart(s.name, Script(s.behaves))
		return f, func() { f.units[s.name].NeedDaemonReload = true }
	})
}

func TestManagerConforms(t *testing.T) {
	needsSystemd(t)
	conforms(t, func(t *testing.T, s specimen) (system, func()) {
		connecting, cancel := context.WithCancel(t.Context())
		m, err := Connect(connecting)
		cancel() // the connection must outlive this
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(m.Close)
		return m, install(t, m, s)
	})
}

// Where systemd's own socket cannot be reached the system bus is taken, and
// there the end of a job is a signal that dbus-daemon has to pass on.
func TestManagerOnTheSystemBusConforms(t *testing.T) {
	needsSystemd(t)
	conforms(t, func(t *testing.T, s specimen) (system, func()) {
		m := &Manager{reading: line[*godbus.Conn]{dial: dialBus}, jobs: line[*dbus.Conn]{dial: dbus.NewSystemConnectionContext}}
		if _, err := m.reading.get(t.Context()); err != nil {
			t.Skipf("no system bus: %v", err)
		}
		t.Cleanup(m.Close)
		return m, install(t, m, s)
	})
}

// needsSystemd skips what only a booted systemd can show.
func needsSystemd(t *testing.T) {
	if _, err := os.Stat(booted); err != nil {
		t.Skip("systemd is not the init of this system")
	}
	if os.Geteuid() != 0 {
		t.Skip("needs root, to install units of its own below /run/systemd/system")
	}
}

// install puts a unit file into the directory of units that last until the
// next boot, and takes it away after. It gives a function that edits the file.
func install(t *testing.T, m *Manager, s specimen) func() {
	t.Helper()
	file := filepath.Join(booted, s.name)
	if err := os.WriteFile(file, []byte(s.file), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("systemctl", "stop", s.name).CombinedOutput(); err != nil {
			t.Errorf("systemctl stop: %v: %s", err, out)
		}
		// A failed unit stays known after its file is gone; one that is not
		// loaded any more makes this an error.
		_ = exec.Command("systemctl", "reset-failed", s.name).Run()
		if err := os.Remove(file); err != nil {
			t.Error(err)
		}
		if err := m.Reload(context.Background()); err != nil {
			t.Error(err)
		}
	})
	if err := m.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	return func() {
		later := time.Now().Add(time.Second)
		if err := os.Chtimes(file, later, later); err != nil {
			t.Fatal(err)
		}
	}
}

// conforms holds a system to what the rest of harden relies on. setUp gives a
// system that has the specimen, and a function that edits its unit file.
func conforms(t *testing.T, setUp func(*testing.T, specimen) (system, func())) {
	for _, test := range []struct {
		name, kind string
		run        func(t *testing.T, s system, name string, edit func())
	}{
		{"a unit that does not exist is not-found", "steady", notFound},
		{"a unit that never started", "steady", neverStarted},
		{"each restart is a new invocation", "steady", newInvocation},
		{"a failed job is an error that says where to look", "failing", failedJob},
		{"a job that hangs is left when the time is up", "hanging", hangingJob},
		{"a crash loop is done and active and counts up", "looping", crashLoop},
		{"the start limit does not stop a restart", "limited", startLimit},
		{"a reload loads what changed", "steady", reload},
		{"nothing is done once the context has ended", "steady", cancelled},
	} {
		t.Run(test.name, func(t *testing.T) {
			specimen := specimens()[test.kind]
			s, edit := setUp(t, specimen)
			test.run(t, s, specimen.name, edit)
		})
	}
}

func notFound(t *testing.T, s system, _ string, _ func()) {
	got := read(t, s, "harden-test-nobody.service")
	want := Unit{Name: "harden-test-nobody.service", LoadState: "not-found", ActiveState: "inactive", SubState: "dead"}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Unit{}, "Result", "RestartDelay")); diff != "" {
		t.Errorf("unit (-want +got):\n%s", diff)
	}
	err := s.Restart(t.Context(), "harden-test-nobody.service")
	if err == nil || !strings.Contains(err.Error(), "cannot restart harden-test-nobody.service: ") {
		t.Errorf("restart: %v", err)
	}
	if _, err := s.Unit(t.Context(), "nobody"); err == nil {
		t.Error("a name without a unit type was taken")
	}
}

func neverStarted(t *testing.T, s system, name string, _ func()) {
	got := read(t, s, name)
	want := Unit{
		Name: name, LoadState: "loaded", ActiveState: "inactive", SubState: "dead",
		RestartDelay: restartDelay, Result: "success",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("unit (-want +got):\n%s", diff)
	}
}

func newInvocation(t *testing.T, s system, name string, _ func()) {
	restart(t, s, name)
	first := read(t, s, name)
	want := Unit{
		Name: name, LoadState: "loaded", ActiveState: "active", SubState: "running",
		RestartDelay: restartDelay, Result: "success", ControlGroup: "/system.slice/" + name,
	}
	if diff := cmp.Diff(want, first, cmpopts.IgnoreFields(Unit{}, "InvocationID", "MainPID", "Started")); diff != "" {
		t.Errorf("unit (-want +got):\n%s", diff)
	}
	if first.MainPID == 0 || time.Since(first.Started).Abs() > time.Minute {
		t.Errorf("process %d started at %v", first.MainPID, first.Started)
	}
	if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(first.InvocationID) {
		t.Errorf("invocation %q", first.InvocationID)
	}
	restart(t, s, name)
	second := read(t, s, name)
	if second.InvocationID == first.InvocationID || second.MainPID == first.MainPID || second.NRestarts != 0 {
		t.Errorf("second restart: %+v after %+v", second, first)
	}
}

func failedJob(t *testing.T, s system, name string, _ func()) {
	err := s.Restart(t.Context(), name)
	want := "cannot restart " + name + `: its job finished with the result "failed" (see journalctl -u ` + name + ")"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	u := read(t, s, name)
	if u.ActiveState != "failed" || u.Result != "exit-code" || u.ExitStatus != 1 {
		t.Errorf("unit: %+v", u)
	}
}

func hangingJob(t *testing.T, s system, name string, _ func()) {
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	began := time.Now()
	err := s.Restart(ctx, name)
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "still under way") {
		t.Errorf("restart: %v", err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("returned after %v", took)
	}
	if u := read(t, s, name); u.ActiveState != "activating" {
		t.Errorf("unit: %+v", u)
	}
}

func crashLoop(t *testing.T, s system, name string, _ func()) {
	restart(t, s, name)
	first := read(t, s, name)
	if first.ActiveState != "active" || first.NRestarts != 0 {
		t.Errorf("at first: %+v", first)
	}
	seen := map[string]bool{}
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		u := read(t, s, name)
		seen[u.SubState] = true
		if u.NRestarts >= 2 && u.ActiveState == "active" {
			if u.InvocationID == first.InvocationID || !u.Started.After(first.Started) {
				t.Errorf("after %d crashes: %+v, at first %+v", u.NRestarts, u, first)
			}
			if !seen["running"] || !seen["auto-restart"] {
				t.Errorf("states seen: %v", seen)
			}
			return
		}
	}
	t.Error("never active with two restarts counted")
}

func startLimit(t *testing.T, s system, name string, _ func()) {
	for range 4 {
		restart(t, s, name)
	}
}

func reload(t *testing.T, s system, name string, edit func()) {
	restart(t, s, name)
	before := read(t, s, name)
	edit()
	if !read(t, s, name).NeedDaemonReload {
		t.Error("an edited unit file does not need a reload")
	}
	if err := s.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, read(t, s, name)); diff != "" {
		t.Errorf("reloaded unit (-before +after):\n%s", diff)
	}
}

func cancelled(t *testing.T, s system, name string, _ func()) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.Unit(ctx, name)
	for call, err := range map[string]error{"unit": err, "restart": s.Restart(ctx, name), "reload": s.Reload(ctx)} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", call, err)
		}
	}
	if u := read(t, s, name); u.InvocationID != "" {
		t.Errorf("was done all the same: %+v", u)
	}
}

func read(t *testing.T, s system, name string) Unit {
	t.Helper()
	u, err := s.Unit(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func restart(t *testing.T, s system, name string) {
	t.Helper()
	if err := s.Restart(t.Context(), name); err != nil {
		t.Fatal(err)
	}
}
