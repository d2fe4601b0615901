package planner

import (
	"slices"

	"harden/agent/change"
)

// byTarget gathers the wants that are not blocked: those about the files below
// a directory, and the others by what they are about.
func (p *planning) byTarget() (sweeps []change.Want, wants map[change.Target][]change.Want) {
	// A want is large: each is copied once, into a list of the right size.
	var all []*change.Want
	counts := map[change.Target]int{}
	for i := range p.rules {
		r := &p.rules[i]
		if !p.blocked[r.Name].IsZero() || !r.waived.IsZero() || r.req.Status != "" {
			continue
		}
		for k := range r.req.Wants {
			w := &r.req.Wants[k]
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
	if j := p.prefetch[outcomeKey{t, false}]; j != nil {
		j.answer()
		r = j.reading
	} else {
		r = p.read(t)
	}
	out, same := p.judgeCached(outcomeKey{t, false}, r, r.state, first, true)
	p.take(out)
	if len(later) == 0 {
		return
	}
	from := r.state
	if out.change != nil {
		from = out.change.After
	}
	out, _ = p.judgeCached(outcomeKey{t, true}, r, from, later, same)
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
