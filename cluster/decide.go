package cluster

import (
	"slices"

	"harden/agent/change"
	"harden/profiles"
)

// decide lets the site's waivers and a person's attestations have their say. A
// waiver that has expired, and an attestation that has, are kept in the finding
// and decide nothing.
func (r Request) decide(f *change.Finding) {
	if f.Status == change.Manual {
		r.attested(f)
	}
	if f.Status != change.Drift && f.Status != change.Blocked {
		return
	}
	i := slices.IndexFunc(r.Profile.Waivers, func(w profiles.Waiver) bool { return w.Covers(f.Rule, f.Controls) })
	if i < 0 {
		return
	}
	w := r.Profile.Waivers[i]
	f.Waiver = &change.Waiver{Reason: w.Reason, Expires: w.Expires, Expired: w.Expired(r.Now)}
	if !f.Waiver.Expired {
		f.Status = change.Waived
	}
}

// attested gives a finding a person's verdict. A rule that serves several
// controls takes only one about all of them: what was said of one is not said
// of another.
func (r Request) attested(f *change.Finding) {
	for _, control := range f.Controls {
		if !slices.ContainsFunc(r.Attestations, func(a profiles.Attestation) bool { return a.Control == control }) {
			return
		}
	}
	i := slices.IndexFunc(r.Attestations, func(a profiles.Attestation) bool { return slices.Contains(f.Controls, a.Control) })
	if i < 0 {
		return
	}
	a := r.Attestations[i]
	f.Attestation = &change.Attestation{Verdict: a.Verdict, By: a.By, Date: a.Date, Reason: a.Reason, Expires: a.Expires, Expired: a.Expired(r.Now)}
	switch {
	case f.Attestation.Expired:
	case a.Verdict == profiles.AttestedCompliant:
		f.Status = change.Compliant
	default:
		f.Status = change.Blocked
	}
}
