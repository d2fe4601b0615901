package change_test

import (
	"testing"

	"harden/agent/change"
	"harden/agent/message"

	"github.com/google/go-cmp/cmp"
)

// file is a file's state with one thing done to it.
func file(edit func(*change.File)) change.State {
	f := change.File{Mode: 0o600, Xattrs: map[string][]byte{}, Content: change.NewContent([]byte("a\n"), false)}
	if edit != nil {
		edit(&f)
	}
	return change.State{File: &f}
}

func TestDifferences(t *testing.T) {
	sysctl := func(v string) change.State { return change.State{Sysctl: &change.Sysctl{Value: v}} }
	unit := func(stale string) change.State { return change.State{Unit: &change.Unit{Stale: message.Value(stale)}} }
	tests := map[string]struct {
		a, b change.State
		want []change.Field
	}{
		"both absent":            {},
		"one absent":             {file(nil), change.State{}, []change.Field{change.FieldType}},
		"the same":               {a: file(nil), b: file(nil)},
		"mode":                   {file(nil), file(func(f *change.File) { f.Mode = 0o640 }), []change.Field{change.FieldMode}},
		"user":                   {file(nil), file(func(f *change.File) { f.UID = 1 }), []change.Field{change.FieldOwner}},
		"group":                  {file(nil), file(func(f *change.File) { f.GID = 1 }), []change.Field{change.FieldOwner}},
		"content":                {file(nil), file(func(f *change.File) { f.Content = change.NewContent(nil, false) }), []change.Field{change.FieldContent}},
		"content that is secret": {a: file(nil), b: file(func(f *change.File) { f.Content.Secret = true })},
		"content not asked for":  {a: file(nil), b: file(func(f *change.File) { f.Content = nil })},
		"attributes": {file(nil), file(func(f *change.File) { f.Xattrs = map[string][]byte{"user.a": nil} }),
			[]change.Field{change.FieldXattrs}},
		"attributes not asked for": {a: file(nil), b: file(func(f *change.File) { f.Xattrs = nil })},
		"a directory": {file(nil), file(func(f *change.File) { f.Directory, f.Content = true, nil }),
			[]change.Field{change.FieldType}},
		"all at once, in order": {file(nil), file(func(f *change.File) {
			*f = change.File{Directory: true, Mode: 0o700, UID: 7, Content: change.NewContent(nil, false), Xattrs: map[string][]byte{"a": {}}}
		}), []change.Field{change.FieldContent, change.FieldMode, change.FieldOwner, change.FieldType, change.FieldXattrs}},
		"sysctl":           {sysctl("0"), sysctl("1"), []change.Field{change.FieldValue}},
		"another kind":     {sysctl("0"), file(nil), []change.Field{change.FieldType}},
		"a user's shell":   {change.State{User: &change.User{}}, change.State{User: &change.User{Shell: "/bin/sh"}}, []change.Field{"entry"}},
		"a group's number": {change.State{Group: &change.Group{}}, change.State{Group: &change.Group{GID: 1}}, []change.Field{change.FieldGID}},
		"a stale unit":     {unit("old"), unit(""), []change.Field{change.FieldProcess}},
		"two reasons":      {a: unit("old"), b: unit("older")},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, tt.a.Differences(tt.b)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if diff := cmp.Diff(tt.want, tt.b.Differences(tt.a)); diff != "" {
				t.Errorf("the other way round, -want +got:\n%s", diff)
			}
			if tt.a.Equal(tt.b) != (tt.want == nil) {
				t.Errorf("equal: %v", tt.a.Equal(tt.b))
			}
		})
	}
}
