package transaction

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"path"
	"slices"
	"syscall"
	"time"

	"harden/agent/journal"
	"harden/agent/message"
	"harden/agent/node"
	"harden/systemd"
)

// What undoes a run that is not confirmed, whatever became of the session and
// the process that applied it: a timer of systemd, and after another start of
// the machine a unit that runs before the kubelet. They stay for what the undo left
// because the API server did not answer.
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
func (r *Runner) arm(ctx context.Context, id string) error {
	units, err := r.Units(ctx)
	if err != nil || units == nil {
		return err
	}
	if err := r.armBoot(ctx, units); err != nil {
		return err
	}
	return units.StartTimer(ctx, systemd.Timer{Name: timerPrefix + id, Description: "Undo run " + id + " of harden unless it is confirmed",
		After: r.ConfirmWithin, Retry: timerRetry, Command: append(slices.Clone(r.Recovery), "--wait")})
}

// armBoot sees to it that recover runs at the next boot, where it does not at
// each. A drop-in of the target stands for the link that systemctl enable
// makes, because a file can be made durable as everything else here is.
func (r *Runner) armBoot(ctx context.Context, units node.Systemd) error {
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
	text := unitNote + systemd.RecoverUnitFile(r.Recovery)
	// A unit that somebody put here, and did not enable, is as good.
	if err := r.Root.CreateFile(bootUnit, []byte(text), 0o644); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := r.Root.MakeDirs(path.Dir(bootWants), 0o755); err != nil {
		return err
	}
	text = unitNote + "[Unit]\nWants=" + systemd.RecoverUnit + "\n"
	if err := r.Root.ReplaceFile(bootWants, []byte(text), 0o644); err != nil {
		return err
	}
	return units.Reload(ctx)
}

// Disarm takes away what arm made, once no run needs it any more; the caller
// holds the lock. What is left by a failure does no harm: recover, when it is
// started by it, finds nothing to do, and takes it away.
func (r *Runner) Disarm(ctx context.Context) {
	if err := r.takeAway(ctx); err != nil {
		r.Log(message.New("the timer that would undo the run could not be removed; when it fires, there is nothing to undo: %v", err))
	}
}

func (r *Runner) takeAway(ctx context.Context) error {
	if r.Systemd == nil {
		return nil
	}
	records, err := r.Store.Unsettled()
	if err != nil || slices.ContainsFunc(records, func(o journal.Record) bool { return !o.Ended }) {
		return err
	}
	if records, err = r.Waiting(); err != nil || len(records) > 0 {
		return err
	}
	units, err := r.Units(ctx)
	if err != nil {
		return err
	}
	if err := units.StopTimers(ctx, timerPrefix); err != nil || !r.ArmedBoot() {
		return err
	}
	// A temporary that an arm left behind would keep its directory.
	if err := r.tidy(); err != nil {
		return err
	}
	if r.ours(bootWants) {
		if err := r.Root.Remove(bootWants); err != nil {
			return err
		}
	}
	// Where there is something else in the directory it stays.
	err = r.Root.Remove(path.Dir(bootWants))
	if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTEMPTY) {
		return err
	}
	// Last, so that a removal that is interrupted is taken up again.
	if r.ours(bootUnit) {
		if err := r.Root.Remove(bootUnit); err != nil {
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
func (r *Runner) tidy() error {
	return errors.Join(r.Root.RemoveTemporaries(unitDir), r.Root.RemoveTemporaries(path.Dir(bootWants)))
}

// ArmedBoot tells whether something that armBoot wrote is there.
func (r *Runner) ArmedBoot() bool { return r.ours(bootUnit) || r.ours(bootWants) }

func (r *Runner) ours(file string) bool {
	data, err := r.Root.ReadFile(file, 64<<10)
	return err == nil && bytes.HasPrefix(data, []byte(unitNote))
}
