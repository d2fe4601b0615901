// Code generated from builtin/k3s-cis-1.12.yaml by go generate ./profiles; DO NOT EDIT.

package generated

var k3sCis1_12 = Profile{
	Name:     "k3s-cis-1.12",
	Version:  "1.0.0",
	Source:   "CIS Kubernetes Benchmark v1.12; K3s: rancher/security-scan k3s-cis-1.12 @38bebe7 (ids, what does not apply)",
	Family:   "cis",
	Title:    Text{EN: "CIS Kubernetes Benchmark v1.12 on K3s", ZH: "CIS Kubernetes 基准 v1.12（K3s）"},
	From:     "1.0",
	Platform: "k3s",
	Extends:  []string{"cis-1.12"},
	Set:      []Parameter{{"audit-log-path", "/var/lib/rancher/k3s/server/logs/audit.log"}, {"audit-policy-path", "/var/lib/rancher/k3s/server/audit.yaml"}},
	Controls: []Control{
		{ID: "1.1.1", As: "1.1.1", Level: 1},
		{ID: "1.1.2", As: "1.1.2", Level: 1},
		{ID: "1.1.3", As: "1.1.3", Level: 1},
		{ID: "1.1.4", As: "1.1.4", Level: 1},
		{ID: "1.1.5", As: "1.1.5", Level: 1},
		{ID: "1.1.6", As: "1.1.6", Level: 1},
		{ID: "1.1.7", As: "1.1.7", Level: 1},
		{ID: "1.1.8", As: "1.1.8", Level: 1},
		{ID: "1.1.12", As: "1.1.12", Level: 1},
		{ID: "1.2.9", Level: 1},
		{ID: "1.2.27", Level: 1, Rules: []Use{{Rule: "rancher-secrets-encryption"}}},
		{ID: "1.2.28", Level: 1, Rules: []Use{{Rule: "rancher-secrets-encryption"}}},
		{ID: "4.1.1", As: "4.1.1", Level: 1},
		{ID: "4.1.2", As: "4.1.2", Level: 1},
		{ID: "4.1.9", As: "4.1.9"},
		{ID: "4.1.10", As: "4.1.10"},
		{ID: "4.2.7", As: "4.2.7", Level: 1},
		{ID: "4.2.8", Level: 2, Rules: []Use{{Rule: "kubelet-event-record-qps-unlimited"}}},
		{ID: "4.2.10", Level: 1, Rules: []Use{{Rule: "kubelet-rotate-certificates", With: "{default: true}"}}},
		{ID: "4.3.1", Level: 1},
	},
}
