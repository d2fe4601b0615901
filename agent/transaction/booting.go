package transaction

import (
	"context"

	"harden/systemd"
)

// beforeKubelet tells whether an undo takes place in a later boot than the
// run, and before the kubelet of that boot.
func (u *undoing) beforeKubelet(ctx context.Context) bool {
	unit, err := u.Units.Unit(ctx, u.facts.KubeletUnit())
	return err == nil && u.neverStarted(unit)
}

// neverStarted tells whether a unit has not run since the machine was started, which
// was after the run. Such a unit must not be restarted: at boot its start may
// be waiting for this very process.
func (u *undoing) neverStarted(unit systemd.Unit) bool {
	if unit.LoadState != "loaded" || unit.ActiveState != "inactive" || unit.InvocationID != "" {
		return false
	}
	boot := u.run.Record().Boot // "" in journals of harden 0.1.0
	now, err := u.Moment()
	return err != nil || boot != now.Boot
}
