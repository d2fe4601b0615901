package object

import (
	"encoding/json"
	"maps"
	"slices"
)

// Who set a field is part of an object's state: a tool that applies an object
// from elsewhere refuses to go on where another manager owns a field of its. So
// an undo gives back the value first and then the ownership.

// entry is one of metadata.managedFields.
type entry struct {
	APIVersion  string         `json:"apiVersion,omitempty"`
	FieldsType  string         `json:"fieldsType,omitempty"`
	FieldsV1    map[string]any `json:"fieldsV1,omitempty"`
	Manager     string         `json:"manager,omitempty"`
	Operation   string         `json:"operation,omitempty"`
	Subresource string         `json:"subresource,omitempty"`
	Time        string         `json:"time,omitempty"`
}

// whose tells whether two entries are of the same manager.
func (e entry) whose(o entry) bool {
	return e.Manager == o.Manager && e.Operation == o.Operation && e.APIVersion == o.APIVersion && e.Subresource == o.Subresource
}

func (e entry) ours() bool {
	return e.Manager == Manager && e.Operation == "Update" && e.Subresource == ""
}

// managed gives the entries of an object.
func (o Object) managed() []entry {
	metadata, _ := o.Data["metadata"].(map[string]any)
	var list []entry
	text, err := json.Marshal(metadata["managedFields"])
	if err != nil || json.Unmarshal(text, &list) != nil {
		return nil
	}
	return list
}

// Appliers gives, for some fields, the manager that applies the field from
// elsewhere: server-side, or with kubectl apply and its annotation.
func (o Object) Appliers(fields ...[]string) string {
	for _, e := range o.managed() {
		if e.Operation != "Apply" || e.Manager == Manager {
			continue
		}
		for _, keys := range fields {
			if _, owns := e.at(keys); owns {
				return e.Manager
			}
		}
	}
	last, _ := o.Value([]string{"metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"}).(string)
	if last == "" {
		return ""
	}
	var applied Object
	if json.Unmarshal([]byte(last), &applied.Data) != nil {
		return "kubectl apply"
	}
	for _, keys := range fields {
		if applied.Value(keys) != nil {
			return "kubectl apply"
		}
	}
	return ""
}

// SetBy tells whether the tool that marks an object by a label or an annotation has set one of
// some fields, and as which manager. Helm and kapp write as anybody who updates an object does, and
// at their next turn set again what they have set. A field that has a value which nobody is known
// to have set counts as theirs: objects that a controller made have no managers.
func (o Object) SetBy(mark string, fields ...[]string) (manager string, is bool) {
	if mark == "" {
		return "", false
	}
	for _, keys := range fields {
		if o.Value(keys) == nil {
			continue
		}
		known := false
		for _, e := range o.managed() {
			if _, owns := e.at(keys); !owns {
				continue
			}
			known = true
			_, annotates := e.at([]string{"metadata", "annotations", mark})
			_, labels := e.at([]string{"metadata", "labels", mark})
			if annotates || labels {
				return e.Manager, true
			}
		}
		if !known {
			return "", true
		}
	}
	return "", false
}

// at gives the node of a field in the tree of an entry.
func (e entry) at(keys []string) (map[string]any, bool) {
	within := e.FieldsV1
	for _, key := range keys {
		next, is := within["f:"+key].(map[string]any)
		if !is {
			return nil, false
		}
		within = next
	}
	return within, e.FieldsV1 != nil
}

// givenBack gives the entries that an object has once the fields of a run that the
// run still owns are given back to those who had them in the original. Nothing changes
// for other fields, nor for those that somebody else owns by now. changed is false
// where the run owns none of them.
func givenBack(now, original Object, fields [][]string) (list []entry, changed bool) {
	var own []entry
	var owned [][]string
	for _, e := range now.managed() {
		if !e.ours() {
			list = append(list, e)
			continue
		}
		e.FieldsV1 = copied(e.FieldsV1)
		for _, keys := range fields {
			if prune(e.FieldsV1, keys) {
				owned = append(owned, keys)
			}
		}
		if len(e.FieldsV1) > 0 {
			own = append(own, e)
		}
	}
	list = append(list, own...)
	for _, e := range original.managed() {
		for _, keys := range owned {
			if node, had := e.at(keys); had {
				list = give(list, e, keys, node)
			}
		}
	}
	if sameEntries(list, original.managed()) {
		list = original.managed()
	}
	return list, len(owned) > 0
}

// give adds one field of an original entry to the entry of the same manager,
// which is made where it is gone.
func give(list []entry, from entry, keys []string, node map[string]any) []entry {
	i := slices.IndexFunc(list, from.whose)
	if i < 0 {
		made := from
		made.FieldsV1 = nil
		list, i = append(list, made), len(list)
	}
	list[i].FieldsV1 = copied(list[i].FieldsV1)
	within, source := list[i].FieldsV1, from.FieldsV1
	for n, key := range keys {
		name := "f:" + key
		original, _ := source[name].(map[string]any)
		next, is := within[name].(map[string]any)
		if !is {
			next = map[string]any{}
			if n == len(keys)-1 {
				next = copied(node)
			}
			if _, marks := original["."]; marks {
				next["."] = map[string]any{}
			}
			within[name] = next
		}
		within, source = next, original
	}
	return list
}

// prune takes a field out of a tree, and the nodes above that it leaves empty, and
// tells whether it was there. The mark of a node itself, ".", goes with its last field.
func prune(tree map[string]any, keys []string) bool {
	name := "f:" + keys[0]
	next, is := tree[name].(map[string]any)
	if !is {
		return false
	}
	if len(keys) == 1 {
		delete(tree, name)
		return true
	}
	done := prune(next, keys[1:])
	if _, marks := next["."]; done && (len(next) == 0 || marks && len(next) == 1) {
		delete(tree, name)
	}
	return done
}

func copied(tree map[string]any) map[string]any {
	made := maps.Clone(tree)
	if made == nil {
		made = map[string]any{}
	}
	for key, value := range made {
		if below, is := value.(map[string]any); is {
			made[key] = copied(below)
		}
	}
	return made
}

// sameEntries compares entries in any order; the API server sorts them. The time
// of an entry is when its manager last wrote.
func sameEntries(a, b []entry) bool {
	if len(a) != len(b) {
		return false
	}
	rest := slices.Clone(b)
	for _, e := range a {
		i := slices.IndexFunc(rest, func(o entry) bool { return e.whose(o) && same(e.FieldsV1, o.FieldsV1) })
		if i < 0 {
			return false
		}
		rest = slices.Delete(rest, i, i+1)
	}
	return true
}
