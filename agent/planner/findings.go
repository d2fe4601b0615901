package planner

import (
	"cmp"
	"slices"
	"strings"

	"harden/agent/change"
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
	slices.SortStableFunc(findings, func(a, b change.Finding) int {
		if a.Rule != b.Rule {
			return cmp.Compare(a.Rule, b.Rule)
		}
		return cmp.Compare(strings.Join(a.Controls, " "), strings.Join(b.Controls, " "))
	})
	return findings
}

func (p *planning) finding(r wished) change.Finding {
	v := p.verdicts[r.Name]
	switch {
	case r.wish.Status != "":
		v = verdict{status: r.wish.Status, reason: r.wish.Reason}
	case r.waived != "":
		if v = p.alone(*r.Rule, r.wish); v.status == change.Drift {
			v.status, v.reason = change.Waived, r.waived
		}
	case p.blocked[r.Name] != "":
		v = verdict{status: change.Blocked, reason: p.blocked[r.Name]}
		if p.erred[r.Name] {
			v.status = change.Error
		}
	case v.status == "":
		v.status = change.Compliant
	}
	v.reason = p.withMoments(r, v)
	without := "" // what it would be without its waiver, where that is not drift
	if r.waived != "" && v.status == change.Blocked {
		v.status, without = change.Waived, v.reason
		v.reason = r.waived + "; without the waiver: blocked: " + without
	}
	if r.expired != "" && v.status == change.Drift {
		v.reason = r.expired + "; " + v.reason
	}
	f := change.Finding{Rule: r.Name, Controls: append([]string{}, r.Controls...), Status: v.status, Reason: v.reason, Targets: v.targets, Severity: p.Profile.SeverityOf(r.Name)}
	if len(f.Targets) == 0 {
		for _, w := range r.wish.Wants {
			f.Targets = append(f.Targets, w.Target)
		}
		if r.about != "" {
			f.Targets = append(f.Targets, r.about)
		}
	}
	if f.Status == change.Waived || f.Status == change.Drift { // where the waiver decides, or would have
		f.Waiver = r.waiver
		if without != "" {
			w := *r.waiver
			w.Blocked = without
			f.Waiver = &w
		}
	}
	f.Targets = append([]change.Target{}, f.Targets...) // a list also when it is empty
	slices.Sort(f.Targets)
	f.Targets = slices.Compact(f.Targets)
	if p.why == ToReport {
		f.Observed = p.observe(slices.Clone(r.wish.Observed), r.wish.Wants, f.Targets)
	}
	return f
}
