package planner

import (
	"slices"

	"harden/agent/change"
	"harden/agent/controlplane"
	"harden/agent/message"
)

// startsLater is why a change waits while the node boots.
const startsLater = "the kubelet has not started yet, so harden could not prove that the change works; apply it when the node is up"

// proves tells whether the plan says if its changes could be proven to do no
// harm now. A check says what the node's settings are: that the kubelet is not
// healthy for a moment is not drift, and hides none.
func (p *planning) proves() bool { return p.Systemd != nil && !p.Passive && p.why != ToReport }

// booting tells whether the kubelet is about to be started by systemd, after
// us, as at boot by harden-apply.service. The changes that it, or a static pod
// of its, has to take up are blocked then: the node starts as it is, and the
// rest of the plan is carried out.
func (p *planning) booting() (bool, error) {
	if p.Systemd == nil || p.why == ToReport || p.kubeletRuns() || len((change.Plan{Changes: p.changes}).Effects()) == 0 {
		return false, nil
	}
	units, err := p.systemd()
	if err != nil {
		return false, err
	}
	unit, err := units.Unit(p.ctx, p.facts.KubeletUnit())
	if err != nil || unit.ActiveState != "inactive" || !unit.Queued {
		return false, err
	}
	for _, c := range p.changes {
		if len(c.Effects) == 0 {
			continue
		}
		for _, rule := range c.Rules {
			p.blocked[rule] = message.New(startsLater)
		}
	}
	return true, nil
}

// kubeletRuns tells whether there is a process of this node's kubelet.
func (p *planning) kubeletRuns() bool { return p.facts.Kubelet != nil && p.facts.Kubelet.Running }

// preflight looks at what has to be restarted, as far as the node itself shows
// it: whether a component runs, and whether the kubelet, which restarts it, is
// healthy. Where that is not so, health after a change would prove nothing: the
// rules that need the restart are blocked. It gives the first such reason. What
// the control plane says of its health is a matter of the moment of an apply,
// which asks (see Ready).
func (p *planning) preflight() error {
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
				p.blocked[rule] = message.New("a component that has to be restarted is not healthy, so harden could not prove that the change works: %v", err)
			}
		}
	}
	return first
}

// fit tells why what an effect restarts could not prove anything.
func (p *planning) fit(effect change.Effect) error {
	if !effect.ByKubelet() {
		return nil
	}
	p.Await(p.ctx, message.New("asking whether the kubelet is healthy"))
	if err := p.kubeletFit(); err != nil {
		return err
	}
	if component := effect.Component(); component != "" {
		switch c := p.facts.Components[component]; {
		case c == nil || !c.Running && c.Unproven.IsZero():
			return message.Errorf("%s does not run", component)
		case !c.Running:
			return message.Errorf("there is no proof that %s runs: %s", component, c.Unproven)
		}
	}
	return nil
}

// kubeletHealthy tells why the kubelet is not healthy. One that runs and says
// that it is needs no word of systemd, which would take a connection.
func (p *planning) kubeletHealthy() error {
	k := controlplane.Kubelet(nil, p.facts, controlplane.Known(p.facts), p.facts.KubeletUnit())
	if p.kubeletRuns() && k.Healthz != "" && k.Answer(p.ctx) == nil {
		return nil
	}
	var err error
	if k.Units, err = p.systemd(); err != nil {
		return err
	}
	return k.Check(p.ctx)
}
