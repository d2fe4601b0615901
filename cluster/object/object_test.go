package object

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"harden/agent/change"
)

func parsed(t *testing.T, text string) Object {
	t.Helper()
	o, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestPlaces(t *testing.T) {
	for target, want := range map[change.Target]string{
		"object:ServiceAccount/shop/default":                         "/api/v1/namespaces/shop/serviceaccounts/default",
		"object:Namespace/shop":                                      "/api/v1/namespaces/shop",
		"object:NetworkPolicy.networking.k8s.io/shop/harden":         "/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/harden",
		"object:ClusterRoleBinding.rbac.authorization.k8s.io/tiller": "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/tiller",
		"object:Deployment.apps/shop/web":                            "", // no workload is written
		"object:Secret/shop/s":                                       "",
		"object:Namespace/a/b":                                       "",
		"object:ServiceAccount/default":                              "",
		"object:ServiceAccount//default":                             "",
		"file:/etc/passwd":                                           "",
	} {
		got, err := Of(target)
		if got.Path != want || (err == nil) != (want != "") {
			t.Errorf("%s lies at %q (%v)", target, got.Path, err)
		}
	}
}

func TestKeys(t *testing.T) {
	for field, want := range map[change.Field][]string{
		"json:automountServiceAccountToken":      {"automountServiceAccountToken"},
		Label("pod-security.kubernetes.io/warn"): {"metadata", "labels", "pod-security.kubernetes.io/warn"},
		`json:metadata.annotations["a.b/c"].d`:   {"metadata", "annotations", "a.b/c", "d"},
		"json:":                                  nil,
		"yaml:a":                                 nil,
		`json:a["b`:                              nil,
		"json:a..b":                              nil,
	} {
		got, err := Keys(field)
		if (err == nil) != (want != nil) || err == nil && !cmp.Equal(got, want) {
			t.Errorf("%s: %q, %v", field, got, err)
		}
	}
}

// A patch holds the uid and every field that it changes, and makes and removes maps
// only where nobody else has anything in them.
func TestPatches(t *testing.T) {
	keep, drop := func([]string) bool { return true }, func([]string) bool { return false }
	label := []string{"metadata", "labels", "a/b"}
	tests := map[string]struct {
		object string
		swaps  []swap
		keep   func([]string) bool
		want   string
	}{
		"a scalar that is not there": {`{"metadata":{"uid":"u"}}`, []swap{{[]string{"x"}, nil, false}}, keep,
			`[{"op":"test","path":"/metadata/uid","value":"u"},{"op":"test","path":"/x","value":null},{"op":"add","path":"/x","value":false}]`},
		"a label without labels": {`{"metadata":{"uid":"u"}}`, []swap{{label, nil, "v"}}, keep,
			`[{"op":"test","path":"/metadata/uid","value":"u"},{"op":"test","path":"/metadata/labels","value":null},{"op":"add","path":"/metadata/labels","value":{}},{"op":"add","path":"/metadata/labels/a~1b","value":"v"}]`},
		"the last label, of a map that the run made": {`{"metadata":{"uid":"u","labels":{"a/b":"v"}}}`, []swap{{label, "v", nil}}, drop,
			`[{"op":"test","path":"/metadata/uid","value":"u"},{"op":"test","path":"/metadata/labels/a~1b","value":"v"},{"op":"remove","path":"/metadata/labels/a~1b"},{"op":"test","path":"/metadata/labels","value":{}},{"op":"remove","path":"/metadata/labels"}]`},
		"a label beside another": {`{"metadata":{"uid":"u","labels":{"a/b":"v","c":"d"}}}`, []swap{{label, "v", nil}}, drop,
			`[{"op":"test","path":"/metadata/uid","value":"u"},{"op":"test","path":"/metadata/labels/a~1b","value":"v"},{"op":"remove","path":"/metadata/labels/a~1b"}]`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := string(patchOf(parsed(t, test.object), test.swaps, test.keep)); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

const (
	helm   = `{"manager":"helm","operation":"Apply","apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{"f:x":{}}}`
	person = `{"manager":"person","operation":"Update","apiVersion":"v1","time":"2026-01-01T00:00:00Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:a":{}}}}}`
	ours   = `{"manager":"kubectl-harden","operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{"f:a":{}}}}}`
)

func owned(entries ...string) string {
	return `{"metadata":{"uid":"u","managedFields":[` + strings.Join(entries, ",") + `]}}`
}

// A field that the run wrote goes back to who owned it; what others own stays theirs.
func TestOwnership(t *testing.T) {
	label := [][]string{{"metadata", "labels", "a"}}
	tests := map[string]struct {
		now, before string
		want        string // the managers, with what they own
		changed     bool
	}{
		"the run took the only field of a person": {owned(helm, ours), owned(helm, person), owned(helm, person), true},
		"nobody owned it":                         {owned(helm, ours), owned(helm), owned(helm), true},
		"the run owns nothing":                    {owned(helm), owned(helm, person), owned(helm), false},
		"somebody else owns it by now":            {owned(strings.Replace(person, "person", "other", 1)), owned(person), owned(strings.Replace(person, "person", "other", 1)), false},
		"a person has more by now": {owned(ours, strings.Replace(person, `"f:a":{}`, `"f:b":{}`, 1)), owned(person),
			owned(strings.Replace(person, `"f:a":{}`, `"f:a":{},"f:b":{}`, 1)), true},
		"an earlier run owns another field": {owned(strings.Replace(ours, `"f:a":{}`, `"f:a":{},"f:c":{}`, 1)), owned(strings.Replace(ours, `"f:a":{}`, `"f:c":{}`, 1), person),
			owned(strings.Replace(ours, `"f:a":{}`, `"f:c":{}`, 1), person), true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, changed := givenBack(parsed(t, test.now), parsed(t, test.before), label)
			if want := parsed(t, test.want).managed(); changed != test.changed || !sameEntries(got, want) {
				text, _ := json.Marshal(got)
				t.Errorf("changed %t: %s", changed, text)
			}
		})
	}
}

func TestAppliers(t *testing.T) {
	x, y := []string{"x"}, []string{"y"}
	const last = `{"metadata":{"uid":"u","annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"y\":true}"}}}`
	if got := parsed(t, owned(helm, ours)).Appliers(x); got != "helm" {
		t.Errorf("x is of %q", got)
	}
	if got := parsed(t, owned(helm, person)).Appliers(y, []string{"metadata", "labels", "a"}); got != "" {
		t.Errorf("what a person set by hand is taken for applied by %q", got)
	}
	if got := parsed(t, last).Appliers(y); got != "kubectl apply" {
		t.Errorf("y is of %q", got)
	}
	if got := parsed(t, last).Appliers(x); got != "" {
		t.Errorf("x is of %q", got)
	}
}

// TestSetBy: a tool that updates as anybody does is known by who set its mark.
func TestSetBy(t *testing.T) {
	const mark, value = "meta.helm.sh/release-name", `"automount":true`
	entry := func(manager, fields string) string {
		return `{"manager":"` + manager + `","operation":"Update","fieldsType":"FieldsV1","fieldsV1":{` + fields + `}}`
	}
	const marks, field = `"f:metadata":{"f:annotations":{"f:` + mark + `":{}}}`, `"f:automount":{}`
	object := func(value string, entries ...string) Object {
		if value != "" {
			value = "," + value
		}
		return parsed(t, `{"metadata":{"uid":"u","managedFields":[`+strings.Join(entries, ",")+`]}`+value+`}`)
	}
	for name, test := range map[string]struct {
		object  Object
		mark    string
		manager string
		is      bool
	}{
		"the tool":                    {object(value, entry("helm", marks+","+field)), mark, "helm", true},
		"the tool, by another name":   {object(value, entry("terraform", marks+","+field)), mark, "terraform", true},
		"a person, beside the tool":   {object(value, entry("helm", marks), entry("kubectl-edit", field)), mark, "", false},
		"an earlier run":              {object(value, entry("helm", marks), entry(Manager, field)), mark, "", false},
		"nobody is known":             {object(value), mark, "", true},
		"nobody is known of it":       {object(value, entry("helm", marks)), mark, "", true},
		"there is no value":           {object("", entry("helm", marks)), mark, "", false},
		"the tool has it, by a label": {object(value, entry("kapp", `"f:metadata":{"f:labels":{"f:kapp.k14s.io/app":{}}},`+field)), "kapp.k14s.io/app", "kapp", true},
		"no tool":                     {object(value, entry("helm", marks+","+field)), "", "", false},
	} {
		if manager, is := test.object.SetBy(test.mark, []string{"automount"}); manager != test.manager || is != test.is {
			t.Errorf("%s: %q, %t", name, manager, is)
		}
	}
}

// A dry run of a DELETE is said in its body: where there is one the API server does not
// look at the query.
func TestADryDeletionSaysSoInItsBody(t *testing.T) {
	o := parsed(t, `{"metadata":{"uid":"u","resourceVersion":"7"}}`)
	e := Edit{Change: change.Change{Target: "object:ClusterRoleBinding.rbac.authorization.k8s.io/tiller"}}
	for dry, want := range map[bool]bool{true: true, false: false} {
		r, err := e.first(&o, dry)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(string(r.Body), `"dryRun":["All"]`); got != want || !strings.Contains(string(r.Body), `"resourceVersion":"7","uid":"u"`) {
			t.Errorf("dry %t: %s", dry, r.Body)
		}
	}
}

// What everybody decided of an object is the same, whatever the API server adds.
func TestOwn(t *testing.T) {
	a := parsed(t, `{"kind":"ResourceQuota","metadata":{"name":"q","uid":"1","resourceVersion":"2","creationTimestamp":"x","managedFields":[]},"spec":{"hard":{"pods":"1"}},"status":{"used":{}}}`)
	b := parsed(t, `{"kind":"ResourceQuota","metadata":{"uid":"9","name":"q"},"spec":{"hard":{"pods":"1"}}}`)
	c := parsed(t, `{"kind":"ResourceQuota","metadata":{"uid":"9","name":"q","labels":{"a":"b"}},"spec":{"hard":{"pods":"1"}}}`)
	if string(a.Own()) != string(b.Own()) || string(a.Own()) == string(c.Own()) {
		t.Errorf("%s\n%s\n%s", a.Own(), b.Own(), c.Own())
	}
}
