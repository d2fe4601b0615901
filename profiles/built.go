package profiles

import (
	"fmt"
	"reflect"

	"harden/fixers"
)

// Load reads a profile by name or path, with the profiles it extends and the
// parameters that were set by hand, and checks all of it. A built-in profile
// without such parameters was checked and built when it was compiled.
func Load(ref string, set map[string]string, source Source) (*Profile, error) {
	if len(set) == 0 {
		if p := builtinProfile(ref); p != nil {
			return p, nil
		}
	}
	return load(ref, set, source, builtinRules())
}

// builtinProfile gives a built-in profile as it is without parameters set by
// hand; nil where there is none of that name.
func builtinProfile(name string) *Profile {
	built, _ := builtin(name)
	if built.rest == "" {
		return nil
	}
	p := built.head(name)
	built.body(p)
	return p
}

// builtinDraft gives a built-in profile as others extend it and as parameters
// are set in it; nil where there is none of that name.
func builtinDraft(name string) *draft {
	built, laid := builtin(name)
	if built.rest == "" {
		return nil
	}
	p := built.head(name)
	return laid.draft(p)
}

// builtin finds a built-in profile by name: what it comes to, and what a draft
// has beside that.
func builtin(name string) (built, laid compiledReader) {
	r := openCompiled()
	r.profiles(func(known, b, l string) {
		if known == name {
			built, laid = compiledReader{b}, compiledReader{l}
		}
	})
	return built, laid
}

// head reads what a profile and its draft have both.
func (r *compiledReader) head(name string) *Profile {
	p := &Profile{Name: name, Version: r.text(), Title: r.bilingual(), Source: r.text()}
	p.Controls = make([]Control, r.uint())
	for i := range p.Controls {
		c := &p.Controls[i]
		c.ID = r.text()
		body := compiledReader{r.text()}
		c.Title, c.Level, c.Rules = body.bilingual(), body.uint(), body.texts()
		c.Manual, c.NotApplicable, c.From, c.Until, c.Note = body.bilingual(), body.bilingual(), body.text(), body.text(), body.bilingual()
	}
	return p
}

// body reads the rest of a profile.
func (r *compiledReader) body(p *Profile) {
	p.digest = r.text()
	n := r.uint()
	p.Parameters = make(map[string]any, n)
	for range n {
		name := r.text()
		p.Parameters[name] = r.any()
	}
	p.Rules = make([]Rule, r.uint())
	for i := range p.Rules {
		rule := &p.Rules[i]
		*rule = r.builtRule()
		rule.Controls = make([]string, r.uint())
		for k := range rule.Controls {
			rule.Controls[k] = p.Controls[r.uint()].ID
		}
	}
}

// draft reads the rest of a draft. What only errors in the profile's own file
// tell of is not kept: it was found free of them.
func (r *compiledReader) draft(p *Profile) *draft {
	f := &file{Format: Format, Name: p.Name, Version: p.Version, Title: p.Title, Source: p.Source, Family: r.text(), path: builtinPath + "builtin/" + p.Name + ".yaml"}
	n := r.uint()
	d := &draft{file: f, controls: p.Controls, params: make(map[string]param, n)}
	for range n {
		name := r.text()
		d.params[name] = param{from: r.text(), layer: r.layer()}
	}
	n = r.uint()
	d.with = make(map[string]withLayers, n)
	for range n {
		name := r.text()
		w := withLayers{from: r.text()}
		if n := r.uint(); n > 0 {
			w.layers = make([]layer, n)
		}
		for i := range w.layers {
			w.layers[i] = r.layer()
		}
		d.with[name] = w
	}
	return d
}

func (r *compiledReader) layer() layer {
	path, node := r.text(), r.node()
	return layer{&node, path}
}

// builtRule reads a rule of a profile, all but the controls that it serves.
func (r *compiledReader) builtRule() Rule {
	body := compiledReader{r.text()}
	rule := Rule{Name: body.text(), Kind: body.text(), Title: body.bilingual(), texts: texts{compiled: body.text()}}
	if n := body.uint(); n > 0 {
		rule.Needs = make([]Rule, n)
	}
	for i := range rule.Needs {
		rule.Needs[i] = body.builtRule()
	}
	fixer, err := fixers.New(rule.Kind)
	if err != nil {
		panic(err)
	}
	body.value(reflect.ValueOf(fixer).Elem())
	rule.Fixer = fixer
	return rule
}

// value reads a part of a fixer by its type: fields stand in the order in
// which they are declared.
func (r *compiledReader) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			r.value(v.Field(i))
		}
	case reflect.Pointer:
		if r.uint() > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			r.value(v.Elem())
		}
	case reflect.Slice:
		if n := r.uint(); n > 0 {
			v.Set(reflect.MakeSlice(v.Type(), n, n))
		}
		for i := range v.Len() {
			r.value(v.Index(i))
		}
	case reflect.Interface:
		if value := r.any(); value != nil {
			v.Set(reflect.ValueOf(value))
		}
	case reflect.String:
		v.SetString(r.text())
	case reflect.Bool:
		v.SetBool(r.uint() > 0)
	case reflect.Int64:
		v.SetInt(int64(r.int()))
	case reflect.Uint16, reflect.Uint32:
		v.SetUint(uint64(r.uint())) //nolint:gosec // written from one
	default:
		panic("profiles: a fixer with " + v.Kind().String())
	}
}

// The types of values that are not known by their place.
const (
	noValue = iota
	textValue
	boolValue
	intValue   // as YAML gives them
	int64Value // as fixers have them
	listValue  // as YAML gives them
	textsValue // as fixers have them
)

func (r *compiledReader) any() any {
	switch kind := r.uint(); kind {
	case noValue:
		return nil
	case textValue:
		return r.text()
	case boolValue:
		return r.uint() > 0
	case intValue:
		return r.int()
	case int64Value:
		return int64(r.int())
	case listValue:
		list := make([]any, r.uint())
		for i := range list {
			list[i] = r.any()
		}
		return list
	case textsValue:
		return r.texts()
	default:
		panic(fmt.Sprint("profiles: a value of kind ", kind))
	}
}
