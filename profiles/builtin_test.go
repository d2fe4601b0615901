package profiles

import (
	"os"
	"path"
	"testing"
)

// everyBuiltin reads the YAML of all built-in profiles or rules, strictly.
func everyBuiltin(t *testing.T, dir string) []*file {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []*file
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		strict, err := decode(builtinPath+name, data)
		if err != nil {
			t.Fatal(err)
		}
		strict.builtin = true
		list = append(list, strict)
	}
	return list
}

func TestLibraryIsSound(t *testing.T) {
	rules := everyRule(t)
	for name, r := range rules.read {
		for what, text := range map[string]Text{"title": r.Title, "why": r.Why, "risk": r.Risk, "because": r.Because} {
			if text.EN == "" || text.ZH == "" {
				t.Errorf("%s: rule %s has its %s not in both languages", r.path, name, what)
			}
		}
		if r.Severity == "" {
			t.Errorf("%s: rule %s has no severity", r.path, name)
		}
		if err := r.checkSeverity(); err != nil {
			t.Error(err)
		}
		for _, need := range r.Needs {
			if !rules.has(need) {
				t.Errorf("%s: rule %s needs %s, which is not a rule", r.path, name, need)
			}
		}
		params := map[string]param{}
		for parameter, node := range r.Parameters {
			params[parameter] = param{layer: layer{&node, r.path}}
		}
		if _, err := r.fixer(nil, params); err != nil {
			t.Error(err)
		}
	}
}

func TestBuiltinProfilesAreSound(t *testing.T) {
	for _, f := range everyBuiltin(t, "builtin") {
		t.Run(f.Name, func(t *testing.T) {
			if f.path != builtinPath+"builtin/"+f.Name+".yaml" || f.Version == "" || f.Source == "" || f.Title.EN == "" || f.Title.ZH == "" {
				t.Errorf("name, version, source or title is missing: %q %q %q %v", f.Name, f.Version, f.Source, f.Title)
			}
			for _, c := range f.Controls {
				for what, text := range map[string]Text{"manual": c.Manual, "notApplicable": c.NotApplicable, "note": c.Note} {
					if (text.EN == "") != (text.ZH == "") {
						t.Errorf("control %s has its %s in one language only", c.ID, what)
					}
				}
			}
			p, err := files{}.load(f.Name, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range p.Controls {
				if c.Title.EN == "" || c.Title.ZH == "" {
					t.Errorf("control %s has its title not in both languages", c.ID)
				}
			}
			for _, r := range p.Rules {
				if len(r.Controls) == 0 {
					t.Errorf("rule %s serves no control", r.Name)
				}
			}
		})
	}
}
