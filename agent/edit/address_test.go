package edit

import (
	"slices"
	"testing"
)

func TestKeys(t *testing.T) {
	const text = "kind: A\napiServer:\n  extraArgs:\n    b: 1\n    a: 2\n  list:\n  - name: x\n    value: y\nempty: {}\n"
	for address, want := range map[string][]string{
		"apiServer":              {"extraArgs", "list"},
		"apiServer.extraArgs":    {"b", "a"},
		"apiServer.list[0]":      {"name", "value"},
		"apiServer.list[name=x]": {"name", "value"},
		"apiServer.list":         nil,
		"apiServer.list[1]":      nil,
		"apiServer.extraArgs.b":  nil,
		"apiServer.none":         nil,
		"empty":                  nil,
		"apiServer.":             nil, // no address
	} {
		if got := Keys(open(t, "yaml", text), address); !slices.Equal(got, want) {
			t.Errorf("%s has %q, want %q", address, got, want)
		}
	}
	if got := Keys(open(t, "env", "A=1\n"), "A"); got != nil {
		t.Errorf("a file of variables has %q", got)
	}
}

func TestAddresses(t *testing.T) {
	for _, r := range []struct{ address, want string }{
		{"a..b", `address "a..b" has an empty step`},
		{"", `address "" has an empty step`},
		{"a[", `address "a[": a bracket needs an index, a quoted key or key=value`},
		{"a[-1]", `address "a[-1]": a bracket needs an index, a quoted key or key=value`},
		{`a["b]`, `address "a[\"b]": a bracket needs an index, a quoted key or key=value`},
		{"a[=b]", `address "a[=b]": a bracket needs an index, a quoted key or key=value`},
		{"a[0]b", `address "a[0]b": a dot is missing before "b"`},
	} {
		if _, err := parseAddress(r.address); err == nil || err.Error() != r.want {
			t.Errorf("%s: %v, want %s", r.address, err, r.want)
		}
	}
	steps, err := parseAddress(`a["b.c/d"][2][name=x=y].e`)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range steps {
		got = append(got, s.String())
	}
	if want := []string{"a", "b.c/d", "[2]", "[name=x=y]", "e"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
