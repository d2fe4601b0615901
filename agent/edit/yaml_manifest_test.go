package edit

import (
	"strings"
	"testing"
)

const cluster = `nodes: []   # see inventory
addons: |-
    # ours
    ---
    apiVersion: v1
    kind: Namespace
    metadata:
      name: cattle-system
    ---
    # kept   as it is
    apiVersion: policy/v1beta1
    kind: PodSecurityPolicy
    metadata:
      name: restricted
    spec:
      privileged: true   # why?

      volumes: [secret]
network:
  plugin: canal
`

func TestManifestGet(t *testing.T) {
	runValues(t, "yaml", []value{
		{"whole", cluster, "addons{Namespace/cattle-system}", "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: cattle-system", 5},
		{"field", cluster, "addons{PodSecurityPolicy/restricted}.spec.privileged", true, 16},
		{"list", cluster, "addons{PodSecurityPolicy/restricted}.spec.volumes", []string{"secret"}, 18},
		{"no such field", cluster, "addons{PodSecurityPolicy/restricted}.spec.hostPID", nil, 0},
		{"no such object", cluster, "addons{Role/a/b}", nil, 0},
		{"no text", "nodes: []\n", "addons{Role/a/b}", nil, 0},
		{"with a namespace", "a: |\n  kind: Role\n  metadata: {namespace: n, name: r}\n", "a{Role/n/r}.kind", "Role", 2},
		{"comment behind the line", "a: |\n  kind: A\n  --- # next\n  kind: B\n", "a{B}.kind", "B", 4},
		{"a line of a text", "a: |\n  kind: A\n  data:\n    x: |\n      ---\n      kind: B\n", "a{B}", nil, 0},
	})
}

func TestManifestSet(t *testing.T) {
	const namespace = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: x"
	runRows(t, "yaml", []row{
		{name: "field", text: cluster, address: "addons{PodSecurityPolicy/restricted}.spec.privileged", value: false, want: replaced(cluster, "privileged: true   #", "privileged: false   #")},
		{name: "new field", text: cluster, address: "addons{PodSecurityPolicy/restricted}.spec.fsGroup.rule", value: "RunAsAny",
			want: replaced(cluster, "volumes: [secret]\n", "volumes: [secret]\n      fsGroup:\n        rule: RunAsAny\n")},
		{name: "new object", text: cluster, address: "addons{Namespace/x}", value: namespace,
			want: replaced(cluster, "volumes: [secret]\n", "volumes: [secret]\n    ---\n    apiVersion: v1\n    kind: Namespace\n    metadata:\n      name: x\n")},
		{name: "new text", text: "a:\n    b: 1\n", address: "addons{Namespace/x}", value: namespace,
			want: "a:\n    b: 1\naddons: |-\n    apiVersion: v1\n    kind: Namespace\n    metadata:\n      name: x\n"},
		{name: "empty text", text: "addons: \"\" # none\nb: 1\n", address: "addons{Namespace/x}", value: namespace,
			want: "addons: |- # none\n  apiVersion: v1\n  kind: Namespace\n  metadata:\n    name: x\nb: 1\n"},
		{name: "text below", text: "r:\n  addons:\n  b: 1\n", address: "r.addons{Namespace/x}", value: namespace,
			want: "r:\n  addons: |-\n    apiVersion: v1\n    kind: Namespace\n    metadata:\n      name: x\n  b: 1\n"},
		{name: "separator at the end", text: "a: |\n  kind: A\n  ---\n\nb: 1\n", address: "a{B}", value: "kind: B", want: "a: |\n  kind: A\n  ---\n  kind: B\n\nb: 1\n"},
		{name: "comments only", text: "a: |+\n  # none\n\nb: 1\n", address: "a{B}", value: "kind: B", want: "a: |+\n  # none\n  kind: B\n\nb: 1\n"},
		{name: "CRLF", text: "a: |\r\n  kind: A\r\nb: 1\r\n", address: "a{B}", value: "kind: B", want: "a: |\r\n  kind: A\r\n  ---\r\n  kind: B\r\nb: 1\r\n"},
		{name: "another object's text", text: cluster, address: "addons{Namespace/y}", value: namespace, err: "not the text of that object"},
		{name: "two objects", text: cluster, address: "addons{Namespace/x}", value: namespace + "\n---\nkind: B", err: "not the text of that object"},
		{name: "field of no object", text: cluster, address: "addons{Role/a/b}.kind", value: "x", err: "there is no such object"},
		{name: "one line", text: "a: 'kind: A'\n", address: "a{B}", value: "kind: B", err: "the text in line 1 is not a literal block"},
		{name: "flow", text: "{a: ''}\n", address: "a{B}", value: "kind: B", err: "does not fit there"},
		{name: "a mapping", text: "a:\n  b: 1\n", address: "a{B}", value: "kind: B", err: "a is a mapping"},
		{name: "broken object", text: "a: |\n  kind: A\n  ---\n  kind: [\n", address: "a{B}", value: "kind: B", err: "cannot read the object that begins in line 3 of the text"},
		{name: "more behind the line", text: "a: |\n  --- {kind: B}\n", address: "a{B}", value: "kind: B", err: "line 1 of the text holds more than ---"},
	})
}

func TestManifestUnset(t *testing.T) {
	d := open(t, "yaml", cluster)
	if err := d.Unset("addons{PodSecurityPolicy/restricted}.spec.volumes"); err != nil {
		t.Fatal(err)
	}
	if got, want := string(d.Bytes()), replaced(cluster, "\n\n      volumes: [secret]\n", "\n"); got != want {
		t.Errorf("got:\n%s", got)
	}
	if d.Unset("addons{PodSecurityPolicy/restricted}") == nil {
		t.Error("an object was removed")
	}
}

// replaced is a text with one piece exchanged.
func replaced(text, old, new string) string { return strings.Replace(text, old, new, 1) }
