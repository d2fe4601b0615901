package planner

import (
	"cmp"
	"maps"
	"slices"

	"harden/agent/change"
	"harden/agent/message"
	"harden/fixers"
	"harden/profiles"
)

// blockPartlyBlocked blocks the rules that do harm if only a part of them is applied,
// and of which a part is blocked or could not be checked. It tells whether it blocked
// any.
func (p *planning) blockPartlyBlocked() bool {
	found := false
	for _, r := range p.rules {
		if v := p.verdicts[r.Name]; r.req.Whole && !v.breaks.IsZero() && p.blocked[r.Name].IsZero() {
			p.blocked[r.Name], p.erred[r.Name] = v.breaks, v.status == change.Error
			found = true
		}
	}
	return found
}

// blockUnmetNeeds blocks the rules that rely on one that does not hold and will not. It
// tells whether it blocked any.
func (p *planning) blockUnmetNeeds() bool {
	found := false
	for _, r := range p.rules {
		v := p.verdicts[r.Name]
		written := v.status == change.Drift || v.status == change.Blocked && r.req.Whole // an owner alone blocks no other part
		if !p.blocked[r.Name].IsZero() || !written {
			continue
		}
		for _, need := range r.Needs {
			if reason := p.unmet(need); !reason.IsZero() {
				p.blocked[r.Name] = message.New("needs rule %s: %s", need.Name, reason)
				found = true
				break
			}
		}
	}
	return found
}

// unmet says why a rule does not hold and will not after this plan, or "".
func (p *planning) unmet(need profiles.Rule) message.Text {
	i := slices.IndexFunc(p.rules, func(r requiredRule) bool { return r.Name == need.Name })
	if i >= 0 && p.rules[i].waived.IsZero() {
		r := p.rules[i]
		v := p.verdicts[need.Name]
		switch {
		case !p.blocked[need.Name].IsZero():
			return p.blocked[need.Name]
		case r.req.Status == change.Blocked || r.req.Status == change.Error:
			return r.req.Reason
		case v.status == change.Blocked || v.status == change.Error:
			return v.reason
		}
		return message.Text{}
	}
	req, _ := p.requirementOf(need)
	v := p.judgeUnapplied(need, req)
	if v.status == change.Compliant || v.status == change.NotApplicable {
		return message.Text{}
	}
	return message.New("it is not part of this run, and the node does not meet it: %s", v.reason)
}

// judgeUnapplied judges a rule that this run does not apply.
func (p *planning) judgeUnapplied(rule profiles.Rule, req fixers.Requirement) verdict {
	if req.Status != "" {
		return verdict{status: req.Status, reason: req.Reason}
	}
	all := verdict{status: change.Compliant}
	wants := map[change.Target][]change.Want{}
	var sweeps []change.Want
	for _, w := range req.Wants {
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
				r.expired = message.New("the waiver expired on %s (%s)", w.Expires, w.Reason)
				if r.waived.IsZero() {
					r.waiver = &change.Waiver{Reason: w.Reason, Expires: w.Expires, Expired: true}
				}
			default:
				r.waived = message.New("%s (until %s)", w.Reason, w.Expires)
				r.waiver = &change.Waiver{Reason: w.Reason, Expires: w.Expires}
			}
		}
	}
}

// blockUncheckedRestarts blocks the rules that would restart a component of which
// something could not be checked: it may run well with what it read long ago, and not
// start again with what is there now. No other rule depends on it. It tells whether it
// blocked any.
func (p *planning) blockUncheckedRestarts() bool {
	if p.why == ToReport {
		return false // a check says what the settings are, whatever can be done about them
	}
	reasons := map[change.Effect]message.Text{}
	for i := range p.rules {
		r := &p.rules[i]
		v := p.verdicts[r.Name]
		if r.req.Status != change.Error && v.status != change.Error && !p.erred[r.Name] {
			continue
		}
		for _, e := range r.restarts() {
			if reasons[e].IsZero() {
				reasons[e] = cmp.Or(r.req.Reason, v.reason, p.blocked[r.Name])
			}
		}
	}
	found := false
	for i := range p.rules {
		r := &p.rules[i]
		if !p.blocked[r.Name].IsZero() || p.verdicts[r.Name].status != change.Drift {
			continue
		}
		for _, e := range r.restarts() {
			if reason := reasons[e]; !reason.IsZero() {
				p.blocked[r.Name] = message.New("%s is not restarted while a part of its configuration cannot be checked: %s", cmp.Or(e.Unit(), e.Component()), reason)
				found = true
				break
			}
		}
	}
	return found
}

// restarts lists what a rule needs restarted where it does not hold. One that its
// fixer could not judge asks for nothing, and the fixer itself tells.
func (r *requiredRule) restarts() []change.Effect {
	var effects []change.Effect
	for _, w := range r.req.Wants {
		effects = append(effects, w.Effects...)
	}
	if r.req.Status == change.Error {
		if f, is := r.Fixer.(fixers.Restarting); is {
			effects = append(effects, f.Restarts()...)
		}
	}
	return slices.DeleteFunc(effects, func(e change.Effect) bool { return !e.ByKubelet() })
}
