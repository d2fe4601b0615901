// Code generated from builtin/cis-1.8.yaml by go generate ./profiles; DO NOT EDIT.

package generated

var cis1_8 = Profile{
	Name:    "cis-1.8",
	Version: "1.0.0",
	Source:  "CIS Kubernetes Benchmark v1.8, Kubernetes 1.26 (ids, levels and values)",
	Family:  "cis",
	Title:   Text{EN: "CIS Kubernetes Benchmark v1.8", ZH: "CIS Kubernetes 基准 v1.8"},
	From:    "1.26",
	Extends: []string{"cis-1.9"},
	Skip:    []string{"4.3.1"},
	Controls: []Control{
		{ID: "1.2.12", Level: 2, Until: "1.30"},
		{ID: "1.2.13", Level: 2, Rules: []Use{{Rule: "apiserver-service-account-plugin"}}},
		{ID: "1.2.14", Level: 2, Rules: []Use{{Rule: "apiserver-namespace-lifecycle"}}},
		{ID: "1.2.15", Level: 2, Rules: []Use{{Rule: "apiserver-node-restriction"}}},
		{ID: "1.2.16", Level: 1, Rules: []Use{{Rule: "apiserver-profiling"}}},
		{ID: "1.2.17", Level: 1, Rules: []Use{{Rule: "apiserver-audit-log-path"}}},
		{ID: "1.2.18", Level: 1, Rules: []Use{{Rule: "apiserver-audit-log-maxage"}}},
		{ID: "1.2.19", Level: 1, Rules: []Use{{Rule: "apiserver-audit-log-maxbackup"}}},
		{ID: "1.2.20", Level: 1, Rules: []Use{{Rule: "apiserver-audit-log-maxsize"}}},
		{ID: "1.2.21", Level: 1, Rules: []Use{{Rule: "apiserver-request-timeout"}}},
		{ID: "1.2.22", Level: 1, Rules: []Use{{Rule: "apiserver-service-account-lookup"}}},
		{ID: "1.2.23", Level: 1, Rules: []Use{{Rule: "apiserver-service-account-key-file"}}},
		{ID: "1.2.24", As: "1.2.23"},
		{ID: "1.2.25", As: "1.2.24"},
		{ID: "1.2.26", Level: 1, Rules: []Use{{Rule: "apiserver-client-ca-file"}}},
		{ID: "1.2.27", Level: 1, Rules: []Use{{Rule: "apiserver-etcd-cafile"}}},
		{ID: "1.2.28", As: "1.2.27"},
		{ID: "1.2.29", As: "1.2.28"},
		{ID: "1.2.30", Level: 1, Rules: []Use{{Rule: "apiserver-tls-cipher-suites"}}},
	},
}
