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
	var found *Profile
	r := openCompiled()
	r.profiles(func(known, _, built string) {
		if known == name {
			found = (&compiledReader{built}).profile()
			found.Name = name
		}
	})
	return found
}

func (r *compiledReader) profile() *Profile {
	p := &Profile{Version: r.text(), Title: r.bilingual(), Source: r.text(), digest: r.text()}
	n := r.uint()
	p.Parameters = make(map[string]any, n)
	for range n {
		name := r.text()
		p.Parameters[name] = r.any()
	}
	p.Controls = make([]Control, r.uint())
	for i := range p.Controls {
		c := &p.Controls[i]
		c.ID = r.text()
		body := compiledReader{r.text()}
		c.Title, c.Level, c.Rules = body.bilingual(), body.uint(), body.texts()
		c.Manual, c.NotApplicable, c.From, c.Until, c.Note = body.bilingual(), body.bilingual(), body.text(), body.text(), body.bilingual()
	}
	p.Rules = make([]Rule, r.uint())
	for i := range p.Rules {
		rule := &p.Rules[i]
		*rule = r.rule()
		rule.Controls = make([]string, r.uint())
		for k := range rule.Controls {
			rule.Controls[k] = p.Controls[r.uint()].ID
		}
	}
	return p
}

// rule reads a rule of a profile, all but the controls that it serves.
func (r *compiledReader) rule() Rule {
	body := compiledReader{r.text()}
	rule := Rule{Name: body.text(), Kind: body.text(), Title: body.bilingual(), texts: texts{compiled: body.text()}}
	if n := body.uint(); n > 0 {
		rule.Needs = make([]Rule, n)
	}
	for i := range rule.Needs {
		rule.Needs[i] = body.rule()
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
