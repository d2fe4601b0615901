package planner

import (
	"context"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"harden/agent/change"
	"harden/agent/controlplane"
	"harden/agent/facts"
	"harden/agent/host"
	"harden/agent/message"
	"harden/agent/node"
	"harden/fixers"
	"harden/profiles"
)

// planning makes one plan.
type planning struct {
	Planner
	ctx    context.Context
	why    Purpose
	facts  *facts.Facts
	rules  []requiredRule
	future *futureNode // the node that kubeadm will make; nil if none is configured

	*places
	*targets
	*composition
	questions
	cache
	results
}

// questions are answered by what is outside of the files of this node, each once.
type questions struct {
	sockets    func() ([]facts.Socket, error) // the open ports of the node
	servers    func() (int, error)            // the API servers of the cluster
	kubeletFit func() error                   // why the kubelet is not healthy
	peers      func() ([]node.Peer, error)
	files      *cachedFiles
}

// cache keeps what was judged, because everything is judged again as often as a
// rule turns out to be blocked.
type cache struct {
	outcomes map[outcomeKey]cachedOutcome
	walks    map[change.Target]walked
	readers  map[change.Target]composer
	prefetch map[outcomeKey]*judgement
	planned  atomic.Int64 // how often a plan's own accounts were asked for
}

// results are what a plan comes to.
type results struct {
	verdicts map[string]verdict
	blocked  map[string]message.Text // rule → what it waits for
	erred    map[string]bool         // of these, the rules that could not be checked
	late     map[string][]string     // component → rules that its process is behind on
	swept    map[swept]tally         // what came of wants about many files
	changes  []change.Change
	recorded *change.Finding // about kubeadm's record; nil where nothing is to be said of it
}

// planning begins a plan of which nothing is known yet.
func (a Planner) planning(ctx context.Context, why Purpose) *planning {
	p := &planning{Planner: a, ctx: ctx, why: why,
		places:      &places{node: a.Node, cache: map[placeKey]error{}, linked: map[change.Target]change.Target{}},
		targets:     &targets{node: a.Node, ctx: ctx, readings: map[change.Target]reading{}, contents: map[change.Target]bool{}, secrets: map[change.Target]bool{}},
		composition: &composition{node: a.Node},
		cache:       cache{outcomes: map[outcomeKey]cachedOutcome{}, walks: map[change.Target]walked{}, readers: map[change.Target]composer{}},
		results:     results{blocked: map[string]message.Text{}, erred: map[string]bool{}, swept: map[swept]tally{}},
	}
	until := sync.OnceValue(func() time.Time { return time.Now().Add(recordWithin) })
	p.asking = func() (context.Context, context.CancelFunc) {
		if why != ToReport { // a plan that is carried out has to be the one that was shown
			return context.WithCancel(ctx)
		}
		return context.WithDeadline(ctx, until())
	}
	p.objects = map[change.Target]func() reading{}
	for _, t := range []change.Target{controlplane.ClusterRecord, controlplane.KubeletRecord} {
		p.objects[t] = sync.OnceValue(func() reading { return p.readObject(t) })
	}
	p.systemd = sync.OnceValues(p.connectSystemd)
	p.owner = p.lookupOwner
	p.kubeletFit = sync.OnceValue(p.kubeletHealthy)
	p.servers, p.peers = sync.OnceValues(p.countServers), sync.OnceValues(p.otherControlPlanes)
	p.sockets, p.files = sync.OnceValues(p.listSockets), newCachedFiles(host.Linked{Root: p.Root})
	return p
}

// setFacts takes the facts of the node.
func (p *planning) setFacts(f *facts.Facts) {
	p.facts, p.places.facts, p.targets.facts, p.composition.facts = f, f, f, f
}

// countServers counts the API servers of the cluster.
func (p *planning) countServers() (int, error) {
	return controlplane.CountAPIServers(p.ctx, p.Node, p.facts, p.why == ToApply)
}

// requiredRule is a rule with what it requires of this node.
type requiredRule struct {
	*profiles.Rule
	req     fixers.Requirement
	about   change.Target // the path that blocked the requirement or made it fail
	waived  message.Text  // reason and expiry
	expired message.Text  // of a waiver that no longer holds
	waiver  *change.Waiver
}

// judgeToFixpoint judges all rules again and again, each time without those that were
// found blocked: rules of which a part is blocked, rules that need a blocked one, and
// rules that would restart a component whose configuration could not be checked. It
// ends when a round blocks no further rule.
func (p *planning) judgeToFixpoint() {
	for {
		p.judgeAll()
		p.requirePorts()
		broken, unsure := p.blockPartlyBlocked(), p.blockUncheckedRestarts()
		if !p.blockUnmetNeeds() && !broken && !unsure {
			return
		}
	}
}

// judgeAll judges all wants that are not blocked and gathers the changes.
func (p *planning) judgeAll() {
	p.verdicts, p.late, p.changes = map[string]verdict{}, map[string][]string{}, nil
	p.prefetch = map[outcomeKey]*judgement{}
	sweeps, wants := p.byTarget()
	p.prefetchOutcomes(wants, sweeps)
	p.sweep(sweeps, wants)
	p.prefetchOutcomes(wants, nil)
	for _, target := range slices.Sorted(maps.Keys(wants)) { // of several reasons the first is told: always the same one
		p.judgeTarget(target, wants[target])
	}
	p.record()
	p.parents()
	p.rolls()
	p.catchUp()
	p.finish()
}
