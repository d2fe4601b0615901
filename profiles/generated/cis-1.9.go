// Code generated from builtin/cis-1.9.yaml by go generate ./profiles; DO NOT EDIT.

package generated

var cis1_9 = Profile{
	Name:     "cis-1.9",
	Version:  "1.0.0",
	Source:   "CIS Kubernetes Benchmark v1.9, Kubernetes 1.27 to 1.29 (ids, levels and values)",
	Family:   "cis",
	Title:    Text{EN: "CIS Kubernetes Benchmark v1.9", ZH: "CIS Kubernetes 基准 v1.9"},
	From:     "1.27",
	Extends:  []string{"cis-1.10"},
	Controls: []Control{},
}
