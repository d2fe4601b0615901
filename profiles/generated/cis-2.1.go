// Code generated from builtin/cis-2.1.yaml by go generate ./profiles; DO NOT EDIT.

package generated

var cis2_1 = Profile{
	Name:    "cis-2.1",
	Version: "1.0.0",
	Source:  "CIS Kubernetes Benchmark v2.1, Kubernetes 1.36 to 1.37 (ids; levels as in v2.0.1)",
	Family:  "cis",
	Title:   Text{EN: "CIS Kubernetes Benchmark v2.1", ZH: "CIS Kubernetes 基准 v2.1"},
	From:    "1.36",
	Extends: []string{"cis-2.0.1"},
	Controls: []Control{
		{ID: "4.1.11", Level: 1, Rules: []Use{{Rule: "kubelet-config-dir-mode"}, {Rule: "kubelet-config-dir-owner"}, {Rule: "kubelet-config-mode"}, {Rule: "kubelet-config-owner"}}},
		{ID: "5.1.14", Level: 1},
		{ID: "5.2.13", Level: 1},
	},
}
