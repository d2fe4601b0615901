// Code generated from builtin/cis-2.0.1.yaml by go generate ./profiles; DO NOT EDIT.

package generated

var cis2_0_1 = Profile{
	Name:    "cis-2.0.1",
	Version: "1.0.0",
	Source:  "CIS Kubernetes Benchmark v2.0.1, Kubernetes 1.34 to 1.35 (ids, levels and values)",
	Family:  "cis",
	Title:   Text{EN: "CIS Kubernetes Benchmark v2.0.1", ZH: "CIS Kubernetes 基准 v2.0.1"},
	From:    "1.34",
	Extends: []string{"cis-1.12"},
	Controls: []Control{
		{ID: "3.2.2", As: "3.2.2", Rules: []Use{{Rule: "apiserver-audit-policy-file"}, {Rule: "audit-policy-coverage", With: "{credentials: true}"}}},
		{ID: "5.2.9", Level: 2},
	},
}
