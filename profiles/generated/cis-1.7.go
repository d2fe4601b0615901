// Code generated from builtin/cis-1.7.yaml by go generate ./profiles; DO NOT EDIT.

package generated

var cis1_7 = Profile{
	Name:    "cis-1.7",
	Version: "1.0.0",
	Source:  "CIS Kubernetes Benchmark v1.7, Kubernetes 1.25 (ids, levels and values)",
	Family:  "cis",
	Title:   Text{EN: "CIS Kubernetes Benchmark v1.7", ZH: "CIS Kubernetes 基准 v1.7"},
	From:    "1.25",
	Extends: []string{"cis-1.8"},
	Controls: []Control{
		{ID: "1.2.16", Level: 1, Rules: []Use{{Rule: "apiserver-secure-port"}}},
		{ID: "1.2.17", Level: 1, Rules: []Use{{Rule: "apiserver-profiling"}}},
		{ID: "1.2.18", Level: 1, Rules: []Use{{Rule: "apiserver-audit-log-path"}}},
		{ID: "1.2.19", Level: 1, Rules: []Use{{Rule: "apiserver-audit-log-maxage"}}},
		{ID: "1.2.20", Level: 1, Rules: []Use{{Rule: "apiserver-audit-log-maxbackup"}}},
		{ID: "1.2.21", Level: 1, Rules: []Use{{Rule: "apiserver-audit-log-maxsize"}}},
		{ID: "1.2.22", Level: 1, Rules: []Use{{Rule: "apiserver-request-timeout"}}},
		{ID: "1.2.23", Level: 1, Rules: []Use{{Rule: "apiserver-service-account-lookup"}}},
		{ID: "1.2.24", Level: 1, Rules: []Use{{Rule: "apiserver-service-account-key-file"}}},
		{ID: "1.2.25", As: "1.2.24"},
		{ID: "1.2.26", As: "1.2.25"},
		{ID: "1.2.27", Level: 1, Rules: []Use{{Rule: "apiserver-client-ca-file"}}},
		{ID: "1.2.28", Level: 1, Rules: []Use{{Rule: "apiserver-etcd-cafile"}}},
		{ID: "1.2.29", As: "1.2.28"},
		{ID: "1.2.30", As: "1.2.29"},
		{ID: "1.2.31", Level: 1, Rules: []Use{{Rule: "apiserver-tls-cipher-suites"}}},
		{ID: "1.3.6", As: "1.3.6", Level: 2},
		{ID: "1.2.12", As: "1.2.12", Level: 1},
		{ID: "1.2.13", As: "1.2.13", Level: 1},
		{ID: "1.2.14", As: "1.2.14", Level: 1},
		{ID: "1.2.15", As: "1.2.15", Level: 1},
		{ID: "5.4.1", As: "5.4.1", Level: 1},
	},
}
