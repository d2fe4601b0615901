package agent

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"harden/agent/change"
	"harden/agent/host"
)

// verdict is what a rule's wants came to on one or more targets.
type verdict struct {
	status  change.Status
	reason  string
	targets []change.Target // in no order, and some of them twice: there may be thousands
	// breaks says why a rule that does harm in part cannot be met as a whole.
	// An owner that only root can give is no harm.
	breaks string
}

// severity orders the verdicts: the worst of a rule's targets is the rule's.
var severity = []change.Status{change.NotApplicable, change.Compliant, change.Drift, change.Blocked, change.Error}

// add takes another verdict into account.
func (v *verdict) add(o verdict) {
	v.targets = append(v.targets, o.targets...)
	if v.status == "" || slices.Index(severity, o.status) > slices.Index(severity, v.status) {
		v.status, v.reason = o.status, o.reason
	}
	v.breaks = cmp.Or(v.breaks, o.breaks)
}

// outcome is one target judged: the change it needs, if any, and what that
// says of each rule.
type outcome struct {
	target   change.Target
	change   *change.Change
	verdicts map[string]verdict
	late     []string // rules that hold on the disk and not in the process
}

// blockedError is a want that cannot be met on this node as it is.
type blockedError struct{ reason string }

func (e *blockedError) Error() string { return e.reason }

func blocked(format string, args ...any) error {
	return &blockedError{fmt.Sprintf(format, args...)}
}

// composer takes a target from the state that was read to the one that is
// wanted, field by field.
type composer interface {
	// get gives a field's value for judging.
	get(change.Want) (value any, found bool, err error)
	// shown gives it for people: as it is, nil where it does not exist.
	shown(change.Want) any
	// set changes a field; *blockedError where that cannot be done.
	set(w change.Want, value any) error
	// state gives the whole state with everything that was set.
	state() (change.State, error)
}

// judge holds all wants about one target against what was read of it.
func (p *planner) judge(t change.Target, r reading, wants []change.Want) outcome {
	slices.SortStableFunc(wants, func(a, b change.Want) int {
		return cmp.Or(cmp.Compare(fieldOrder(a.Field), fieldOrder(b.Field)), cmp.Compare(a.Field, b.Field), cmp.Compare(a.Rule, b.Rule))
	})
	out := outcome{target: t, verdicts: map[string]verdict{}}
	if a, b, disagree := disagreeing(wants); disagree {
		for _, w := range wants {
			out.add(w, verdict{status: change.Error, reason: disagreement(a, b)})
		}
		return out
	}
	if r.err != nil {
		for _, w := range wants {
			out.add(w, unreadable(r.err))
		}
		return out
	}
	c, err := p.compose(t, r.state)
	if err != nil {
		for _, w := range wants {
			out.add(w, verdict{status: change.Error, reason: err.Error()})
		}
		return out
	}
	made := composing{change.Change{Target: t, Before: r.state}}
	for _, w := range wants {
		v, field := p.want(c, w, r)
		if behind := p.behind(w); behind != "" && v.status == change.Compliant {
			v.status, v.reason = change.Drift, behind
			out.late = append(out.late, w.Rule)
		}
		out.add(w, v)
		if field == nil {
			made.stays(w)
			continue
		}
		made.Fields = append(made.Fields, *field)
		made.Rules = append(made.Rules, w.Rule)
		made.Effects = append(made.Effects, w.Effects...)
	}
	if len(made.Fields) == 0 {
		return out
	}
	if made.After, err = c.state(); err != nil {
		for _, w := range wants {
			out.add(w, verdict{status: change.Error, reason: err.Error()})
		}
		return out
	}
	if err := p.obstacle(made.Change); err != nil {
		for _, w := range wants {
			if slices.Contains(made.Rules, w.Rule) {
				out.add(w, unreadable(err))
			}
		}
		return out
	}
	made.Rules = slices.Compact(slices.Sorted(slices.Values(made.Rules)))
	made.Effects = change.SortEffects(made.Effects)
	out.change = &made.Change
	return out
}

// composing is a change while its fields are gathered.
type composing struct{ change.Change }

// stays marks a field that another rule set already as one that stays.
func (c *composing) stays(w change.Want) {
	for i := range c.Fields {
		if c.Fields[i].Field == w.Field && w.Stays {
			c.Fields[i].Stays = true
		}
	}
}

// disagreeing finds two wants, one about many files and one about this very
// file, that ask for different values. Of one and the same file the planner
// finds them before anything is read.
func disagreeing(wants []change.Want) (a, b change.Want, found bool) {
	for i, w := range wants {
		for _, other := range wants[:i] {
			if other.Field == w.Field && other.Op == change.Exact && w.Op == change.Exact && !other.Agrees(w) {
				return other, w, true
			}
		}
	}
	return a, b, false
}

func (o *outcome) add(w change.Want, v verdict) {
	v.targets = []change.Target{w.Target}
	if v.status == change.Blocked && w.Field != change.FieldOwner {
		v.breaks = v.reason
	}
	all := o.verdicts[w.Rule]
	all.add(v)
	o.verdicts[w.Rule] = all
}

// want judges one want and, where it does not hold, sets the field.
func (p *planner) want(c composer, w change.Want, r reading) (verdict, *change.FieldChange) {
	cannot := func(err error) verdict {
		var b *blockedError
		if errors.As(err, &b) {
			return verdict{status: change.Blocked, reason: b.reason}
		}
		return verdict{status: change.Error, reason: err.Error()}
	}
	value, found, err := c.get(w)
	if err != nil {
		return cannot(err), nil
	}
	holds, err := w.Holds(value, found)
	if err != nil {
		return verdict{status: change.Error, reason: fmt.Sprintf("%s: %s: %v", w.Target.Name(), w.Field, err)}, nil
	}
	if holds {
		return verdict{status: change.Compliant}, nil
	}
	if p.NoRestart && slices.ContainsFunc(w.Effects, func(e change.Effect) bool { return e.Component() != "" }) {
		return verdict{status: change.Blocked, reason: "the kubelet restarts the component as soon as this is written, and --no-restart forbids it"}, nil
	}
	p.begin(w)
	if r.links > 1 && !r.state.File.Directory {
		return verdict{status: change.Blocked, reason: fmt.Sprintf("%s has %d hard links; a change would reach the other names too", w.Target.Name(), r.links)}, nil
	}
	fixed, err := w.Fixed(value, found)
	if err == nil {
		var before any
		if r.state.Exists() { // what is new was nothing before
			before = c.shown(w)
		}
		if err = c.set(w, fixed); err == nil {
			field := &change.FieldChange{Field: w.Field, Before: before, After: c.shown(w), Stays: w.Stays}
			return verdict{status: change.Drift, reason: describe(w, before, field.After)}, field
		}
	}
	return cannot(err), nil
}

// begin asks for what a want that does not hold makes necessary to know: the
// answer comes while the rest is judged.
func (p *planner) begin(w change.Want) {
	if p.proves() && !p.NoRestart && slices.ContainsFunc(w.Effects, byKubelet) {
		background(func() { _ = p.kubeletFit() }) // preflight asks again
	}
}

// unreadable is the verdict on a target that could not be read.
func unreadable(err error) verdict {
	var refused *host.Refused
	switch {
	case errors.As(err, &refused):
		return verdict{status: change.Blocked, reason: err.Error()}
	case errors.Is(err, fs.ErrPermission):
		return verdict{status: change.Error, reason: err.Error() + "; only root can read it"}
	}
	return verdict{status: change.Error, reason: err.Error()}
}

// describe says in one line what drifts.
func describe(w change.Want, before, after any) string {
	name := string(w.Field)
	if syntax, address := w.Field.Address(); syntax != "" {
		name = address
	}
	switch {
	case w.Field == change.FieldContent && before == nil:
		return w.Target.Name() + " does not exist"
	case w.Field == change.FieldContent:
		return w.Target.Name() + " holds something else"
	case before == nil:
		return fmt.Sprintf("%s is not set, should be %v", name, after)
	case after == nil:
		return fmt.Sprintf("%s is %v, should not be set", name, before)
	}
	return fmt.Sprintf("%s is %v, should be %v", name, before, after)
}

// fieldOrder puts what makes a file before what alters it.
func fieldOrder(f change.Field) int {
	switch f {
	case change.FieldType:
		return 0
	case change.FieldContent:
		return 1
	case change.FieldMode, change.FieldOwner:
		return 3
	}
	return 2
}
