// Package planner makes a plan of a profile and a node: what each rule requires,
// what holds, and which changes meet the rest. It writes nothing.
package planner

import (
	"context"
	"os"
	"slices"
	"strings"
	"sync"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/kubeadm"
	"harden/agent/message"
	"harden/agent/node"
	"harden/fixers"
	"harden/profiles"
)

// Plan is a plan, and what was seen while it was made.
type Plan struct {
	change.Plan
	Facts *facts.Facts
	// Unhealthy says why nothing can be restarted now, as far as the node itself
	// shows it, and is nil otherwise. The changes that need a restart are blocked
	// then. transaction.Runner.Ready asks further.
	Unhealthy error
	// Coming is what kubeadm is going to make of the machine with the configuration that
	// lies there, kubeadm.Init or kubeadm.JoinControlPlane; "" where none is found, or the
	// machine is a node already.
	Coming kubeadm.Purpose
}

// Planner makes plans of a node by a profile.
type Planner struct {
	*node.Node
	Profile      *profiles.Profile
	Attestations []profiles.Attestation // the verdicts of persons on controls
	// Waiting names the run whose settings are still to be taken out of kubeadm's record, ""
	// where there is none.
	Waiting func() string
}

// Purpose is what a plan is made for.
type Purpose int

// The purposes of plans.
const (
	ToShow   Purpose = iota
	ToReport         // findings say what was read, and where
	ToApply          // it is carried out at once: what others say must be true now
)

// Plan reads the node and says what would be done to it. It changes nothing.
func (a Planner) Plan(ctx context.Context, why Purpose) (*Plan, error) {
	identity := sync.OnceValue(a.Profile.Identity)
	background(func() { identity() })
	p := a.planning(ctx, why)
	p.prefetchUnits()
	f, err := a.Collect()
	if err != nil {
		return nil, node.Of(node.Failed, err)
	}
	p.setFacts(f)
	p.prefetchSockets()
	p.prefetchRecord()
	p.future = p.findFutureNode()
	if err := p.require(); err != nil {
		return nil, err
	}
	p.judgeToFixpoint()
	booting, unhealthy := p.booting()
	if !booting && unhealthy == nil {
		unhealthy = p.preflight()
	}
	if p.blockForMultipleAPIServers() || booting || unhealthy != nil {
		p.judgeToFixpoint()
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return &Plan{Facts: f, Unhealthy: unhealthy, Coming: p.future.purpose(), Plan: change.Plan{
		Profile: identity(), Node: NodeOf(f), Changes: p.changes, Findings: p.findings()}}, nil
}

// NodeOf is what a plan says of a node.
func NodeOf(f *facts.Facts) change.Node {
	n := change.Node{Platform: f.Platform, Roles: f.Roles}
	if !f.Kubernetes.IsZero() {
		n.Kubernetes = f.Kubernetes.String()
	}
	if n.Roles == nil {
		n.Roles = []string{}
	}
	return n
}

// Unchecked is an error where a rule could not be checked. It names the rules as
// --skip takes them.
func (p *Plan) Unchecked() error {
	if err := p.UncheckedBut(nil); err != nil {
		return err
	}
	return nil
}

// UncheckedBut is Unchecked, but for rules that are known to be so.
func (p *Plan) UncheckedBut(known []string) *node.Error {
	rules, reasons := p.InError()
	rules = slices.DeleteFunc(rules, func(r string) bool { return slices.Contains(known, r) })
	if len(rules) == 0 {
		return nil
	}
	kind, hint := node.Failed, message.New("fix it, or leave its rules out with --skip %s", strings.Join(rules, ","))
	if onlyRoot(reasons) {
		kind, hint = node.NeedsRoot, message.New("run it with sudo")
	}
	return node.Failure(kind, hint, "cannot check everything: %s", message.List(reasons...))
}

// InError lists the rules that could not be checked, and why, each reason once.
func (p *Plan) InError() (rules []string, reasons []message.Text) {
	for _, f := range p.Findings {
		if f.Status != change.Error {
			continue
		}
		rules = append(rules, f.Rule)
		if !slices.Contains(reasons, f.Reason) {
			reasons = append(reasons, f.Reason)
		}
	}
	return rules, reasons
}

// LeftOut says which rules an apply goes on without, or "".
func (p *Plan) LeftOut() message.Text {
	rules, reasons := p.InError()
	if len(rules) == 0 {
		return message.Text{}
	}
	return message.New("skipped, because it could not be checked: %s; fix it, or leave its rules out with --skip %s", message.List(reasons...), strings.Join(rules, ","))
}

// onlyRoot tells whether root is all that is missing to read what could not be.
func onlyRoot(reasons []message.Text) bool {
	return os.Geteuid() != 0 && !slices.ContainsFunc(reasons, func(r message.Text) bool { return !r.Has(fixers.OnlyRootReads) })
}
