// Code generated from builtin/gke-1.9.yaml by go generate ./profiles; DO NOT EDIT.

package generated

var gke1_9 = Profile{
	Name:    "gke-1.9",
	Version: "1.0.0",
	Source:  "CIS Google GKE Benchmark v1.9.0, section 3 (ids and values)",
	Title:   Text{EN: "CIS Google GKE Benchmark v1.9.0, worker nodes", ZH: "CIS Google GKE 基准 v1.9.0（工作节点）"},
	Controls: []Control{
		{ID: "3.1.1", Level: 1, Rules: []Use{{Rule: "kubelet-kubeconfig-mode", With: "{mode: \"0644\"}"}}},
		{ID: "3.1.2", Level: 1, Rules: []Use{{Rule: "kubelet-kubeconfig-owner"}}},
		{ID: "3.1.3", Level: 1, Rules: []Use{{Rule: "kubelet-config-mode", With: "{mode: \"0644\"}"}}},
		{ID: "3.1.4", Level: 1, Rules: []Use{{Rule: "kubelet-config-owner"}}},
	},
}
