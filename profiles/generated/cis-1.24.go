// Code generated from builtin/cis-1.24.yaml by go generate ./profiles; DO NOT EDIT.

package generated

var cis1_24 = Profile{
	Name:    "cis-1.24",
	Version: "1.0.0",
	Source:  "CIS Kubernetes Benchmark v1.24, Kubernetes 1.24 (ids, levels and values)",
	Family:  "cis",
	Title:   Text{EN: "CIS Kubernetes Benchmark v1.24", ZH: "CIS Kubernetes 基准 v1.24"},
	From:    "1.24",
	Extends: []string{"cis-1.7"},
	Skip:    []string{"3.1.2", "3.1.3", "5.1.9", "5.1.10", "5.1.11", "5.1.12", "5.1.13"},
	Controls: []Control{
		{ID: "1.2.3", Level: 1, Rules: []Use{{Rule: "apiserver-no-deny-service-external-ips"}}},
		{ID: "3.1.1", As: "3.1.1", Level: 2},
		{ID: "4.2.6", Level: 1, Rules: []Use{{Rule: "sysctl-vm-overcommit-memory"}, {Rule: "sysctl-vm-panic-on-oom"}, {Rule: "sysctl-kernel-panic"}, {Rule: "sysctl-kernel-panic-on-oops"}, {Rule: "sysctl-kernel-keys-root-maxbytes"}, {Rule: "sysctl-kernel-keys-root-maxkeys"}, {Rule: "kubelet-protect-kernel-defaults"}}},
		{ID: "4.2.7", Level: 1, Rules: []Use{{Rule: "kubelet-iptables-util-chains"}}},
		{ID: "4.2.8", As: "4.2.7"},
		{ID: "4.2.9", Level: 2, Rules: []Use{{Rule: "kubelet-event-record-qps"}}},
		{ID: "4.2.10", As: "4.2.9"},
		{ID: "4.2.11", Level: 1, Rules: []Use{{Rule: "kubelet-rotate-certificates"}}},
		{ID: "4.2.12", Level: 1, Rules: []Use{{Rule: "kubelet-rotate-server-certificate"}}},
		{ID: "4.2.13", Level: 1, Rules: []Use{{Rule: "kubelet-tls-cipher-suites"}}},
	},
}
