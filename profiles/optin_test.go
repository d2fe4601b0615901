package profiles

import (
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
)

// A rule that no built-in profile uses has a reason: a comment "# opt-in: …" before
// it in its YAML file. A rule that a profile uses has none.
func TestRulesWithoutProfile(t *testing.T) {
	used := map[string]bool{}
	var need func(r Rule)
	need = func(r Rule) {
		used[r.Name] = true
		for _, needed := range r.Needs {
			need(needed)
		}
	}
	for _, name := range Names() {
		p, err := Load(name, nil, files{}.source())
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range p.Rules {
			need(r)
		}
	}
	rule := regexp.MustCompile(`(?m)^((?: *#.*\n)*) *- name: (\S+)$`)
	optIn := regexp.MustCompile(`# opt-in: \S.*\.\n`)
	count := 0
	for _, file := range everyBuiltin(t, "rules") {
		data, err := os.ReadFile(path.Join("rules", path.Base(strings.TrimPrefix(file.path, builtinPath))))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range rule.FindAllStringSubmatch(string(data), -1) {
			count++
			switch comment, name := m[1], m[2]; {
			case !used[name] && !optIn.MatchString(comment):
				t.Errorf(`%s: no built-in profile uses rule %s: delete it, or say why it is there in a comment before it, "# opt-in: …."`, file.path, name)
			case used[name] && optIn.MatchString(comment):
				t.Errorf("%s: rule %s is used by a profile, and has a comment for one that is not", file.path, name)
			}
		}
	}
	if all := len(everyRule(t).names()); count != all {
		t.Errorf("found %d of %d rules in the files", count, all)
	}
}
