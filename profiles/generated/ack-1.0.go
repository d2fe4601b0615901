// Code generated from builtin/ack-1.0.yaml by go generate ./profiles; DO NOT EDIT.

package generated

var ack1_0 = Profile{
	Name:    "ack-1.0",
	Version: "1.0.0",
	Source:  "CIS Alibaba Cloud ACK Benchmark v1.0, section 4 (ids and values)",
	Title:   Text{EN: "CIS Alibaba Cloud ACK Benchmark v1.0, worker nodes", ZH: "CIS 阿里云 ACK 基准 v1.0（工作节点）"},
	Controls: []Control{
		{ID: "4.1.1", Level: 1, Rules: []Use{{Rule: "kubelet-unit-mode", With: "{mode: \"0644\"}"}}},
		{ID: "4.1.2", Level: 1, Rules: []Use{{Rule: "kubelet-unit-owner"}}},
		{ID: "4.1.3", Level: 1, Rules: []Use{{Rule: "kube-proxy-kubeconfig-mode", With: "{mode: \"0644\"}"}}},
		{ID: "4.1.4", Level: 1, Rules: []Use{{Rule: "kube-proxy-kubeconfig-owner"}}},
		{ID: "4.1.5", Level: 1, Rules: []Use{{Rule: "kubelet-kubeconfig-mode", With: "{mode: \"0644\"}"}}},
		{ID: "4.1.6", Level: 1, Rules: []Use{{Rule: "kubelet-kubeconfig-owner"}}},
		{ID: "4.1.7", Level: 1, Rules: []Use{{Rule: "kubelet-client-ca-mode", With: "{mode: \"0644\"}"}}},
		{ID: "4.1.8", Level: 1, Rules: []Use{{Rule: "kubelet-client-ca-owner"}}},
		{ID: "4.1.9", Level: 1, Rules: []Use{{Rule: "kubelet-config-mode", With: "{mode: \"0644\"}"}}},
		{ID: "4.1.10", Level: 1, Rules: []Use{{Rule: "kubelet-config-owner"}}},
		{ID: "4.2.1", Level: 1, Rules: []Use{{Rule: "kubelet-anonymous-auth"}}},
		{ID: "4.2.2", Level: 1, Rules: []Use{{Rule: "kubelet-authorization-webhook"}}},
		{ID: "4.2.3", Level: 1, Rules: []Use{{Rule: "kubelet-client-ca"}}},
		{ID: "4.2.4", Level: 1, Rules: []Use{{Rule: "kubelet-read-only-port"}}},
		{ID: "4.2.5", Level: 1, Rules: []Use{{Rule: "kubelet-streaming-idle-timeout"}}},
		{ID: "4.2.6", Level: 1, Rules: []Use{{Rule: "sysctl-vm-overcommit-memory"}, {Rule: "sysctl-vm-panic-on-oom"}, {Rule: "sysctl-kernel-panic"}, {Rule: "sysctl-kernel-panic-on-oops"}, {Rule: "sysctl-kernel-keys-root-maxbytes"}, {Rule: "sysctl-kernel-keys-root-maxkeys"}, {Rule: "kubelet-protect-kernel-defaults"}}},
		{ID: "4.2.7", Level: 1, Rules: []Use{{Rule: "kubelet-iptables-util-chains"}}},
		{ID: "4.2.8", Level: 1, Rules: []Use{{Rule: "kubelet-event-record-qps"}}},
		{ID: "4.2.9", Level: 1, Rules: []Use{{Rule: "kubelet-served-certificate"}}},
		{ID: "4.2.10", Level: 1, Rules: []Use{{Rule: "kubelet-tls-cipher-suites"}}},
	},
}
