package agent

import (
	"context"
	"path"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/facts"
)

// rolledFor is the annotation that rolls a static pod whose manifest says
// nothing new: it names the files that the pod has to read again.
const rolledFor = "annotation:harden/rolled-for"

// manifestOf names the component whose manifest a change is about, or "".
func manifestOf(c change.Change, f *facts.Facts) string {
	if c.Target.Kind() != change.KindFile {
		return ""
	}
	return manifestAt(c.Target.Name(), f)
}

func manifestAt(path string, f *facts.Facts) string {
	for name, component := range f.Components {
		if component.Manifest != "" && path == component.Manifest {
			return name
		}
	}
	return ""
}

// rolled names the component that a change rolls by itself, or "": that of a
// manifest, or of a process that is behind its manifest.
func rolled(c change.Change, f *facts.Facts) string {
	if c.Target.Kind() == change.KindPod {
		return c.Target.Name()
	}
	return manifestOf(c, f)
}

// rolls adds to the changes of files that a static pod reads a change of its
// manifest, where there is none: the kubelet rolls a pod only when the
// manifest changes, and the pod reads most of its files only at start.
func (p *planner) rolls() {
	for _, later := range []bool{false, true} {
		for _, name := range facts.ComponentNames {
			component := p.facts.Components[name]
			if component == nil || component.Manifest == "" {
				continue
			}
			if c := p.rollFor(name, component, later); c != nil {
				p.changes = append(p.changes, *c)
			}
		}
	}
}

// rollFor gives the change of a manifest that makes its pod read again what
// changes without it, at one of the two times, or nil.
func (p *planner) rollFor(name string, component *facts.Component, later bool) *change.Change {
	manifest := change.FileTarget(component.Manifest)
	effect := change.RollPod(name)
	state := p.read(manifest).state
	var digests string
	var rules []string
	for _, c := range p.changes {
		switch {
		case c.Target == manifest && c.Later == later:
			return nil // it rolls anyway
		case c.Target == manifest:
			state = c.After
		case c.Later == later && slices.Contains(c.Effects, effect) && c.After.File != nil && c.After.File.Content != nil:
			digests += path.Base(c.Target.Name()) + c.After.File.Content.Digest
			rules = append(rules, c.Rules...)
		}
	}
	if digests == "" || state.File == nil || state.File.Content == nil {
		return nil
	}
	doc, err := p.Texts.Open("pod:"+name, state.File.Content.Data)
	if err != nil {
		return nil // the rules about the manifest say so
	}
	before, _, _, _ := doc.Get(rolledFor)
	value := change.Digest([]byte(digests))[len("sha256:"):][:16]
	if err := doc.Set(rolledFor, value); err != nil {
		return nil
	}
	file := *state.File
	file.Content = change.NewContent(doc.Bytes(), false)
	return &change.Change{Target: manifest, Rules: slices.Compact(slices.Sorted(slices.Values(rules))), Before: state, After: change.State{File: &file},
		Fields: []change.FieldChange{{Field: rolledFor, Before: before, After: value}}, Effects: []change.Effect{effect}, Later: later}
}

// waited is an effect of a change that is written and not yet waited for.
// before is the process that a roll replaces, zero if none ran.
type waited struct {
	effect change.Effect
	before instance
}

// rolling are the effects that are under way at once.
type rolling []waited

// along tells whether a change joins what is rolling, rather than wait for it.
// While the API server is away the controller manager and the scheduler lose
// their lease and end. Rolled after it, each would end twice; rolled along with
// it, before they lose the lease, each ends once, and the whole is quicker.
func (r rolling) along(c change.Change, component string) bool {
	return leased(component) && len(r) > 0 && r[0].effect == change.RollPod("kube-apiserver") &&
		c.Target.Kind() == change.KindFile && !c.Later && ownEffect(c, component) != ""
}

// has tells whether an effect is under way.
func (r rolling) has(effect change.Effect) bool {
	return slices.ContainsFunc(r, func(w waited) bool { return w.effect == effect })
}

// names lists the components whose pods roll.
func (r rolling) names() string {
	var names []string
	for _, w := range r {
		if name := w.effect.Component(); name != "" {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// leased tells whether a component works only while it can renew its lease.
func leased(component string) bool {
	return component == "kube-controller-manager" || component == "kube-scheduler"
}

// wait waits for everything that is rolling, in the order in which it was
// written: the API server before its clients.
func (r *rolling) wait(ctx context.Context, e *effector, tell announced) error {
	for _, w := range *r {
		if err := e.do(ctx, w.effect, w.before, tell); err != nil {
			return err
		}
	}
	*r = nil
	return nil
}
