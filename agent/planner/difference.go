package planner

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/message"
	"harden/agent/stable"
)

// Outline names the present value of each field of a state, in a form that is
// short and tells no secret: contents and attributes stand there by digest.
type Outline = map[change.Field]string

// Outlines gives the states that changes start from, in their order.
func Outlines(changes []change.Change) []Outline {
	list := make([]Outline, len(changes))
	for i, c := range changes {
		list[i] = outline(c.Before)
	}
	return list
}

func outline(s change.State) Outline {
	o := Outline{change.FieldType: fmt.Sprint(s.Shown(change.FieldType))}
	if s.File == nil {
		if s.Unit != nil {
			o[change.FieldProcess] = s.Unit.Stale.String()
			if !s.Unit.Serving.IsZero() {
				o[change.FieldServing] = s.Unit.Serving.String()
			}
		}
		return o
	}
	for _, field := range []change.Field{change.FieldContent, change.FieldMode, change.FieldOwner} {
		if v := s.Shown(field); v != nil {
			o[field] = fmt.Sprint(v)
		}
	}
	for name, value := range s.File.Xattrs {
		o[change.FieldXattrs+":"+change.Field(name)] = change.Digest(value)
	}
	return o
}

// Planned is the changes of a plan, with the states that they start from.
type Planned struct {
	Changes  []change.Change
	Outlines []Outline // one for each change
}

// Differences names what differs between two plans: "file:/etc/x: mode,
// content", or a target alone where only its effects do.
func (p Planned) Differences(o Planned) []message.Text {
	var names []message.Text
	for _, target := range p.targets(o) {
		i, k := p.find(target), o.find(target)
		var fields []string
		switch {
		case i >= 0 && k >= 0:
			fields = slices.Concat(differing(outlined(p, i), outlined(o, k)), differing(values(p.Changes[i]), values(o.Changes[k])))
			same := fmt.Sprint(p.Changes[i].Effects, p.Changes[i].Rules) == fmt.Sprint(o.Changes[k].Effects, o.Changes[k].Rules)
			if len(fields) == 0 && same {
				continue
			}
		case i >= 0:
			fields = slices.Collect(maps.Keys(values(p.Changes[i])))
		default:
			fields = slices.Collect(maps.Keys(values(o.Changes[k])))
		}
		name := message.Value(string(target.target))
		if fields = slices.Compact(slices.Sorted(slices.Values(fields))); len(fields) > 0 {
			name = message.New("%s: %s", target.target, strings.Join(fields, ", "))
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// PlanDifferences names what differs between two plans.
func PlanDifferences(a, b *Plan) []message.Text {
	names := Planned{a.Changes, Outlines(a.Changes)}.Differences(Planned{b.Changes, Outlines(b.Changes)})
	if a.Profile != b.Profile {
		names = append(names, message.New("the profile %s", a.Profile.Name))
	}
	if len(names) == 0 {
		names = append(names, message.New("what the node is (platform, version or roles)"))
	}
	return names
}

// stepName names a change: a target may have a second one.
type stepName struct {
	target change.Target
	later  bool
}

func (p Planned) find(s stepName) int {
	return slices.IndexFunc(p.Changes, func(c change.Change) bool { return c.Target == s.target && c.Later == s.later })
}

// targets lists the changes of two plans, each once, by name.
func (p Planned) targets(o Planned) []stepName {
	var list []stepName
	for _, c := range slices.Concat(p.Changes, o.Changes) {
		if s := (stepName{c.Target, c.Later}); !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	stable.Sort(list, func(a, b stepName) int { return strings.Compare(string(a.target), string(b.target)) })
	return list
}

func outlined(p Planned, i int) map[string]string {
	m := map[string]string{}
	if i < len(p.Outlines) {
		for field, value := range p.Outlines[i] {
			m[string(field)] = value
		}
	}
	return m
}

// values gives the fields that a change sets, as text: what comes out of a
// file has lost the types of its numbers.
func values(c change.Change) map[string]string {
	m := map[string]string{}
	for _, f := range c.Fields {
		m[string(f.Field)] = fmt.Sprint(f.Before, " → ", f.After)
	}
	return m
}

func differing(a, b map[string]string) []string {
	var keys []string
	for key := range a {
		if value, has := b[key]; !has || value != a[key] {
			keys = append(keys, key)
		}
	}
	for key := range b {
		if _, has := a[key]; !has {
			keys = append(keys, key)
		}
	}
	return keys
}
