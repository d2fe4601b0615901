package planner

import (
	"slices"

	"harden/agent/change"
	"harden/agent/host"
)

// settle judges everything again as often as a rule turns out to be blocked.
// Most of a plan is the same then, and parsing and editing manifests is most
// of its time, so what was judged is kept for the same wants.

// judgedKey names what judge is asked: a target before or after its first
// change.
type judgedKey struct {
	target change.Target
	later  bool
}

// judged is what it was asked, and its answer.
type judged struct {
	wants []change.Want
	out   outcome
}

// judgeOnce judges a target, or gives the answer from before where the wants
// are the same. same tells whether it does; it is to be false where the state
// that the change starts from is another one than last time.
func (p *planning) judgeOnce(key judgedKey, r reading, from change.State, wants []change.Want, same bool) (outcome, bool) {
	if last, known := p.judged[key]; known && same && slices.EqualFunc(last.wants, wants, sameWant) {
		return last.out, true
	}
	j := p.ahead[key]
	if j != nil {
		j.answer()
	} else {
		j = &judging{key: key, reading: r, from: from, wants: wants}
		j.judge(p)
	}
	delete(p.judged, key)
	if j.keep {
		p.judged[key] = judged{wants, j.out}
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
