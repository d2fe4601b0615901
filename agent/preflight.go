package agent

import (
	"fmt"
	"slices"
	"sync"

	"harden/agent/change"
	"harden/agent/health"
)

// preflight checks what is about to be restarted. Where something is not
// healthy before, its health after a change would prove nothing: the rules
// that need its restart are blocked. It gives the first such reason.
func (p *planner) preflight() error {
	if p.Systemd == nil {
		return nil
	}
	effects := (change.Plan{Changes: p.changes}).Effects()
	probes := p.endpointsOf(p.facts)
	errs := make([]error, len(effects))
	var asked sync.WaitGroup
	for i, effect := range effects {
		asked.Go(func() { errs[i] = p.ready(effect, probes) })
	}
	asked.Wait()
	var first error
	for i, effect := range effects {
		if errs[i] == nil {
			continue
		}
		if first == nil {
			first = errs[i]
		}
		for _, c := range p.changes {
			if !slices.Contains(c.Effects, effect) {
				continue
			}
			for _, rule := range c.Rules {
				p.blocked[rule] = fmt.Sprintf("what has to be restarted is not healthy, so a change could not be proven: %v", errs[i])
			}
		}
	}
	return first
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
	units, err := p.units(p.ctx)
	if err != nil {
		return err
	}
	return p.kubelet(units, p.facts, effect.Unit()).Check(p.ctx)
}
