package cluster

import (
	"slices"

	"harden/agent/change"
	"harden/profiles"
)

// attested gives a finding a person's verdict. A rule that serves several
// controls takes one only where all of them have one, since what was said of one
// is not said of another; then the worst counts: open, expired, compliant.
func (r Request) attested(f *change.Finding) {
	var chosen *profiles.Attestation
	for _, control := range f.Controls {
		i := slices.IndexFunc(r.Attestations, func(a profiles.Attestation) bool { return a.Control == control })
		if i < 0 {
			return
		}
		if a := &r.Attestations[i]; chosen == nil || r.rank(*a) > r.rank(*chosen) {
			chosen = a
		}
	}
	if chosen == nil {
		return
	}
	a := *chosen
	f.Attestation = &change.Attestation{Verdict: a.Verdict, By: a.By, Date: a.Date, Reason: a.Reason, Expires: a.Expires, Expired: a.Expired(r.Now)}
	switch r.rank(a) {
	case open:
		f.Status = change.Blocked
	case compliant:
		f.Status = change.Compliant
	}
}

// What an attestation comes to, the worst last.
const (
	compliant = iota
	expired
	open
)

func (r Request) rank(a profiles.Attestation) int {
	switch {
	case a.Expired(r.Now):
		return expired
	case a.Verdict == profiles.AttestedCompliant:
		return compliant
	}
	return open
}
