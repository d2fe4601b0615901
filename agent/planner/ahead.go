package planner

import (
	"slices"
	"strings"
	"sync"

	"harden/agent/change"
)

// background begins what is asked for later, and then again or once. A panic
// shows where it is asked for, and ends the run in the proper way; here it
// would end the program with the status that says that changes are pending.
func background(call func()) {
	go func() {
		defer func() { _ = recover() }()
		call()
	}()
}

// judgeAhead begins to judge the files whose content is asked about, which is
// most of the work of a plan; judgeOnce waits for the answer when it comes to
// them. Left out are those that sweeps may still add a want to.
func (p *planning) judgeAhead(wants map[change.Target][]change.Want, sweeps []change.Want) {
	for _, target := range p.documents(wants) {
		swept := func(w change.Want) bool { return strings.HasPrefix(target.Name(), w.Target.Name()+"/") }
		if slices.ContainsFunc(sweeps, swept) {
			continue
		}
		key := judgedKey{target, false}
		first, _ := inTwo(wants[target])
		if last, known := p.judged[key]; p.ahead[key] != nil || known && slices.EqualFunc(last.wants, first, sameWant) {
			continue
		}
		j := &judging{key: key, wants: first}
		j.answer = sync.OnceFunc(func() {
			j.reading = p.read(target)
			j.from = j.reading.state
			j.judge(p)
		})
		p.ahead[key] = j
		background(j.answer)
	}
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

// judging is one target being judged.
type judging struct {
	key     judgedKey
	reading reading
	from    change.State // that the change starts from
	wants   []change.Want
	out     outcome
	keep    bool   // the answer does not depend on which rules are blocked
	answer  func() // has it judged, once
}

func (j *judging) judge(p *planning) {
	before := p.planned.Load()
	j.out = p.judge(j.key.target, j.reading, j.from, slices.Clone(j.wants))
	j.keep = p.planned.Load() == before
}
