// Code generated from builtin/cis-1.11.yaml by go generate ./profiles; DO NOT EDIT.

package generated

var cis1_11 = Profile{
	Name:    "cis-1.11",
	Version: "1.0.0",
	Source:  "CIS Kubernetes Benchmark v1.11, Kubernetes 1.29 to 1.31 (ids, levels and values)",
	Family:  "cis",
	Title:   Text{EN: "CIS Kubernetes Benchmark v1.11", ZH: "CIS Kubernetes 基准 v1.11"},
	From:    "1.29",
	Extends: []string{"cis-1.10"},
	Skip:    []string{"5.7.1", "5.7.2", "5.7.3", "5.7.4"},
	Controls: []Control{
		{ID: "1.1.20", Level: 1, Rules: []Use{{Rule: "pki-certificate-mode", With: "{mode: \"0644\"}"}}},
		{ID: "1.2.30", Level: 1, Rules: []Use{{Rule: "apiserver-service-account-extend-token-expiration"}}},
		{ID: "4.1.7", Level: 1, Rules: []Use{{Rule: "kubelet-client-ca-mode", With: "{mode: \"0644\"}"}}},
		{ID: "4.2.14", Level: 1, Rules: []Use{{Rule: "kubelet-seccomp-default"}}},
		{ID: "4.2.15", Level: 2, Rules: []Use{{Rule: "kubelet-addresses"}}},
		{ID: "5.6.1", As: "5.7.1"},
		{ID: "5.6.2", As: "5.7.2"},
		{ID: "5.6.3", As: "5.7.3"},
		{ID: "5.6.4", As: "5.7.4"},
	},
}
