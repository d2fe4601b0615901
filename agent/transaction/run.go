// Package transaction carries out a plan: each change is recorded before and
// after it is written, what runs is restarted and proven healthy, and anything
// that fails is undone in reverse order.
package transaction

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"time"

	"harden/agent/change"
	"harden/agent/controlplane"
	"harden/agent/health"
	"harden/agent/host"
	"harden/agent/journal"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/planner"
	"harden/agent/report"
)

// Runner carries out plans on a node, and undoes them.
type Runner struct {
	*node.Node
	Planner planner.Planner // that of the plans that are carried out
	Store   *journal.Store
	Version string // of harden, for the journal
	// ConfirmWithin is how long there is to confirm a run; 0: it need not be
	// confirmed. Recovery is the command that undoes it otherwise.
	ConfirmWithin time.Duration
	Recovery      []string
}

// Result is what a run came to.
type Result struct {
	Plan            *planner.Plan           // what was to be done; nil for a rollback or a recovery
	Record          *journal.Record         // nil where nothing had to be done
	ExternalChanges []report.ExternalChange // what somebody else changed, and was left alone
	// Rehearsed is what the components said of it before anything was written.
	Rehearsed []Rehearsed
	// Warnings are what went wrong beside the run, and harms nothing.
	Warnings []message.Text
	// ConfirmBefore is until when, by the wall clock, the run has to be
	// confirmed; zero where it has not.
	ConfirmBefore time.Time
}

// Run carries out a plan under the lock.
func (r *Runner) Run(ctx context.Context, plan *planner.Plan) (*Result, error) {
	changes := Materialise(plan.Changes)
	effects := (change.Plan{Changes: changes}).Effects()
	e, err := r.effector(ctx, plan, effects)
	if err != nil {
		return nil, node.Of(node.Failed, err)
	}
	var document bytes.Buffer
	if err := report.PlanDocument(plan.Plan).Write(&document); err != nil {
		return nil, node.Of(node.Failed, err)
	}
	header := journal.Header{Started: r.Now(), Profile: plan.Profile, Node: plan.Node, Root: r.Root.Path(),
		Version: r.Version, Units: e.invocations, Guarded: r.ConfirmWithin > 0}
	if now, err := r.Moment(); err == nil {
		header.Boot = now.Boot
	}
	run, err := r.Store.Begin(header, changes, document.Bytes())
	if err != nil {
		return nil, node.Denied(err)
	}
	defer run.Close()
	if header.Guarded {
		if err := r.arm(ctx, run.ID()); err != nil {
			return r.unguarded(ctx, plan, run, err)
		}
	}
	err = e.carryOut(ctx, run, changes)
	if err == nil {
		err = e.awaitEndpoints(ctx)
	}
	if err == nil {
		err = r.verify(ctx, plan)
	}
	if err == nil {
		err = r.untouched(run.Record())
	}
	if err == nil {
		err = r.commit(run)
	}
	if err != nil {
		return r.undone(ctx, plan, run, append([]health.Probe{}, e.endpoints...), err)
	}
	record := run.Record()
	return &Result{Plan: plan, Record: &record, ConfirmBefore: r.ConfirmBefore(record)}, nil
}

// carryOut writes every target, each announced before and noted after. What
// has to be restarted is restarted once all plain files are written; then the
// static pods roll, each as its manifest is written: etcd alone, and the API
// server together with those who would otherwise end twice (see along). What the
// cluster records of it comes last, when all of it runs and is healthy.
func (e *effector) carryOut(ctx context.Context, run *journal.Run, changes []change.Change) error {
	tell := effectLog{run.EffectIntent, run.EffectDone}
	pending := slices.DeleteFunc((change.Plan{Changes: changes}).Effects(), func(effect change.Effect) bool {
		ca, _ := effect.Serving()
		return !effect.IsRestart() && effect != change.DaemonReload && ca == ""
	})
	flush := func() error {
		for _, effect := range pending {
			if err := e.do(ctx, effect, controlplane.Instance{}, tell); err != nil {
				return err
			}
		}
		pending = nil
		return nil
	}
	var rolls rolling
	for i, c := range changes {
		component := planner.Rolled(c, e.facts)
		recorded := c.Target.Kind() == change.KindObject
		if !rolls.joins(c, component) {
			if err := rolls.wait(ctx, e, tell); err != nil {
				return err
			}
		}
		if component != "" || c.Later || recorded {
			if err := flush(); err != nil {
				return err
			}
		}
		if recorded { // what runs, and is healthy
			if err := e.awaitEndpoints(ctx); err != nil {
				return err
			}
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		before := controlplane.Instance{}
		if c.Target.Kind() != change.KindPod { // a process that is behind may have ended by now
			before = e.running(component)
		}
		if err := e.step(ctx, run, i, c); err != nil {
			return err
		}
		if effect := ownEffect(c, component); effect != "" {
			rolls = append(rolls, waited{effect, before})
		}
	}
	if err := rolls.wait(ctx, e, tell); err != nil {
		return err
	}
	return flush()
}

// ownEffect is what has to happen right after one change, before the next: the
// roll of a manifest's pod, or the API server's reading of its encryption.
func ownEffect(c change.Change, component string) change.Effect {
	switch {
	case component != "" && slices.Contains(c.Effects, change.RollPod(component)):
		return change.RollPod(component)
	case slices.Contains(c.Effects, change.ReloadEncryption):
		return change.ReloadEncryption
	}
	return ""
}

func (e *effector) step(ctx context.Context, run *journal.Run, i int, c change.Change) error {
	if err := run.Intent(i); err != nil {
		return err
	}
	err := e.WriteState(ctx, c.Target, c.Before, c.After)
	if errors.As(err, new(*host.Changed)) && c.Later && e.Already(ctx, c) {
		err = nil // the restart has brought it there
	}
	if err != nil {
		return err
	}
	return run.Done(i)
}
