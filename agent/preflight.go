package agent

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	"harden/agent/change"
	"harden/fixers"
)

// startsLater is why a change waits while the node boots.
const startsLater = "the kubelet has not started yet, so a change could not be proven: apply it when the node is up"

// proves tells whether the plan says if its changes could be proven to do no
// harm now. A check says what the node's settings are: that the kubelet is not
// healthy for a moment is no drift, and hides none.
func (p *planner) proves() bool { return p.Systemd != nil && !p.Passive && !p.observing }

// booting tells whether the kubelet is about to be started by systemd, after
// us, as at boot by harden-apply.service. The changes that it, or a static pod
// of its, has to take up are blocked then: the node starts as it is, and the
// rest of the plan is carried out.
func (p *planner) booting() (bool, error) {
	if p.Systemd == nil || p.observing || p.kubeletRuns() || len((change.Plan{Changes: p.changes}).Effects()) == 0 {
		return false, nil
	}
	units, err := p.systemd()
	if err != nil {
		return false, err
	}
	unit, err := units.Unit(p.ctx, fixers.KubeletUnit)
	if err != nil || unit.ActiveState != "inactive" || !unit.Queued {
		return false, err
	}
	for _, c := range p.changes {
		if len(c.Effects) == 0 {
			continue
		}
		for _, rule := range c.Rules {
			p.blocked[rule] = startsLater
		}
	}
	return true, nil
}

// kubeletRuns tells whether there is a process of this node's kubelet.
func (p *planner) kubeletRuns() bool { return p.facts.Kubelet != nil && p.facts.Kubelet.Running }

// preflight looks at what has to be restarted, as far as the node itself shows
// it: whether a component runs, and whether the kubelet, which restarts it, is
// healthy. Where that is not so, health after a change would prove nothing: the
// rules that need the restart are blocked. It gives the first such reason. What
// the control plane says of its health is a matter of the moment of an apply,
// which asks (see Ready).
func (p *planner) preflight() error {
	if !p.proves() {
		return nil
	}
	var first error
	for _, effect := range (change.Plan{Changes: p.changes}).Effects() {
		err := p.fit(effect)
		if err == nil {
			continue
		}
		if first == nil {
			first = err
		}
		for _, c := range p.changes {
			if !slices.Contains(c.Effects, effect) {
				continue
			}
			for _, rule := range c.Rules {
				p.blocked[rule] = fmt.Sprintf("what has to be restarted is not healthy, so a change could not be proven: %v", err)
			}
		}
	}
	return first
}

// fit tells why what an effect restarts could not prove anything.
func (p *planner) fit(effect change.Effect) error {
	if !byKubelet(effect) {
		return nil
	}
	p.await(p.ctx, "asking whether the kubelet is healthy")
	if err := p.kubeletFit(); err != nil {
		return err
	}
	if component := effect.Component(); component != "" {
		switch c := p.facts.Components[component]; {
		case c == nil || !c.Running && c.Unproven == "":
			return fmt.Errorf("%s does not run", component)
		case !c.Running:
			return fmt.Errorf("nothing shows that %s runs: %s", component, c.Unproven)
		}
	}
	return nil
}

// byKubelet tells whether an effect takes a kubelet: its own restart, and that
// of a static pod.
func byKubelet(effect change.Effect) bool { return effect.IsRestart() || effect.Component() != "" }

// kubeletHealthy tells why the kubelet is not healthy. One that runs and says
// that it is needs no word of systemd, which would take a connection.
func (p *planner) kubeletHealthy() error {
	k := kubelet(nil, p.facts, known(p.facts), fixers.KubeletUnit)
	if p.kubeletRuns() && k.Healthz != "" && k.Answer(p.ctx) == nil {
		return nil
	}
	var err error
	if k.Units, err = p.systemd(); err != nil {
		return err
	}
	return k.Check(p.ctx)
}

// Ready tells why a plan cannot be carried out now: what has to be restarted is
// not healthy before, so that its health afterwards would prove nothing. It asks
// systemd and the health endpoints of all that the plan restarts.
func (a *Agent) Ready(ctx context.Context, plan *Plan) error {
	unhealthy := plan.Unhealthy
	if unhealthy == nil {
		unhealthy = a.unhealthy(ctx, plan)
	}
	if unhealthy != nil {
		return failure(Failed, "mend it first, or change files only with --no-restart", "nothing was changed, because what has to be restarted is not healthy: %w", unhealthy)
	}
	return nil
}

// unhealthy asks, all at once.
func (a *Agent) unhealthy(ctx context.Context, plan *Plan) error {
	effects := plan.Effects()
	if a.Systemd == nil || len(effects) == 0 {
		return nil // below --root nothing runs
	}
	a.await(ctx, "asking whether what has to be restarted is healthy")
	var asked sync.WaitGroup
	reasons := make([]error, 2+len(effects)) // the first are the kubelet's and etcd's
	if slices.ContainsFunc(effects, byKubelet) {
		asked.Go(func() {
			units, err := a.units(ctx)
			if err == nil {
				err = kubelet(units, plan.Facts, known(plan.Facts), fixers.KubeletUnit).Check(ctx)
			}
			reasons[0] = err
		})
	}
	for _, probe := range a.endpointsOf(plan.Facts) {
		if i := slices.Index(effects, change.RollPod(probe.Name)); i >= 0 {
			asked.Go(func() { reasons[2+i] = probe.Check(ctx) })
		}
	}
	if slices.Contains(effects, change.RollPod("etcd")) {
		asked.Go(func() { reasons[1] = a.keepsQuorum(ctx, plan.Facts) })
	}
	asked.Wait()
	return cmp.Or(reasons...)
}
