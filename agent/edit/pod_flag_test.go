package edit

import (
	"strings"
	"testing"
)

const etcdByVariables = `apiVersion: v1
kind: Pod
metadata: {name: etcd}
spec:
  containers:
  - name: etcd
    command: [etcd]
    env:
    - {name: ETCD_CORS, value: "a"}
    - {name: ETCD_CORS, value: "b"}
    - {name: ETCD_CLIENT_CERT_AUTH, value: ""}
    - {name: ETCD_NAME, value: "n"}
`

// etcd refuses a flag beside its variable, even an empty one; and variables that
// move up when one before them is taken away are still found.
func TestVariablesOfEtcd(t *testing.T) {
	doc, err := Open("pod:etcd", []byte(etcdByVariables))
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Unset("flag:--cors"); err != nil {
		t.Fatal(err)
	}
	for flag, value := range map[string]string{"--client-cert-auth": "true", "--name": "$(m)"} {
		if err := doc.Set("flag:"+flag, value); err != nil {
			t.Fatal(err)
		}
	}
	after := string(doc.Bytes())
	for _, want := range []string{"command: [etcd]\n", `{name: ETCD_CLIENT_CERT_AUTH, value: "true"}`, `{name: ETCD_NAME, value: "$$(m)"}`} {
		if !strings.Contains(after, want) {
			t.Errorf("no %s in\n%s", want, after)
		}
	}
	if strings.Contains(after, "ETCD_CORS") {
		t.Errorf("a variable of the flag is left:\n%s", after)
	}
}
