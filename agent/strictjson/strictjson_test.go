package strictjson_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"harden/agent/strictjson"
	"harden/integration/hostile"
)

func TestCheck(t *testing.T) {
	for name, tt := range map[string]struct{ text, err string }{
		"an object":            {`{"a": [1, {"b": null}], "b": "a"}`, ""},
		"one key in two":       {`[{"a": 1}, {"a": 1}]`, ""},
		"a number":             {"1e999\n", ""},
		"twice":                {"{\"a\": 1,\n\"a\": 2}", `line 2: the key "a" appears twice`},
		"twice, below":         {"[{\n\"b\": {\"c\": 1, \"c\": 1}}]", `line 2: the key "c" appears twice`},
		"twice in capitals":    {`{"Digest": 1, "dIGEST": 1}`, `the key "dIGEST" appears twice`},
		"twice, escaped":       {`{"a": 1, "\u0061": 1}`, "appears twice"},
		"the Kelvin sign":      {"{\"k\": 1, \"\u212a\": 1}", "appears twice"},
		"something behind":     {"{}\n\n{}", "line 3: something follows"},
		"half":                 {`{"a"`, "line 1: the text ends"},
		"deep":                 {strings.Repeat("[", 102), "nested deeper than 100"},
		"nothing":              {"", "the text ends"},
		"a bracket of another": {`{"a": 1]`, "line 1: "},
	} {
		t.Run(name, func(t *testing.T) {
			err := strictjson.Check([]byte(tt.text))
			if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Errorf("error %v, want %q", err, tt.err)
			}
		})
	}
}

func TestHostileJSON(t *testing.T) {
	forms := hostile.JSON(`{"a": "b", "c": [1, 2]}`, "a")
	for _, form := range forms {
		t.Run(form.Name, func(t *testing.T) {
			err := strictjson.Check([]byte(form.Text))
			if form.Verdict == hostile.Same && err != nil {
				t.Errorf("refused: %v", err)
			}
			if err == nil && !json.Valid([]byte(form.Text)) {
				t.Error("accepted, and it is not JSON")
			}
		})
	}
	t.Attr("figure/inputs", strconv.Itoa(len(forms)))
}

// FuzzCheck compares with encoding/json: what is accepted is valid, and what
// is valid is refused for a key or its depth only.
func FuzzCheck(f *testing.F) {
	for _, form := range hostile.JSON(`{"a": "b", "c": [1, {"d": null}]}`, "a") {
		if len(form.Text) < 1000 {
			f.Add([]byte(form.Text))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		err := strictjson.Check(data)
		valid := json.Valid(data)
		switch {
		case err == nil && !valid:
			t.Fatalf("%q is not JSON", data)
		case err != nil && !strings.HasPrefix(err.Error(), "line "):
			t.Fatalf("the error names no line: %v", err)
		case err != nil && valid && !strings.Contains(err.Error(), "appears twice") && !strings.Contains(err.Error(), "nested deeper"):
			t.Fatalf("%q is JSON: %v", data, err)
		}
	})
}
