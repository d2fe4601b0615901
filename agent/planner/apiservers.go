package planner

import (
	"slices"

	"harden/agent/change"
	"harden/agent/controlplane"
	"harden/agent/message"
	"harden/fixers"
)

// needsSingleAPIServer tells whether a rule is about to make a change that does harm
// if the cluster has more than one API server: what one stores, all must be able to
// read.
func (p *planning) needsSingleAPIServer(r requiredRule) bool {
	return r.requiresSingleAPIServer() && p.wouldChange(r)
}

// wouldChange tells whether a rule is about to change something on a live node.
func (p *planning) wouldChange(r requiredRule) bool {
	return p.blocked[r.Name].IsZero() && p.verdicts[r.Name].status == change.Drift && p.why != ToReport && !p.Passive
}

// requiresSingleAPIServer tells whether a rule without a waiver has such a want.
func (r requiredRule) requiresSingleAPIServer() bool {
	return r.waived.IsZero() && slices.ContainsFunc(r.req.Wants, func(w change.Want) bool { return w.SingleAPIServer })
}

// blockForMultipleAPIServers blocks the rules that must not be applied if the cluster
// has several API servers, and tells whether it blocked any.
func (p *planning) blockForMultipleAPIServers() bool {
	found := p.blockForUnreadableKey()
	found = p.blockForUnverifiedKubelets() || found
	for _, r := range p.rules {
		if !p.needsSingleAPIServer(r) {
			continue
		}
		p.Await(p.ctx, message.New("finding out how many API servers the cluster has"))
		servers, err := p.servers()
		switch {
		case err != nil:
			p.blocked[r.Name] = message.New("cannot tell whether this is the only API server of the cluster: %v; %s", err, message.New(stepsByHand))
		case servers > 1:
			p.blocked[r.Name] = message.New("the cluster has %d API servers, and all of them must be able to decrypt with the key before one of them encrypts with it: %s", servers, message.New(stepsByHand))
		default:
			continue
		}
		found = true
	}
	return found
}

// blockForUnverifiedKubelets blocks the rules that make the API server verify kubelets
// while it could not verify some, whose logs nobody could read then. It tells whether it
// blocked any. This node's own kubelet may be given its certificate by the same run.
func (p *planning) blockForUnverifiedKubelets() bool {
	found := false
	for _, r := range p.rules {
		f, is := r.Fixer.(fixers.Verifying)
		if !is || !p.wouldChange(r) || !r.waived.IsZero() || p.Kubelets == nil {
			continue
		}
		p.Await(p.ctx, message.New("asking the kubelets of the cluster for their certificates"))
		if err := p.Kubelets.Unverified(p.ctx, p.facts, f.Verifies(), !p.certifies()); err != nil {
			p.blocked[r.Name] = message.New("%v; apply on that node with --set kubelet-serving-certificate=on first, or remove a node that is gone from the cluster", err)
			found = true
		}
	}
	return found
}

// certifies tells whether the plan gives this node's kubelet another certificate.
func (p *planning) certifies() bool {
	return slices.ContainsFunc((change.Plan{Changes: p.changes}).Effects(), func(e change.Effect) bool { ca, _ := e.Serving(); return ca != "" })
}

// stepsByHand is the way out where nobody can tell how many API servers there are.
const stepsByHand = "first apply on every control plane with --set encryption-steps=first and --set encryption-key-file=FILE, with the same key; then apply on each with --set encryption-steps=second"

// blockForUnreadableKey blocks the rules that make this node's API server write what
// another one may be unable to read, and tells whether it blocked any.
func (p *planning) blockForUnreadableKey() bool {
	found := false
	for _, r := range p.rules {
		all := r.waived.IsZero() && slices.ContainsFunc(r.req.Wants, func(w change.Want) bool { return w.AllServersRead })
		if !all || !p.wouldChange(r) || p.Systemd == nil {
			continue // below --root nobody can be asked, and no API server writes
		}
		p.Await(p.ctx, message.New("finding out whether every API server can decrypt with the key"))
		if err := p.allServersCanRead(); err != nil {
			p.blocked[r.Name] = message.New("it is not known whether every API server of the cluster can decrypt with the key: %v", err)
			found = true
		}
	}
	return found
}

// allServersCanRead tells why not every API server of the cluster is known to have an
// encryption configuration.
func (p *planning) allServersCanRead() error {
	count, err := p.servers()
	if err != nil {
		return err
	}
	return controlplane.AllEncrypted(p.ctx, p.Node, p.facts, count)
}
