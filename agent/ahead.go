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

// judgeAhead judges the manifests of static pods, which is most of the work of
// a plan, at the same time. The others find the answers with judgeOnce.
func (p *planner) judgeAhead(wants map[change.Target][]change.Want) {
	var all []judging
	for _, name := range facts.ComponentNames {
		c := p.facts.Components[name]
		if c == nil || c.Manifest == "" {
			continue
		}
		t := change.FileTarget(c.Manifest)
		first, _ := inTwo(wants[t])
		if last, known := p.judged[judgedKey{t, false}]; len(first) > 0 && !(known && slices.EqualFunc(last.wants, first, sameWant)) {
			all = append(all, judging{key: judgedKey{t, false}, reading: p.read(t), wants: first})
		}
	}
	var done sync.WaitGroup
	for i := range all {
		done.Add(1)
		background(func() {
			defer done.Done()
			all[i].judge(p)
		})
	}
	done.Wait()
	for _, j := range all {
		if j.keep {
			p.judged[j.key] = judged{j.wants, j.out}
		}
	}
}

// judging is one target being judged.
type judging struct {
	key     judgedKey
	reading reading
	wants   []change.Want
	out     outcome
	keep    bool // the answer does not depend on which rules are blocked
}

func (j *judging) judge(p *planner) {
	before := p.planned.Load()
	j.out = p.judge(j.key.target, j.reading, slices.Clone(j.wants))
	j.keep = p.planned.Load() == before
}
