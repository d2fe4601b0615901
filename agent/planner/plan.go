// Package planner makes a plan of a profile and a node: what each rule requires,
// what holds, and which changes meet the rest. It writes nothing.
package planner

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"
	"sync"
	"sync/atomic"

	"harden/agent/change"
	"harden/agent/controlplane"
	"harden/agent/facts"
	"harden/agent/host"
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
}

// Planner makes plans of a node by a profile.
type Planner struct {
	*node.Node
	Profile      *profiles.Profile
	Attestations []profiles.Attestation // the verdicts of persons on controls
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
	p := &planning{Planner: a, ctx: ctx, readings: map[change.Target]reading{},
		contents: map[change.Target]bool{}, secrets: map[change.Target]bool{}, blocked: map[string]string{}, erred: map[string]bool{},
		observing: why == ToReport, applying: why == ToApply, swept: map[swept]tally{}, readers: map[change.Target]composer{},
		judged: map[judgedKey]judged{}, places: map[judgedPlace]error{}, walks: map[change.Target]walked{}, linked: map[change.Target]change.Target{}}
	identity := sync.OnceValue(a.Profile.Identity)
	background(func() { identity() })
	p.systemd, p.kubeletFit = sync.OnceValues(p.seeing), sync.OnceValue(p.kubeletHealthy)
	p.servers = sync.OnceValues(func() (int, error) { return controlplane.CountAPIServers(p.ctx, p.Node, p.facts, p.applying) })
	p.askUnits()
	f, err := a.Collect()
	if err != nil {
		return nil, node.Failure(node.Failed, "", "%w", err)
	}
	p.facts = f
	p.sockets, p.files = sync.OnceValues(p.listening), seeFiles(host.Linked{Root: p.Root})
	p.askSockets()
	if err := p.wish(); err != nil {
		return nil, err
	}
	p.settle()
	booting, unhealthy := p.booting()
	if !booting && unhealthy == nil {
		unhealthy = p.preflight()
	}
	if p.several() || booting || unhealthy != nil {
		p.settle()
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return &Plan{Facts: f, Unhealthy: unhealthy, Plan: change.Plan{
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

// planning makes one plan.
type planning struct {
	Planner
	ctx      context.Context
	facts    *facts.Facts
	sockets  func() ([]facts.Socket, error) // the open ports of the node
	files    *seenFiles
	rules    []wished
	reading  sync.Mutex
	readings map[change.Target]reading
	contents map[change.Target]bool // targets whose content somebody asks about
	secrets  map[change.Target]bool // targets that hold key material
	blocked  map[string]string      // rule → what it waits for
	erred    map[string]bool        // of these, the rules that could not be checked
	verdicts map[string]verdict
	places   map[judgedPlace]error // those that were judged, nil where they are right
	late     map[string][]string   // component → rules that its process is behind on
	changes  []change.Change

	observing bool            // ToReport
	applying  bool            // ToApply
	swept     map[swept]tally // what came of wants about many files
	readers   map[change.Target]composer

	judged  map[judgedKey]judged
	walks   map[change.Target]walked
	linked  map[change.Target]change.Target // where links lead to
	planned atomic.Int64                    // how often a plan's own accounts were asked for
	ahead   map[judgedKey]*judging

	servers    func() (int, error) // the API servers of the cluster
	systemd    func() (node.Systemd, error)
	kubeletFit func() error // why the kubelet is not healthy
}

// wished is a rule with what it asks of this node.
type wished struct {
	*profiles.Rule
	wish    fixers.Wish
	about   change.Target // what the wish is blocked or failed by, where it asked for more
	waived  string        // reason and expiry
	expired string        // of a waiver that no longer holds
	waiver  *change.Waiver
}

// settle judges everything, and again without the rules that cannot hold as a
// whole, those that wait for such a one, and those that would restart what is not
// known well enough, until no more of them turn up.
func (p *planning) settle() {
	for {
		p.judgeAll()
		p.wishPorts()
		broken, unsure := p.broken(), p.unsure()
		if !p.needs() && !broken && !unsure {
			return
		}
	}
}

// judgeAll judges all wants that are not blocked and gathers the changes.
func (p *planning) judgeAll() {
	p.verdicts, p.late, p.changes = map[string]verdict{}, map[string][]string{}, nil
	p.ahead = map[judgedKey]*judging{}
	sweeps, wants := p.byTarget()
	p.judgeAhead(wants, sweeps)
	p.sweep(sweeps, wants)
	p.judgeAhead(wants, nil)
	for _, target := range slices.Sorted(maps.Keys(wants)) { // of several reasons the first is told: always the same one
		p.judgeTarget(target, wants[target])
	}
	p.parents()
	p.rolls()
	p.catchUp()
	p.finish()
}

// byTarget gathers the wants that are not blocked: those about the files below
// a directory, and the others by what they are about.
func (p *planning) byTarget() (sweeps []change.Want, wants map[change.Target][]change.Want) {
	// A want is large: each is copied once, into a list of the right size.
	var all []*change.Want
	counts := map[change.Target]int{}
	for i := range p.rules {
		r := &p.rules[i]
		if p.blocked[r.Name] != "" || r.waived != "" || r.wish.Status != "" {
			continue
		}
		for k := range r.wish.Wants {
			w := &r.wish.Wants[k]
			if w.Match != "" {
				sweeps = append(sweeps, *w)
				continue
			}
			counts[w.Target]++
			all = append(all, w)
		}
	}
	wants = make(map[change.Target][]change.Want, len(counts))
	for _, w := range all {
		list, begun := wants[w.Target]
		if !begun {
			list = make([]change.Want, 0, counts[w.Target])
		}
		wants[w.Target] = append(list, *w)
	}
	return sweeps, wants
}

// judgeTarget judges the wants about one target, all by what was read; the
// change that meets the later ones starts from the state that the first lead to.
func (p *planning) judgeTarget(t change.Target, wants []change.Want) {
	first, later := inTwo(wants)
	var r reading
	if j := p.ahead[judgedKey{t, false}]; j != nil {
		j.answer()
		r = j.reading
	} else {
		r = p.read(t)
	}
	out, same := p.judgeOnce(judgedKey{t, false}, r, r.state, first, true)
	p.take(out)
	if len(later) == 0 {
		return
	}
	from := r.state
	if out.change != nil {
		from = out.change.After
	}
	out, _ = p.judgeOnce(judgedKey{t, true}, r, from, later, same)
	if out.change != nil {
		out.change.Later = true
	}
	p.take(out)
}

// inTwo parts the wants that hold from the first from the later ones.
func inTwo(wants []change.Want) (first, later []change.Want) {
	if !slices.ContainsFunc(wants, func(w change.Want) bool { return w.Later }) {
		return wants, nil // as nearly always
	}
	for _, w := range wants {
		if w.Later {
			later = append(later, w)
		} else {
			first = append(first, w)
		}
	}
	return first, later
}

// take adds what judging a target came to.
func (p *planning) take(out outcome) {
	for rule, v := range out.verdicts {
		all := p.verdicts[rule]
		all.add(v)
		p.verdicts[rule] = all
	}
	if out.change != nil {
		p.changes = append(p.changes, *out.change)
	}
	if len(out.late) > 0 {
		name := ManifestOf(change.Change{Target: out.target}, p.facts)
		p.late[name] = append(p.late[name], out.late...)
	}
}

// parents adds the directories that new files need.
func (p *planning) parents() {
	made := map[change.Target]*change.Change{}
	wanted := map[change.Target]bool{} // directories that a rule asks for itself
	for _, c := range p.changes {
		wanted[c.Target] = true
	}
	for _, c := range p.changes {
		if c.Target.Kind() != change.KindFile || c.Before.Exists() {
			continue
		}
		for dir := path.Dir(c.Target.Name()); dir != "/"; dir = path.Dir(dir) {
			if _, err := p.Root.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
				break
			}
			t := change.FileTarget(dir)
			if wanted[t] {
				continue
			}
			if made[t] == nil {
				f := change.File{Directory: true, Mode: 0o755, UID: c.After.File.UID, GID: c.After.File.GID}
				made[t] = &change.Change{Target: t, After: change.State{File: &f},
					Fields: []change.FieldChange{{Field: change.FieldType, After: "directory"}}}
			}
			made[t].Rules = append(made[t].Rules, c.Rules...)
		}
	}
	for _, c := range made {
		c.Rules = slices.Compact(slices.Sorted(slices.Values(c.Rules)))
		p.changes = append(p.changes, *c)
	}
}
