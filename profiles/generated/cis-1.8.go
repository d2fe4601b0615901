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
		{ID: "1.2.12", Level: 2, Until: "1.30",
			Title:         &Text{EN: "Do not let pods choose a security context without a policy", ZH: "没有策略约束时，Pod 不得自选安全上下文"},
			Manual:        &Text{EN: "Where Pod Security admission or another policy engine judges pods (see 5.2.1), nothing is left to do. Where nothing does and no pod sets runAsUser, fsGroup or SELinux options itself, add the rule apiserver-security-context-deny to a profile of your own. Check: grep enable-admission-plugins /etc/kubernetes/manifests/kube-apiserver.yaml.", ZH: "若 Pod Security 准入或其他策略引擎已管控 Pod（见 5.2.1），则无需处理。若没有任何管控且没有 Pod 自行设置 runAsUser、fsGroup 或 SELinux 选项，可在自定义基线中加入规则 apiserver-security-context-deny。检查：grep enable-admission-plugins /etc/kubernetes/manifests/kube-apiserver.yaml。"},
			NotApplicable: &Text{EN: "SecurityContextDeny left with Kubernetes 1.30, PodSecurityPolicy with 1.25. Pod Security admission took their place and is always on; 5.2.1 is about it.", ZH: "SecurityContextDeny 于 Kubernetes 1.30 移除，PodSecurityPolicy 于 1.25 移除；二者由始终启用的 Pod Security 准入取代，见 5.2.1。"},
			Note:          &Text{EN: "It is left to a person because the plugin also refuses pods that lower their own rights, which most system pods do.", ZH: "该插件同样会拒绝主动降权的 Pod，而多数系统 Pod 如此，因此由人决定。"}},
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
