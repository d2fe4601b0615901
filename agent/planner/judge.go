package planner

import (
	"cmp"
	"errors"
	"io/fs"
	"slices"

	"harden/agent/change"
	"harden/agent/host"
	"harden/agent/message"
	"harden/agent/stable"
	"harden/fixers"
)

// verdict is what a rule's wants came to on one or more targets.
type verdict struct {
	status  change.Status
	reason  message.Text
	targets []change.Target // in no order, and some of them twice: there may be thousands
	// breaks says why a rule that does harm in part cannot be met as a whole.
	// An owner that only root can give does no harm.
	breaks message.Text
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
type blockedError struct{ reason message.Text }

func (e *blockedError) Error() string { return e.reason.String() }

// Text is the text as a value.
func (e *blockedError) Text() message.Text { return e.reason }

func blocked(format string, args ...any) error {
	return &blockedError{message.New(format, args...)}
}

// composer takes a target from the state that was read to the one that is
// wanted, field by field.
type composer interface {
	// get gives a field's value for judging.
	get(change.Want) (value any, found bool, err error)
	// raw gives it as it is, nil where it does not exist: []byte for a content.
	// Only change.Want.Shown, or what was just set, makes it fit to be shown.
	raw(change.Want) any
	// set changes a field; *blockedError where that cannot be done.
	set(w change.Want, value any) error
	// state gives the whole state with everything that was set.
	state() (change.State, error)
}

// judge holds all wants about one target against what was read of it, and
// composes, from a state that may be a later one, the change that meets them.
// The two are apart: a verdict says what was read, whatever other rules make
// of it.
func (p *planning) judge(t change.Target, r reading, from change.State, wants []change.Want) outcome {
	stable.Sort(wants, func(a, b change.Want) int {
		return cmp.Or(cmp.Compare(fieldOrder(a.Field), fieldOrder(b.Field)), cmp.Compare(a.Field, b.Field), cmp.Compare(a.Rule, b.Rule))
	})
	out := outcome{target: t, verdicts: map[string]verdict{}}
	if r.err != nil {
		for _, w := range wants {
			out.add(w, unreadable(r.err))
		}
		return out
	}
	wants = out.agreeing(wants)
	read, err := p.compose(t, r.state)
	if err != nil {
		for _, w := range wants {
			out.add(w, verdict{status: change.Error, reason: message.Of(err)})
		}
		return out
	}
	statuses := make([]wantStatus, 0, len(wants))
	for _, w := range wants {
		v := p.want(read, w, r)
		if behind := p.behind(w); !behind.IsZero() && v.status == change.Compliant {
			out.late = append(out.late, w.Rule)
			out.add(w, verdict{status: change.Drift, reason: behind})
			statuses = append(statuses, wantStatus{Want: w, holds: true})
			continue
		}
		switch v.status {
		case change.Drift: // its reason says what it is going to be
			statuses = append(statuses, wantStatus{Want: w})
			continue
		case change.Compliant:
			statuses = append(statuses, wantStatus{Want: w, holds: true})
		}
		out.add(w, v)
	}
	p.meet(&out, read, from, statuses)
	return out
}

// agreeing gives the wants but for those that ask for different values of one
// field, one about many files and one about this very file. Of one and the same
// file the planner finds them before anything is read.
func (o *outcome) agreeing(wants []change.Want) []change.Want {
	for {
		a, b, disagree := disagreeing(wants)
		if !disagree {
			return wants
		}
		kept := make([]change.Want, 0, len(wants))
		for _, w := range wants {
			if w.Field == a.Field {
				o.add(w, verdict{status: change.Error, reason: disagreement(a, b)})
				continue
			}
			kept = append(kept, w)
		}
		wants = kept
	}
}

// disagreeing finds two wants that ask for different values of one field.
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
	if v.status == change.Error || v.status == change.Blocked && w.Field != change.FieldOwner {
		v.breaks = v.reason
	}
	all := o.verdicts[w.Rule]
	all.add(v)
	o.verdicts[w.Rule] = all
}

// want judges one want by what was read. What drifts and can be fixed has no
// reason yet.
func (p *planning) want(read composer, w change.Want, r reading) verdict {
	value, found, err := read.get(w)
	if err != nil {
		return cannot(err, change.Error)
	}
	holds, err := w.Holds(value, found)
	if err != nil {
		return verdict{status: change.Error, reason: message.New("%s: %s: %v", w.Target.Name(), w.Field, err)}
	}
	if holds {
		return verdict{status: change.Compliant}
	}
	if p.NoRestart && slices.ContainsFunc(w.Effects, func(e change.Effect) bool { return e.Component() != "" }) {
		return verdict{status: change.Blocked, reason: message.New("the kubelet restarts the component as soon as this file is written, and --no-restart forbids that")}
	}
	if p.NoRestart && slices.ContainsFunc(w.Effects, func(e change.Effect) bool { ca, _ := e.Serving(); return ca != "" }) {
		return verdict{status: change.Blocked, reason: message.New("the kubelet requests its certificate when it is restarted, and --no-restart forbids that")}
	}
	p.prefetchHealth(w)
	if r.links > 1 && !r.state.File.Directory {
		return verdict{status: change.Blocked, reason: message.New("%s has %d hard links; the change would also apply to its other names", w.Target.Name(), r.links)}
	}
	return verdict{status: change.Drift}
}

// cannot is the verdict where an error got in the way: blocked where it is what
// this node is, otherwise as given.
func cannot(err error, otherwise change.Status) verdict {
	var b *blockedError
	if errors.As(err, &b) {
		return verdict{status: change.Blocked, reason: b.reason}
	}
	return verdict{status: otherwise, reason: message.Of(err)}
}

// shownValue gives the value that was set in the form in which it is shown: of a
// whole file its text, which is the rule's own.
func shownValue(w change.Want, raw any) any {
	if text, is := raw.([]byte); is && !w.Secret {
		return string(text)
	}
	return w.Shown(raw)
}

// prefetchHealth starts to check what a want that does not hold makes necessary to
// know, while the rest is judged.
func (p *planning) prefetchHealth(w change.Want) {
	if p.proves() && !p.NoRestart && slices.ContainsFunc(w.Effects, change.Effect.ByKubelet) {
		background(func() { _ = p.kubeletFit() }) // preflight waits for it
	}
}

// unreadable is the verdict on a target that could not be read.
func unreadable(err error) verdict {
	var refused *host.Refused
	var b *blockedError
	switch {
	case errors.As(err, &refused), errors.As(err, &b):
		return verdict{status: change.Blocked, reason: message.Of(err)}
	case errors.Is(err, fs.ErrPermission):
		return verdict{status: change.Error, reason: message.New(fixers.OnlyRootReads, err)}
	}
	return verdict{status: change.Error, reason: message.Of(err)}
}

// describe says in one line what drifts.
func describe(w change.Want, before, after any) message.Text {
	name := string(w.Field)
	if syntax, address := w.Field.Address(); syntax != "" {
		name = address
	}
	switch {
	case (w.Field == change.FieldContent || w.Field == change.FieldType) && before == nil:
		return message.New("%s does not exist", w.Target.Name())
	case w.Target.Kind() == change.KindGroup && before == nil:
		return message.New("group %s does not exist", w.Target.Name())
	case w.Field == change.FieldContent:
		return message.New("the content of %s differs", w.Target.Name())
	case before == nil:
		return message.New("%s is not set, should be %v", name, after)
	case after == nil:
		return message.New("%s is %v, should not be set", name, visible(before))
	}
	return message.New("%s is %v, should be %v", name, visible(before), visible(after))
}

// visible shows an empty text, which nobody would see.
func visible(value any) any {
	if value == "" {
		return `""`
	}
	return value
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
