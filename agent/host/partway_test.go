package host

import (
	"fmt"
	"slices"
	"testing"

	"harden/agent/change"

	"golang.org/x/sys/unix"
)

// capable is the capability cap_net_bind_service, permitted and effective:
// version 2 with the effective bit, then two words of each set, capabilities(7).
var capable = []byte{1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}

// partways are changes of attributes that pass through states of their own.
var partways = map[string]struct {
	mode     uint32
	xattrs   map[string][]byte
	uid      uint32
	to       uint32
	toXattrs map[string][]byte
	toUID    uint32
}{
	"set-user-id is dropped":       {mode: 0o4755, uid: 1000, to: 0o644},
	"set-user-id is kept":          {mode: 0o4755, uid: 1000, to: 0o4711},
	"set-user-id is set":           {mode: 0o600, uid: 1000, to: 0o6755},
	"set-group-id":                 {mode: 0o2755, uid: 1000, to: 0o2750},
	"set-group-id without group x": {mode: 0o6745, uid: 1000, to: 0o6644},
	"sticky":                       {mode: 0o5777, uid: 1000, to: 0o1700},
	"capabilities": {mode: 0o755, uid: 1000, to: 0o700,
		xattrs: map[string][]byte{capabilities: capable}, toXattrs: map[string][]byte{capabilities: capable}},
	"capabilities and set-user-id": {mode: 0o4755, uid: 1000, to: 0o600,
		xattrs: map[string][]byte{capabilities: capable, "user.a": {1}}, toXattrs: map[string][]byte{"user.a": {2}, "user.b": {3}}},
	"access control list": {mode: 0o4664, uid: 1000, to: 0o600,
		xattrs: map[string][]byte{accessACL: withMode(acl(0o664, 7), 0)}, toXattrs: map[string][]byte{accessACL: withMode(acl(0o600, 8), 0), "user.a": {1}}},
}

// TestPartway kills a change of attributes before each of its operations, and
// the way back as well: no field is taken for somebody else's, and from there
// both ends can be reached exactly.
func TestPartway(t *testing.T) {
	needRoot(t)
	kills := 0
	for name, tt := range partways {
		for _, back := range []bool{false, true} {
			for k, finished := 1, false; !finished; k++ {
				calls := &faults{}
				r := tree(t, calls, "file")
				before := newFile("old\n", tt.mode)
				before.File.UID, before.File.GID, before.File.Xattrs = tt.uid, tt.uid, orNone(tt.xattrs)
				after := newFile("old\n", tt.to)
				after.File.UID, after.File.GID, after.File.Xattrs = tt.toUID, tt.toUID, orNone(tt.toXattrs)
				if back {
					before, after = after, before
				}
				row := fmt.Sprintf("%s, back=%v, operation %d", name, back, k)
				ok(t, r.Write("/file", state(t, r, "/file"), before))
				equal(t, state(t, r, "/file"), before)
				finished = !dies(t, r, calls, k, before, after)
				calls.fail = nil
				now := state(t, r, "/file")
				fields := slices.DeleteFunc(now.Differences(before), func(f change.Field) bool {
					return !slices.Contains(now.Differences(after), f) || Partway(f, now, before, after)
				})
				if len(fields) > 0 {
					t.Errorf("%s: %v would be somebody else's: %+v", row, fields, now.File)
				}
				for _, end := range []change.State{before, after} {
					ok(t, r.Write("/file", state(t, r, "/file"), end))
					equal(t, state(t, r, "/file"), end)
				}
				kills++
			}
		}
	}
	t.Attr("figure/kills", fmt.Sprint(kills))
}

func orNone(xattrs map[string][]byte) map[string][]byte {
	if xattrs == nil {
		return map[string][]byte{}
	}
	return xattrs
}

// dies ends a write before its k-th operation, as kill -9 does: nothing is put
// back. It tells whether the write got so far.
func dies(t *testing.T, r *Root, calls *faults, k int, from, to change.State) (died bool) {
	t.Helper()
	defer func() { died = recover() != nil }()
	first := len(calls.names)
	calls.fail = func(n int, _ Op) error {
		if n-first == k {
			panic("killed")
		}
		return nil
	}
	ok(t, r.Write("/file", from, to))
	return false
}

// What somebody else did is not taken for a change of ours that was interrupted.
func TestNotPartway(t *testing.T) {
	file := func(mode uint32, xattrs map[string][]byte) change.State {
		return change.State{File: &change.File{Mode: mode, Xattrs: orNone(xattrs)}}
	}
	a, b := map[string][]byte{"user.a": {1}}, map[string][]byte{"user.a": {2}}
	tests := map[string]struct {
		field              change.Field
		now, before, after change.State
	}{
		"other permissions":        {change.FieldMode, file(0o640, nil), file(0o4755, nil), file(0o600, nil)},
		"set-user-id by another":   {change.FieldMode, file(0o4600, nil), file(0o755, nil), file(0o600, nil)},
		"sticky by another":        {change.FieldMode, file(0o1755, nil), file(0o4755, nil), file(0o600, nil)},
		"an attribute of another":  {change.FieldXattrs, file(0, map[string][]byte{"user.a": {3}}), file(0, a), file(0, b)},
		"an attribute was removed": {change.FieldXattrs, file(0, nil), file(0, a), file(0, b)},
		"content":                  {change.FieldContent, newFile("x", 0), newFile("y", 0), newFile("z", 0)},
		"owner":                    {change.FieldOwner, newFile("x", 0), newFile("x", 0), newFile("x", 0)},
		"it is gone":               {change.FieldMode, change.State{}, file(0o4755, nil), file(0o600, nil)},
	}
	for name, tt := range tests {
		if Partway(tt.field, tt.now, tt.before, tt.after) {
			t.Errorf("%s: it is taken for our own", name)
		}
	}
}

// The capabilities that a kill between two calls took off are missed, and so
// are attributes that somebody added where there were none.
func TestNoAttributesAreKnown(t *testing.T) {
	r := tree(t, nil, "file")
	old := state(t, r, "/file")
	if old.File.Xattrs == nil {
		t.Skip("skipped: the file system of the temporary directory has no extended attributes")
	}
	ok(t, unix.Setxattr(r.Path()+"/file", "user.a", []byte("1"), 0))
	equal(t, state(t, r, "/file").Differences(old), []change.Field{change.FieldXattrs})
	wantError(t, r.Write("/file", old, edited(old, "new\n", 0o644)), "changed by someone else: xattrs")
}
