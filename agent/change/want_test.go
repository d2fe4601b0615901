package change_test

import (
	"testing"

	"harden/agent/change"

	"github.com/google/go-cmp/cmp"
)

func TestHolds(t *testing.T) {
	mode := change.Want{Field: change.FieldMode, Op: change.AtMost, Value: "0600"}
	bounded := change.Want{Op: change.AtLeast, Value: "4h", Bound: "1s", Compare: change.ByDuration}
	tests := map[string]struct {
		want  change.Want
		value any
		gone  bool // the field is absent
		holds bool
		err   bool
	}{
		"equal truth values":               {want: change.Want{Op: change.Exact, Value: true}, value: true, holds: true},
		"a text is not a truth value":      {want: change.Want{Op: change.Exact, Value: true}, value: "true"},
		"equal numbers":                    {want: change.Want{Op: change.Exact, Value: int64(0)}, value: int64(0), holds: true},
		"equal contents":                   {want: change.Want{Op: change.Exact, Value: []byte("a")}, value: []byte("a"), holds: true},
		"other contents":                   {want: change.Want{Op: change.Exact, Value: []byte("a")}, value: []byte("b")},
		"absent is not exact":              {want: change.Want{Op: change.Exact, Value: false}, gone: true},
		"durations of one length":          {want: change.Want{Op: change.Exact, Value: "1800s", Compare: change.ByDuration}, value: "30m0s", holds: true},
		"durations of two lengths":         {want: change.Want{Op: change.Exact, Value: "1800s", Compare: change.ByDuration}, value: "30m1s"},
		"no duration":                      {want: change.Want{Op: change.Exact, Value: "1800s", Compare: change.ByDuration}, value: "soon", err: true},
		"the bound itself":                 {want: mode, value: "0600", holds: true},
		"a narrower mode":                  {want: mode, value: "0400", holds: true},
		"a wider mode":                     {want: mode, value: "0640"},
		"a smaller number, other bits":     {want: mode, value: "0070"},
		"set-user-id is a bit more":        {want: mode, value: "4600"},
		"no mode":                          {want: mode, value: "rw-------", err: true},
		"a mode must be text":              {want: mode, value: int64(0o600), err: true},
		"below a number":                   {want: change.Want{Op: change.AtMost, Value: int64(5)}, value: int64(4), holds: true},
		"above a number":                   {want: change.Want{Op: change.AtMost, Value: int64(5)}, value: int64(6)},
		"a number as text":                 {want: change.Want{Op: change.AtMost, Value: int64(5)}, value: "4", holds: true},
		"no number":                        {want: change.Want{Op: change.AtMost, Value: int64(5)}, value: "many", err: true},
		"a truth value is not a number":    {want: change.Want{Op: change.AtLeast, Value: int64(5)}, value: true, err: true},
		"the bound judges, not the value":  {want: bounded, value: "30m", holds: true},
		"below the bound":                  {want: bounded, value: "0s"},
		"every element allowed":            {want: change.Want{Op: change.OneOf, Value: []string{"a", "b"}}, value: []string{"b"}, holds: true},
		"one element not allowed":          {want: change.Want{Op: change.OneOf, Value: []string{"a", "b"}}, value: []string{"b", "c"}},
		"an empty list is none of them":    {want: change.Want{Op: change.OneOf, Value: []string{"a"}}, value: []string{}},
		"a single value among those":       {want: change.Want{Op: change.OneOf, Value: "a", Bound: []string{"a", "b"}}, value: "b", holds: true},
		"includes, in a comma list":        {want: change.Want{Op: change.Includes, Value: "b"}, value: "a,b", holds: true},
		"does not include":                 {want: change.Want{Op: change.Includes, Value: []string{"b", "c"}}, value: []string{"a", "b"}},
		"absent includes nothing":          {want: change.Want{Op: change.Includes, Value: "b"}, gone: true},
		"excludes":                         {want: change.Want{Op: change.Excludes, Value: "b"}, value: "a,c", holds: true},
		"does not exclude":                 {want: change.Want{Op: change.Excludes, Value: "b"}, value: "a,b"},
		"absent excludes everything":       {want: change.Want{Op: change.Excludes, Value: "b"}, gone: true, holds: true},
		"present, whatever it is":          {want: change.Want{Op: change.Present, Value: "x"}, value: "y", holds: true},
		"absent is not present":            {want: change.Want{Op: change.Present, Value: "x"}, gone: true},
		"absent":                           {want: change.Want{Op: change.Absent}, gone: true, holds: true},
		"there, and should not be":         {want: change.Want{Op: change.Absent}, value: "x"},
		"an operation that does not exist": {want: change.Want{Op: "roughly", Value: "x"}, value: "x", err: true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			holds, err := tt.want.Holds(tt.value, !tt.gone)
			if (err != nil) != tt.err {
				t.Fatalf("error %v, want one: %v", err, tt.err)
			}
			if holds != tt.holds {
				t.Errorf("holds: %v, want %v", holds, tt.holds)
			}
		})
	}
}

func TestFixed(t *testing.T) {
	tests := map[string]struct {
		want  change.Want
		value any
		gone  bool
		fixed any
		err   bool
	}{
		"a mode is narrowed, never loosened": {want: change.Want{Field: change.FieldMode, Op: change.AtMost, Value: "0644"}, value: "4711", fixed: "0600"},
		"a mode by its bound":                {want: change.Want{Field: change.FieldMode, Op: change.AtMost, Value: "0600", Bound: "0640"}, value: "0660", fixed: "0640"},
		"a mode of a new file":               {want: change.Want{Field: change.FieldMode, Op: change.AtMost, Value: "0600"}, gone: true, fixed: "0600"},
		"a mode that is none":                {want: change.Want{Field: change.FieldMode, Op: change.AtMost, Value: "0600"}, value: "-", err: true},
		"exact":                              {want: change.Want{Op: change.Exact, Value: true}, value: false, fixed: true},
		"the value, not the bound":           {want: change.Want{Op: change.AtLeast, Value: "4h", Bound: "1s", Compare: change.ByDuration}, value: "0s", fixed: "4h"},
		"an element is added at the end":     {want: change.Want{Op: change.Includes, Value: []string{"a", "c"}}, value: []string{"a", "b"}, fixed: []string{"a", "b", "c"}},
		"a list that is not there":           {want: change.Want{Op: change.Includes, Value: []string{"a"}}, gone: true, fixed: []string{"a"}},
		"an element is taken away":           {want: change.Want{Op: change.Excludes, Value: "b"}, value: "a,b,c", fixed: "a,c"},
		"nothing is left":                    {want: change.Want{Op: change.Excludes, Bound: "b", Value: []string{"c", "d"}}, value: "b", fixed: "c,d"},
		"something is left":                  {want: change.Want{Op: change.Excludes, Bound: "b", Value: []string{"c", "d"}}, value: "b,e", fixed: "e"},
		"removed":                            {want: change.Want{Op: change.Absent, Value: "x"}, value: "y", fixed: nil},
		"made":                               {want: change.Want{Op: change.Present, Value: "x"}, gone: true, fixed: "x"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			fixed, err := tt.want.Fixed(tt.value, !tt.gone)
			if (err != nil) != tt.err {
				t.Fatalf("error %v, want one: %v", err, tt.err)
			}
			if diff := cmp.Diff(tt.fixed, fixed); !tt.err && diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if tt.err || fixed == nil {
				return
			}
			if holds, err := tt.want.Holds(fixed, true); err != nil || !holds {
				t.Errorf("what was fixed does not hold: %v, %v", holds, err)
			}
		})
	}
}

func TestAgrees(t *testing.T) {
	list := func(op change.Op, elements ...string) change.Want { return change.Want{Op: op, Value: elements} }
	mode := func(value, bound any) change.Want {
		return change.Want{Field: change.FieldMode, Op: change.AtMost, Value: value, Bound: bound}
	}
	tests := map[string]struct {
		a, b   change.Want
		agrees bool
	}{
		"the same":                      {change.Want{Op: change.Exact, Value: true}, change.Want{Op: change.Exact, Value: true}, true},
		"another value":                 {change.Want{Op: change.Exact, Value: true}, change.Want{Op: change.Exact, Value: false}, false},
		"another operation":             {change.Want{Op: change.Exact, Value: "a"}, change.Want{Op: change.Present, Value: "a"}, false},
		"the bound written out":         {mode("0600", nil), mode("0600", "0600"), true},
		"another bound":                 {mode("0600", nil), mode("0600", "0640"), false},
		"both add":                      {list(change.Includes, "a"), list(change.Includes, "b"), true},
		"both take away":                {list(change.Excludes, "a"), list(change.Excludes, "b"), true},
		"one adds, one takes another":   {list(change.Includes, "a"), list(change.Excludes, "b"), true},
		"one adds what the other takes": {list(change.Includes, "a", "b"), list(change.Excludes, "b"), false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := tt.a.Agrees(tt.b); got != tt.agrees {
				t.Errorf("agrees: %v, want %v", got, tt.agrees)
			}
			if tt.a.Agrees(tt.b) != tt.b.Agrees(tt.a) {
				t.Error("one agrees and the other does not")
			}
		})
	}
}

func TestMatches(t *testing.T) {
	tests := map[string]struct {
		match     string
		field     change.Field
		rel       string
		directory bool
		matches   bool
	}{
		"a file by its name":                  {match: "*.conf", rel: "a.conf", matches: true},
		"another name":                        {match: "*.conf", rel: "a.conflist"},
		"not in a directory below":            {match: "*.conf", rel: "d/a.conf"},
		"not the directory itself":            {match: "*", rel: ".", directory: true},
		"at any depth":                        {match: "**/*.key", rel: "etcd/deep/ca.key", matches: true},
		"also at none":                        {match: "**/*.key", rel: "ca.key", matches: true},
		"everything":                          {match: "**", rel: "d/a", matches: true},
		"everything, the directory too":       {match: "**", rel: ".", directory: true, matches: true},
		"a mode is not asked of a directory":  {match: "**", field: change.FieldMode, rel: ".", directory: true},
		"an owner is":                         {match: "**/*", field: change.FieldOwner, rel: "d", directory: true, matches: true},
		"a pattern that is none matches none": {match: "[", rel: "["},
		"a name with a newline":               {match: "**/*.key", rel: "a\nb.key", matches: true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := change.Want{Match: tt.match, Field: tt.field}
			if got := w.Matches(tt.rel, tt.directory); got != tt.matches {
				t.Errorf("matches: %v, want %v", got, tt.matches)
			}
		})
	}
}
