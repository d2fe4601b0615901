package agent

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/health"
	"harden/agent/journal"
)

// undo puts back what a run wrote, last change first, then does the effects
// again that the run had done, and proves the node healthy. It is the one way
// back for apply, rollback and recover. Undoing a step twice does no harm, so
// its own records may fail, as on a full disk: it goes on, and a later
// recover would only find less to do. It lists what could not be put back.
// endpoints are those of the control plane that answered before, and so have
// to answer afterwards.
func (a *Agent) undo(ctx context.Context, run *journal.Run, endpoints []health.Probe, reason string, force bool) []string {
	applied := run.Record().State == journal.Applied
	if err := run.UndoBegin(reason); err != nil && applied {
		// Nothing is undone yet, and an undo that nobody remembers could not
		// be found again if it were cut off.
		return []string{err.Error()}
	}
	var problems []string
	var effects []change.Effect
	for i, step := range slices.Backward(run.Record().Steps) {
		if !a.written(step) {
			continue
		}
		effects = append(effects, step.Effects...)
		_ = run.UndoIntent(i)
		if err := a.undoStep(ctx, run, i, step, force); err != nil {
			problems = append(problems, err.Error())
			_ = run.UndoSkipped(i, err.Error())
			continue
		}
		_ = run.UndoDone(i)
	}
	if err := a.undoEffects(ctx, run, endpoints, change.SortEffects(effects)); err != nil {
		problems = append(problems, err.Error())
	}
	state := journal.RolledBack
	if len(problems) > 0 {
		state = journal.RollbackIncomplete
	}
	if err := run.Settle(state, a.Now(), problems); err != nil {
		problems = append(problems, err.Error())
	}
	return problems
}

// written tells whether a run may have written a step's target. The record of
// it can be lost with the last line of a journal on a bad disk, so a target
// that holds exactly what the run would have written counts too.
func (a *Agent) written(step journal.Step) bool {
	if step.Intended {
		return true
	}
	now, err := a.look(step.Target, step.Before, step.After)
	return err == nil && now.Equal(step.After) && !now.Equal(step.Before)
}

// undoStep puts one target back. A target that holds neither what it held
// before nor what the run wrote was changed by someone else since, and is
// left alone unless forced.
func (a *Agent) undoStep(ctx context.Context, run *journal.Run, i int, step journal.Step, force bool) error {
	before, err := a.Store.Before(run.Record(), i)
	if err != nil {
		return err
	}
	if step.Target.Kind() == change.KindFile {
		// A run that was killed may have left its temporary file.
		if err := a.Root.RemoveTemporaries(path.Dir(step.Target.Name())); err != nil {
			return err
		}
	}
	now, err := a.look(step.Target, before, step.After)
	if err != nil {
		return err
	}
	if now.Equal(before) {
		return nil
	}
	if fields := foreign(now, before, step.After); len(fields) > 0 && !force {
		return fmt.Errorf("%s was changed by someone else since: %s", step.Target, join(fields))
	}
	return a.put(ctx, step.Target, now, before)
}

// foreign lists the fields that are neither as before nor as the run wrote them.
func foreign(now, before, after change.State) []change.Field {
	written := now.Differences(after)
	return slices.DeleteFunc(now.Differences(before), func(f change.Field) bool { return !slices.Contains(written, f) })
}

func join(fields []change.Field) string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = string(f)
	}
	return strings.Join(names, ", ")
}

// undoEffects restarts what runs with a configuration that is no longer
// there: a unit whose invocation is not the one from before the run.
func (a *Agent) undoEffects(ctx context.Context, run *journal.Run, endpoints []health.Probe, effects []change.Effect) error {
	if a.Systemd == nil || len(effects) == 0 {
		return nil
	}
	units, err := a.units(ctx)
	if err != nil {
		return err
	}
	f, err := a.Collect()
	if err != nil {
		return err
	}
	var needed []change.Effect
	for _, effect := range effects {
		if effect.IsRestart() {
			unit, err := units.Unit(ctx, effect.Unit())
			if err != nil {
				return err
			}
			if unit.InvocationID == run.Record().Units[effect.Unit()] {
				continue // it never read what the run wrote
			}
		}
		needed = append(needed, effect)
	}
	e := &effector{Agent: a, units: units, facts: f}
	if slices.ContainsFunc(needed, change.Effect.IsRestart) {
		e.endpoints = endpoints
	}
	intent := func(effect change.Effect) error { _ = run.UndoEffectIntent(effect); return nil }
	done := func(effect change.Effect, details map[string]string) error {
		_ = run.UndoEffectDone(effect, details)
		return nil
	}
	return e.all(ctx, needed, intent, done)
}
