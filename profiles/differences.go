package profiles

import (
	"harden/agent/message"

	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"harden/agent/change"
)

// Differences are what a profile of a site's own says that those it extends do not.
type Differences struct {
	Extends  []string
	Set      []Changed
	Adjust   []string // rules with parameters of their own
	Skip     []string
	Controls []string                   // that it adds, or says anew
	Severity map[string]change.Severity // of rules
	Waivers  []Waiver                   // also those that it inherits
}

// Changed is a parameter with another value than in the extended profiles.
type Changed struct {
	Name string
	From any
	To   any
}

// differences gathers them; nil of a built-in profile, whose controls are its own.
func (r *resolver) differences(d *draft, params map[string]param) *Differences {
	f := d.file
	if f.builtin {
		return nil
	}
	own := &Differences{Extends: f.Extends, Skip: f.Skip, Adjust: slices.Sorted(maps.Keys(f.Adjust)), Waivers: d.waivers}
	for _, c := range f.Controls {
		own.Controls = append(own.Controls, c.ID)
	}
	for name, node := range f.Severity {
		if own.Severity == nil {
			own.Severity = map[string]change.Severity{}
		}
		own.Severity[name] = change.Severity(node.Value)
	}
	defaults, err := r.defaults(d)
	if err != nil {
		return own // it is told elsewhere
	}
	for _, name := range slices.Sorted(maps.Keys(f.Set)) {
		before := defaults[name]
		for _, ref := range f.Extends {
			if parent := r.drafts[f.parent(ref)]; parent != nil && parent.params[name].node != nil {
				before = parent.params[name]
			}
		}
		changed := Changed{Name: name, From: plain(before), To: plain(params[name])}
		if fmt.Sprint(changed.From) != fmt.Sprint(changed.To) {
			own.Set = append(own.Set, changed)
		}
	}
	return own
}

// plain is the value of a parameter; nil where it cannot be read, which is told elsewhere.
func plain(p param) any {
	var v any
	if p.node == nil || p.node.Decode(&v) != nil {
		return nil
	}
	return v
}

// Ineffective names the waivers that change nothing, with where they stand and why.
func (p *Profile) Ineffective(now time.Time) []message.Text {
	var list []message.Text
	for _, w := range p.Waivers {
		place, of := p.places[w], w.Rule+w.Control
		switch c := p.waived(w); {
		case w.Objects != (Objects{}): // kubectl harden says which it found
		case w.Expired(now):
			list = append(list, message.New("%s: the waiver of %s has no effect: it expired on %s", place, of, w.Expires))
		case c != nil && len(c.Rules) == 0 && c.Manual != (Text{}):
			list = append(list, message.New("%s: the waiver of %s has no effect: a person checks this control; use harden attest", place, of))
		case c != nil && len(c.Rules) == 0:
			list = append(list, message.New("%s: the waiver of %s has no effect: the control applies to no node", place, of))
		}
	}
	return list
}

// waived is the control that a waiver is about, nil for a rule.
func (p *Profile) waived(w Waiver) *Control {
	for i := range p.Controls {
		if c := &p.Controls[i]; w.Control != "" && (c.ID == w.Control || strings.HasSuffix(c.ID, "/"+w.Control)) {
			return c
		}
	}
	return nil
}
