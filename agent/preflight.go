package agent

import (
	"fmt"
	"slices"
	"sync"

	"harden/agent/change"
	"harden/agent/health"
	"harden/fixers"
)

// startsLater is why a change waits while the node boots.
const startsLater = "the kubelet has not started yet, so a change could not be proven: apply it when the node is up"

// proves tells whether the plan says if its changes could be proven to do no
// harm now, as it does for apply. A check says what the node's settings are:
// that a component is not healthy for a moment is no drift, and hides none.
func (p *planner) proves() bool { return p.Systemd != nil && !p.Passive && !p.observing }

// booting tells whether the kubelet is about to be started by systemd, after
// us, as at boot by harden-apply.service. The changes that it, or a static pod
// of its, has to take up are blocked then: the node starts as it is, and the
// rest of the plan is carried out.
func (p *planner) booting() (bool, error) {
	if p.Systemd == nil || p.observing || len((change.Plan{Changes: p.changes}).Effects()) == 0 {
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

// preflight checks what is about to be restarted. Where something is not
// healthy before, its health after a change would prove nothing: the rules
// that need its restart are blocked. It gives the first such reason.
func (p *planner) preflight() error {
	if !p.proves() {
		return nil
	}
	effects := (change.Plan{Changes: p.changes}).Effects()
	p.ask(effects)
	var first error
	for _, effect := range effects {
		p.await(p.ctx, "asking whether what has to be restarted is healthy")
		err := p.answer(effect)
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

// ask begins to look at what some effects restart: the answers come while the
// rest of the plan is made.
func (p *planner) ask(effects []change.Effect) {
	if !p.proves() {
		return
	}
	p.asking.Lock()
	defer p.asking.Unlock()
	for _, effect := range effects {
		if p.asked[effect] != nil {
			continue
		}
		ready := sync.OnceValue(func() error { return p.ready(effect, p.probes()) })
		p.asked[effect] = ready
		background(func() { _ = ready() }) // asked for by preflight
	}
}

// answer waits for what was asked.
func (p *planner) answer(effect change.Effect) error {
	p.asking.Lock()
	ready := p.asked[effect]
	p.asking.Unlock()
	return ready()
}

// ready tells why what an effect restarts is not healthy now.
func (p *planner) ready(effect change.Effect, probes []health.Probe) error {
	if component := effect.Component(); component != "" {
		for _, probe := range probes {
			if probe.Name == component {
				return probe.Check(p.ctx)
			}
		}
		return fmt.Errorf("%s does not run", component)
	}
	if !effect.IsRestart() {
		return nil
	}
	units, err := p.systemd()
	if err != nil {
		return err
	}
	return kubelet(units, p.facts, effect.Unit()).Check(p.ctx)
}
