package planner

import (
	"slices"
	"strings"
	"sync"

	"harden/agent/change"
	"harden/agent/controlplane"
	"harden/agent/host"
)

// judgeToFixpoint judges everything again each time a rule turns out to be blocked.
// Most of a plan is the same then, and parsing and editing manifests is most
// of its time, so an outcome is kept for the same wants.

// outcomeKey is a target before or after its first change.
type outcomeKey struct {
	target change.Target
	later  bool
}

// cachedOutcome is the wants that were judged, and the outcome.
type cachedOutcome struct {
	wants []change.Want
	out   outcome
}

// judgeCached judges a target, or gives the cached outcome if the wants are the
// same, and reports whether it did. same has to be false if the change starts from
// another state than last time.
func (p *planning) judgeCached(key outcomeKey, r reading, from change.State, wants []change.Want, same bool) (outcome, bool) {
	if last, known := p.outcomes[key]; known && same && slices.EqualFunc(last.wants, wants, sameWant) {
		return last.out, true
	}
	j := p.prefetch[key]
	if j != nil {
		j.answer()
	} else {
		j = &judgement{key: key, reading: r, from: from, wants: wants}
		j.judge(p)
	}
	delete(p.outcomes, key)
	if j.keep {
		p.outcomes[key] = cachedOutcome{wants, j.out}
	}
	return j.out, false
}

// sameWant tells whether two wants of one plan about one target are the same:
// a rule's wants do not change while a plan is made.
func sameWant(a, b change.Want) bool {
	return a.Rule == b.Rule && a.Field == b.Field && a.Op == b.Op
}

// walked is what was found below a directory by some sweeps.
type walked struct {
	sweeps []change.Want
	named  map[string]bool
	counts []tally
	noted  []noted
	err    error
}

// noted is a file that the sweep of that index has to do with.
type noted struct {
	sweep int
	rel   string
	info  host.Info
}

// background starts a call whose result is needed later. A panic is left to the
// later call, which ends the run in the proper way; here it would end the program
// with the status that means pending changes.
func background(call func()) {
	go func() {
		defer func() { _ = recover() }()
		call()
	}()
}

// prefetchOutcomes starts to judge the files whose content has wants, which is most
// of the work of a plan; judgeCached waits for the outcome when it comes to them.
// It leaves out files to which a sweep may still add a want.
func (p *planning) prefetchOutcomes(wants map[change.Target][]change.Want, sweeps []change.Want) {
	for _, target := range p.documents(wants) {
		swept := func(w change.Want) bool { return strings.HasPrefix(target.Name(), w.Target.Name()+"/") }
		if slices.ContainsFunc(sweeps, swept) {
			continue
		}
		key := outcomeKey{target, false}
		first, _ := inTwo(wants[target])
		if last, known := p.outcomes[key]; p.prefetch[key] != nil || known && slices.EqualFunc(last.wants, first, sameWant) {
			continue
		}
		j := &judgement{key: key, wants: first}
		j.answer = sync.OnceFunc(func() {
			j.reading = p.read(target)
			j.from = j.reading.state
			j.judge(p)
		})
		p.prefetch[key] = j
		background(j.answer)
	}
}

// prefetchRecord starts to ask the API server for what record is going to need, one
// question after the other over one connection.
func (p *planning) prefetchRecord() {
	if !p.keepsRecord() || p.Waiting != nil && p.Waiting() != "" {
		return
	}
	background(func() {
		for _, t := range []change.Target{controlplane.ClusterRecord, controlplane.KubeletRecord} {
			if p.objects[t]().err != nil {
				return
			}
		}
		_, _ = p.peers() // who needs them is told the error
	})
}

// documents lists the files whose content is asked about. Manifests of static
// pods are the longest to judge, and come first; beyond that any order will do.
func (p *planning) documents(wants map[change.Target][]change.Want) []change.Target {
	var manifests, others []change.Target
	for target := range wants {
		switch {
		case target.Kind() != change.KindFile || !p.contents[target]:
		case p.facts.ManifestAt(target.Name()) != "":
			manifests = append(manifests, target)
		default:
			others = append(others, target)
		}
	}
	return append(manifests, others...)
}

// judgement is one target being judged.
type judgement struct {
	key     outcomeKey
	reading reading
	from    change.State // that the change starts from
	wants   []change.Want
	out     outcome
	keep    bool   // the answer does not depend on which rules are blocked
	answer  func() // has it judged, once
}

func (j *judgement) judge(p *planning) {
	before := p.planned.Load()
	j.out = p.judge(j.key.target, j.reading, j.from, slices.Clone(j.wants))
	j.keep = p.planned.Load() == before
}
