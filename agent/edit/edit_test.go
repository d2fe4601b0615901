package edit

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// row is one edit of a text: set or unset, and the text afterwards. Where
// err is set, the edit must fail with it and leave the text as it was.
type row struct {
	name    string
	text    string
	address string
	value   any // nil: unset
	want    string
	err     string
}

func runRows(t *testing.T, syntax string, rows []row) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			d := open(t, syntax, r.text)
			for _, pass := range []string{"once", "twice"} {
				if pass == "twice" && r.value == nil && strings.HasSuffix(r.address, "]") {
					break // the next item has that address now
				}
				err := edit(d, r.address, r.value)
				if r.err != "" {
					if err == nil || !strings.Contains(err.Error(), r.err) {
						t.Errorf("error %v, want %q", err, r.err)
					}
					r.want = r.text
				} else if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(r.want, string(d.Bytes())); diff != "" {
					t.Errorf("edited %s (-want +got):\n%s", pass, diff)
				}
			}
		})
	}
}

func edit(d Document, address string, value any) error {
	if value == nil {
		return d.Unset(address)
	}
	return d.Set(address, value)
}

func open(t *testing.T, syntax, text string) Document {
	t.Helper()
	d, err := Open(syntax, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// value is what Get must give.
type value struct {
	name, text, address string
	want                any
	line                int // 0: not found
}

func runValues(t *testing.T, syntax string, values []value) {
	t.Helper()
	for _, v := range values {
		t.Run(v.name, func(t *testing.T) {
			got, line, found, err := open(t, syntax, v.text).Get(v.address)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(v.want, got); diff != "" || line != v.line || found != (v.line > 0) {
				t.Errorf("line %d, found %v, value (-want +got):\n%s", line, found, diff)
			}
		})
	}
}

func TestOpenRejects(t *testing.T) {
	for _, r := range []struct{ name, syntax, text, want string }{
		{"unknown syntax", "toml", "", `unknown syntax "toml"`},
		{"too large", "kv", strings.Repeat("#", MaxSize+1), "line 1, column 1: 4194305 bytes are more than the limit of 4194304"},
		{"NUL", "env", "A=1\nB=\x00", "line 2, column 3: a NUL byte is not text"},
		{"open quote", "env", "A=1\nB=\"x\n", "line 2, column 3: the quote is not closed"},
		{"open quote in flags", "flag", "[Service]\nExecStart=/bin/x --a='b\n", "line 2, column 1: a quote in the value is not closed"},

		{"duplicate key", "yaml", "a: 1\nb: 2\na: 3\n", `line 3, column 1: the key "a" is already in line 1`},
		{"duplicate key below", "yaml", "a:\n- b: 1\n  'b': 2\n", `line 3, column 3: the key "b" is already in line 2`},
		{"duplicate key in flow", "yaml", "a: {b: 1, b: 2}\n", `line 1, column 11: the key "b" is already in line 1`},
		{"two documents", "yaml", "a: 1\n---\nb: 1\n", "line 2, column 1: several documents in one file are not supported"},
		{"second document empty", "yaml", "a: 1\n---\n", "line 2, column 1: several documents in one file are not supported"},
		{"list", "yaml", "# c\n- a\n", "line 2, column 1: a mapping is needed, not a list"},
		{"scalar", "yaml", "text", "line 1, column 1: a mapping is needed, not a scalar"},
		{"null", "yaml", "~", "line 1, column 1: a mapping is needed, not a scalar"},
		{"anchor", "yaml", "a: &x 1\n", "line 1, column 4: anchors are not supported"},
		{"anchor on key", "yaml", "a:\n  &x b: 1\n", "line 2, column 3: anchors are not supported"},
		{"alias", "yaml", "a: 1\nb: *x\n", "line 2, column 4: anchors are not supported"},
		{"alias of alias", "yaml", "a: &x [*x]\n", "line 1, column 4: anchors are not supported"},
		{"merge key", "yaml", "a: {<<: {b: 1}}\n", "line 1, column 5: merge keys are not supported"},
		{"mapping as key", "yaml", "{a: 1}: b\n", "line 1, column 1: a key must be a scalar"},
		{"tab", "yaml", "a:\n\tb: 1\n", "line 2, column 1: a tab cannot indent: found character that cannot start any token"},
		{"invalid UTF-8", "yaml", "a: 1\nbé: \xff\n", "line 2, column 5: invalid UTF-8"},
		{"UTF-16", "yaml", "\xff\xfea\x00", "line 1, column 1: invalid UTF-8"},
		{"lone carriage return", "yaml", "a: 1\rb: 2\n", "line 1, column 5: the line break U+000D is not supported"},
		{"mark within", "yaml", "a: 1\n\ufeffb: 2\n", "line 2, column 1: a byte order mark stands within the text"},
		{"control character", "yaml", "a: \x01\n", "line 1: control characters are not allowed"},
		{"no mapping value", "yaml", "a: 1\nb: 2: 3\n", "line 2: mapping values are not allowed in this context"},
		{"too deep", "yaml", "a: " + strings.Repeat("[", 100) + strings.Repeat("]", 100), "line 1, column 103: nested deeper than 100"},
	} {
		t.Run(r.name, func(t *testing.T) {
			_, err := Open(r.syntax, []byte(r.text))
			if err == nil || err.Error() != r.want {
				t.Errorf("error %v, want %s", err, r.want)
			}
			if _, ok := errors.AsType[*SyntaxError](err); !ok && r.syntax != "toml" {
				t.Errorf("%T is not a *SyntaxError", err)
			}
		})
	}
}
