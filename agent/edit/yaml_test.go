package edit

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"harden/agent/message"
)

func TestYAMLGet(t *testing.T) {
	runValues(t, "yaml", []value{
		{"bool", "a:\n  b: true\n", "a.b", true, 2},
		{"bool of YAML 1.1", "a: off\n", "a", false, 1},
		{"quoted off", "a: 'off'\n", "a", "off", 1},
		{"int", "a: 10248\n", "a", int64(10248), 1},
		{"octal of YAML 1.1", "a: 0644\n", "a", int64(0o644), 1},
		{"quoted octal", `a: "0644"`, "a", "0644", 1},
		{"beyond int64", "a: 18446744073709551615\n", "a", 18446744073709551615.0, 1},
		{"float", "a: 1e3\n", "a", 1000.0, 1},
		{"duration", "a: 0s\n", "a", "0s", 1},
		{"date", "a: 2020-01-01\n", "a", "2020-01-01", 1},
		{"null", "a: ~\n", "a", nil, 1},
		{"nothing", "b: 1\na:\n", "a", nil, 2},
		{"list", "a:\n- x\n- 1\n", "a", []string{"x", "1"}, 1},
		{"empty list", "a: []\n", "a", []string{}, 1},
		{"item", "a:\n- x\n- z\n", "a[1]", "z", 3},
		{"below an item", "a:\n- b: 1\n", "a[0].b", int64(1), 2},
		{"key with dots", "a: {b.c/d: x}\n", `a["b.c/d"]`, "x", 1},
		{"literal", "a: |\n  x\n  y\n", "a", "x\ny\n", 1},
		{"tagged", "a: !!str 1\n", "a", "1", 1},
		{"missing", "a: 1\n", "b", nil, 0},
		{"below a scalar", "a: 1\n", "a.b", nil, 0},
		{"below a null", "a:\n", "a.b", nil, 0},
		{"beyond the list", "a: [x]\n", "a[1]", nil, 0},
		{"empty document", "", "a", nil, 0},
		{"comments only", "# a: 1\n", "a", nil, 0},
		{"start of document only", "---\n", "a", nil, 0},
		{"mark", "\ufeffa: 1\n", "a", int64(1), 1},
		{"JSON", `{"a": {"b": false}}`, "a.b", false, 1},
	})
}

func TestYAMLGetOfMapping(t *testing.T) {
	d := open(t, "yaml", "b:\na:\n  x: {y: 1}\nl:\n- k: 1\n")
	for address, want := range map[string]TypeError{
		"a":   {"a", 2, message.Value("mapping")},
		"a.x": {"a.x", 3, message.Value("mapping")},
		"l":   {"l", 4, message.Value("list")},
	} {
		_, line, found, err := d.Get(address)
		got, ok := errors.AsType[*TypeError](err)
		if !ok || !found || line != want.Line {
			t.Fatalf("%s: line %d, found %v, error %v", address, line, found, err)
		}
		if diff := cmp.Diff(want, *got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", address, diff)
		}
	}
}

func TestYAMLAddress(t *testing.T) {
	d := open(t, "yaml", "a: 1\n")
	for _, address := range []string{"", ".a", "a.", "a..b", "a[", "a[x]", "a[-1]", `a["b]`, `a["b"`, "a[0]b", "a[99999999999]"} {
		if _, _, found, err := d.Get(address); err == nil || found {
			t.Errorf("Get(%q): found %v, error %v", address, found, err)
		}
		if d.Set(address, true) == nil || d.Unset(address) == nil {
			t.Errorf("Set or Unset(%q): no error", address)
		}
	}
}

func TestYAMLSetScalar(t *testing.T) {
	runRows(t, "yaml", []row{
		{name: "comment behind stays", text: "a: 1   # why\nb: 2\n", address: "a", value: int64(20), want: "a: 20   # why\nb: 2\n"},
		{name: "same value", text: "a:   0x10 # hex\n", address: "a", value: int64(16), want: "a:   0x10 # hex\n"},
		{name: "same bool of YAML 1.1", text: "a: yes\n", address: "a", value: true, want: "a: yes\n"},
		{name: "bool becomes text", text: "a: false\n", address: "a", value: "no", want: "a: \"no\"\n"},
		{name: "text becomes number", text: "a: '1'\n", address: "a", value: int64(1), want: "a: 1\n"},
		{name: "number becomes text", text: "a: 1\n", address: "a", value: "1", want: "a: \"1\"\n"},
		{name: "single quotes stay", text: "a: 'it''s' # c\n", address: "a", value: "he's", want: "a: 'he''s' # c\n"},
		{name: "double quotes stay", text: `a: "x\"#v" # c`, address: "a", value: `a"b`, want: `a: "a\"b" # c`},
		{name: "plain with hash", text: "a: x#v # c\n", address: "a", value: "z", want: "a: z # c\n"},
		{name: "null", text: "a:\nb: 1\n", address: "a", value: true, want: "a: true\nb: 1\n"},
		{name: "null with comment", text: "a:  # c\nb: 1\n", address: "a", value: true, want: "a: true  # c\nb: 1\n"},
		{name: "null at the end", text: "b: 1\na:", address: "a", value: true, want: "b: 1\na: true"},
		{name: "tilde", text: "a: ~ # c\n", address: "a", value: true, want: "a: true # c\n"},
		{name: "literal", text: "a: |\n  x: 1\n\n  # no comment\n\n# c\nb: 1\n", address: "a", value: "v", want: "a: v\n\n# c\nb: 1\n"},
		{name: "literal that keeps", text: "a: |+\n  x\n\nb: 1\n", address: "a", value: "v", want: "a: v\nb: 1\n"},
		{name: "literal with indicator", text: "a: |2\n    x\n  v\nb: 1\n", address: "a", value: "v", want: "a: v\nb: 1\n"},
		{name: "folded in a list", text: "l:\n- a: >-\n    x\n    v\n  b: 1\n", address: "l[0].a", value: "z", want: "l:\n- a: z\n  b: 1\n"},
		{name: "plain on lines", text: "a: x\n  v\n\n  z # c\nb: 1\n", address: "a", value: "w", want: "a: w # c\nb: 1\n"},
		{name: "double quoted on lines", text: "a: \"x\n  v\" # c\nb: 1\n", address: "a", value: int64(1), want: "a: 1 # c\nb: 1\n"},
		{name: "value below its key", text: "a: # c\n  x\nb: 1\n", address: "a", value: "v", want: "a: v # c\nb: 1\n"},
		{name: "lines in a value", text: "a: x\n", address: "a", value: "v\nz\n", want: "a: \"v\\nz\\n\"\n"},
		{name: "tagged", text: "a: !!str 1 # c\n", address: "a", value: "x", want: "a: x # c\n"},
		{name: "flow", text: "a: {b: {c: true}, d: 1} # c\n", address: "a.b.c", value: false, want: "a: {b: {c: false}, d: 1} # c\n"},
		{name: "flow text with comma", text: "a: {b: x}\n", address: "a.b", value: "v,z", want: "a: {b: \"v,z\"}\n"},
		{name: "flow without value", text: "a: {b, c: 1}\n", address: "a.b", value: true, want: "a: {b: true, c: 1}\n"},
		{name: "flow null", text: "a: {b: , c: 1}\n", address: "a.b", value: true, want: "a: {b: true , c: 1}\n"},
		{name: "item", text: "a:\n- x # c\n- v\n", address: "a[0]", value: "z", want: "a:\n- z # c\n- v\n"},
		{name: "empty item", text: "a:\n-\n- v\n", address: "a[0]", value: "z", want: "a:\n- z\n- v\n"},
		{name: "wide characters before", text: "é: {ü: ä, b: 1}\n", address: "é.b", value: int64(2), want: "é: {ü: ä, b: 2}\n"},
		{name: "CRLF", text: "a: 1\r\nb: x # c\r\n", address: "b", value: "v", want: "a: 1\r\nb: v # c\r\n"},
		{name: "mark", text: "\ufeffa: 1\n", address: "a", value: int64(2), want: "\ufeffa: 2\n"},
		{name: "list becomes scalar", text: "a: # c\n- x\n- v # d\nb: 1\n", address: "a", value: "z", want: "a: z # c\nb: 1\n"},
		{name: "mapping", text: "a: {b: 1}\n", address: "a", value: true, err: "a is a mapping"},
		{name: "list of mappings", text: "a: [{b: 1}]\n", address: "a", value: []string{"x"}, err: "a is a list"},
		{name: "below a scalar", text: "a: 1\n", address: "a.b", value: true, err: "b does not fit into the scalar at line 1"},
		{name: "key of a list", text: "a: [1]\n", address: "a.b", value: true, err: "b does not fit into the list at line 1"},
		{name: "beyond the list", text: "a: [1]\n", address: "a[2]", value: true, err: "the list at line 1 has 1 items"},
		{name: "unknown type", text: "a: 1\n", address: "a", value: 1.5, err: "float64 does not fit"},
		{name: "invalid text", text: "a: 1\n", address: "a", value: "\xff", err: "is not UTF-8"},
	})
}

// A string must be read as one by YAML 1.1 and 1.2.
func TestYAMLQuoting(t *testing.T) {
	for text, want := range map[string]string{
		"plain": "plain", "0s": "0s", "/etc/x.crt": "/etc/x.crt", "a:b": "a:b", "a#b": "a#b", "é": "é",
		"no": `"no"`, "y": `"y"`, "On": `"On"`, "true": `"true"`, "null": `"null"`, "~": `"~"`, "": `""`,
		"0644": `"0644"`, "0o17": `"0o17"`, "0x1F": `"0x1F"`, "1_000": `"1_000"`, "1e3": `"1e3"`, ".5": `".5"`, ".inf": `".inf"`, "12:30:45": `"12:30:45"`,
		"2020-01-01": `"2020-01-01"`, "*x": `'*x'`, "&x": `'&x'`, "!x": `'!x'`, "%x": `'%x'`, "@x": `'@x'`, "`x": "'`x'", "- x": `'- x'`, "? x": `'? x'`,
		"a: b": `'a: b'`, "a #b": `'a #b'`, "a:": `'a:'`, " a": `' a'`, "a ": `'a '`, "{a": `'{a'`, "[a": `'[a'`, "<<": `"<<"`, "=": `"="`,
		"a\nb": `"a\nb"`, "a\tb": `"a\tb"`, "\x07": `"\a"`, "---": `'---'`,
	} {
		d := open(t, "yaml", "k: placeholder\nflow: {k: placeholder}\n")
		for _, address := range []string{"k", "flow.k"} {
			if err := d.Set(address, text); err != nil {
				t.Errorf("%q: %v", text, err)
			}
			if got, _, _, err := d.Get(address); err != nil || got != text {
				t.Errorf("%q is read as %#v, %v", text, got, err)
			}
		}
		if diff := cmp.Diff("k: "+want+"\nflow: {k: "+want+"}\n", string(d.Bytes())); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}
