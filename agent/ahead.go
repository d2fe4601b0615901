package agent

import (
	"slices"
	"sync"

	"harden/agent/change"
	"harden/agent/facts"
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

// judgeAhead begins to judge the manifests of static pods, which is most of the
// work of a plan; judgeOnce waits for the answer when it comes to them.
func (p *planner) judgeAhead(wants map[change.Target][]change.Want) {
	p.ahead = map[judgedKey]*judging{}
	for _, name := range facts.ComponentNames {
		c := p.facts.Components[name]
		if c == nil || c.Manifest == "" {
			continue
		}
		key := judgedKey{change.FileTarget(c.Manifest), false}
		first, _ := inTwo(wants[key.target])
		if last, known := p.judged[key]; len(first) == 0 || known && slices.EqualFunc(last.wants, first, sameWant) {
			continue
		}
		j := &judging{key: key, reading: p.read(key.target), wants: first}
		j.answer = sync.OnceFunc(func() { j.judge(p) })
		p.ahead[key] = j
		background(j.answer)
	}
}

// judging is one target being judged.
type judging struct {
	key     judgedKey
	reading reading
	wants   []change.Want
	out     outcome
	keep    bool   // the answer does not depend on which rules are blocked
	answer  func() // has it judged, once
}

func (j *judging) judge(p *planner) {
	before := p.planned.Load()
	j.out = p.judge(j.key.target, j.reading, slices.Clone(j.wants))
	j.keep = p.planned.Load() == before
}
