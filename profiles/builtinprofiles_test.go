package profiles

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestBuiltin holds each built-in profile as it is loaded against what its YAML
// files come to, read strictly.
func TestBuiltin(t *testing.T) {
	profiles, rules := everyBuiltin(t, "builtin"), everyRule(t)
	for _, f := range profiles {
		t.Run(f.Name, func(t *testing.T) {
			want := built(t, draftFromYAML(t, f.Name, profiles, rules), rules)
			got, err := Load(f.Name, nil, files{}.source())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Rule{}), cmp.AllowUnexported(Profile{}), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-YAML +generated):\n%s", diff)
			}
			if want.Identity() != got.Identity() {
				t.Error("the digests differ")
			}
			for i, r := range got.Rules {
				if r.Why() != want.Rules[i].Why() || r.Risk() != want.Rules[i].Risk() || r.Because() != want.Rules[i].Because() || r.Why() == (Text{}) {
					t.Errorf("rule %s: why %v, risk %v, because %v; want %v, %v, %v", r.Name, r.Why(), r.Risk(), r.Because(), want.Rules[i].Why(), want.Rules[i].Risk(), want.Rules[i].Because())
				}
			}
		})
	}
}

// Two loads of a profile share nothing that a caller may change.
func TestBuiltIsNotShared(t *testing.T) {
	first, second := mustLoad(t, files{"/p/main.yaml": head + "extends: [cis-1.12]\n"}, nil), mustLoad(t, files{"/p/main.yaml": head + "extends: [cis-1.12]\n"}, nil)
	digest := second.Identity()
	if err := first.Select(nil, []string{first.Rules[0].Name}); err != nil {
		t.Fatal(err)
	}
	if first.Identity() == digest {
		t.Error("a profile without one of its rules has the same digest")
	}
	first.Rules[1].Controls[0] = "changed"
	first.Controls[0].Rules = nil
	if diff := cmp.Diff(digest.Digest, second.Identity().Digest); diff != "" {
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

// draftFromYAML lays a built-in profile over those that it extends, from
// YAML alone.
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
