// Code generated from builtin/eks-1.8.yaml by go generate ./profiles; DO NOT EDIT.

package generated

var eks1_8 = Profile{
	Name:    "eks-1.8",
	Version: "1.0.0",
	Source:  "CIS Amazon EKS Benchmark v1.8.0, section 3 (ids and values)",
	Title:   Text{EN: "CIS Amazon EKS Benchmark v1.8.0, worker nodes", ZH: "CIS Amazon EKS 基准 v1.8.0（工作节点）"},
	Controls: []Control{
		{ID: "3.1.1", Level: 1, Rules: []Use{{Rule: "kubelet-kubeconfig-mode", With: "{mode: \"0644\"}"}}},
		{ID: "3.1.2", Level: 1, Rules: []Use{{Rule: "kubelet-kubeconfig-owner"}}},
		{ID: "3.1.3", Level: 1, Rules: []Use{{Rule: "kubelet-config-mode", With: "{mode: \"0644\"}"}}},
		{ID: "3.1.4", Level: 1, Rules: []Use{{Rule: "kubelet-config-owner"}}},
		{ID: "3.2.1", Level: 1, Rules: []Use{{Rule: "kubelet-anonymous-auth"}}},
		{ID: "3.2.2", Level: 1, Rules: []Use{{Rule: "kubelet-authorization-webhook"}}},
		{ID: "3.2.3", Level: 1, Rules: []Use{{Rule: "kubelet-client-ca"}}},
		{ID: "3.2.4", Level: 1, Rules: []Use{{Rule: "kubelet-read-only-port"}}},
		{ID: "3.2.5", Level: 1, Rules: []Use{{Rule: "kubelet-streaming-idle-timeout"}}},
		{ID: "3.2.6", Level: 1, Rules: []Use{{Rule: "kubelet-iptables-util-chains"}}},
		{ID: "3.2.7", Level: 1, Rules: []Use{{Rule: "kubelet-event-record-qps"}}},
		{ID: "3.2.8", Level: 1, Rules: []Use{{Rule: "kubelet-rotate-certificates"}}},
		{ID: "3.2.9", Level: 1, Rules: []Use{{Rule: "kubelet-rotate-server-certificate"}}},
	},
}
