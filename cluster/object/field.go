package object

import (
	"encoding/json"
	"reflect"
	"strings"

	"harden/agent/change"
	"harden/agent/message"
)

// Keys splits an address, `json:metadata.labels["a/b"]`, into its keys.
func Keys(f change.Field) ([]string, error) {
	syntax, rest := f.Address()
	var keys []string
	for rest != "" {
		if quoted, is := strings.CutPrefix(rest, `["`); is {
			key, after, closed := strings.Cut(quoted, `"]`)
			if !closed {
				break
			}
			keys, rest = append(keys, key), strings.TrimPrefix(after, ".")
			continue
		}
		end := strings.IndexAny(rest, ".[")
		if end < 0 {
			end = len(rest)
		}
		if end == 0 {
			break
		}
		keys, rest = append(keys, rest[:end]), strings.TrimPrefix(rest[end:], ".")
	}
	if syntax != "json" || rest != "" || len(keys) == 0 {
		return nil, message.Errorf("%q is not the address of a field of an object", f)
	}
	return keys, nil
}

// Label is the address of a label.
func Label(name string) change.Field { return change.Field(`json:metadata.labels["` + name + `"]`) }

// Value gives what an object has at some keys, nil where it has nothing.
func (o Object) Value(keys []string) any {
	var at any = o.Data
	for _, key := range keys {
		within, is := at.(map[string]any)
		if !is {
			return nil
		}
		at = within[key]
	}
	return at
}

// same compares two values by their JSON.
func same(a, b any) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	x, err := json.Marshal(a)
	y, other := json.Marshal(b)
	return err == nil && other == nil && (string(x) == string(y) || reflect.DeepEqual(a, b))
}

// pointer is a JSON pointer (RFC 6901).
func pointer(keys []string) string {
	var b strings.Builder
	for _, key := range keys {
		b.WriteString("/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(key))
	}
	return b.String()
}

// operation is one of a JSON patch (RFC 6902).
type operation struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value"`
}

func (o operation) MarshalJSON() ([]byte, error) {
	if o.Op == "remove" {
		return json.Marshal(map[string]any{"op": o.Op, "path": o.Path})
	}
	type plain operation
	return json.Marshal(plain(o))
}

// swap is one field to be taken from one value to another.
type swap struct {
	keys     []string
	from, to any // nil where the field is not there
}

// patchOf gives the patch that takes fields of an object to other values, where
// the object has its uid and each field the first value still. Maps that are not
// there are made, and those that a swap leaves empty and that the object did not
// have before the run are removed.
func patchOf(o Object, swaps []swap, keepEmpty func(keys []string) bool) []byte {
	patch := []operation{{"test", "/metadata/uid", o.UID()}}
	for _, s := range swaps {
		if o.holds(s.keys[:len(s.keys)-1]) { // a test below what is not there fails
			patch = append(patch, operation{"test", pointer(s.keys), s.from})
		}
	}
	made, left := map[string]bool{}, map[string]int{}
	for _, s := range swaps {
		parent := s.keys[:len(s.keys)-1]
		at := pointer(parent)
		within, is := o.Value(parent).(map[string]any)
		if _, counted := left[at]; !counted {
			left[at] = len(within)
		}
		switch {
		case s.to == nil && s.from == nil:
		case s.to == nil:
			patch = append(patch, operation{"remove", pointer(s.keys), nil})
			if left[at]--; left[at] == 0 && len(parent) > 0 && !keepEmpty(parent) {
				patch = append(patch, operation{"test", at, map[string]any{}}, operation{"remove", at, nil})
			}
		default:
			if !is && !made[at] && len(parent) > 0 {
				made[at] = true
				patch = append(patch, operation{"test", at, nil}, operation{"add", at, map[string]any{}})
			}
			patch = append(patch, operation{"add", pointer(s.keys), s.to})
		}
	}
	text, err := json.Marshal(patch)
	if err != nil {
		panic("object: a patch cannot be encoded: " + err.Error())
	}
	return text
}

// holds tells whether there is a map at some keys.
func (o Object) holds(keys []string) bool {
	_, is := o.Value(keys).(map[string]any)
	return is
}
