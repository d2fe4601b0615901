package profiles

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"harden/fixers"
)

// Load reads a profile by name or path, with the profiles it extends and the
// parameters that were set by hand, and checks all of it.
func Load(ref string, set map[string]string, source Source) (*Profile, error) {
	rules, err := library()
	if err != nil {
		return nil, err
	}
	r := resolver{source: source, library: rules, drafts: map[string]*draft{}}
	d, err := r.draft(ref, nil)
	if err != nil {
		return nil, err
	}
	return r.build(d, set)
}

type resolver struct {
	source  Source
	library map[string]rule
	drafts  map[string]*draft // by reference: two profiles may extend the same one
}

// draft is a profile while its overlays are laid over each other.
type draft struct {
	file     *file
	controls []Control
	params   map[string]yaml.Node  // set by profiles
	with     map[string]withLayers // rule → parameters, by profile
	waivers  []Waiver
}

// withLayers are the parameters of one rule, later over earlier.
type withLayers struct {
	layers []layer
	from   string // the profile, for errors
	line   int
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
	f, err := r.source.open(ref)
	if err != nil {
		return nil, err
	}
	if slices.Contains(stack, f.path) {
		return nil, &Error{Path: f.path, Message: "extends itself: " + strings.Join(append(stack, f.path), " → ")}
	}
	if f.Format != Format {
		return nil, &Error{Path: f.path, Line: 1, Message: fmt.Sprintf("\"harden: %s\" is missing, so this is no profile", Format)}
	}
	if f.Name == "" {
		return nil, &Error{Path: f.path, Message: "name is missing"}
	}
	if err := add(r.library, f); err != nil {
		return nil, err
	}
	d := &draft{file: f, params: map[string]yaml.Node{}, with: map[string]withLayers{}}
	for _, parent := range f.Extends {
		p, err := r.draft(parent, append(stack, f.path))
		if err != nil {
			return nil, err
		}
		if err := d.inherit(p); err != nil {
			return nil, err
		}
	}
	maps.Copy(d.params, f.Set)
	for _, c := range f.Controls {
		if err := r.control(d, c); err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(f.Adjust)) {
		node := f.Adjust[name]
		layers, used := d.with[name]
		if !used {
			return nil, &Error{Path: f.path, Line: node.Line, Message: fmt.Sprintf("adjusts rule %q, which the profile does not use", name)}
		}
		layers.layers, layers.from = append(slices.Clone(layers.layers), layer{&node, f.path}), f.Name
		d.with[name] = layers
	}
	d.skip(f.Skip)
	for i, w := range f.Waivers {
		if err := checkWaiver(w); err != nil {
			return nil, &Error{Path: f.path, Message: fmt.Sprintf("waiver %d: %v", i+1, err)}
		}
	}
	d.waivers = append(d.waivers, f.Waivers...)
	r.drafts[ref] = d
	return d, nil
}

// inherit lays an extended profile under this one. Two extended profiles must
// agree on every rule, unless this one says what it wants itself.
func (d *draft) inherit(p *draft) error {
	for name, layers := range p.with {
		other, twice := d.with[name]
		_, decided := d.file.Adjust[name]
		if twice && !decided && !sameLayers(other.layers, layers.layers) {
			return &Error{Path: d.file.path, Message: fmt.Sprintf("extends %s and %s, which want different things of rule %q; say what you want under adjust: %s", other.from, layers.from, name, name)}
		}
		d.with[name] = layers
	}
	for _, c := range p.controls {
		d.replace(c)
	}
	maps.Copy(d.params, p.params)
	d.waivers = append(d.waivers, p.waivers...)
	return nil
}

func (d *draft) replace(c Control) {
	if i := slices.IndexFunc(d.controls, func(o Control) bool { return o.ID == c.ID }); i >= 0 {
		d.controls[i] = c
		return
	}
	d.controls = append(d.controls, c)
}

func (r *resolver) control(d *draft, c control) error {
	if c.ID == "" {
		return &Error{Path: d.file.path, Line: c.line, Message: "a control needs an id"}
	}
	uses, err := c.uses(d.file.path)
	if err != nil {
		return err
	}
	if len(uses) == 0 && c.Manual == (Text{}) && c.NotApplicable == (Text{}) {
		return &Error{Path: d.file.path, Line: c.line, Message: fmt.Sprintf("control %s has neither rules nor manual nor notApplicable", c.ID)}
	}
	control := Control{ID: d.file.Name + "/" + c.ID, Title: c.Title, Level: c.Level, Manual: c.Manual, NotApplicable: c.NotApplicable, Note: c.Note}
	for _, u := range uses {
		if _, known := r.library[u.rule]; !known {
			return &Error{Path: d.file.path, Line: u.line, Message: fmt.Sprintf("unknown rule %q%s", u.rule, r.similar(u.rule))}
		}
		control.Rules = append(control.Rules, u.rule)
		layers := withLayers{from: d.file.Name, line: u.line}
		if u.with != nil {
			layers.layers = []layer{{u.with, d.file.path}}
		}
		if other, twice := d.with[u.rule]; twice && other.from == d.file.Name && !sameLayers(other.layers, layers.layers) {
			return &Error{Path: d.file.path, Line: u.line, Message: fmt.Sprintf("rule %q has other parameters here than in line %d", u.rule, other.line)}
		}
		d.with[u.rule] = layers
	}
	d.replace(control)
	return nil
}

// skip leaves out rules, and controls with the rules that only they use.
func (d *draft) skip(names []string) {
	for _, name := range names {
		delete(d.with, name)
		d.controls = slices.DeleteFunc(d.controls, func(c Control) bool { return c.ID == name || strings.HasSuffix(c.ID, "/"+name) })
	}
	used := map[string]bool{}
	for _, c := range d.controls {
		for _, rule := range c.Rules {
			used[rule] = true
		}
	}
	maps.DeleteFunc(d.with, func(name string, _ withLayers) bool { return !used[name] })
}

// similar suggests a rule whose name shares the longest beginning.
func (r *resolver) similar(name string) string {
	best, length := "", 3
	for _, known := range slices.Sorted(maps.Keys(r.library)) {
		n := 0
		for n < len(name) && n < len(known) && name[n] == known[n] {
			n++
		}
		if n > length {
			best, length = known, n
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

func checkWaiver(w Waiver) error {
	if (w.Rule == "") == (w.Control == "") {
		return fmt.Errorf("give either rule or control")
	}
	if strings.TrimSpace(w.Reason) == "" {
		return fmt.Errorf("a reason is required")
	}
	if _, err := time.Parse(time.DateOnly, w.Expires); err != nil {
		return fmt.Errorf("expires must be a day such as 2027-06-30, not %q", w.Expires)
	}
	return nil
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

// build fills in parameters and turns the draft into a profile.
func (r *resolver) build(d *draft, set map[string]string) (*Profile, error) {
	p := &Profile{Name: d.file.Name, Version: d.file.Version, Title: d.file.Title, Source: d.file.Source,
		Controls: d.controls, Waivers: d.waivers, Parameters: map[string]any{}}
	params, err := r.parameters(d, set)
	if err != nil {
		return nil, err
	}
	for name, node := range params {
		var v any
		if err := node.Decode(&v); err != nil {
			return nil, &Error{Path: d.file.path, Message: fmt.Sprintf("parameter %s: %v", name, err)}
		}
		p.Parameters[name] = v
	}
	serves := map[string][]string{}
	for _, c := range d.controls {
		for _, rule := range c.Rules {
			serves[rule] = append(serves[rule], c.ID)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.with)) {
		def := r.library[name]
		fixer, err := def.fixer(d.with[name].layers, params)
		if err != nil {
			return nil, err
		}
		controls := slices.Compact(slices.Sorted(slices.Values(serves[name])))
		rule := Rule{Name: name, Kind: def.Kind, Fixer: fixer, Title: def.Title, Why: def.Why, Risk: def.Risk, Controls: controls}
		for _, need := range def.Needs {
			needed, known := r.library[need]
			if !known {
				return nil, &Error{Path: def.path, Line: def.line, Message: fmt.Sprintf("rule %s needs %q, which is no rule", name, need)}
			}
			fixer, err := needed.fixer(d.with[need].layers, params)
			if err != nil {
				return nil, err
			}
			rule.Needs = append(rule.Needs, Rule{Name: need, Kind: needed.Kind, Fixer: fixer})
		}
		p.Rules = append(p.Rules, rule)
	}
	return p, nil
}

// parameters gathers the defaults of all rules in use, under what profiles
// set, under what was set by hand.
func (r *resolver) parameters(d *draft, set map[string]string) (map[string]yaml.Node, error) {
	params := map[string]yaml.Node{}
	for name := range d.with {
		maps.Copy(params, r.library[name].Parameters)
		for _, need := range r.library[name].Needs {
			maps.Copy(params, r.library[need].Parameters)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.params)) {
		if _, known := params[name]; !known {
			return nil, &Error{Path: d.file.path, Line: d.params[name].Line, Message: fmt.Sprintf("no rule has a parameter %q", name)}
		}
		params[name] = d.params[name]
	}
	for _, name := range slices.Sorted(maps.Keys(set)) {
		standard, known := params[name]
		if !known {
			return nil, &Error{Path: "--set " + name, Message: fmt.Sprintf("profile %s has no such parameter; it has %s", d.file.Name, strings.Join(slices.Sorted(maps.Keys(params)), ", "))}
		}
		params[name] = byHand(standard, set[name])
	}
	return params, nil
}

// byHand gives a value from the command line the type that the parameter has.
func byHand(standard yaml.Node, text string) yaml.Node {
	if standard.Kind != yaml.SequenceNode {
		return yaml.Node{Kind: yaml.ScalarNode, Tag: standard.Tag, Value: text}
	}
	list := yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	for _, e := range strings.Split(text, ",") {
		list.Content = append(list.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: strings.TrimSpace(e)})
	}
	return list
}

// fixer decodes a rule's parameters, its own under those of the profiles.
func (r rule) fixer(over []layer, params map[string]yaml.Node) (fixers.Fixer, error) {
	fixer, err := fixers.New(r.Kind)
	if err != nil {
		return nil, &Error{Path: r.path, Line: r.line, Message: fmt.Sprintf("rule %s: %v", r.Name, err)}
	}
	last := layer{&r.With, r.path}
	for _, l := range append([]layer{last}, over...) {
		if l.node.Kind == 0 {
			continue
		}
		last = l
		if err := r.checkKeys(l, reflect.TypeOf(fixer).Elem()); err != nil {
			return nil, err
		}
		filled, err := fill(l.node, params)
		if err == nil {
			err = filled.Decode(fixer)
		}
		if err != nil {
			return nil, &Error{Path: l.path, Line: l.node.Line, Message: fmt.Sprintf("rule %s: %s", r.Name, strings.TrimPrefix(err.Error(), "yaml: "))}
		}
	}
	if err := fixer.Check(); err != nil {
		return nil, &Error{Path: last.path, Line: last.node.Line, Message: fmt.Sprintf("rule %s: %v", r.Name, err)}
	}
	return fixer, nil
}

// fill puts the values of parameters where "$name" stands.
func fill(n *yaml.Node, params map[string]yaml.Node) (*yaml.Node, error) {
	if name, is := strings.CutPrefix(n.Value, "$"); is && n.Kind == yaml.ScalarNode {
		value, known := params[name]
		if !known {
			return nil, fmt.Errorf("no parameter $%s", name)
		}
		return &value, nil
	}
	filled := *n
	filled.Content = make([]*yaml.Node, len(n.Content))
	for i, c := range n.Content {
		child, err := fill(c, params)
		if err != nil {
			return nil, err
		}
		filled.Content[i] = child
	}
	return &filled, nil
}

// checkKeys refuses parameters that a kind does not have.
func (r rule) checkKeys(l layer, kind reflect.Type) error {
	if l.node.Kind != yaml.MappingNode {
		return &Error{Path: l.path, Line: l.node.Line, Message: fmt.Sprintf("rule %s: parameters are a mapping", r.Name)}
	}
	known := keys(kind)
	for i := 0; i+1 < len(l.node.Content); i += 2 {
		key := l.node.Content[i]
		if !slices.Contains(known, key.Value) {
			return &Error{Path: l.path, Line: key.Line, Column: key.Column, Message: fmt.Sprintf("rule %s: unknown parameter %q; a %s has %s", r.Name, key.Value, r.Kind, strings.Join(known, ", "))}
		}
	}
	return nil
}

func keys(t reflect.Type) []string {
	var names []string
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if options == "inline" {
			names = append(names, keys(f.Type)...)
			continue
		}
		names = append(names, name)
	}
	return names
}
