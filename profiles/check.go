package profiles

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"harden/agent/message"
)

const (
	smallLetters = "abcdefghijklmnopqrstuvwxyz"
	letters      = "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + smallLetters
	figures      = "0123456789"
)

// validName tells whether a text can name a profile, a control or a rule:
// names are printed, and told apart by "/" and ",".
func validName(name string) bool {
	return name != "" && strings.Contains(letters+figures, name[:1]) && strings.Trim(name, letters+figures+"._-") == ""
}

// validParameter tells whether a text can name a parameter: it has small
// letters only, for the settings file has.
func validParameter(name string) bool {
	return name != "" && strings.Contains(smallLetters, name[:1]) && strings.Trim(name, smallLetters+figures+"-") == ""
}

// identify checks that a file is a profile, and one of its own.
func (r *resolver) identify(f *file, stack []string) error {
	if slices.ContainsFunc(stack, func(p string) bool { return path.Clean(p) == path.Clean(f.path) }) {
		return at(f.path, f.value("extends"), "extends itself: %s", strings.Join(append(slices.Clone(stack), f.path), " → "))
	}
	switch {
	case f.Format == "":
		return at(f.path, f.root, "\"harden: %s\" is missing, so this is not a profile", Format)
	case f.Format != Format:
		return at(f.path, f.value("harden"), "format %q is not known; this program reads %s", f.Format, Format)
	case f.Name == "":
		return at(f.path, f.root, "name is missing")
	case !validName(f.Name):
		return at(f.path, f.value("name"), "name %q is not of letters, digits and . _ -", f.Name)
	case f.Kubernetes != (versions{}) && !f.builtin:
		return at(f.path, f.value("kubernetes"), "%s is for built-in profiles, which are chosen by the version of Kubernetes; remove it", "kubernetes")
	case !f.builtin && slices.Contains(Names(), f.Name):
		return at(f.path, f.value("name"), "%s is the name of a built-in profile; give yours another", f.Name)
	case r.names[f.Name] != "":
		return at(f.path, f.value("name"), "%s is the name of %s already", f.Name, r.names[f.Name])
	}
	r.names[f.Name] = f.path
	return nil
}

// own checks what a file says of rules, parameters and controls that must be
// there: what it adds itself, and what it inherited. whole tells that none of its controls
// was left out as wrong.
func (r *resolver) own(d *draft, whole bool) error {
	f := d.file
	if len(f.Set) > 0 { // it takes every rule of the profile
		if err := r.ownParameters(d); err != nil {
			return err
		}
	}
	for i, w := range f.Waivers {
		if !slices.Contains(d.waivers, w) {
			d.waivers = append(d.waivers, w)
		}
		if n := f.item("waivers", i); n != nil {
			d.places[w] = fmt.Sprintf("%s:%d", f.path, n.Line)
		}
	}
	if !whole {
		return nil // what is missing now may be in a control that is wrong
	}
	for _, own := range f.Rules {
		needed := func(name string) bool {
			def := r.rules.rule(name)
			return slices.Contains(def.Needs, own.Name)
		}
		if _, used := d.with[own.Name]; !used && !slices.ContainsFunc(slices.Collect(maps.Keys(d.with)), needed) {
			r.wrong(at(f.path, own.node, "rule %q is used by no control, so it would do nothing", own.Name))
		}
	}
	for i, name := range f.Skip {
		if _, used := d.with[name]; !used && !d.has(name) {
			r.wrong(at(f.path, f.item("skip", i), "skips %q, which is not a rule or control of the extended profiles", name))
		}
	}
	for i, w := range f.Waivers {
		if err := d.checkWaiver(w); err != nil {
			r.wrong(at(f.path, f.item("waivers", i), "waiver: %v", err))
		}
	}
	return nil
}

// ownParameters checks the values that a file gives to parameters.
func (r *resolver) ownParameters(d *draft) error {
	f := d.file
	defaults, err := r.defaults(d)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(f.Set)) {
		node := f.Set[name]
		standard, known := defaults[name]
		if !known {
			r.wrong(at(f.path, &node, "no rule of the profile has a parameter %q%s", name, orThese(name, slices.Sorted(maps.Keys(defaults)))))
			continue
		}
		if have, want := kindOf(&node), kindOf(standard.node); have != want && !d.params[name].becomes(want) {
			r.wrong(at(f.path, &node, "parameter %s: %s is needed here, not %s", name, want, have))
			delete(d.params, name)
		}
	}
	return nil
}

// checkWaiver refuses a waiver that says too little, or that is about nothing:
// a misspelt one would be found out by the change that it was to prevent.
func (d *draft) checkWaiver(w Waiver) error {
	if (w.Rule == "") == (w.Control == "") {
		return message.Errorf("give either rule or control")
	}
	if _, used := d.with[w.Rule]; w.Rule != "" && !used {
		return message.Errorf("the profile does not use rule %q%s", w.Rule, similar(w.Rule, slices.Sorted(maps.Keys(d.with))))
	}
	if w.Control != "" && !d.has(w.Control) {
		return message.Errorf("the profile has no control %q%s", w.Control, similar(w.Control, d.ids()))
	}
	if w.Objects != (Objects{}) && w.Control == "" {
		return message.Errorf("objects can be given only for a control about the cluster: give control, not rule")
	}
	if err := w.Objects.check(); err != nil {
		return err
	}
	if strings.TrimSpace(w.Reason) == "" {
		return message.Errorf("a reason is required")
	}
	if _, err := time.Parse(time.DateOnly, w.Expires); err != nil {
		return message.Errorf("expires must be a day such as 2027-06-30, not %q", w.Expires)
	}
	return nil
}
