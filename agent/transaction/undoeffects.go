package transaction

import (
	"context"
	"time"

	"harden/agent/change"
	"harden/agent/controlplane"
	"harden/agent/message"
)

// restart restarts what runs with a configuration that is no longer there: a
// unit whose invocation is not the one from before the run. It tells whether it
// restarted any.
func (u *undoing) restart(ctx context.Context, effects []change.Effect) (restarted bool, err error) {
	if u.Units == nil {
		return false, nil
	}
	for _, effect := range change.SortEffects(effects) {
		switch {
		case effect.IsRestart():
			unit, err := u.Units.Unit(ctx, effect.Unit())
			if err != nil {
				return restarted, err
			}
			if u.neverStarted(unit) {
				continue // it starts with what is put back
			}
			// A restart that failed half-way leaves a unit of the old
			// invocation that is down.
			if unit.InvocationID == u.run.Record().Units[effect.Unit()] && unit.ActiveState == "active" {
				continue // it never read what the run wrote
			}
			restarted = true
		case effect != change.DaemonReload:
			continue
		}
		if err := u.do(ctx, effect, controlplane.Instance{}, u.announced()); err != nil {
			return restarted, err
		}
	}
	return restarted, nil
}

// kubeletRolls tells why no pod will roll: the kubelet that has to do it is not
// healthy, and does not become so within a moment. After a restart it is.
func (u *undoing) kubeletRolls(ctx context.Context) error {
	if u.Units == nil || u.booting || len(u.rolls) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, kubeletBack)
	defer cancel()
	for {
		now, err := u.Collect()
		if err == nil {
			err = controlplane.Kubelet(u.Units, now, controlplane.Known(now), now.KubeletUnit()).Check(ctx)
		}
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(controlplane.RollPoll):
			u.Await(ctx, message.New("waiting for the kubelet, which restarts the pods"))
		}
	}
}

// kubeletBack is how long a kubelet that nobody restarts may take to be healthy:
// one that systemd starts again is so within RestartSec, 10 s as packaged.
const kubeletBack = 15 * time.Second

// waitRolls waits for what was put back and has to take effect. All of it is
// under way at once, so all of it has the time that one has. It lists what did
// not.
func (u *undoing) waitRolls(ctx context.Context) []message.Text {
	if u.booting {
		u.rolls = nil
	}
	u.putBackAt = time.Now()
	var problems []message.Text
	for _, w := range u.rolls {
		if w.effect == change.ReloadEncryption && u.rolls.has(change.RollPod(controlplane.APIServer)) {
			continue // the new process has read the file at its start
		}
		// However long another took, each is looked at.
		left := max(u.Timeout-time.Since(u.putBackAt), min(u.Timeout, 2*controlplane.RollSettle))
		ctx, cancel := context.WithTimeout(ctx, left)
		if err := u.do(ctx, w.effect, w.before, u.announced()); err != nil {
			problems = append(problems, message.Of(err))
		}
		cancel()
	}
	u.rolls = nil
	return problems
}

// effectLog records the effects of an undo, as far as the disk lets it.
func (u *undoing) announced() effectLog {
	return effectLog{
		intent: func(e change.Effect) error { _ = u.run.UndoEffectIntent(e); return nil },
		done: func(e change.Effect, details map[string]string) error {
			_ = u.run.UndoEffectDone(e, details)
			return nil
		},
	}
}
