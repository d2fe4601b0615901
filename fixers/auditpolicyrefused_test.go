package fixers

import (
	"strings"
	"testing"
)

// TestRefusesPolicy has one policy for each check of the API server; the texts
// were given to kube-apiserver 1.30.14, which refuses and takes the same.
func TestRefusesPolicy(t *testing.T) {
	for _, test := range []struct{ policy, want string }{
		{"rules: [{level: Metadata}]", ""},
		{"omitStages: [RequestReceived]\nrules: [{level: None, nonResourceURLs: ['*', '/healthz*', '']}, {level: Metadata}]", "has the path \"\""},
		{"omitStages: [RequestReceived]\nrules: [{level: None, nonResourceURLs: ['*', '/healthz*']}, {level: Metadata}]", ""},
		{"rules: [{level: Metadata, resources: [{group: '', resources: [secrets], resourceNames: [a]}, {group: rbac.authorization.k8s.io}]}]", ""},
		{"rules: [{level: Metadata}, {level: Metadata, resources: [{group: '*'}]}]", `rule 2 has "*" where the name of an API group belongs`},
		{"rules: [{level: Metadata, resources: [{group: rbac.authorization.k8s.io/v1}]}]", "where the name of an API group belongs"},
		{"rules: [{level: Metadata, resources: [{resourceNames: [a]}]}]", "resourceNames without resources"},
		{"rules: [{level: metadata}]", "has none of the levels"},
		{"rules: [{level: Metadata}, {verbs: [get]}]", "rule 2 has none of the levels"},
		{"omitStages: [Received]\nrules: [{level: Metadata}]", `omits the stage "Received"`},
		{"rules: [{level: Metadata, omitStages: [requestReceived]}]", `rule 1 omits the stage "requestReceived"`},
		{"rules: [{level: Metadata, nonResourceURLs: [healthz]}]", `has the path "healthz"`},
		{"rules: [{level: Metadata, nonResourceURLs: ['/*/x']}]", "has the path"},
		{"rules: [{level: Metadata, nonResourceURLs: [/metrics], namespaces: [default]}]", "names both paths and objects"},
		{"rules: [{level: Metadata, verbs: get}]", "a value of the wrong type"},
		{"rules: [{level: Metadata, namespaces: default}]", "a value of the wrong type"},
	} {
		if got := refusesPolicy([]byte(test.policy)).String(); test.want == "" && got != "" || !strings.Contains(got, test.want) {
			t.Errorf("%s\ngot  %q\nwant %q", test.policy, got, test.want)
		}
	}
}
