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
		{"rules: [{level: Metadata}, {level: Metadata, resources: [{group: '*'}]}]", `rule 2 has "*" in the place of the name of an API group`},
		{"rules: [{level: Metadata, resources: [{group: rbac.authorization.k8s.io/v1}]}]", "in the place of the name of an API group"},
		{"rules: [{level: Metadata, resources: [{resourceNames: [a]}]}]", "resourceNames without resources"},
		{"rules: [{level: metadata}]", "of none of the levels"},
		{"rules: [{level: Metadata}, {verbs: [get]}]", "rule 2 is of none of the levels"},
		{"omitStages: [Received]\nrules: [{level: Metadata}]", `leaves out the stage "Received"`},
		{"rules: [{level: Metadata, omitStages: [requestReceived]}]", `rule 1 leaves out the stage "requestReceived"`},
		{"rules: [{level: Metadata, nonResourceURLs: [healthz]}]", `has the path "healthz"`},
		{"rules: [{level: Metadata, nonResourceURLs: ['/*/x']}]", "has the path"},
		{"rules: [{level: Metadata, nonResourceURLs: [/metrics], namespaces: [default]}]", "about paths and about objects"},
		{"rules: [{level: Metadata, verbs: get}]", "a value of another type"},
		{"rules: [{level: Metadata, namespaces: default}]", "a value of another type"},
	} {
		if got := refusesPolicy([]byte(test.policy)).String(); test.want == "" && got != "" || !strings.Contains(got, test.want) {
			t.Errorf("%s\ngot  %q\nwant %q", test.policy, got, test.want)
		}
	}
}
