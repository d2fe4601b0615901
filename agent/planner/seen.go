package planner

import (
	"context"
	"slices"
	"sync"

	"harden/agent/facts"
	"harden/agent/node"
	"harden/fixers"
	"harden/profiles"
	"harden/systemd"
)

// seenUnits is systemd as one plan sees it: each unit is read once, because
// its two hundred properties take a millisecond.
type seenUnits struct {
	node.Systemd
	mu   sync.Mutex
	seen map[string]func() (systemd.Unit, error)
}

// Unit gives a unit as it was when it was first asked for.
func (s *seenUnits) Unit(ctx context.Context, name string) (systemd.Unit, error) {
	s.mu.Lock()
	read := s.seen[name]
	if read == nil {
		read = sync.OnceValues(func() (systemd.Unit, error) { return s.Systemd.Unit(ctx, name) })
		s.seen[name] = read
	}
	s.mu.Unlock()
	return read()
}

// seeing connects a planner to systemd, once.
func (p *planning) seeing() (node.Systemd, error) {
	units, err := p.Units(p.ctx)
	if err != nil || units == nil {
		return nil, err
	}
	return &seenUnits{Systemd: units, seen: map[string]func() (systemd.Unit, error){}}, nil
}

// askSockets begins to list the open ports where a rule is about them: the
// kernel takes some milliseconds for it.
func (p *planning) askSockets() {
	if p.facts.Live && slices.ContainsFunc(p.Profile.Rules, aboutPorts) {
		background(func() { _, _ = p.sockets() }) // the fixers ask again
	}
}

// listening lists the open ports that rules are about. The components of
// Kubernetes hold most of them.
func (p *planning) listening() ([]facts.Socket, error) {
	ports := map[facts.Port]bool{}
	for _, r := range p.Profile.Rules {
		if port, is := r.Fixer.(*fixers.Port); is {
			ports[facts.Port{Protocol: port.Protocol, Number: port.Port}] = true
		}
	}
	var likely []int
	if k := p.facts.Kubelet; k != nil && k.Running {
		likely = append(likely, k.PID)
	}
	for _, name := range facts.ComponentNames {
		if c := p.facts.Components[name]; c != nil && c.Running {
			likely = append(likely, c.PID)
		}
	}
	return facts.Listening("/proc", ports, likely)
}

// aboutPorts tells whether a rule is about the open ports.
func aboutPorts(r profiles.Rule) bool {
	_, is := r.Fixer.(*fixers.Port)
	return is
}

// askUnits begins to read the kubelet's unit where a rule is about it, while
// the facts are gathered: systemd takes some milliseconds for a new connection.
func (p *planning) askUnits() {
	about := func(r profiles.Rule) bool { _, is := r.Fixer.(*fixers.UnitCurrent); return is }
	if p.Systemd == nil || !slices.ContainsFunc(p.Profile.Rules, about) {
		return
	}
	background(func() {
		if units, err := p.systemd(); err == nil {
			_, _ = units.Unit(p.ctx, fixers.KubeletUnit) // asked for again by who needs it
		}
	})
}
