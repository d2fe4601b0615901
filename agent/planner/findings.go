package planner

import (
	"cmp"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/message"
	"harden/agent/stable"
	"harden/profiles"
)

// findings gives the verdict on every rule, and on every control that only a
// person can judge or that cannot apply, in the order of their names.
func (p *planning) findings() []change.Finding {
	findings := make([]change.Finding, 0, len(p.rules)+len(p.Profile.Controls))
	for _, c := range p.Profile.Controls { // they come first: nothing comes before no rule
		if f := p.controlFinding(c); f != nil {
			findings = append(findings, *f)
		}
	}
	for _, r := range p.rules {
		findings = append(findings, p.finding(r))
	}
	if p.AfterUpgrade {
		findings = append(findings, p.upgraded())
	}
	if p.recorded != nil {
		if p.why != ToReport {
			p.recorded.Observed = nil
		}
		findings = append(findings, *p.recorded)
	}
	stable.Sort(findings, func(a, b change.Finding) int {
		if a.Rule != b.Rule {
			return cmp.Compare(a.Rule, b.Rule)
		}
		return cmp.Compare(strings.Join(a.Controls, " "), strings.Join(b.Controls, " "))
	})
	return findings
}

func (p *planning) finding(r requiredRule) change.Finding {
	v := p.verdicts[r.Name]
	switch {
	case r.req.Status != "":
		v = verdict{status: r.req.Status, reason: r.req.Reason}
	case !r.waived.IsZero():
		if v = p.judgeUnapplied(*r.Rule, r.req); v.status == change.Drift {
			v.status, v.reason = change.Waived, r.waived
		}
	case !p.blocked[r.Name].IsZero():
		v = verdict{status: change.Blocked, reason: p.blocked[r.Name]}
		if p.erred[r.Name] {
			v.status = change.Error
		}
	case v.status == "":
		v.status = change.Compliant
	}
	v.reason = p.withMoments(r, v)
	without := message.Text{} // what it would be without its waiver, where that is not drift
	if !r.waived.IsZero() && v.status == change.Blocked {
		v.status, without = change.Waived, v.reason
		v.reason = message.New("%s; without the waiver: blocked: %s", r.waived, without)
	}
	if !r.expired.IsZero() && v.status == change.Drift {
		v.reason = message.List(r.expired, v.reason)
	}
	f := change.Finding{Rule: r.Name, Controls: append([]string{}, r.Controls...), Status: v.status, Reason: v.reason, Targets: v.targets, Scope: change.ScopeNode, Severity: p.Profile.SeverityOf(r.Name)}
	if len(f.Targets) == 0 {
		for _, w := range r.req.Wants {
			f.Targets = append(f.Targets, w.Target)
		}
		if r.about != "" {
			f.Targets = append(f.Targets, r.about)
		}
	}
	if f.Status == change.Waived || f.Status == change.Drift { // where the waiver decides, or would have
		f.Waiver = r.waiver
		if !without.IsZero() {
			w := *r.waiver
			w.Blocked = without
			f.Waiver = &w
		}
	}
	f.Targets = append([]change.Target{}, f.Targets...) // a list also when it is empty
	slices.Sort(f.Targets)
	f.Targets = slices.Compact(f.Targets)
	if p.why == ToReport {
		f.Observed = p.observe(slices.Clone(r.req.Observed), r.req.Wants, f.Targets)
	}
	return f
}

// outside says why none of the controls that a rule serves is about this
// node's version of Kubernetes, or "" where one is, or nothing is known.
func (p *planning) outside(rule *profiles.Rule) message.Text {
	reason := message.Text{}
	for i := range p.Profile.Controls {
		c := &p.Profile.Controls[i]
		if !slices.Contains(rule.Controls, c.ID) {
			continue
		}
		if reason = p.outsideControl(*c); reason.IsZero() {
			return message.Text{}
		}
	}
	return reason
}

// outsideControl says why a control is not about this node's version.
func (p *planning) outsideControl(c profiles.Control) message.Text {
	v := p.facts.Kubernetes
	if v.IsZero() || c.From == "" && c.Until == "" {
		return message.Text{}
	}
	reason := message.Text{}
	if from, err := facts.ParseVersion(c.From); err == nil && v.Compare(from) < 0 {
		reason = message.New("this control applies to Kubernetes %s and later, and the version here is %s", c.From, v)
	}
	if until, err := facts.ParseVersion(c.Until); err == nil && v.Compare(until) >= 0 {
		reason = message.New("this control applies to Kubernetes before %s, and the version here is %s", c.Until, v)
	}
	if why := c.NotApplicable.EN; !reason.IsZero() && why != "" {
		reason = message.New("%s: %[2]s", reason, why)
	}
	return reason
}

// controlFinding is the verdict on a control that no rule can give: that it
// is not about this node, or that a person must judge it, or a part of it.
func (p *planning) controlFinding(c profiles.Control) *change.Finding {
	f := &change.Finding{Controls: []string{c.ID}, Targets: []change.Target{}, Scope: change.ScopeNode}
	if c.OfCluster() && len(c.Rules) == 0 {
		f.Scope = change.ScopeCluster
	}
	bounded := c.From != "" || c.Until != ""
	outside := p.outsideControl(c)
	switch {
	case !outside.IsZero() && len(c.Rules) > 0:
		return nil // its rules say so
	case !outside.IsZero():
		f.Status, f.Reason = change.NotApplicable, outside
	case c.Manual != (profiles.Text{}) && c.OnPlanes() && p.facts.HasRole(facts.Worker) && !p.facts.HasRole(facts.ControlPlane):
		f.Status, f.Reason = change.NotApplicable, message.New("it is checked on the control plane")
	case c.Manual != (profiles.Text{}):
		f.Status, f.Reason = change.Manual, message.Value(c.Manual.EN)
		attest(f, p.attested(c.ID))
	case len(c.Rules) > 0:
		return nil
	case !bounded:
		f.Status, f.Reason = change.NotApplicable, message.Value(c.NotApplicable.EN)
	default:
		f.Status, f.Reason = change.Manual, message.New("harden has no rule for this control")
		attest(f, p.attested(c.ID))
	}
	return f
}

// attested is the verdict of a person on a control, also one that is over;
// nil where nobody gave one.
func (p *planning) attested(control string) *change.Attestation {
	i := slices.IndexFunc(p.Attestations, func(a profiles.Attestation) bool { return a.Control == control })
	if i < 0 {
		return nil
	}
	a := p.Attestations[i]
	return &change.Attestation{Verdict: a.Verdict, By: a.By, Date: a.Date, Reason: a.Reason, Expires: a.Expires, Expired: a.Expired(p.Now()), Scope: a.Scope}
}

// attest makes a person's verdict that of a finding on a manual control. One
// that is over leaves the finding manual, and says so.
func attest(f *change.Finding, a *change.Attestation) {
	if a == nil {
		return
	}
	f.Attestation = a
	switch {
	case a.Expired:
		f.Reason = message.New("the attestation of %s expired on %s (%s); %s", a.By, a.Expires, a.Reason, f.Reason)
	case a.Verdict == profiles.AttestedCompliant:
		f.Status, f.Reason = change.Compliant, message.New("attested by %s on %s: %s (until %s)", a.By, a.Date, a.Reason, a.Expires)
	default:
		f.Status, f.Reason = change.Blocked, message.New("found open by %s on %s: %s (until %s)", a.By, a.Date, a.Reason, a.Expires)
	}
}
