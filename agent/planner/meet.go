package planner

import (
	"errors"
	"slices"

	"harden/agent/change"
	"harden/agent/message"
)

// wantStatus is a want that has to hold after a change; holds is true if it does
// already, by what was read.
type wantStatus struct {
	change.Want
	holds bool
}

// metadata tells whether a want is met without touching what a file holds.
func (a wantStatus) metadata() bool {
	return a.Field == change.FieldMode || a.Field == change.FieldOwner
}

// meet composes the change that meets what is asked, and says what that comes
// to for each rule. What cannot be met is left out and blocked; the rest does
// not depend on it.
func (p *planning) meet(out *outcome, read composer, from change.State, statuses []wantStatus) {
	for slices.ContainsFunc(statuses, func(a wantStatus) bool { return !a.holds }) {
		made, err := p.composed(out.target, read, from, statuses)
		if err == nil {
			out.take(made, statuses)
			return
		}
		statuses = p.without(out, read, from, statuses, err)
	}
}

// take adds what was composed.
func (o *outcome) take(made composing, statuses []wantStatus) {
	for i, v := range made.verdicts {
		if v.status != "" {
			o.add(statuses[i].Want, v)
		}
	}
	if len(made.Fields) == 0 {
		return
	}
	made.Rules = slices.Compact(slices.Sorted(slices.Values(made.Rules)))
	made.Effects = change.SortEffects(made.Effects)
	o.change = &made.Change
}

// uneditedError is why the edits of a document cannot be written together.
type uneditedError struct{ error }

// composed takes a target from a state to the one that is asked for. The error
// says why that cannot be written as a whole.
func (p *planning) composed(t change.Target, read composer, from change.State, statuses []wantStatus) (composing, error) {
	made := composing{change.Change{Target: t, Before: from}, make([]verdict, len(statuses))}
	c, err := p.compose(t, from)
	if err != nil {
		return made, uneditedError{err}
	}
	for i, a := range statuses {
		made.verdicts[i] = made.add(read, c, a)
	}
	if len(made.Fields) == 0 {
		return made, nil
	}
	if made.After, err = c.state(); err != nil {
		return made, uneditedError{err}
	}
	return made, p.Obstacle(made.Change)
}

// without blocks what keeps a change from being written, and gives the rest: all
// but the wants whose edits cannot be made; and where the file itself is in the
// way, what is asked of its mode and owner, which may be set all the same.
func (p *planning) without(out *outcome, read composer, from change.State, statuses []wantStatus, cause error) []wantStatus {
	var kept []wantStatus
	var unedited uneditedError
	isEdit := errors.As(cause, &unedited)
	both := slices.ContainsFunc(statuses, wantStatus.metadata) && slices.ContainsFunc(statuses, func(a wantStatus) bool { return !a.metadata() })
	for _, a := range statuses {
		v := unreadable(cause)
		switch {
		case isEdit:
			_, err := p.composed(out.target, read, from, append(slices.Clone(kept), a))
			if err == nil || !errors.As(err, &unedited) {
				kept = append(kept, a)
				continue
			}
			v = verdict{status: change.Blocked, reason: message.Of(err)}
		case both && from.Exists() && a.metadata():
			kept = append(kept, a)
			continue
		}
		if !a.holds {
			out.add(a.Want, v)
		}
	}
	return kept
}

// composing is a change while its fields are gathered.
type composing struct {
	change.Change
	verdicts []verdict // one for each want that is asked; empty where nothing is to be said
}

// add meets one want, unless another one did so before: both rules are named
// then. What held as it was read may have to be set too, because of the others.
func (m *composing) add(read, c composer, a wantStatus) verdict {
	w := a.Want
	value, found, err := c.get(w)
	if err != nil {
		return cannot(err, change.Blocked)
	}
	holds, err := w.Holds(value, found)
	if err == nil && !holds {
		err = m.set(c, w, value, found)
	}
	if err != nil {
		return cannot(err, change.Blocked)
	}
	m.stays(w)
	if a.holds && holds {
		return verdict{}
	}
	m.Rules, m.Effects = append(m.Rules, w.Rule), append(m.Effects, w.Effects...)
	m.addRule(w)
	if a.holds {
		return verdict{}
	}
	return verdict{status: change.Drift, reason: describe(w, shownIn(read, w), shownValue(w, c.raw(w)))}
}

// shownIn is the value of a field as it was read, nil where nothing was.
func shownIn(read composer, w change.Want) any {
	if f, is := read.(*fileComposer); is && !f.exists() {
		return nil
	}
	return w.Shown(read.raw(w))
}

func (m *composing) set(c composer, w change.Want, value any, found bool) error {
	fixed, err := w.Fixed(value, found)
	if err != nil {
		return err
	}
	var before any
	if m.Before.Exists() { // what is new was nothing before
		before = w.Shown(c.raw(w))
	}
	if err := c.set(w, fixed); err != nil {
		return err
	}
	m.Fields = append(m.Fields, change.FieldChange{Field: w.Field, Before: before, After: shownValue(w, c.raw(w)), Stays: w.Stays, Rules: []string{w.Rule}})
	return nil
}

// addRule adds a rule to a field that another rule set already.
func (m *composing) addRule(w change.Want) {
	for i, f := range m.Fields {
		if f.Field == w.Field && !slices.Contains(f.Rules, w.Rule) {
			m.Fields[i].Rules = append(f.Rules, w.Rule)
		}
	}
}

// stays marks a field that another rule set already as one that stays.
func (m *composing) stays(w change.Want) {
	for i := range m.Fields {
		if m.Fields[i].Field == w.Field && w.Stays {
			m.Fields[i].Stays = true
		}
	}
}
