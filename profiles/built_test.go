package profiles

import (
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestBuilt holds each built-in profile as it is compiled in against what its
// YAML files come to, also where something is laid over it.
func TestBuilt(t *testing.T) {
	profiles, rules := everyBuiltin(t, "builtin"), everyRule(t)
	unexported := cmp.Options{cmp.AllowUnexported(Profile{}), cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".texts" }, cmp.Ignore())}
	laid := cmp.Options{cmp.AllowUnexported(draft{}, withLayers{}, param{}, layer{}), nodesAsWritten,
		cmpopts.IgnoreFields(draft{}, "file", "inherited"), cmpopts.IgnoreFields(withLayers{}, "node")}
	for _, f := range profiles {
		t.Run(f.Name, func(t *testing.T) {
			d := draftFromYAML(t, f.Name, profiles, rules)
			if diff := cmp.Diff(d, builtinDraft(f.Name), laid); diff != "" {
				t.Errorf("draft (-YAML +compiled):\n%s", diff)
			}
			if got := builtinDraft(f.Name).file; got.Name != f.Name || got.Family != f.Family || got.path != f.path {
				t.Errorf("file %+v", got)
			}
			want, got := built(t, d, rules), builtinProfile(f.Name)
			want.digest = want.rulesDigest()
			if diff := cmp.Diff(want, got, unexported); diff != "" {
				t.Errorf("(-YAML +compiled):\n%s", diff)
			}
			again, err := files{}.load(f.Name, nil)
			if err != nil {
				t.Fatal(err)
			}
			again.digest = again.rulesDigest()
			if diff := cmp.Diff(want, again, unexported); diff != "" {
				t.Errorf("built anew (-YAML +compiled):\n%s", diff)
			}
			for i, r := range got.Rules {
				if r.Why() != want.Rules[i].Why() || r.Risk() != want.Rules[i].Risk() || r.Why() == (Text{}) {
					t.Errorf("rule %s: why %v, risk %v; want %v, %v", r.Name, r.Why(), r.Risk(), want.Rules[i].Why(), want.Rules[i].Risk())
				}
			}
		})
	}
}

// Two loads of a profile share nothing that a caller may change.
func TestBuiltIsNotShared(t *testing.T) {
	first, second := builtinProfile("cis-1.12"), builtinProfile("cis-1.12")
	digest := second.Identity()
	if err := first.Select(nil, []string{first.Rules[0].Name}); err != nil {
		t.Fatal(err)
	}
	if first.Identity() == digest {
		t.Error("a profile without one of its rules has the same digest")
	}
	first.Rules[1].Controls[0] = "changed"
	first.Controls[0].Rules = nil
	if diff := cmp.Diff(digest.Digest, second.rulesDigest()); diff != "" {
		t.Error(diff)
	}
}

// everyRule reads the sources of the rules.
func everyRule(t *testing.T) library {
	t.Helper()
	rules := library{read: map[string]*rule{}}
	for _, f := range everyBuiltin(t, "rules") {
		if err := rules.add(f); err != nil {
			t.Fatal(err)
		}
	}
	return rules
}

// draftFromYAML lays a built-in profile over those that it extends, and asks
// for nothing that is compiled in.
func draftFromYAML(t *testing.T, name string, profiles []*file, rules library) *draft {
	t.Helper()
	r := resolver{rules: rules, drafts: map[string]*draft{}, names: map[string]string{}}
	var lay func(name string) *draft
	lay = func(name string) *draft {
		i := slices.IndexFunc(profiles, func(f *file) bool { return f.Name == name })
		if i < 0 {
			t.Fatalf("no built-in profile %s", name)
		}
		for _, parent := range profiles[i].Extends {
			if r.drafts[parent] == nil {
				lay(parent)
			}
		}
		d, err := r.lay(name, profiles[i], nil)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	return lay(name)
}

func built(t *testing.T, d *draft, rules library) *Profile {
	t.Helper()
	p, err := (&resolver{rules: rules}).build(d, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// profile writes what compiledReader.head and body read.
func (w *compiledWriter) profile(t *testing.T, p *Profile) {
	w.texts(p.Version)
	w.bilingual(p.Title)
	w.texts(p.Source)
	w.uint(len(p.Controls))
	for _, c := range p.Controls {
		w.texts(c.ID)
		w.body(func(w *compiledWriter) {
			w.bilingual(c.Title)
			w.uint(c.Level)
			w.list(c.Rules)
			w.bilingual(c.Manual, c.NotApplicable)
			w.texts(c.From, c.Until)
			w.bilingual(c.Note)
		})
	}
	w.texts(p.rulesDigest())
	w.uint(len(p.Parameters))
	for _, name := range slices.Sorted(maps.Keys(p.Parameters)) {
		w.texts(name)
		w.any(t, p.Parameters[name])
	}
	w.uint(len(p.Rules))
	for _, r := range p.Rules {
		w.builtRule(t, r)
		w.uint(len(r.Controls))
		for _, id := range r.Controls {
			w.uint(slices.IndexFunc(p.Controls, func(c Control) bool { return c.ID == id }))
		}
	}
}

// draft writes what compiledReader.draft reads.
func (w *compiledWriter) draft(d *draft) {
	w.texts(d.file.Family)
	w.uint(len(d.params))
	for _, name := range slices.Sorted(maps.Keys(d.params)) {
		w.texts(name, d.params[name].from)
		w.layer(d.params[name].layer)
	}
	w.uint(len(d.with))
	for _, name := range slices.Sorted(maps.Keys(d.with)) {
		w.texts(name, d.with[name].from)
		w.uint(len(d.with[name].layers))
		for _, l := range d.with[name].layers {
			w.layer(l)
		}
	}
}

func (w *compiledWriter) layer(l layer) {
	w.texts(l.path)
	w.node(l.node)
}

func (w *compiledWriter) builtRule(t *testing.T, r Rule) {
	w.body(func(w *compiledWriter) {
		w.texts(r.Name, r.Kind)
		w.bilingual(r.Title)
		w.body(func(w *compiledWriter) { w.bilingual(r.Why(), r.Risk()) })
		w.uint(len(r.Needs))
		for _, need := range r.Needs {
			w.builtRule(t, need)
		}
		w.value(t, reflect.ValueOf(r.Fixer).Elem())
	})
}

func (w *compiledWriter) value(t *testing.T, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			w.value(t, v.Field(i))
		}
	case reflect.Pointer:
		w.truth(!v.IsNil())
		if !v.IsNil() {
			w.value(t, v.Elem())
		}
	case reflect.Slice:
		w.uint(v.Len())
		for i := range v.Len() {
			w.value(t, v.Index(i))
		}
	case reflect.Interface:
		w.any(t, v.Interface())
	case reflect.String:
		w.texts(v.String())
	case reflect.Bool:
		w.truth(v.Bool())
	case reflect.Int64:
		w.int(int(v.Int()))
	case reflect.Uint16, reflect.Uint32:
		w.uint(int(v.Uint()))
	default:
		t.Fatalf("a fixer has a %s, which compiled.bin cannot hold", v.Type())
	}
}

func (w *compiledWriter) truth(is bool) {
	if is {
		w.uint(1)
		return
	}
	w.uint(0)
}

func (w *compiledWriter) any(t *testing.T, value any) {
	switch v := value.(type) {
	case nil:
		w.uint(noValue)
	case string:
		w.uint(textValue)
		w.texts(v)
	case bool:
		w.uint(boolValue)
		w.truth(v)
	case int:
		w.uint(intValue)
		w.int(v)
	case int64:
		w.uint(int64Value)
		w.int(int(v))
	case []string:
		w.uint(textsValue)
		w.list(v)
	case []any:
		w.uint(listValue)
		w.uint(len(v))
		for _, e := range v {
			w.any(t, e)
		}
	default:
		t.Fatalf("a profile has the value %v of type %T, which compiled.bin cannot hold", v, v)
	}
}
