package fixers

import (
	"testing"

	"harden/agent/change"
)

func setting(field, op string, value, bound any) *YAMLSetting {
	f := &YAMLSetting{Path: "/a.yaml"}
	f.Field, f.Op, f.Value, f.Bound = field, change.Op(op), value, bound
	return f
}

func TestYAMLSetting(t *testing.T) {
	restarted := setting("a.b", "", true, nil)
	restarted.Restart = "a.service"
	ofKubelet := setting("maxPods", "at-most", 110, nil)
	ofKubelet.Path = "@kubelet-config"
	files := tree{"/a.yaml": "a: 1\n"}
	runRequirements(t, []requirementRow{
		{"exact is the standard", setting("a.b", "", false, nil), files.node(t, nil), []string{"file:/a.yaml yaml:a.b exact false"}},
		{"restart", restarted, files.node(t, nil), []string{"file:/a.yaml yaml:a.b exact true {restart:a.service}"}},
		{"number", setting("a", "at-least", 5, 1), files.node(t, nil), []string{"file:/a.yaml yaml:a at-least 5"}},
		{"list", setting("a", "includes", []any{"x", "y"}, nil), files.node(t, nil), []string{"file:/a.yaml yaml:a includes [x y]"}},
		{"to be gone", setting("a", "absent", nil, nil), files.node(t, nil), []string{"file:/a.yaml yaml:a absent"}},
		{"missing file", setting("a", "", 1, nil), tree{}.node(t, nil), []string{"not-applicable: /a.yaml does not exist on this node"}},
		{"place", ofKubelet, tree{}.node(t, nil), []string{"not-applicable: no kubelet is installed on this node"}},
	})
	duration := func(value, bound any, op string) *YAMLSetting {
		f := setting("a", op, value, bound)
		f.Duration = true
		return f
	}
	runChecks(t, []checked{
		{"no field", setting("", "", 1, nil), "field is missing"},
		{"no value", setting("a", "", nil, nil), "value is missing"},
		{"excludes nothing", setting("a", "excludes", nil, nil), "value is missing"},
		{"excludes a bound", setting("a", "excludes", nil, []any{"x"}), ""},
		{"unknown op", setting("a", "equals", 1, nil), `unknown op "equals"; one of [exact at-most at-least one-of includes excludes present absent]`},
		{"mapping", setting("a", "", map[string]any{"b": 1}, nil), "value map[b:1] is not a text, number, truth value or list of texts"},
		{"fraction", setting("a", "", 1.5, nil), "value 1.5 is not a text, number, truth value or list of texts"},
		{"empty list element", setting("a", "", []any{"x", ""}, nil), `list element "" is not text`},
		{"list of numbers", setting("a", "", []any{1}, nil), "list element 1 is not text"},
		{"text where a number is judged", setting("a", "at-least", "many", 1), "many is not a number"},
		{"value outside its own bound", setting("a", "at-least", 0, 1), "the value must be at least 1, and is 0"},
		{"value outside its own list is for the reader to judge", setting("a", "one-of", []any{"x", "z"}, []any{"x", "y"}), ""},
		{"duration", duration("30m", "1s", "at-least"), ""},
		{"no duration", duration("30", nil, ""), `"30" is not a duration such as 30m or 1800s`},
		{"number for a duration", duration(30, nil, ""), "value 30 is not a duration such as 30m"},
		{"zero duration", duration("0h0m", nil, ""), "a duration of 0 means the default; write the default itself"},
		{"bad path", &YAMLSetting{Path: "a"}, `path "a" is not absolute and clean`},
	})
}
