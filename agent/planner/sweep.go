package planner

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"harden/agent/change"
	"harden/agent/host"
	"harden/agent/message"
	"harden/agent/stable"
)

// sweep holds the wants about many files against all files below their
// directories, walking each directory once. What does not hold is added to
// the wants of its own file; what holds is counted and forgotten, so that a
// tree of any size takes no memory.
func (p *planning) sweep(sweeps []change.Want, wants map[change.Target][]change.Want) {
	stable.Sort(sweeps, func(a, b change.Want) int { return cmp.Compare(a.Target, b.Target) })
	for len(sweeps) > 0 {
		base := sweeps[0].Target
		n := slices.IndexFunc(sweeps, func(w change.Want) bool { return w.Target != base })
		if n < 0 {
			n = len(sweeps)
		}
		p.sweepBelow(base, sweeps[:n], wants)
		sweeps = sweeps[n:]
	}
}

func (p *planning) sweepBelow(base change.Target, sweeps []change.Want, wants map[change.Target][]change.Want) {
	named := map[string]bool{} // what other rules say something of by its own name
	for t := range wants {
		if rel, below := strings.CutPrefix(t.Name(), base.Name()+"/"); below && t.Kind() == change.KindFile {
			named[rel] = true
		}
	}
	last, known := p.walks[base]
	if !known || !slices.EqualFunc(last.sweeps, sweeps, sameSweep) || !maps.Equal(last.named, named) {
		before := p.planned.Load()
		last = p.walk(base, slices.Clone(sweeps), named)
		delete(p.walks, base)
		if p.planned.Load() == before { // otherwise it depends on which rules are blocked
			p.walks[base] = last
		}
	}
	for _, n := range last.noted {
		at := sweeps[n.sweep]
		at.Target, at.Match = change.FileTarget(path.Join(base.Name(), n.rel)), ""
		p.note(at, n.info, wants)
	}
	counts, err := last.counts, last.err
	for i, w := range sweeps {
		v := verdict{status: change.Compliant, targets: []change.Target{base}}
		switch {
		case err != nil:
			v = unreadable(err)
			v.targets = []change.Target{base}
		case counts[i].matched == 0:
			v.status, v.reason = change.NotApplicable, message.New("no file in %s matches %s", base.Name(), w.Match)
		}
		all := p.verdicts[w.Rule]
		all.add(v)
		p.verdicts[w.Rule] = all
		if p.why == ToReport {
			p.swept[sweptBy(w)] = counts[i]
		}
	}
}

// tellEvery is how many files are looked at between two words about it: some
// tenth of a second.
const tellEvery = 1 << 15

// walk holds wants against all files below a directory.
func (p *planning) walk(base change.Target, sweeps []change.Want, named map[string]bool) walked {
	found := walked{sweeps: sweeps, named: named, counts: make([]tally, len(sweeps))}
	checks := make([]check, len(sweeps))
	for i, w := range sweeps {
		checks[i] = p.check(w)
	}
	looked := 0
	found.err = p.Root.Walk(base.Name(), func(rel string, info host.Info) error {
		if looked++; looked%tellEvery == 0 {
			p.Await(p.ctx, message.New("%s: %d files looked at", base.Name(), looked))
		}
		for i, w := range sweeps {
			judged, file := p.linkedFile(base, rel, info)
			// What lies behind a link to a directory is not seen, and may be what
			// a want about all files below is about.
			link := !file && info.Symlink && strings.HasPrefix(w.Match, "**")
			if !link && !w.Matches(rel, info.Directory) {
				continue
			}
			found.counts[i].matched++
			if holds := checks[i]; !link && holds != nil && holds(judged) {
				found.counts[i].held++
				if !named[rel] {
					continue
				}
			}
			found.noted = append(found.noted, noted{i, rel, info})
		}
		return p.ctx.Err()
	})
	return found
}

// sameSweep tells whether two wants of one plan about many files are the same.
func sameSweep(a, b change.Want) bool { return sameWant(a, b) && a.Match == b.Match }

// tally counts the files that a want is about, and those that it holds for.
type tally struct{ matched, held int }

// swept names a want about many files.
type swept struct {
	rule, match string
	target      change.Target
	field       change.Field
}

func sweptBy(w change.Want) swept { return swept{w.Rule, w.Match, w.Target, w.Field} }

// linkedFile gives the file that a link of root's leads to. It is judged in the
// place of the link, but never changed.
func (p *planning) linkedFile(base change.Target, rel string, info host.Info) (judged host.Info, file bool) {
	if !info.Symlink {
		return info, false
	}
	at, err := p.Root.Resolve(path.Join(base.Name(), rel))
	if err != nil {
		return info, false
	}
	led, err := p.Root.Stat(at)
	if err != nil || !led.Regular {
		return info, false
	}
	return led, true
}

// note adds one file that does not hold to what is judged, or says why it is
// left alone.
func (p *planning) note(w change.Want, info host.Info, wants map[change.Target][]change.Want) {
	readable := utf8.ValidString(w.Target.Name())
	if readable && (info.Regular || info.Directory) {
		if !slices.ContainsFunc(wants[w.Target], func(o change.Want) bool { return o.Rule == w.Rule && o.Field == w.Field }) {
			wants[w.Target] = append(wants[w.Target], w)
		}
		return
	}
	reason := message.New("%s is a %s; harden neither follows nor changes it: check it by hand, or leave the rule out with --skip", w.Target.Name(), info.Kind)
	if !readable {
		// Neither a plan nor the journal could say which file was meant.
		reason = message.New("the name %q is not UTF-8; give the file another one, or remove it", w.Target.Name())
	}
	all := p.verdicts[w.Rule]
	all.add(verdict{status: change.Blocked, targets: []change.Target{w.Target}, reason: reason})
	p.verdicts[w.Rule] = all
}

// check judges a file by its inode alone.
type check func(host.Info) bool

// check gives the quick judgement of a want, or nil where it takes more.
func (p *planning) check(w change.Want) check {
	switch w.Field {
	case change.FieldMode:
		known := map[uint32]bool{} // a tree of any size has a handful of modes
		return func(info host.Info) bool {
			holds, statuses := known[info.Mode]
			if !statuses {
				judged, err := w.Holds(change.Octal(info.Mode), true)
				holds = err == nil && judged
				known[info.Mode] = holds
			}
			return holds
		}
	case change.FieldOwner:
		owner, _ := w.Value.(string)
		uid, gid, err := p.lookupOwner(owner)
		return func(info host.Info) bool { return err == nil && info.UID == uid && info.GID == gid }
	}
	return nil
}
