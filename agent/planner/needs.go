package planner

import (
	"fmt"
	"maps"
	"slices"

	"harden/agent/change"
	"harden/fixers"
	"harden/profiles"
)

// broken blocks the rules that do harm in part where a part is blocked, or could
// not be checked. It tells whether it blocked any.
func (p *planning) broken() bool {
	found := false
	for _, r := range p.rules {
		if v := p.verdicts[r.Name]; r.wish.Whole && v.breaks != "" && p.blocked[r.Name] == "" {
			p.blocked[r.Name], p.erred[r.Name] = v.breaks, v.status == change.Error
			found = true
		}
	}
	return found
}

// needs blocks the rules that rely on one that does not hold and will not. It
// tells whether it blocked any.
func (p *planning) needs() bool {
	found := false
	for _, r := range p.rules {
		if v := p.verdicts[r.Name]; p.blocked[r.Name] != "" || v.status != change.Drift {
			continue
		}
		for _, need := range r.Needs {
			if reason := p.unmet(need); reason != "" {
				p.blocked[r.Name] = fmt.Sprintf("needs rule %s: %s", need.Name, reason)
				found = true
				break
			}
		}
	}
	return found
}

// unmet says why a rule does not hold and will not after this plan, or "".
func (p *planning) unmet(need profiles.Rule) string {
	i := slices.IndexFunc(p.rules, func(r wished) bool { return r.Name == need.Name })
	if i >= 0 && p.rules[i].waived == "" {
		r := p.rules[i]
		v := p.verdicts[need.Name]
		switch {
		case p.blocked[need.Name] != "":
			return p.blocked[need.Name]
		case r.wish.Status == change.Blocked || r.wish.Status == change.Error:
			return r.wish.Reason
		case v.status == change.Blocked || v.status == change.Error:
			return v.reason
		}
		return ""
	}
	wish, _ := p.wishOf(need)
	v := p.alone(need, wish)
	if v.status == change.Compliant || v.status == change.NotApplicable {
		return ""
	}
	return "it is left out of this run, and does not hold: " + v.reason
}

// alone judges a rule that is not to be applied.
func (p *planning) alone(rule profiles.Rule, wish fixers.Wish) verdict {
	if wish.Status != "" {
		return verdict{status: wish.Status, reason: wish.Reason}
	}
	all := verdict{status: change.Compliant}
	wants := map[change.Target][]change.Want{}
	var sweeps []change.Want
	for _, w := range wish.Wants {
		if w.Match != "" {
			sweeps = append(sweeps, w)
			continue
		}
		wants[w.Target] = append(wants[w.Target], w)
	}
	kept := p.verdicts
	p.verdicts = map[string]verdict{}
	p.sweep(sweeps, wants)
	all.add(p.verdicts[rule.Name])
	p.verdicts = kept
	for _, t := range slices.Sorted(maps.Keys(wants)) {
		delete(p.readings, t) // it may have been read without its content
		r := p.read(t)
		all.add(p.judge(t, r, r.state, slices.DeleteFunc(wants[t], func(w change.Want) bool { return w.Later })).verdicts[rule.Name])
	}
	return all
}

// waive marks the rules that the site leaves open for a time.
func (p *planning) waive() {
	for i := range p.rules {
		r := &p.rules[i]
		for _, w := range p.Profile.Waivers {
			switch {
			case !w.Covers(r.Name, r.Controls):
			case w.Expired(p.Now()):
				r.expired = fmt.Sprintf("the waiver expired on %s (%s)", w.Expires, w.Reason)
				if r.waived == "" {
					r.waiver = &change.Waiver{Reason: w.Reason, Expires: w.Expires, Expired: true}
				}
			default:
				r.waived = fmt.Sprintf("%s (until %s)", w.Reason, w.Expires)
				r.waiver = &change.Waiver{Reason: w.Reason, Expires: w.Expires}
			}
		}
	}
}
