package systemd

import (
	"context"
	"encoding/hex"
	"math"
	"time"

	"github.com/coreos/go-systemd/v22/dbus"
	godbus "github.com/godbus/dbus/v5"

	"harden/agent/message"
)

// Unit is what systemd says of a unit at one moment. The names and meanings
// are those of org.freedesktop.systemd1(5). What only services have is zero
// for other units. Its fields are the properties that something of ours needs.
type Unit struct {
	Name         string // the unit's own name, also where it was asked for by an alias
	LoadState    string // "loaded", "not-found", "masked", "bad-setting", "error"
	ActiveState  string // "active", "reloading", "inactive", "failed", "activating", "deactivating"
	SubState     string // for services "running", "dead", "auto-restart", "start-pre" and so on
	InvocationID string // 32 hex digits, new with each start; "" when never started

	MainPID      uint32        // 0 when no process runs
	ControlGroup string        // of its processes, as systemd sees the tree: "/system.slice/kubelet.service"; "" when never started
	NRestarts    uint32        // automatic restarts since the last manual one
	Started      time.Time     // of the main process, wall clock; zero if never
	RestartDelay time.Duration // RestartSec= of the unit: the pause before an automatic restart
	Result       string        // "success", or why the last run ended: "exit-code", "signal", "oom-kill", "start-limit-hit" …
	ExitStatus   int32         // exit status or signal of the last main process

	// Queued says that a job for the unit waits or is under way: at boot, a
	// unit that is to be started after others.
	Queued           bool
	NeedDaemonReload bool // the unit's file is newer than what systemd loaded
	Wanted           bool // another unit, such as the target that is booted to, starts it (Wants=)
}

// Unit reads a unit. One that does not exist has the LoadState "not-found"
// and is not an error; a name that no unit can have (without ".service") is.
func (m *Manager) Unit(ctx context.Context, name string) (Unit, error) {
	conn, err := m.reading.get(ctx)
	if err != nil {
		return Unit{}, message.Errorf("cannot read unit %s: %w", name, err)
	}
	// All properties in one call: several calls could straddle a restart.
	all, err := properties(ctx, conn, name)
	if err != nil {
		return Unit{}, message.Errorf("cannot read unit %s: %w", name, err)
	}
	if property[string](all, "LoadState") == "" {
		return Unit{}, message.Errorf("cannot read unit %s: systemd gave no LoadState for it", name)
	}
	u := Unit{
		Name:             property[string](all, "Id"),
		LoadState:        property[string](all, "LoadState"),
		ActiveState:      property[string](all, "ActiveState"),
		SubState:         property[string](all, "SubState"),
		InvocationID:     hex.EncodeToString(property[[]byte](all, "InvocationID")),
		MainPID:          property[uint32](all, "MainPID"),
		ControlGroup:     property[string](all, "ControlGroup"),
		NRestarts:        property[uint32](all, "NRestarts"),
		RestartDelay:     microseconds(property[uint64](all, "RestartUSec")),
		Result:           property[string](all, "Result"),
		ExitStatus:       property[int32](all, "ExecMainStatus"),
		NeedDaemonReload: property[bool](all, "NeedDaemonReload"),
		Wanted:           len(property[[]string](all, "WantedBy")) > 0,
	}
	if job := property[[]any](all, "Job"); len(job) > 0 {
		id, _ := job[0].(uint32)
		u.Queued = id != 0
	}
	if started := property[uint64](all, "ExecMainStartTimestamp"); started != 0 {
		u.Started = time.UnixMicro(int64(started))
	}
	return u, nil
}

// properties gives all properties of a unit, those of its type among them. The
// library has decoded the answer into this map already: to store it in another
// would copy its 400 values, by reflection.
func properties(ctx context.Context, conn *godbus.Conn, name string) (map[string]godbus.Variant, error) {
	unit := conn.Object(bus, "/org/freedesktop/systemd1/unit/"+godbus.ObjectPath(dbus.PathBusEscape(name)))
	call := unit.CallWithContext(ctx, getAllProperties, 0, "")
	if call.Err != nil {
		return nil, call.Err
	}
	if len(call.Body) == 1 {
		if all, is := call.Body[0].(map[string]godbus.Variant); is {
			return all, nil
		}
	}
	return nil, message.Errorf("systemd did not answer with properties")
}

// property gives the zero value for a property that a unit does not have.
func property[T any](all map[string]godbus.Variant, name string) T {
	v, _ := all[name].Value().(T)
	return v
}

// microseconds converts a span of systemd, whose "infinity" is the highest
// number there is.
func microseconds(n uint64) time.Duration {
	if n > math.MaxInt64/uint64(time.Microsecond) {
		return math.MaxInt64
	}
	return time.Duration(n) * time.Microsecond
}
