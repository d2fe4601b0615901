// Code generated from builtin/rke2-cis-1.12.yaml by go generate ./profiles; DO NOT EDIT.

package generated

var rke2Cis1_12 = Profile{
	Name:     "rke2-cis-1.12",
	Version:  "1.0.0",
	Source:   "CIS Kubernetes Benchmark v1.12; RKE2: rancher/security-scan rke2-cis-1.12 @38bebe7 (ids, what does not apply)",
	Family:   "cis",
	Title:    Text{EN: "CIS Kubernetes Benchmark v1.12 on RKE2", ZH: "CIS Kubernetes 基准 v1.12（RKE2）"},
	From:     "1.0",
	Platform: "rke2",
	Extends:  []string{"cis-1.12"},
	Set:      []Parameter{{"audit-log-path", "/var/lib/rancher/rke2/server/logs/audit.log"}, {"audit-policy-path", "/etc/rancher/rke2/audit-policy.yaml"}},
	Controls: []Control{
		{ID: "1.1.1", Level: 1, Rules: []Use{{Rule: "sysctl-vm-overcommit-memory"}, {Rule: "sysctl-vm-panic-on-oom"}, {Rule: "sysctl-kernel-panic"}, {Rule: "sysctl-kernel-panic-on-oops"}, {Rule: "rke2-profile"}}},
		{ID: "1.1.3", Level: 1, Rules: []Use{{Rule: "rke2-profile"}}},
		{ID: "1.1.5", Level: 1, Rules: []Use{{Rule: "rke2-profile"}}},
		{ID: "1.1.7", Level: 1, Rules: []Use{{Rule: "rke2-profile"}}},
		{ID: "1.1.12", Level: 1, Rules: []Use{{Rule: "etcd-account"}, {Rule: "etcd-data-owner"}, {Rule: "rke2-profile"}}},
		{ID: "1.2.9", Level: 1},
		{ID: "1.2.27", Level: 1, Rules: []Use{{Rule: "rancher-secrets-encryption"}}},
		{ID: "1.2.28", Level: 1, Rules: []Use{{Rule: "rancher-secrets-encryption"}}},
		{ID: "4.1.1", As: "4.1.1", Level: 1},
		{ID: "4.1.2", As: "4.1.2", Level: 1},
		{ID: "4.1.9", As: "4.1.9"},
		{ID: "4.1.10", As: "4.1.10"},
		{ID: "4.2.7", As: "4.2.7", Level: 1},
		{ID: "4.2.10", Level: 1, Rules: []Use{{Rule: "kubelet-rotate-certificates", With: "{default: true}"}}},
		{ID: "4.3.1", Level: 1},
	},
}
