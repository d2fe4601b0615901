package agent

import (
	"context"
	"fmt"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/health"
)

// effector does what changes need afterwards, and proves that it went well.
type effector struct {
	*Agent
	units Systemd
	facts *facts.Facts
	// invocations gives the InvocationID of each unit to be restarted, before.
	invocations map[string]string
	// endpoints are those of the control plane that answered before, and so
	// have to answer after.
	endpoints []health.Probe
}

// effector looks at the node before anything is changed.
func (a *Agent) effector(ctx context.Context, plan *Plan, effects []change.Effect) (*effector, error) {
	e := &effector{Agent: a, facts: plan.Facts, invocations: map[string]string{}}
	if len(effects) == 0 || a.Systemd == nil {
		return e, nil
	}
	var err error
	if e.units, err = a.units(ctx); err != nil {
		return nil, err
	}
	for _, effect := range effects {
		if !effect.IsRestart() {
			continue
		}
		unit, err := e.units.Unit(ctx, effect.Unit())
		if err != nil {
			return nil, err
		}
		e.invocations[effect.Unit()] = unit.InvocationID
	}
	if len(e.invocations) > 0 {
		e.endpoints = healthyOnes(ctx, endpoints(plan.Facts))
	}
	return e, nil
}

func healthyOnes(ctx context.Context, probes []health.Probe) []health.Probe {
	var healthy []health.Probe
	for _, p := range probes {
		if p.Check(ctx) == nil {
			healthy = append(healthy, p)
		}
	}
	return healthy
}

// all does the effects in their order, each announced before and noted after,
// and then waits for the control plane to answer as it did before.
func (e *effector) all(ctx context.Context, effects []change.Effect, intent func(change.Effect) error, done func(change.Effect, map[string]string) error) error {
	if e.units == nil {
		return nil // below --root nothing runs
	}
	for _, effect := range effects {
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		if err := intent(effect); err != nil {
			return err
		}
		details, err := e.one(ctx, effect)
		if err != nil {
			return err
		}
		if err := done(effect, details); err != nil {
			return err
		}
	}
	if len(e.endpoints) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, e.Timeout)
	defer cancel()
	return health.WaitAll(ctx, e.endpoints, e.Say)
}

func (e *effector) one(ctx context.Context, effect change.Effect) (map[string]string, error) {
	ctx, cancel := context.WithTimeout(ctx, e.Timeout)
	defer cancel()
	switch {
	case effect == change.DaemonReload:
		return nil, e.units.Reload(ctx)
	case effect.IsRestart():
		if err := e.kubelet(e.units, e.facts, effect.Unit()).Restart(ctx, e.Say); err != nil {
			return nil, err
		}
		unit, err := e.units.Unit(ctx, effect.Unit())
		return map[string]string{"invocation": unit.InvocationID}, err
	}
	return nil, fmt.Errorf("unknown effect %s", effect)
}
