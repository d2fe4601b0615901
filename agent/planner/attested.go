package planner

import (
	"fmt"
	"slices"

	"harden/agent/change"
	"harden/profiles"
)

// attested is the verdict of a person on a control, also one that is over;
// nil where nobody gave one.
func (p *planning) attested(control string) *change.Attestation {
	i := slices.IndexFunc(p.Attestations, func(a profiles.Attestation) bool { return a.Control == control })
	if i < 0 {
		return nil
	}
	a := p.Attestations[i]
	return &change.Attestation{Verdict: a.Verdict, By: a.By, Date: a.Date, Reason: a.Reason, Expires: a.Expires, Expired: a.Expired(p.Now())}
}

// attest makes a person's verdict that of a finding on a manual control. One
// that is over leaves the finding manual, and says so.
func attest(f *change.Finding, a *change.Attestation) {
	if a == nil {
		return
	}
	f.Attestation = a
	by := fmt.Sprintf("by %s on %s: %s (until %s)", a.By, a.Date, a.Reason, a.Expires)
	switch {
	case a.Expired:
		f.Reason = fmt.Sprintf("the attestation of %s expired on %s (%s); %s", a.By, a.Expires, a.Reason, f.Reason)
	case a.Verdict == profiles.AttestedCompliant:
		f.Status, f.Reason = change.Compliant, "attested "+by
	default:
		f.Status, f.Reason = change.Blocked, "found open "+by
	}
}
