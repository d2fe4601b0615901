package planner

import (
	"cmp"
	"slices"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/stable"
)

// targetOrder is the order of writing: accounts before the files that they
// own, the kernel before those who check it.
var targetOrder = []string{change.KindGroup, change.KindUser, change.KindSysctl, change.KindFile, change.KindUnit}

// finish sorts the changes and says which controls they serve.
func (p *planning) finish() {
	for i := range p.changes {
		c := &p.changes[i]
		c.Controls = []string{}
		for _, name := range c.Rules {
			rule, _ := p.Profile.Rule(name)
			c.Controls = append(c.Controls, rule.Controls...)
			if name == RecordRule {
				c.Controls = append(c.Controls, RecordRule)
			}
		}
		c.Controls = slices.Compact(slices.Sorted(slices.Values(c.Controls)))
		if c.Effects == nil || p.NoRestart {
			c.Effects = slices.DeleteFunc(append([]change.Effect{}, c.Effects...), func(e change.Effect) bool {
				ca, _ := e.Serving()
				return e.IsRestart() || ca != ""
			})
		}
	}
	SortChanges(p.changes, p.facts)
}

// SortChanges brings changes into the order in which they are made.
func SortChanges(changes []change.Change, f *facts.Facts) {
	stable.Sort(changes, func(a, b change.Change) int {
		return cmp.Or(cmp.Compare(place(a, f), place(b, f)), cmp.Compare(Rolled(a, f), Rolled(b, f)), cmp.Compare(a.Target, b.Target))
	})
}

// place is where a change stands: by the kind of its target, then manifests
// of static pods, which roll as soon as they are written, etcd first by its
// name; then second changes, those of manifests last; then what the cluster records.
func place(c change.Change, f *facts.Facts) int {
	manifest := Rolled(c, f) != ""
	switch {
	case c.Target.Kind() == change.KindObject: // what is recorded is what runs
		return len(targetOrder) + 3
	case c.Later && manifest:
		return len(targetOrder) + 2
	case c.Later:
		return len(targetOrder) + 1
	case manifest:
		return len(targetOrder)
	}
	return slices.Index(targetOrder, c.Target.Kind())
}

// ManifestOf names the component whose manifest a change is about, or "".
func ManifestOf(c change.Change, f *facts.Facts) string {
	if c.Target.Kind() != change.KindFile {
		return ""
	}
	return f.ManifestAt(c.Target.Name())
}

// Rolled names the component that a change rolls by itself, or "": that of a
// manifest, or of a process that is behind its manifest.
func Rolled(c change.Change, f *facts.Facts) string {
	if c.Target.Kind() == change.KindPod {
		return c.Target.Name()
	}
	return ManifestOf(c, f)
}

// FieldSyntax says in which syntax a field of a target is read, and its address
// there. Flags, mounts and annotations of a manifest are those of a pod.
func FieldSyntax(t change.Target, field change.Field, f *facts.Facts) (syntax, address string) {
	return syntaxIn(ManifestOf(change.Change{Target: t}, f), field)
}

func syntaxIn(component string, field change.Field) (syntax, address string) {
	if component != "" {
		switch syntax, _ := field.Address(); syntax {
		case "flag", "mount", "annotation", "probe":
			return "pod:" + component, string(field)
		}
	}
	return field.Address()
}
