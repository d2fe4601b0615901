package profiles

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

// TestLocated turns what the decoder says into words of people, with the place.
func TestLocated(t *testing.T) {
	const text = "level: [1]\ntitle:\n  en: " // and what stands there
	long := strings.Repeat("所有节点", 20)
	for _, tt := range []struct {
		name, said, text, want string
	}{
		{"no line", "yaml: unknown anchor", text, "/p: unknown anchor"},
		{"a line alone", "yaml: line 2: did not find expected key", text, "/p:2: did not find expected key"},
		{"a line beyond all", "yaml: line 99999999999999999999: x", text, "/p: yaml: line 99999999999999999999: x"},
		{"an unknown field", "line 2: field title not found in type profiles.file", text, `/p:2:1: unknown field "title"`},
		{"a field with a line break", "line 2: field a\nb not found in type profiles.file", text, `/p:2: unknown field "a\nb"`},
		{"a number", "line 1: cannot unmarshal !!seq into int", text, "/p:1:8: a number is needed here, not a list"},
		{"a large number", "line 1: cannot unmarshal !!seq into uint64", text, "/p:1:8: a number is needed here, not a list"},
		{"a truth value", "line 3: cannot unmarshal !!str `x` into bool", text + "x", `/p:3:7: true or false is needed here, not "x"`},
		{"a text", "line 1: cannot unmarshal !!seq into string", text, "/p:1:8: a text is needed here, not a list"},
		{"a list", "line 3: cannot unmarshal !!int `5` into []string", text + "5", `/p:3:7: a list is needed here, not "5"`},
		{"a mapping", "line 3: cannot unmarshal !!timestamp `2026-01-01` into generated.Text", text + "2026-01-01", `/p:3:7: a mapping is needed here, not "2026-01-01"`},
		{"nothing", "line 3: cannot unmarshal !!null into map[string]string", text, "/p:3:6: a mapping is needed here, not nothing"},
		{"a long value, cut short", "line 3: cannot unmarshal !!str `" + long[:12] + "...` into int", text + long,
			`/p:3:7: a number is needed here, not "` + strings.Repeat("所有节点", 10) + `…"`},
		{"a kind of somebody else's", "line 1: cannot unmarshal !!own into int", text, "/p:1: a number is needed here, not a value of type own"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var tree yaml.Node
			if err := yaml.Unmarshal([]byte(tt.text), &tree); err != nil {
				t.Fatal(err)
			}
			for _, err := range []error{errors.New(tt.said), &yaml.TypeError{Errors: []string{tt.said, "line 1: more"}}} {
				if got := located("/p", err, &tree).Error(); got != tt.want {
					t.Errorf("got  %s\nwant %s", got, tt.want)
				}
			}
		})
	}
	own := &Error{Path: "/q", Line: 7}
	if got := located("/p", own, &yaml.Node{}); got != error(own) { //nolint:errorlint // it has to be the same one
		t.Errorf("an error that has a place already became %v", got)
	}
}

// TestNodesOfBuiltins: a value of a built-in profile is what its YAML would be.
func TestNodesOfBuiltins(t *testing.T) {
	for text, value := range map[string]any{"4096": 4096, "true": true, `"90"`: "90", "plain": "plain", `[a, "5"]`: []string{"a", "5"}} {
		var want, got any
		node := nodeOf(value)
		if err := errors.Join(yaml.Unmarshal([]byte(text), &want), node.Decode(&got)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
	if n, err := mapping("/p", ""); err != nil || n.Kind != 0 {
		t.Errorf("no parameters are %v, %v", n, err)
	}
	if _, err := mapping("/p", "a: [\n"); err == nil || !strings.HasPrefix(err.Error(), "/p: line ") {
		t.Errorf("no YAML is %v", err)
	}
}
