package agent

import (
	"cmp"
	"path"
	"slices"

	"harden/agent/change"
	"harden/agent/host"
)

// sweep holds the wants about many files against all files below their
// directories, walking each directory once. What does not hold is added to
// the wants of its own file; what holds is counted and forgotten, so that a
// tree of any size takes no memory.
func (p *planner) sweep(sweeps []change.Want, wants map[change.Target][]change.Want) {
	slices.SortStableFunc(sweeps, func(a, b change.Want) int { return cmp.Compare(a.Target, b.Target) })
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

func (p *planner) sweepBelow(base change.Target, sweeps []change.Want, wants map[change.Target][]change.Want) {
	matched := make([]bool, len(sweeps))
	checks := make([]check, len(sweeps))
	for i, w := range sweeps {
		checks[i] = p.check(w)
	}
	err := p.Root.Walk(base.Name(), func(rel string, info host.Info) error {
		for i, w := range sweeps {
			if !w.Matches(rel, info.Directory) {
				continue
			}
			matched[i] = true
			if holds := checks[i]; holds != nil && holds(info) {
				continue
			}
			at := w
			at.Target, at.Match = change.FileTarget(path.Join(base.Name(), rel)), ""
			p.note(at, info, wants)
		}
		return p.ctx.Err()
	})
	for i, w := range sweeps {
		v := verdict{status: change.Compliant, targets: []change.Target{base}}
		switch {
		case err != nil:
			v = unreadable(err)
			v.targets = []change.Target{base}
		case !matched[i]:
			v.status, v.reason = change.NotApplicable, "no file in "+base.Name()+" matches "+w.Match
		}
		all := p.verdicts[w.Rule]
		all.add(v)
		p.verdicts[w.Rule] = all
	}
}

// note adds one file that does not hold to what is judged, or says why it is
// left alone.
func (p *planner) note(w change.Want, info host.Info, wants map[change.Target][]change.Want) {
	if info.Regular || info.Directory {
		if !slices.ContainsFunc(wants[w.Target], func(o change.Want) bool { return o.Rule == w.Rule && o.Field == w.Field }) {
			wants[w.Target] = append(wants[w.Target], w)
		}
		return
	}
	all := p.verdicts[w.Rule]
	all.add(verdict{status: change.Blocked, targets: []change.Target{w.Target},
		reason: w.Target.Name() + " is a " + info.Kind + "; it is neither followed nor changed"})
	p.verdicts[w.Rule] = all
}

// check judges a file by its inode alone.
type check func(host.Info) bool

// check gives the quick judgement of a want, or nil where it takes more.
func (p *planner) check(w change.Want) check {
	switch w.Field {
	case change.FieldMode:
		return func(info host.Info) bool {
			holds, err := w.Holds(change.Octal(info.Mode), true)
			return err == nil && holds
		}
	case change.FieldOwner:
		owner, _ := w.Value.(string)
		uid, gid, err := p.Root.LookupOwner(owner)
		return func(info host.Info) bool { return err == nil && info.UID == uid && info.GID == gid }
	}
	return nil
}
