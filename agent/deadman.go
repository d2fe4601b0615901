package agent

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"syscall"
	"time"

	"harden/agent/journal"
	"harden/systemd"
)

// What undoes a run that is not confirmed, whatever became of the session and
// the process that applied it: a timer of systemd, and after another start of
// the machine a unit that runs before the kubelet.
const (
	timerPrefix = "harden-confirm-" // and the run's id
	// timerRetry is the pause before recover is started again when it ended
	// and the run still is not settled: it was killed, or the disk was full.
	timerRetry = 30 * time.Second

	unitDir   = "/etc/systemd/system"
	bootUnit  = unitDir + "/" + systemd.RecoverUnit
	bootWants = unitDir + "/multi-user.target.d/harden-recover.conf"
	// unitNote begins the files that arm wrote, and that disarm may remove.
	unitNote = "# Written by harden apply --confirm-within, and removed when that run is settled.\n"
)

// arm sees to it that a run is undone unless it is confirmed. It comes before
// the first write of the run. Below --root nothing runs by itself.
func (a *Agent) arm(ctx context.Context, id string) error {
	units, err := a.units(ctx)
	if err != nil || units == nil {
		return err
	}
	if err := a.armBoot(ctx, units); err != nil {
		return err
	}
	return units.StartTimer(ctx, systemd.Timer{Name: timerPrefix + id, Description: "Undo run " + id + " of harden unless it is confirmed",
		After: a.ConfirmWithin, Retry: timerRetry, Command: append(slices.Clone(a.Recovery), "--wait")})
}

// armBoot sees to it that recover runs at the next boot, where it does not at
// each. A drop-in of the target stands for the link that systemctl enable
// makes, because a file can be made durable as everything else here is.
func (a *Agent) armBoot(ctx context.Context, units Systemd) error {
	unit, err := units.Unit(ctx, systemd.RecoverUnit)
	if err == nil && unit.NeedDaemonReload { // what systemd knows of it is no longer so
		if err = units.Reload(ctx); err == nil {
			unit, err = units.Unit(ctx, systemd.RecoverUnit)
		}
	}
	if err != nil {
		return err
	}
	if unit.LoadState == "masked" || unit.LoadState == "loaded" && unit.Wanted {
		return nil // by the operator's own decision it runs never, or always
	}
	text := unitNote + systemd.RecoverUnitFile(a.Recovery)
	// A unit that somebody put here, and did not enable, is as good.
	if err := a.Root.CreateFile(bootUnit, []byte(text), 0o644); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := a.Root.MakeDirs(path.Dir(bootWants), 0o755); err != nil {
		return err
	}
	text = unitNote + "[Unit]\nWants=" + systemd.RecoverUnit + "\n"
	if err := a.Root.ReplaceFile(bootWants, []byte(text), 0o644); err != nil {
		return err
	}
	return units.Reload(ctx)
}

// disarm takes away what arm made, once no run needs it any more; the caller
// holds the lock. What is left by a failure does no harm: recover, when it is
// started by it, finds nothing to do, and takes it away.
func (a *Agent) disarm(ctx context.Context) {
	if err := a.takeAway(ctx); err != nil {
		a.Say("what was to undo the run is left in place: " + err.Error())
	}
}

func (a *Agent) takeAway(ctx context.Context) error {
	if a.Systemd == nil {
		return nil
	}
	records, err := a.Store.Unsettled()
	if err != nil || slices.ContainsFunc(records, func(r journal.Record) bool { return !r.Ended }) {
		return err
	}
	units, err := a.units(ctx)
	if err != nil {
		return err
	}
	if err := units.StopTimers(ctx, timerPrefix); err != nil || !a.armedBoot() {
		return err
	}
	// A temporary that an arm left behind would keep its directory.
	if err := a.tidy(); err != nil {
		return err
	}
	if a.ours(bootWants) {
		if err := a.Root.Remove(bootWants); err != nil {
			return err
		}
	}
	// Where there is something else in the directory it stays.
	err = a.Root.Remove(path.Dir(bootWants))
	if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTEMPTY) {
		return err
	}
	// Last, so that a removal that is cut off is taken up again.
	if a.ours(bootUnit) {
		if err := a.Root.Remove(bootUnit); err != nil {
			return err
		}
	}
	unit, err := units.Unit(ctx, systemd.RecoverUnit)
	if err != nil || unit.ActiveState == "activating" {
		return err // this is the boot: a unit that is forgotten holds the kubelet back no longer
	}
	return units.Reload(ctx)
}

// tidy removes the temporary files of an arm that was killed.
func (a *Agent) tidy() error {
	return errors.Join(a.Root.RemoveTemporaries(unitDir), a.Root.RemoveTemporaries(path.Dir(bootWants)))
}

// armedBoot tells whether something that armBoot wrote is there.
func (a *Agent) armedBoot() bool { return a.ours(bootUnit) || a.ours(bootWants) }

func (a *Agent) ours(file string) bool {
	data, err := a.Root.ReadFile(file, 64<<10)
	return err == nil && bytes.HasPrefix(data, []byte(unitNote))
}

// commit ends a run that is verified: as applied, or as one to be confirmed.
func (a *Agent) commit(run *journal.Run) error {
	if a.ConfirmWithin == 0 {
		return run.Commit(a.Now())
	}
	now, err := a.Moment()
	if err != nil {
		return err
	}
	return run.CommitPending(journal.Confirmation{Boot: now.Boot, Deadline: now.Time + a.ConfirmWithin, Within: a.ConfirmWithin}, a.Now())
}

// unguarded ends a run that could not be armed, and so was not begun.
func (a *Agent) unguarded(ctx context.Context, plan *Plan, run *journal.Run, cause error) (*Result, error) {
	result, err := a.undone(ctx, plan, run, nil, fmt.Errorf("cannot see to it that the run is undone unless it is confirmed: %w", cause))
	var own *Error
	if errors.As(err, &own) && own.Kind == Undone { // there was nothing to be undone
		own.Kind = Failed
	}
	return result, err
}
