// Code generated from builtin/cis-1.5.yaml by go generate ./profiles; DO NOT EDIT.

package generated

var cis1_5 = Profile{
	Name:     "cis-1.5",
	Version:  "1.0.0",
	Source:   "CIS Kubernetes Benchmark v1.5, Kubernetes 1.15 (ids, levels and values)",
	Family:   "cis",
	Title:    Text{EN: "CIS Kubernetes Benchmark v1.5", ZH: "CIS Kubernetes 基准 v1.5"},
	From:     "1.0",
	Extends:  []string{"cis-1.6"},
	Controls: []Control{},
}
