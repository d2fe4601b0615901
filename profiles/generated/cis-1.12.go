// Code generated from builtin/cis-1.12.yaml by go generate ./profiles; DO NOT EDIT.

package generated

var cis1_12 = Profile{
	Name:     "cis-1.12",
	Version:  "1.0.0",
	Source:   "CIS Kubernetes Benchmark v1.12, Kubernetes 1.32 to 1.34 (ids, levels and values)",
	Family:   "cis",
	Title:    Text{EN: "CIS Kubernetes Benchmark v1.12", ZH: "CIS Kubernetes 基准 v1.12"},
	From:     "1.32",
	Extends:  []string{"cis-1.11"},
	Controls: []Control{},
}
