package profiles

import (
	"cmp"
	"errors"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"harden/agent/change"
	"harden/agent/stable"
)

// Load reads a profile by name or path, with the profiles it extends and the
// parameters that were set by hand, and checks all of it.
func Load(ref string, set map[string]string, source Source) (*Profile, error) {
	return load(ref, set, source, builtinRules())
}

// load lays profiles over each other, and adds what they define to the rules.
func load(ref string, set map[string]string, source Source, rules library) (*Profile, error) {
	r := resolver{source: source, rules: rules, drafts: map[string]*draft{}, names: map[string]string{}}
	d, err := r.draft(ref, nil)
	if err != nil {
		return nil, r.all(err)
	}
	p, err := r.build(d, set)
	if err := r.all(err); err != nil {
		return nil, err
	}
	return p, nil
}

type resolver struct {
	source Source
	rules  library
	drafts map[string]*draft // by reference: two profiles may extend the same one
	names  map[string]string // profile → file

	mistakes Mistakes // so far
}

// draft is a profile while its overlays are laid over each other.
type draft struct {
	file     *file
	controls []Control
	// inherited are the controls before this profile says anything of its own.
	inherited []Control
	params    map[string]param      // set by profiles
	with      map[string]withLayers // rule → parameters, by profile
	waivers   []Waiver
	places    map[Waiver]string          // where they stand, "site.yaml:10"
	severity  map[string]change.Severity // of rules, where profiles say it
}

// kubernetesMinor tells whether a text is a version such as "1.25".
func kubernetesMinor(text string) bool {
	minor, is := strings.CutPrefix(text, "1.")
	return is && (len(minor) == 1 || len(minor) == 2) && strings.Trim(minor, "0123456789") == ""
}

// withLayers are the parameters of one rule, later over earlier.
type withLayers struct {
	layers []layer
	from   string // the profile, for errors
	node   *yaml.Node
}

// layer is some parameters of a rule and the file that they stand in.
type layer struct {
	node *yaml.Node
	path string
}

func (r *resolver) draft(ref string, stack []string) (*draft, error) {
	if d, known := r.drafts[ref]; known {
		return d, nil
	}
	f, err := builtinFile(ref)
	if f == nil && err == nil {
		f, err = r.source.open(ref)
	}
	if err != nil {
		return nil, err
	}
	return r.lay(ref, f, stack)
}

// lay makes a draft of a file.
func (r *resolver) lay(ref string, f *file, stack []string) (*draft, error) {
	if err := r.identify(f, stack); err != nil {
		return nil, err
	}
	if err := r.rules.add(f); err != nil {
		return nil, err
	}
	d := &draft{file: f, params: map[string]param{}, with: map[string]withLayers{}, places: map[Waiver]string{}}
	if err := r.extend(d, append(slices.Clone(stack), f.path)); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(f.Controls, func(c control) bool { return c.As != "" }) {
		d.inherited = slices.Clone(d.controls)
	}
	for name, node := range f.Set {
		d.params[name] = param{layer: layer{&node, f.path}, from: f.Name}
	}
	before := len(r.mistakes)
	for i, c := range f.Controls {
		if j := slices.IndexFunc(f.Controls, func(o control) bool { return o.ID == c.ID }); j < i && c.ID != "" {
			r.wrong(at(f.path, c.node, "control %s appears twice, first in line %d", c.ID, f.Controls[j].node.Line))
			continue
		}
		r.wrong(r.control(d, c))
	}
	if f.Family != "" {
		stable.Sort(d.controls, byNumber)
	}
	whole := len(r.mistakes) == before
	r.adjust(d)
	if err := r.own(d, whole); err != nil {
		return nil, err
	}
	r.severities(d)
	d.skip(f.Skip)
	r.drafts[ref] = d
	return d, nil
}

// adjust lays parameters over those of inherited rules.
func (r *resolver) adjust(d *draft) {
	for _, name := range slices.Sorted(maps.Keys(d.file.Adjust)) {
		node := d.file.Adjust[name]
		layers, used := d.with[name]
		if !used {
			r.wrong(at(d.file.path, &node, "adjusts rule %q, which the profile does not use%s", name, similar(name, slices.Sorted(maps.Keys(d.with)))))
			continue
		}
		layers.layers, layers.from = append(slices.Clone(layers.layers), layer{&node, d.file.path}), d.file.Name
		d.with[name] = layers
	}
}

// extend lays the extended profiles under this one.
func (r *resolver) extend(d *draft, stack []string) error {
	f := d.file
	for i, ref := range f.Extends {
		if f.site && isPath(ref) && !path.IsAbs(ref) {
			return at(f.path, f.item("extends", i), "%s: a profile of the site extends others by name, or by an absolute path", ref)
		}
		p, err := r.draft(f.parent(ref), stack)
		var own *Error
		if errors.As(err, &own) && own.Line == 0 {
			return because(f.path, f.item("extends", i), err, "%v", err) // it cannot be read at all
		}
		if err == nil {
			err = d.inherit(p)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// has tells whether there is a control of that id, with or without its profile.
func (d *draft) has(id string) bool {
	return slices.ContainsFunc(d.controls, func(c Control) bool { return c.ID == id || strings.HasSuffix(c.ID, "/"+id) })
}

// ids are those of the controls, without the profile's name.
func (d *draft) ids() []string {
	ids := make([]string, len(d.controls))
	for i := range d.controls {
		_, ids[i], _ = strings.Cut(d.controls[i].ID, "/")
	}
	return ids
}

// inherit lays an extended profile under this one. Two extended profiles must
// agree on every rule, unless this one says what it wants itself.
func (d *draft) inherit(p *draft) error {
	for _, name := range slices.Sorted(maps.Keys(p.with)) {
		other, twice := d.with[name]
		_, decided := d.file.Adjust[name]
		if twice && !decided && !sameLayers(other.layers, p.with[name].layers) {
			return at(d.file.path, d.file.value("extends"), "extends %s and %s, which want different things of rule %q; choose under adjust: %s",
				other.from, p.with[name].from, name, name)
		}
		d.with[name] = p.with[name]
	}
	for _, name := range slices.Sorted(maps.Keys(p.params)) {
		other, twice := d.params[name]
		_, decided := d.file.Set[name]
		if twice && !decided && !sameLayers([]layer{other.layer}, []layer{p.params[name].layer}) {
			return at(d.file.path, d.file.value("extends"), "extends %s and %s, which set parameter %q differently; choose the value under set: %s",
				other.from, p.params[name].from, name, name)
		}
		d.params[name] = p.params[name]
	}
	first := len(d.controls) == 0
	d.controls = slices.Grow(d.controls, len(p.controls)+len(d.file.Controls))
	for _, c := range p.controls {
		if family := d.file.Family; family != "" && family == p.file.Family {
			c.ID = d.file.Name + strings.TrimPrefix(c.ID, p.file.Name)
		}
		if first { // a profile has no control twice
			d.controls = append(d.controls, c)
		} else {
			d.replace(c)
		}
	}
	if len(p.severity) > 0 && d.severity == nil {
		d.severity = map[string]change.Severity{}
	}
	maps.Copy(d.severity, p.severity)
	maps.Copy(d.places, p.places)
	for _, w := range p.waivers {
		if !slices.Contains(d.waivers, w) {
			d.waivers = append(d.waivers, w)
		}
	}
	return nil
}

func (d *draft) replace(c Control) {
	if i := slices.IndexFunc(d.controls, func(o Control) bool { return o.ID == c.ID }); i >= 0 {
		d.controls[i] = c
		return
	}
	d.controls = append(d.controls, c)
}

// severities are those that a source may give to a control.
var severities = []string{"high", "medium", "low"}

func (r *resolver) control(d *draft, c control) error {
	switch {
	case c.ID == "":
		return at(d.file.path, c.node, "a control needs an id")
	case !validName(c.ID):
		return at(d.file.path, c.node, "control %q: an id is of letters, digits and . _ -", c.ID)
	}
	uses, err := c.uses(d.file.path)
	if err != nil {
		return err
	}
	if len(uses) == 0 && c.Manual == (Text{}) && c.NotApplicable == (Text{}) && c.As == "" {
		return at(d.file.path, c.node, "control %s has neither rules nor manual nor notApplicable", c.ID)
	}
	if c.Severity != "" && !slices.Contains(severities, c.Severity) {
		return at(d.file.path, c.node, "control %s: severity %q is not one of %s", c.ID, c.Severity, strings.Join(severities, ", "))
	}
	for _, version := range []string{c.From, c.Until} {
		if version != "" && !kubernetesMinor(version) {
			return at(d.file.path, c.node, "control %s: %q is not a Kubernetes version such as \"1.25\"", c.ID, version)
		}
	}
	control := Control{ID: d.file.Name + "/" + c.ID, Title: c.Title, Level: c.Level, Severity: c.Severity, Manual: c.Manual, NotApplicable: c.NotApplicable,
		From: c.From, Until: c.Until, Note: c.Note}
	for _, u := range uses {
		control.Rules = append(control.Rules, u.rule)
	}
	if c.As != "" {
		i := slices.IndexFunc(d.inherited, func(o Control) bool { return strings.HasSuffix(o.ID, "/"+c.As) })
		if i < 0 {
			return at(d.file.path, c.node, "control %s should be the same as %q, which the extended profiles do not have", c.ID, c.As)
		}
		control = control.as(d.inherited[i])
	}
	for _, u := range uses {
		if !r.rules.has(u.rule) {
			return at(d.file.path, u.node, "unknown rule %q%s", u.rule, similar(u.rule, r.rules.names()))
		}
		layers := withLayers{from: d.file.Name, node: u.node}
		other, twice := d.with[u.rule]
		switch {
		case u.with != nil:
			layers.layers = []layer{{u.with, d.file.path}}
		case twice && other.from != d.file.Name:
			layers.layers = other.layers // as it is inherited
		}
		if twice && other.from == d.file.Name && !sameLayers(other.layers, layers.layers) {
			return at(d.file.path, u.node, "rule %q has other parameters here than in line %d", u.rule, other.node.Line)
		}
		d.with[u.rule] = layers
	}
	if control.Title == (Text{}) && len(uses) == 1 {
		def := r.rules.rule(uses[0].rule)
		control.Title = def.Title // a control of one rule may go by the rule's name
	}
	d.replace(control)
	return nil
}

// as fills in what a control does not say from an inherited one. How it is
// met is one thing: rules of its own take the place of a how-to.
func (c Control) as(o Control) Control {
	c.Title, c.Level, c.Severity, c.Note = cmp.Or(c.Title, o.Title), cmp.Or(c.Level, o.Level), cmp.Or(c.Severity, o.Severity), cmp.Or(c.Note, o.Note)
	if len(c.Rules) == 0 && c.Manual == (Text{}) && c.NotApplicable == (Text{}) {
		c.Rules, c.Manual, c.NotApplicable = o.Rules, o.Manual, o.NotApplicable
		c.From, c.Until = cmp.Or(c.From, o.From), cmp.Or(c.Until, o.Until)
	}
	return c
}

// byNumber orders controls as a benchmark prints them: 1.2.9 before 1.2.10.
func byNumber(a, b Control) int {
	x, y := a.ID, b.ID
	for {
		first, xs, xMore := strings.Cut(x, ".")
		other, ys, yMore := strings.Cut(y, ".")
		order := cmp.Or(cmp.Compare(len(first), len(other)), strings.Compare(first, other))
		switch {
		case order != 0 || !xMore && !yMore:
			return order
		case !xMore:
			return -1
		case !yMore:
			return 1
		}
		x, y = xs, ys
	}
}

// skip leaves out rules, and controls with the rules that only they use.
func (d *draft) skip(names []string) {
	for _, name := range names {
		delete(d.with, name)
		d.controls = slices.DeleteFunc(d.controls, func(c Control) bool { return c.ID == name || strings.HasSuffix(c.ID, "/"+name) })
	}
	used := map[string]bool{}
	for i := range d.controls {
		c := &d.controls[i]
		c.Rules = slices.DeleteFunc(slices.Clone(c.Rules), func(rule string) bool { return slices.Contains(names, rule) })
		for _, rule := range c.Rules {
			used[rule] = true
		}
	}
	d.controls = slices.DeleteFunc(d.controls, func(c Control) bool {
		return len(c.Rules) == 0 && c.Manual == (Text{}) && c.NotApplicable == (Text{})
	})
	maps.DeleteFunc(d.with, func(name string, _ withLayers) bool { return !used[name] })
}

func sameLayers(a, b []layer) bool {
	plain := func(layers []layer) (values []any) {
		for _, l := range layers {
			var v any
			if l.node.Decode(&v) != nil {
				return nil
			}
			values = append(values, v)
		}
		return values
	}
	return reflect.DeepEqual(plain(a), plain(b))
}
