// Code generated from builtin/aks-1.8.yaml by go generate ./profiles; DO NOT EDIT.

package generated

var aks1_8 = Profile{
	Name:    "aks-1.8",
	Version: "1.0.0",
	Source:  "CIS Microsoft AKS Benchmark v1.8, section 3 (ids and values)",
	Title:   Text{EN: "CIS Microsoft AKS Benchmark v1.8, worker nodes", ZH: "CIS Microsoft AKS 基准 v1.8（工作节点）"},
	Set:     []Parameter{{"kubelet-client-ca", "/etc/kubernetes/certs/ca.crt"}},
	Controls: []Control{
		{ID: "3.1.1", Level: 1, Rules: []Use{{Rule: "kubelet-kubeconfig-mode", With: "{mode: \"0644\"}"}}},
		{ID: "3.1.2", Level: 1, Rules: []Use{{Rule: "kubelet-kubeconfig-owner"}}},
		{ID: "3.1.3", Level: 1, Rules: []Use{{Rule: "azure-cloud-config-mode"}}},
		{ID: "3.1.4", Level: 1, Rules: []Use{{Rule: "azure-cloud-config-owner"}}},
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
