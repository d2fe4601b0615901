package planner

import (
	"errors"
	"io/fs"
	"path"
	"slices"

	"harden/agent/change"
	"harden/agent/facts"
)

// rolledFor is the annotation that rolls a static pod whose manifest says
// nothing new: it names the files that the pod has to read again.
const rolledFor = "annotation:harden/rolled-for"

// rolls adds to the changes of files that a static pod reads a change of its
// manifest, where there is none: the kubelet rolls a pod only when the
// manifest changes, and the pod reads most of its files only at start.
func (p *planning) rolls() {
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
func (p *planning) rollFor(name string, component *facts.Component, later bool) *change.Change {
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

// parents adds the directories that new files need.
func (p *planning) parents() {
	made := map[change.Target]*change.Change{}
	wanted := map[change.Target]bool{} // directories that a rule asks for itself
	for _, c := range p.changes {
		wanted[c.Target] = true
	}
	for _, c := range p.changes {
		if c.Target.Kind() != change.KindFile || c.Before.Exists() {
			continue
		}
		for dir := path.Dir(c.Target.Name()); dir != "/"; dir = path.Dir(dir) {
			if _, err := p.Root.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
				break
			}
			t := change.FileTarget(dir)
			if wanted[t] {
				continue
			}
			if made[t] == nil {
				f := change.File{Directory: true, Mode: 0o755, UID: c.After.File.UID, GID: c.After.File.GID}
				made[t] = &change.Change{Target: t, After: change.State{File: &f},
					Fields: []change.FieldChange{{Field: change.FieldType, After: "directory"}}}
			}
			made[t].Rules = append(made[t].Rules, c.Rules...)
		}
	}
	for _, c := range made {
		c.Rules = slices.Compact(slices.Sorted(slices.Values(c.Rules)))
		p.changes = append(p.changes, *c)
	}
}
