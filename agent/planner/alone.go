package planner

import (
	"fmt"
	"slices"

	"harden/agent/change"
)

// needsAlone tells whether a rule is about to do what harms where more than
// one API server serves the cluster: what one stores, all must be able to read.
func (p *planning) needsAlone(r wished) bool {
	return r.wantsAlone() && p.blocked[r.Name] == "" && p.verdicts[r.Name].status == change.Drift && !p.observing && !p.Passive
}

// wantsAlone tells whether a rule that is not left open has such a part.
func (r wished) wantsAlone() bool {
	return r.waived == "" && slices.ContainsFunc(r.wish.Wants, func(w change.Want) bool { return w.Alone })
}

// several blocks the rules that must not be applied where there are several
// API servers, and tells whether it blocked any.
func (p *planning) several() bool {
	found := false
	for _, r := range p.rules {
		if !p.needsAlone(r) {
			continue
		}
		p.Await(p.ctx, "asking how many API servers the cluster has")
		servers, err := p.servers()
		switch {
		case err != nil:
			p.blocked[r.Name] = fmt.Sprintf("cannot tell whether this is the only API server of the cluster: %v; %s", err, stepsByHand)
		case servers > 1:
			p.blocked[r.Name] = fmt.Sprintf("the cluster has %d API servers, and each must be able to read with the key before one writes with it: %s", servers, stepsByHand)
		default:
			continue
		}
		found = true
	}
	return found
}

// stepsByHand is the way out where nobody can tell how many API servers there are.
const stepsByHand = "apply on every control plane with --set encryption-steps=first and --set encryption-key-file=FILE, the same key; then on each with --set encryption-steps=second"
