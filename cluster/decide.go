package cluster

import (
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/message"
	"harden/profiles"
)

// decide lets the site's waivers and a person's attestations have their say. A
// waiver that has expired, and an attestation that has, are kept in the finding
// and decide nothing.
func (j *Judged) decide(f *change.Finding) {
	if f.Status == change.Manual {
		j.request.attested(f)
	}
	if f.Status != change.Drift && f.Status != change.Blocked {
		return
	}
	waivers := j.request.Profile.Waivers
	i := slices.IndexFunc(waivers, func(w profiles.Waiver) bool { return w.Covers(f.Rule, f.Controls) })
	if i < 0 {
		j.waiveObjects(f)
		return
	}
	f.Waiver = j.request.waiver(waivers[i])
	if !f.Waiver.Expired {
		f.Status = change.Waived
	}
}

func (r Request) waiver(w profiles.Waiver) *change.Waiver {
	return &change.Waiver{Reason: w.Reason, Expires: w.Expires, Expired: w.Expired(r.Now)}
}

// mark marks what of the evidence the waivers of single objects cover.
func (j *Judged) mark(f *change.Finding) {
	if f.Status != change.Drift && f.Status != change.Blocked {
		return // what a person has to judge needs a verdict, not a waiver
	}
	if !slices.ContainsFunc(j.request.Profile.Waivers, func(w profiles.Waiver) bool {
		return w.Objects != (profiles.Objects{}) && w.About(f.Rule, f.Controls)
	}) {
		return // the evidence, which may be long, need not be copied
	}
	f.Observed = slices.Clone(f.Observed)
	for i := range f.Observed {
		if o := &f.Observed[i]; !o.Holds {
			o.Waiver = j.covering(f, o.Target, o.Field)
		}
	}
}

// waiveObjects has the finding waived where all of its evidence is, until the first of
// the waivers ends.
func (j *Judged) waiveObjects(f *change.Finding) {
	open, waived := 0, 0
	var first *change.Waiver
	for _, o := range f.Observed {
		switch {
		case o.Holds:
		case o.Waiver == nil:
			open++
		default:
			waived++
			if first == nil || o.Waiver.Expires < first.Expires {
				first = o.Waiver
			}
		}
	}
	switch {
	case waived == 0:
	case open == 0:
		f.Status, f.Waiver = change.Waived, first
	default:
		f.Reason = message.List(f.Reason, message.New("of %d open objects, %d are waived", open+waived, waived))
	}
}

// covering is a waiver that covers an object of a finding, and that holds; nil where
// none does.
func (j *Judged) covering(f *change.Finding, t change.Target, field change.Field) *change.Waiver {
	for _, w := range j.request.Profile.Waivers {
		if w.Objects == (profiles.Objects{}) || !w.About(f.Rule, f.Controls) || !w.Objects.Select(j.place(t, field)) {
			continue
		}
		if v := j.request.waiver(w); !v.Expired {
			return v
		}
	}
	return nil
}

// place is what an observed object is to a selection.
func (j *Judged) place(t change.Target, field change.Field) profiles.Place {
	kind, namespace, name := t.Object()
	if kind == "Namespace" {
		namespace = name
	}
	p := profiles.Place{Namespace: namespace, Kind: kind, Name: name, Labels: j.labels[namespace]}
	if _, rest, in := strings.Cut(string(field), "ontainers[name="); in { // also initContainers
		p.Container, _, _ = strings.Cut(rest, "]")
	}
	return p
}

// Idle names the waivers of single objects that cover nothing that is open: what they
// were for is gone, or was never called so.
func (j *Judged) Idle() []message.Text {
	var list []message.Text
	for _, w := range j.request.Profile.Waivers {
		if w.Objects == (profiles.Objects{}) || !slices.ContainsFunc(j.Plan.Findings, func(f change.Finding) bool { return w.About(f.Rule, f.Controls) }) {
			continue
		}
		covers := func(f change.Finding) bool {
			return f.Status != change.Manual && w.About(f.Rule, f.Controls) && slices.ContainsFunc(f.Observed, func(o change.Observation) bool {
				return !o.Holds && w.Objects.Select(j.place(o.Target, o.Field))
			})
		}
		switch {
		case w.Expired(j.request.Now):
			list = append(list, message.New("the waiver of %s for %s has no effect: it expired on %s", w.Control, w.Objects.String(), w.Expires))
		case !slices.ContainsFunc(j.Plan.Findings, covers):
			list = append(list, message.New("the waiver of %s for %s has no effect: no failing object is one of these objects", w.Control, w.Objects.String()))
		}
	}
	return list
}
