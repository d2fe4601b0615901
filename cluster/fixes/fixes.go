// Package fixes says what of a cluster's objects would be changed, and what is in
// the way. It is a pure function of the inventory and the site's settings: it reads
// nothing, writes nothing, and knows nothing of how a change is carried out. A
// template of pods is never among what is changed.
package fixes

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/message"
	"harden/cluster/inventory"
	"harden/cluster/object"
	"harden/cluster/rules"
)

// Fix is one change with the findings that it closes.
type Fix struct {
	object.Edit
	Owner inventory.Object // the object, for its owner
	// Closes are the observations that hold once it is done; none of a change that
	// only prepares another.
	Closes []Point
}

// Point is what an observation of a rule is about.
type Point struct {
	Rule   string
	Target change.Target
}

// Obstacle says why an object is left as it is; without a target, why objects are.
type Obstacle struct {
	Rules    []string
	Target   change.Target
	Reason   message.Text
	Observed []change.Observation
}

// Plan is what would be changed, in the order of targets, and what is in the way.
type Plan struct {
	Fixes     []Fix
	Obstacles []Obstacle
}

// kinds of fixes.
var kinds = []func(*rules.Cluster, *Plan){tokens, podSecurity, tiller, networkPolicies, quotas, limitRanges, registries, tokenPolicy}

// Of plans the fixes of a cluster.
func Of(c *rules.Cluster) Plan {
	var p Plan
	for _, kind := range kinds {
		kind(c, &p)
	}
	slices.SortFunc(p.Fixes, func(a, b Fix) int { return cmp.Or(cmp.Compare(a.place(), b.place()), cmp.Compare(a.Target, b.Target)) })
	return p
}

// place orders changes: what is about one namespace stands together, and what is
// about none comes last.
func (f Fix) place() string {
	at, err := object.Of(f.Target)
	switch {
	case err == nil && at.Namespace != "":
		return "1" + at.Namespace
	case f.Owner.Kind == "Namespace":
		return "1" + f.Owner.Name
	}
	return "2"
}

// In tells whether a change is in one of the namespaces that some patterns name;
// no pattern: anywhere.
func (f Fix) In(patterns []string) bool {
	if len(patterns) == 0 {
		return true
	}
	name, is := strings.CutPrefix(f.place(), "1")
	return is && slices.ContainsFunc(patterns, func(pattern string) bool {
		match, err := path.Match(pattern, name)
		return err == nil && match
	})
}

// blocked adds an obstacle.
func (p *Plan) blocked(names []string, t change.Target, observed []change.Observation, format string, args ...any) {
	p.Obstacles = append(p.Obstacles, Obstacle{names, t, message.New(format, args...), observed})
}

// edit is a fix that changes fields of an object that is there.
func edit(o inventory.Object, names []string, fields ...change.FieldChange) Fix {
	there := change.State{File: &change.File{Content: change.NewContent([]byte(o.UID), false)}}
	f := Fix{Owner: o, Edit: object.Edit{UID: o.UID, Change: change.Change{Target: o.Target(), Rules: names, Controls: []string{}, Fields: fields,
		Effects: []change.Effect{}, Before: there, After: change.State{File: &change.File{}}}}}
	for _, name := range names {
		f.Closes = append(f.Closes, Point{name, o.Target()})
	}
	return f
}

// addition is a fix that makes an object. shown are its fields for people.
func addition(t change.Target, names []string, body map[string]any, shown ...change.FieldChange) Fix {
	return Fix{Edit: object.Edit{Body: body, Change: change.Change{Target: t, Rules: names, Controls: []string{}, Fields: shown, Effects: []change.Effect{},
		After: change.State{File: &change.File{Content: change.NewContent(encoded(body), false)}}}}}
}

// Inform gives the findings of a check what a plan does about them: a rule whose
// every open object is changed is drift, which apply would fix; another says what is
// in the way.
func (p Plan) Inform(findings []change.Finding) {
	closes := map[Point]bool{}
	for _, fix := range p.Fixes {
		for _, point := range fix.Closes {
			closes[point] = true
		}
	}
	for i := range findings {
		f := &findings[i]
		if f.Status != change.Blocked && f.Status != change.Manual {
			continue
		}
		closed, open := 0, 0
		for _, o := range f.Observed {
			switch {
			case o.Waiver != nil:
			case closes[Point{f.Rule, o.Target}]:
				closed++
			default:
				open++
			}
		}
		if closed > 0 && open == 0 {
			f.Status = change.Drift
			f.Reason = message.List(f.Reason, message.New("apply changes them"))
			if text := p.inTheWay(*f); !text.IsZero() { // of what was asked for besides
				f.Reason = message.List(f.Reason, text)
			}
			continue
		}
		for _, o := range p.Obstacles {
			if slices.Contains(o.Rules, f.Rule) && !waived(*f, o.Target) {
				f.Status = change.Blocked
				f.Observed = append(f.Observed, o.Observed...)
			}
		}
		if text := p.inTheWay(*f); !text.IsZero() {
			f.Reason = message.List(f.Reason, text)
		}
	}
}

// waived tells whether the site leaves an object open that a finding is about.
func waived(f change.Finding, t change.Target) bool {
	return t != "" && slices.ContainsFunc(f.Observed, func(o change.Observation) bool { return o.Target == t && o.Waiver != nil })
}

// mostReasons is how many obstacles a reason names.
const mostReasons = 3

// inTheWay says what keeps apply from closing a rule.
func (p Plan) inTheWay(f change.Finding) message.Text {
	var texts []message.Text
	more := 0
	for _, o := range p.Obstacles {
		switch {
		case !slices.Contains(o.Rules, f.Rule) || waived(f, o.Target):
		case o.Target == "":
			texts = append(texts, o.Reason)
		case len(texts) < mostReasons:
			texts = append(texts, message.New("%s stays as it is: %s", o.Target.Name(), o.Reason))
		default:
			more++
		}
	}
	if more > 0 {
		texts = append(texts, message.New("and %d more", more))
	}
	return message.List(texts...)
}
