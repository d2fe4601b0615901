// Package object reads and writes single objects of a cluster. A write is a
// compare-and-swap: a JSON patch whose tests hold the object's uid and every
// field that it changes, so that nothing that somebody else wrote meanwhile is
// lost, or a create or delete with the same care. It never applies by force and
// never edits a template of pods.
package object

import (
	"encoding/json"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/message"
)

// Manager is the field manager of every write.
const Manager = "kubectl-harden"

// Object is one object as it was read.
type Object struct {
	Raw  []byte         // as the API server sent it
	Data map[string]any // decoded; numbers are json.Number
}

// Parse reads an object from JSON.
func Parse(raw []byte) (Object, error) {
	o := Object{Raw: raw}
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	if err := d.Decode(&o.Data); err != nil {
		return Object{}, message.Errorf("cannot understand the API server's answer: %w", err)
	}
	if o.UID() == "" {
		return Object{}, message.Errorf("the answer is not an object: it has no uid")
	}
	return o, nil
}

func (o Object) meta(key string) string {
	metadata, _ := o.Data["metadata"].(map[string]any)
	value, _ := metadata[key].(string)
	return value
}

// UID names the object among all that ever had its name.
func (o Object) UID() string { return o.meta("uid") }

// ResourceVersion is new with each write to the object.
func (o Object) ResourceVersion() string { return o.meta("resourceVersion") }

// Terminating tells whether the object is going away.
func (o Object) Terminating() bool { return o.meta("deletionTimestamp") != "" }

// kind is a kind of object that can be written.
type kind struct {
	name, group, version, plural string
	namespaced                   bool
}

const (
	networking = "networking.k8s.io"
	rbacGroup  = "rbac.authorization.k8s.io"
	admission  = "admissionregistration.k8s.io"
)

// kinds are all that are written. No workload and no Secret is among them.
var kinds = []kind{
	{"Namespace", "", "v1", "namespaces", false},
	{"ServiceAccount", "", "v1", "serviceaccounts", true},
	{"ResourceQuota", "", "v1", "resourcequotas", true},
	{"LimitRange", "", "v1", "limitranges", true},
	{"NetworkPolicy", networking, "v1", "networkpolicies", true},
	{"ClusterRoleBinding", rbacGroup, "v1", "clusterrolebindings", false},
	{"ValidatingAdmissionPolicy", admission, "v1", "validatingadmissionpolicies", false},
	{"ValidatingAdmissionPolicyBinding", admission, "v1", "validatingadmissionpolicybindings", false},
	{"MutatingAdmissionPolicy", admission, "v1", "mutatingadmissionpolicies", false},
	{"MutatingAdmissionPolicyBinding", admission, "v1", "mutatingadmissionpolicybindings", false},
}

// Place is where an object lies in the API.
type Place struct {
	Collection string // "/api/v1/namespaces/shop/serviceaccounts"
	Path       string // the collection, and the name
	Namespace  string // "" of what is in none
}

// Of gives the place of a target, "object:ServiceAccount/shop/default". What is
// not written by harden has none.
func Of(t change.Target) (Place, error) {
	parts := strings.Split(t.Name(), "/")
	name, group, _ := strings.Cut(parts[0], ".")
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.name == name && k.group == group })
	if t.Kind() != change.KindObject || i < 0 || len(parts) != 2 && !kinds[i].namespaced || len(parts) != 3 && kinds[i].namespaced || slices.Contains(parts, "") {
		return Place{}, message.Errorf("%s is not an object that harden writes", t)
	}
	k := kinds[i]
	p := Place{Collection: "/api/" + k.version}
	if k.group != "" {
		p.Collection = "/apis/" + k.group + "/" + k.version
	}
	if k.namespaced {
		p.Namespace = parts[1]
		p.Collection += "/namespaces/" + parts[1]
	}
	p.Collection += "/" + k.plural
	p.Path = p.Collection + "/" + parts[len(parts)-1]
	return p, nil
}

// Own gives the JSON of what somebody decided of an object: without what the API
// server adds to every object, and without its status. Two objects with the same
// are the same to their users.
func (o Object) Own() []byte {
	own := map[string]any{}
	for key, value := range o.Data {
		if key != "status" {
			own[key] = value
		}
	}
	metadata, _ := own["metadata"].(map[string]any)
	kept := map[string]any{}
	for key, value := range metadata {
		if !slices.Contains([]string{"uid", "resourceVersion", "creationTimestamp", "generation", "managedFields", "selfLink"}, key) {
			kept[key] = value
		}
	}
	own["metadata"] = kept
	text, err := json.Marshal(own) // keys are sorted
	if err != nil {
		panic("object: what was decoded cannot be encoded: " + err.Error())
	}
	return text
}
