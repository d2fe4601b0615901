package profiles

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"harden/agent/message"
	"harden/fixers"
)

// build fills in parameters and turns the draft into a profile.
func (r *resolver) build(d *draft, set map[string]string) (*Profile, error) {
	p := &Profile{Name: d.file.Name, Version: d.file.Version, Title: d.file.Title, Source: d.file.Source,
		Controls: d.controls, Waivers: d.waivers, Parameters: map[string]any{}, severity: d.severity, places: d.places}
	params, err := r.parameters(d, set)
	if err != nil {
		return nil, err
	}
	p.Differences = r.differences(d, params)
	for name, param := range params {
		var v any
		if err := param.node.Decode(&v); err != nil {
			return nil, at(param.path, param.node, "parameter %s: %v", name, err)
		}
		p.Parameters[name] = v
	}
	p.Rules = make([]Rule, 0, len(d.with))
	serves := make(map[string][]string, len(d.with))
	for _, c := range d.controls {
		for _, rule := range c.Rules {
			serves[rule] = append(serves[rule], c.ID)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.with)) {
		rule, err := r.rule(name, d, params)
		if err != nil {
			r.wrong(err)
			continue
		}
		rule.Controls = slices.Compact(slices.Sorted(slices.Values(serves[name])))
		def := r.rules.rule(name)
		for _, need := range def.Needs {
			if !r.rules.has(need) {
				return nil, at(def.path, def.node, "rule %s needs %q, which is not a rule%s", name, need, similar(need, r.rules.names()))
			}
			needed, err := r.rule(need, d, params)
			if err != nil {
				r.wrong(err)
				continue
			}
			rule.Needs = append(rule.Needs, needed)
		}
		p.Rules = append(p.Rules, rule)
	}
	return p, nil
}

func (r *resolver) rule(name string, d *draft, params map[string]param) (Rule, error) {
	def := r.rules.rule(name)
	rule := Rule{Name: name, Kind: def.Kind, Title: def.Title, definition: def}
	if def.builtin != nil && len(d.with[name].layers) == 0 && !def.changed(params) {
		rule.Fixer = def.builtin.Fixer
		return rule, nil
	}
	var err error
	rule.Fixer, err = def.fixer(d.with[name].layers, params)
	return rule, err
}

// changed tells whether a parameter of the rule has another value than its own default.
func (r *rule) changed(params map[string]param) bool {
	for name := range r.Parameters {
		if params[name].from != "" {
			return true
		}
	}
	return false
}

// param is the value of a parameter, and who gave it.
type param struct {
	layer
	from string // the profile, "--set", or "" for the rule's own default
}

// parameters gathers the defaults of all rules in use, under what profiles
// set, under what was set by hand.
func (r *resolver) parameters(d *draft, set map[string]string) (map[string]param, error) {
	params, err := r.defaults(d)
	if err != nil {
		return nil, err
	}
	for name, value := range d.params {
		if _, used := params[name]; used { // the rules that have it may be skipped
			params[name] = value
		}
	}
	for _, name := range slices.Sorted(maps.Keys(set)) {
		flag := "--set " + name
		standard, known := params[name]
		if !known {
			return nil, at(flag, nil, "profile %s has no such parameter%s", d.file.Name, orThese(name, slices.Sorted(maps.Keys(params))))
		}
		node := byHand(standard.node, set[name])
		if have, want := kindOf(node), kindOf(standard.node); have != want {
			return nil, at(flag, nil, "%s is needed here, not %q", want, shortened(set[name]))
		}
		params[name] = param{layer{node, flag}, "--set"}
	}
	return params, nil
}

// defaults gathers the parameters of the rules in use and of those that they
// need. Rules may share a parameter if they agree on what it is by default.
func (r *resolver) defaults(d *draft) (map[string]param, error) {
	var names []string
	for name := range d.with {
		def := r.rules.rule(name)
		names = append(append(names, name), def.Needs...)
	}
	slices.Sort(names)
	params, owner := map[string]param{}, map[string]string{}
	for _, rule := range slices.Compact(names) {
		def := r.rules.rule(rule)
		for _, name := range slices.Sorted(maps.Keys(def.Parameters)) {
			node := def.Parameters[name]
			if other, twice := params[name]; twice && !sameLayers([]layer{other.layer}, []layer{{&node, def.path}}) {
				return nil, at(def.path, &node, "rules %s and %s have a parameter %q with different defaults", owner[name], rule, name)
			}
			params[name], owner[name] = param{layer: layer{&node, def.path}}, rule
		}
	}
	return params, nil
}

// byHand gives a value from the command line the type that the parameter has.
func byHand(standard *yaml.Node, text string) *yaml.Node {
	switch {
	case standard.Kind == yaml.SequenceNode:
		list := yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for _, e := range strings.Split(text, ",") {
			list.Content = append(list.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: strings.TrimSpace(e)})
		}
		return &list
	case standard.ShortTag() == "!!str":
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Value: text} // its own kind shows what it is
}

// fixer decodes a rule's parameters, its own under those of the profiles.
func (r *rule) fixer(over []layer, params map[string]param) (fixers.Fixer, error) {
	fixer, err := fixers.New(r.Kind)
	if err != nil {
		return nil, at(r.path, r.node, "rule %s: %v", r.Name, err)
	}
	with := &r.With
	if r.builtin != nil {
		if with, err = mapping(r.path, r.builtin.With); err != nil {
			return nil, err
		}
	}
	blame := layer{r.node, r.path}
	for i, l := range append([]layer{{with, r.path}}, over...) {
		if l.node.Kind == 0 {
			continue
		}
		blame = l
		if own := i == 0 && r.builtin != nil; !own { // a test has checked that
			if err := r.checkKeys(l, reflect.TypeOf(fixer).Elem()); err != nil {
				return nil, err
			}
		}
		filled, err := fill(l, params, &blame)
		if err != nil {
			return nil, err
		}
		if err := filled.Decode(fixer); err != nil {
			return nil, r.undecodable(blame, err, filled)
		}
	}
	if err := fixer.Check(); err != nil {
		return nil, at(blame.path, blame.node, "rule %s: %v", r.Name, err)
	}
	return fixer, nil
}

// undecodable says what of a rule's parameters has a wrong type.
func (r *rule) undecodable(l layer, err error, filled *yaml.Node) error {
	e := &Error{Path: l.path, Line: l.node.Line, Column: l.node.Column, Message: message.Of(err)}
	if found := (*Error)(nil); errors.As(located(l.path, err, filled), &found) {
		e.Message = found.Message
		if found.Column > 0 && l.node.Kind == yaml.MappingNode { // no parameter's value stands in another file then
			e.Line, e.Column = found.Line, found.Column
		}
	}
	e.Message = message.New("rule %s: %s", r.Name, e.Message)
	return e
}

// fill puts the values of parameters where "$name" stands. A value that was
// given, and is not a default, is to blame for what is wrong afterwards.
func fill(l layer, params map[string]param, blame *layer) (*yaml.Node, error) {
	if name, is := strings.CutPrefix(l.node.Value, "$"); is && l.node.Kind == yaml.ScalarNode && validParameter(name) {
		value, known := params[name]
		if !known {
			return nil, at(l.path, l.node, "no parameter $%s; declare it under parameters of the rule", name)
		}
		if value.from != "" {
			*blame = value.layer
		}
		return value.node, nil
	}
	filled := l.node
	for i, c := range l.node.Content {
		child, err := fill(layer{c, l.path}, params, blame)
		if err != nil {
			return nil, err
		}
		if child == c {
			continue
		}
		if filled == l.node { // others use it too
			copied := *l.node
			copied.Content = slices.Clone(l.node.Content)
			filled = &copied
		}
		filled.Content[i] = child
	}
	return filled, nil
}

// checkKeys refuses parameters that a kind does not have, also inside of those
// that are structures or lists of them. The decoder is strict on whole
// documents only.
func (r *rule) checkKeys(l layer, kind reflect.Type) error {
	if l.node.Kind != yaml.MappingNode {
		return at(l.path, l.node, "rule %s: parameters are a mapping", r.Name)
	}
	known := parameterTypes(kind)
	for i := 0; i+1 < len(l.node.Content); i += 2 {
		key, value := l.node.Content[i], l.node.Content[i+1]
		t, ok := known[key.Value]
		if !ok {
			return at(l.path, key, "rule %s: unknown parameter %q; a %s has %s", r.Name, key.Value, r.Kind,
				strings.Join(slices.Sorted(maps.Keys(known)), ", "))
		}
		inner := []*yaml.Node{value}
		if t.Kind() == reflect.Slice && value.Kind == yaml.SequenceNode {
			inner = value.Content
		}
		if t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		for _, n := range inner {
			if t.Kind() != reflect.Struct || n.Kind != yaml.MappingNode {
				continue
			}
			if err := r.checkKeys(layer{n, l.path}, t); err != nil {
				return err
			}
		}
	}
	return nil
}

// parameterTypes lists the parameters of a kind by name.
func parameterTypes(kind reflect.Type) map[string]reflect.Type {
	types := map[string]reflect.Type{}
	for i := range kind.NumField() {
		f := kind.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if options == "inline" {
			maps.Copy(types, parameterTypes(f.Type))
			continue
		}
		types[name] = f.Type
	}
	return types
}
