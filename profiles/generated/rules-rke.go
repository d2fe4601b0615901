// Code generated from rules/rke.yaml by go generate ./profiles; DO NOT EDIT.

package generated

import "harden/fixers"

var rkeRules = []Rule{
	{
		Name:       "rke-cluster-network-policy",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: enable_network_policy, value: true}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "enable_network_policy", Op: "exact", Value: true}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: enforce network policies between projects", ZH: "cluster.yml：启用网络策略"},
		Rating:     Rating{Severity: "medium", Warn: true},
	},
	{
		Name:       "rke-template-network-policy",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: enable_network_policy, value: true}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "enable_network_policy", Op: "exact", Value: true}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: enforce network policies between projects", ZH: "RKE 模板：启用网络策略"},
		Rating:     Rating{Severity: "medium"},
	},
	{
		Name:       "rke-cluster-default-psp-template",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: default_pod_security_policy_template_id, value: restricted, until: \"1.25\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster", Until: "1.25"}, Setting: fixers.Setting{Field: "default_pod_security_policy_template_id", Op: "exact", Value: "restricted"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: give new projects the restricted PodSecurityPolicy", ZH: "cluster.yml：默认使用 restricted Pod 安全策略模板"},
		Rating:     Rating{Severity: "high", Warn: true, Frameworks: []IDs{{"nsa-cisa", "kubescape C-0068"}}},
	},
	{
		Name:       "rke-template-default-psp-template",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: default_pod_security_policy_template_id, value: restricted, until: \"1.25\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template", Until: "1.25"}, Setting: fixers.Setting{Field: "default_pod_security_policy_template_id", Op: "exact", Value: "restricted"}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: give new projects the restricted PodSecurityPolicy", ZH: "RKE 模板：默认使用 restricted Pod 安全策略模板"},
		Rating:     Rating{Severity: "high", Warn: true, Frameworks: []IDs{{"nsa-cisa", "kubescape C-0068"}}},
	},
	{
		Name:       "rke-template-network-plugin",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.network.plugin, op: one-of, bound: [canal, calico, weave], value: canal, keep: true}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.network.plugin", Op: "one-of", Value: "canal", Bound: []string{"canal", "calico", "weave"}}, Keep: true},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: use a network plugin that enforces network policies", ZH: "RKE 模板：网络插件支持网络策略"},
		Rating:     Rating{Severity: "medium"},
	},
	{
		Name:       "rke-cluster-etcd-uid",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.etcd.uid, value: 52034}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.etcd.uid", Op: "exact", Value: int64(52034)}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: run etcd under uid 52034", ZH: "cluster.yml：etcd 以 uid 52034 用户运行"},
		Rating:     Rating{Severity: "medium", Frameworks: []IDs{{"nist-800-53", "CM-6"}, {"stig", "V-242445"}}},
	},
	{
		Name:       "rke-template-etcd-uid",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.etcd.uid, value: 52034}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.etcd.uid", Op: "exact", Value: int64(52034)}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: run etcd under uid 52034", ZH: "RKE 模板：etcd 以 uid 52034 用户运行"},
		Rating:     Rating{Severity: "medium", Frameworks: []IDs{{"nist-800-53", "CM-6"}, {"stig", "V-242445"}}},
	},
	{
		Name:       "rke-cluster-etcd-gid",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.etcd.gid, value: 52034}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.etcd.gid", Op: "exact", Value: int64(52034)}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: run etcd under gid 52034", ZH: "cluster.yml：etcd 以 gid 52034 组运行"},
		Rating:     Rating{Severity: "medium", Frameworks: []IDs{{"nist-800-53", "CM-6"}, {"stig", "V-242445"}}},
	},
	{
		Name:       "rke-template-etcd-gid",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.etcd.gid, value: 52034}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.etcd.gid", Op: "exact", Value: int64(52034)}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: run etcd under gid 52034", ZH: "RKE 模板：etcd 以 gid 52034 组运行"},
		Rating:     Rating{Severity: "medium", Frameworks: []IDs{{"nist-800-53", "CM-6"}, {"stig", "V-242445"}}},
	},
	{
		Name:       "rke-cluster-kube-api-pod-security-policy",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.pod_security_policy, value: true, until: \"1.25\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster", Until: "1.25"}, Setting: fixers.Setting{Field: "services.kube-api.pod_security_policy", Op: "exact", Value: true}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: enforce PodSecurityPolicies", ZH: "cluster.yml：启用 PodSecurityPolicy 准入"},
		Rating:     Rating{Severity: "high", Warn: true, Frameworks: []IDs{{"nsa-cisa", "kubescape C-0068"}}},
	},
	{
		Name:       "rke-template-kube-api-pod-security-policy",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.kube_api.pod_security_policy, value: true, until: \"1.25\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template", Until: "1.25"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.kube_api.pod_security_policy", Op: "exact", Value: true}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: enforce PodSecurityPolicies", ZH: "RKE 模板：启用 PodSecurityPolicy 准入"},
		Rating:     Rating{Severity: "high", Warn: true, Frameworks: []IDs{{"nsa-cisa", "kubescape C-0068"}}},
	},
	{
		Name:       "rke-cluster-kube-api-secrets-encryption",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.secrets_encryption_config.enabled, value: true, from: \"1.13\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster", From: "1.13"}, Setting: fixers.Setting{Field: "services.kube-api.secrets_encryption_config.enabled", Op: "exact", Value: true}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: encrypt Secrets in etcd", ZH: "cluster.yml：Secret 加密存储"},
		Rating:     Rating{Severity: "high", Warn: true, Frameworks: []IDs{{"pci-dss-4.0", "3.5.1.3"}, {"iso-27001", "A.5.1, A.5.2, A.8.1, A.8.11, A.8.12, A.8.20, A.8.21, A.8.22"}, {"nsa-cisa", "v1.2 etcd, trivy 6.1, trivy 6.2, kubescape C-0066"}, {"stig", "V-274882"}}},
	},
	{
		Name:       "rke-template-kube-api-secrets-encryption",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.kube_api.secrets_encryption_config.enabled, value: true, from: \"1.13\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template", From: "1.13"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.kube_api.secrets_encryption_config.enabled", Op: "exact", Value: true}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: encrypt Secrets in etcd", ZH: "RKE 模板：Secret 加密存储"},
		Rating:     Rating{Severity: "high", Warn: true, Frameworks: []IDs{{"pci-dss-4.0", "3.5.1.3"}, {"iso-27001", "A.5.1, A.5.2, A.8.1, A.8.11, A.8.12, A.8.20, A.8.21, A.8.22"}, {"nsa-cisa", "v1.2 etcd, trivy 6.1, trivy 6.2, kubescape C-0066"}, {"stig", "V-274882"}}},
	},
	{
		Name:       "rke-cluster-kube-api-audit-log",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.audit_log.enabled, value: true}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kube-api.audit_log.enabled", Op: "exact", Value: true}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: write an audit log", ZH: "cluster.yml：API Server 记录审计日志"},
		Rating:     Rating{Severity: "high", Warn: true, Frameworks: []IDs{{"nist-800-53", "AU-14(1), CM-6"}, {"pci-dss-4.0", "10.2.1.3"}, {"iso-27001", "A.5.1, A.8.10, A.8.12, A.8.13, A.8.15, A.8.20, A.8.21, A.8.22"}, {"nsa-cisa", "trivy 8.1, kubescape C-0067"}, {"stig", "V-242402, V-242465"}}},
	},
	{
		Name:       "rke-template-kube-api-audit-log",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.kube_api.audit_log.enabled, value: true}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.kube_api.audit_log.enabled", Op: "exact", Value: true}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: write an audit log", ZH: "RKE 模板：API Server 记录审计日志"},
		Rating:     Rating{Severity: "high", Warn: true, Frameworks: []IDs{{"nist-800-53", "AU-14(1), CM-6"}, {"pci-dss-4.0", "10.2.1.3"}, {"iso-27001", "A.5.1, A.8.10, A.8.12, A.8.13, A.8.15, A.8.20, A.8.21, A.8.22"}, {"nsa-cisa", "trivy 8.1, kubescape C-0067"}, {"stig", "V-242402, V-242465"}}},
	},
	{
		Name:       "rke-cluster-kube-api-event-rate-limit",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.event_rate_limit.enabled, value: true}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kube-api.event_rate_limit.enabled", Op: "exact", Value: true}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: limit the rate of events", ZH: "cluster.yml：限制事件速率"},
		Rating:     Rating{Severity: "medium"},
	},
	{
		Name:       "rke-template-kube-api-event-rate-limit",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.kube_api.event_rate_limit.enabled, value: true}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.kube_api.event_rate_limit.enabled", Op: "exact", Value: true}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: limit the rate of events", ZH: "RKE 模板：限制事件速率"},
		Rating:     Rating{Severity: "medium"},
	},
	{
		Name:       "rke-cluster-kube-api-anonymous-auth",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_args.anonymous-auth, value: \"false\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kube-api.extra_args.anonymous-auth", Op: "exact", Value: "false"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: refuse anonymous requests to the API server", ZH: "cluster.yml：API Server 拒绝匿名请求"},
		Rating:     Rating{Severity: "high", Warn: true, Frameworks: []IDs{{"nist-800-53", "AC-3"}, {"iso-27001", "A.5.1, A.5.15, A.5.18, A.8.2, A.8.12, A.8.20, A.8.21, A.8.22"}, {"attack", "T1552.007, T1090"}, {"nsa-cisa", "v1.2 control plane hardening, trivy 7.0"}, {"stig", "V-242390"}}},
	},
	{
		Name:       "rke-cluster-kube-api-profiling",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_args.profiling, value: \"false\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kube-api.extra_args.profiling", Op: "exact", Value: "false"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: disable API server profiling", ZH: "cluster.yml：关闭 API Server 性能剖析接口"},
		Rating:     Rating{Severity: "low"},
	},
	{
		Name:       "rke-cluster-kube-api-repair-malformed-updates",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_args.repair-malformed-updates, value: \"false\", until: \"1.14\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster", Until: "1.14"}, Setting: fixers.Setting{Field: "services.kube-api.extra_args.repair-malformed-updates", Op: "exact", Value: "false"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: refuse malformed updates at the API server", ZH: "cluster.yml：API Server 拒绝格式错误的更新请求"},
		Rating:     Rating{Severity: "low"},
	},
	{
		Name:       "rke-cluster-kube-api-service-account-lookup",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_args.service-account-lookup, value: \"true\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kube-api.extra_args.service-account-lookup", Op: "exact", Value: "true"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: reject tokens of deleted service accounts", ZH: "cluster.yml：校验 ServiceAccount 令牌对应的对象仍然存在"},
		Rating:     Rating{Severity: "medium", Frameworks: []IDs{{"iso-27001", "A.5.1, A.5.2, A.5.15, A.5.18, A.8.12"}}},
	},
	{
		Name:       "rke-cluster-kube-api-admission-plugins",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_args.enable-admission-plugins, op: includes, value: \"ServiceAccount,NamespaceLifecycle,LimitRanger,DefaultStorageClass,ResourceQuota,DefaultTolerationSeconds,AlwaysPullImages,NodeRestriction,EventRateLimit\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kube-api.extra_args.enable-admission-plugins", Op: "includes", Value: "ServiceAccount,NamespaceLifecycle,LimitRanger,DefaultStorageClass,ResourceQuota,DefaultTolerationSeconds,AlwaysPullImages,NodeRestriction,EventRateLimit"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: turn on the admission plugins of the baseline", ZH: "cluster.yml：启用基线要求的准入插件"},
		Rating:     Rating{Severity: "low"},
	},
	{
		Name:       "rke-cluster-kube-api-deny-escalating-exec",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_args.enable-admission-plugins, op: includes, value: DenyEscalatingExec, until: \"1.21\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster", Until: "1.21"}, Setting: fixers.Setting{Field: "services.kube-api.extra_args.enable-admission-plugins", Op: "includes", Value: "DenyEscalatingExec"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: refuse exec into privileged pods", ZH: "cluster.yml：拒绝进入特权 Pod"},
		Rating:     Rating{Severity: "medium", Warn: true},
	},
	{
		Name:       "rke-cluster-kube-api-persistent-volume-label",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_args.enable-admission-plugins, op: includes, value: PersistentVolumeLabel, until: \"1.21\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster", Until: "1.21"}, Setting: fixers.Setting{Field: "services.kube-api.extra_args.enable-admission-plugins", Op: "includes", Value: "PersistentVolumeLabel"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: label cloud volumes with their zone", ZH: "cluster.yml：为云存储卷添加可用区标签"},
		Rating:     Rating{Severity: "low"},
	},
	{
		Name:       "rke-cluster-kube-api-pod-security-policy-plugin",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_args.enable-admission-plugins, op: includes, value: PodSecurityPolicy, until: \"1.25\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster", Until: "1.25"}, Setting: fixers.Setting{Field: "services.kube-api.extra_args.enable-admission-plugins", Op: "includes", Value: "PodSecurityPolicy"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: turn on the PodSecurityPolicy plugin", ZH: "cluster.yml：启用 PodSecurityPolicy 插件"},
		Rating:     Rating{Severity: "high", Warn: true, Frameworks: []IDs{{"nsa-cisa", "kubescape C-0068"}}},
	},
	{
		Name:       "rke-cluster-kube-api-experimental-encryption",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_args.experimental-encryption-provider-config, value: /etc/kubernetes/encryption.yaml, until: \"1.13\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster", Until: "1.13"}, Setting: fixers.Setting{Field: "services.kube-api.extra_args.experimental-encryption-provider-config", Op: "exact", Value: "/etc/kubernetes/encryption.yaml"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: encrypt Secrets in etcd (before 1.13)", ZH: "cluster.yml：Secret 加密存储（1.13 之前）"},
		Rating:     Rating{Severity: "high", Warn: true, Frameworks: []IDs{{"pci-dss-4.0", "3.5.1.3"}, {"iso-27001", "A.5.1, A.5.2, A.8.1, A.8.11, A.8.12, A.8.20, A.8.21, A.8.22"}, {"nsa-cisa", "v1.2 etcd, trivy 6.1, trivy 6.2, kubescape C-0066"}, {"stig", "V-274882"}}},
	},
	{
		Name:       "rke-cluster-kube-api-encryption",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_args.encryption-provider-config, value: /etc/kubernetes/encryption.yaml, from: \"1.13\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster", From: "1.13"}, Setting: fixers.Setting{Field: "services.kube-api.extra_args.encryption-provider-config", Op: "exact", Value: "/etc/kubernetes/encryption.yaml"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: encrypt Secrets in etcd", ZH: "cluster.yml：Secret 加密存储"},
		Rating:     Rating{Severity: "high", Warn: true, Frameworks: []IDs{{"pci-dss-4.0", "3.5.1.3"}, {"iso-27001", "A.5.1, A.5.2, A.8.1, A.8.11, A.8.12, A.8.20, A.8.21, A.8.22"}, {"nsa-cisa", "v1.2 etcd, trivy 6.1, trivy 6.2, kubescape C-0066"}, {"stig", "V-274882"}}},
	},
	{
		Name:       "rke-cluster-kube-api-admission-config",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_args.admission-control-config-file, value: /etc/kubernetes/admission.yaml}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kube-api.extra_args.admission-control-config-file", Op: "exact", Value: "/etc/kubernetes/admission.yaml"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: give the admission plugins a configuration file", ZH: "cluster.yml：指定准入插件配置文件"},
		Rating:     Rating{Severity: "low", Frameworks: []IDs{{"nist-800-53", "AC-16"}, {"stig", "V-254800"}}},
	},
	{
		Name:       "rke-cluster-kube-api-audit-log-path",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_args.audit-log-path, value: /var/log/kube-audit/audit-log.json}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kube-api.extra_args.audit-log-path", Op: "exact", Value: "/var/log/kube-audit/audit-log.json"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: set the path of the audit log", ZH: "cluster.yml：指定审计日志路径"},
		Rating:     Rating{Severity: "high", Warn: true, Frameworks: []IDs{{"nist-800-53", "AU-14(1), CM-6"}, {"pci-dss-4.0", "10.2.1.3"}, {"iso-27001", "A.5.1, A.8.10, A.8.12, A.8.13, A.8.15, A.8.20, A.8.21, A.8.22"}, {"nsa-cisa", "trivy 8.1, kubescape C-0067"}, {"stig", "V-242402, V-242465"}}},
	},
	{
		Name:       "rke-cluster-kube-api-audit-log-maxage",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_args.audit-log-maxage, op: at-least, value: \"30\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kube-api.extra_args.audit-log-maxage", Op: "at-least", Value: "30"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: keep audit logs for at least 30 days", ZH: "cluster.yml：审计日志至少保留 30 天"},
		Rating:     Rating{Severity: "low", Frameworks: []IDs{{"nist-800-53", "CM-6"}, {"iso-27001", "A.8.10, A.8.13, A.8.15"}, {"nsa-cisa", "trivy 8.2"}, {"stig", "V-242464"}}},
	},
	{
		Name:       "rke-cluster-kube-api-audit-log-maxbackup",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_args.audit-log-maxbackup, op: at-least, value: \"10\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kube-api.extra_args.audit-log-maxbackup", Op: "at-least", Value: "10"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: keep at least 10 old audit logs", ZH: "cluster.yml：至少保留 10 个历史审计日志"},
		Rating:     Rating{Severity: "low", Frameworks: []IDs{{"nist-800-53", "CM-6"}, {"iso-27001", "A.8.10, A.8.13, A.8.15"}, {"stig", "V-242463"}}},
	},
	{
		Name:       "rke-cluster-kube-api-audit-log-maxsize",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_args.audit-log-maxsize, op: at-least, value: \"100\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kube-api.extra_args.audit-log-maxsize", Op: "at-least", Value: "100"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: rotate an audit log only after 100 MB", ZH: "cluster.yml：审计日志单文件不小于 100 MB"},
		Rating:     Rating{Severity: "low", Frameworks: []IDs{{"nist-800-53", "CM-6"}, {"iso-27001", "A.8.10, A.8.13, A.8.15"}, {"stig", "V-242462"}}},
	},
	{
		Name:       "rke-cluster-kube-api-audit-log-format",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_args.audit-log-format, value: json}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kube-api.extra_args.audit-log-format", Op: "exact", Value: "json"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: write the audit log as JSON", ZH: "cluster.yml：审计日志使用 JSON 格式"},
		Rating:     Rating{Severity: "low"},
	},
	{
		Name:       "rke-cluster-kube-api-audit-policy",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_args.audit-policy-file, value: /etc/kubernetes/audit.yaml}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kube-api.extra_args.audit-policy-file", Op: "exact", Value: "/etc/kubernetes/audit.yaml"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: give the API server an audit policy", ZH: "cluster.yml：指定审计策略文件"},
		Rating:     Rating{Severity: "high", Frameworks: []IDs{{"nist-800-53", "CM-6"}, {"nsa-cisa", "trivy 8.0, kubescape C-0067"}, {"stig", "V-242461"}}},
	},
	{
		Name:       "rke-cluster-kube-api-audit-bind",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_binds, op: includes, value: [\"/var/log/kube-audit:/var/log/kube-audit\"]}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kube-api.extra_binds", Op: "includes", Value: []string{"/var/log/kube-audit:/var/log/kube-audit"}}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: keep the audit log on the host", ZH: "cluster.yml：审计日志目录挂载到主机"},
		Rating:     Rating{Severity: "high", Warn: true, Frameworks: []IDs{{"nist-800-53", "AU-14(1), CM-6"}, {"pci-dss-4.0", "10.2.1.3"}, {"iso-27001", "A.5.1, A.8.10, A.8.12, A.8.13, A.8.15, A.8.20, A.8.21, A.8.22"}, {"nsa-cisa", "trivy 8.1, kubescape C-0067"}, {"stig", "V-242402, V-242465"}}},
	},
	{
		Name:       "rke-cluster-kube-controller-profiling",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-controller.extra_args.profiling, value: \"false\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kube-controller.extra_args.profiling", Op: "exact", Value: "false"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: disable controller manager profiling", ZH: "cluster.yml：关闭控制器管理器性能剖析接口"},
		Rating:     Rating{Severity: "low", Frameworks: []IDs{{"nist-800-53", "CM-7"}, {"stig", "V-242409"}}},
	},
	{
		Name:       "rke-template-kube-controller-profiling",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.kube_controller.extra_args.profiling, value: \"false\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.kube_controller.extra_args.profiling", Op: "exact", Value: "false"}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: disable controller manager profiling", ZH: "RKE 模板：关闭控制器管理器性能剖析接口"},
		Rating:     Rating{Severity: "low", Frameworks: []IDs{{"nist-800-53", "CM-7"}, {"stig", "V-242409"}}},
	},
	{
		Name:       "rke-cluster-kube-controller-address",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-controller.extra_args.address, value: \"127.0.0.1\", until: \"1.24\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster", Until: "1.24"}, Setting: fixers.Setting{Field: "services.kube-controller.extra_args.address", Op: "exact", Value: "127.0.0.1"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: bind the controller manager to the loopback address", ZH: "cluster.yml：控制器管理器仅监听回环地址"},
		Rating:     Rating{Severity: "medium", Frameworks: []IDs{{"nist-800-53", "AC-3"}, {"stig", "V-242385"}}},
	},
	{
		Name:       "rke-template-kube-controller-address",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.kube_controller.extra_args.address, value: \"127.0.0.1\", until: \"1.24\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template", Until: "1.24"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.kube_controller.extra_args.address", Op: "exact", Value: "127.0.0.1"}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: bind the controller manager to the loopback address", ZH: "RKE 模板：控制器管理器仅监听回环地址"},
		Rating:     Rating{Severity: "medium", Frameworks: []IDs{{"nist-800-53", "AC-3"}, {"stig", "V-242385"}}},
	},
	{
		Name:       "rke-cluster-kube-controller-bind-address",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-controller.extra_args.bind-address, value: \"127.0.0.1\", from: \"1.20\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster", From: "1.20"}, Setting: fixers.Setting{Field: "services.kube-controller.extra_args.bind-address", Op: "exact", Value: "127.0.0.1"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: bind the controller manager to the loopback address (secure port)", ZH: "cluster.yml：控制器管理器仅监听回环地址（安全端口）"},
		Rating:     Rating{Severity: "medium", Frameworks: []IDs{{"nist-800-53", "AC-3"}, {"stig", "V-242385"}}},
	},
	{
		Name:       "rke-template-kube-controller-bind-address",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.kube_controller.extra_args.bind-address, value: \"127.0.0.1\", from: \"1.20\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template", From: "1.20"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.kube_controller.extra_args.bind-address", Op: "exact", Value: "127.0.0.1"}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: bind the controller manager to the loopback address (secure port)", ZH: "RKE 模板：控制器管理器仅监听回环地址（安全端口）"},
		Rating:     Rating{Severity: "medium", Frameworks: []IDs{{"nist-800-53", "AC-3"}, {"stig", "V-242385"}}},
	},
	{
		Name:       "rke-cluster-kube-controller-terminated-pod-gc",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-controller.extra_args.terminated-pod-gc-threshold, value: \"1000\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kube-controller.extra_args.terminated-pod-gc-threshold", Op: "exact", Value: "1000"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: keep at most 1000 finished pods", ZH: "cluster.yml：已终止 Pod 超过 1000 个即回收"},
		Rating:     Rating{Severity: "low"},
	},
	{
		Name:       "rke-template-kube-controller-terminated-pod-gc",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.kube_controller.extra_args.terminated-pod-gc-threshold, value: \"1000\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.kube_controller.extra_args.terminated-pod-gc-threshold", Op: "exact", Value: "1000"}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: keep at most 1000 finished pods", ZH: "RKE 模板：已终止 Pod 超过 1000 个即回收"},
		Rating:     Rating{Severity: "low"},
	},
	{
		Name:       "rke-cluster-kube-controller-rotate-certificate",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-controller.extra_args.feature-gates, op: includes, value: \"RotateKubeletServerCertificate=true\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kube-controller.extra_args.feature-gates", Op: "includes", Value: "RotateKubeletServerCertificate=true"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: let the controller manager sign renewed kubelet certificates", ZH: "cluster.yml：控制器管理器支持 kubelet 服务端证书轮换"},
		Rating:     Rating{Severity: "low", Frameworks: []IDs{{"iso-27001", "A.5.16, A.8.5"}}},
	},
	{
		Name:       "rke-template-kube-controller-rotate-certificate",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.kube_controller.extra_args.feature-gates, op: includes, value: \"RotateKubeletServerCertificate=true\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.kube_controller.extra_args.feature-gates", Op: "includes", Value: "RotateKubeletServerCertificate=true"}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: let the controller manager sign renewed kubelet certificates", ZH: "RKE 模板：控制器管理器支持 kubelet 服务端证书轮换"},
		Rating:     Rating{Severity: "low", Frameworks: []IDs{{"iso-27001", "A.5.16, A.8.5"}}},
	},
	{
		Name:       "rke-cluster-scheduler-profiling",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.scheduler.extra_args.profiling, value: \"false\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.scheduler.extra_args.profiling", Op: "exact", Value: "false"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: disable scheduler profiling", ZH: "cluster.yml：关闭调度器性能剖析接口"},
		Rating:     Rating{Severity: "low", Frameworks: []IDs{{"iso-27001", "A.8.14"}}},
	},
	{
		Name:       "rke-template-scheduler-profiling",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.scheduler.extra_args.profiling, value: \"false\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.scheduler.extra_args.profiling", Op: "exact", Value: "false"}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: disable scheduler profiling", ZH: "RKE 模板：关闭调度器性能剖析接口"},
		Rating:     Rating{Severity: "low", Frameworks: []IDs{{"iso-27001", "A.8.14"}}},
	},
	{
		Name:       "rke-cluster-scheduler-address",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.scheduler.extra_args.address, value: \"127.0.0.1\", until: \"1.24\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster", Until: "1.24"}, Setting: fixers.Setting{Field: "services.scheduler.extra_args.address", Op: "exact", Value: "127.0.0.1"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: bind the scheduler to the loopback address", ZH: "cluster.yml：调度器仅监听回环地址"},
		Rating:     Rating{Severity: "medium", Frameworks: []IDs{{"nist-800-53", "AC-3"}, {"iso-27001", "A.8.14"}, {"stig", "V-242384"}}},
	},
	{
		Name:       "rke-template-scheduler-address",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.scheduler.extra_args.address, value: \"127.0.0.1\", until: \"1.24\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template", Until: "1.24"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.scheduler.extra_args.address", Op: "exact", Value: "127.0.0.1"}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: bind the scheduler to the loopback address", ZH: "RKE 模板：调度器仅监听回环地址"},
		Rating:     Rating{Severity: "medium", Frameworks: []IDs{{"nist-800-53", "AC-3"}, {"iso-27001", "A.8.14"}, {"stig", "V-242384"}}},
	},
	{
		Name:       "rke-cluster-scheduler-bind-address",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.scheduler.extra_args.bind-address, value: \"127.0.0.1\", from: \"1.20\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster", From: "1.20"}, Setting: fixers.Setting{Field: "services.scheduler.extra_args.bind-address", Op: "exact", Value: "127.0.0.1"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: bind the scheduler to the loopback address (secure port)", ZH: "cluster.yml：调度器仅监听回环地址（安全端口）"},
		Rating:     Rating{Severity: "medium", Frameworks: []IDs{{"nist-800-53", "AC-3"}, {"iso-27001", "A.8.14"}, {"stig", "V-242384"}}},
	},
	{
		Name:       "rke-template-scheduler-bind-address",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.scheduler.extra_args.bind-address, value: \"127.0.0.1\", from: \"1.20\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template", From: "1.20"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.scheduler.extra_args.bind-address", Op: "exact", Value: "127.0.0.1"}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: bind the scheduler to the loopback address (secure port)", ZH: "RKE 模板：调度器仅监听回环地址（安全端口）"},
		Rating:     Rating{Severity: "medium", Frameworks: []IDs{{"nist-800-53", "AC-3"}, {"iso-27001", "A.8.14"}, {"stig", "V-242384"}}},
	},
	{
		Name:       "rke-cluster-kubelet-serving-certificate",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kubelet.generate_serving_certificate, value: true}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kubelet.generate_serving_certificate", Op: "exact", Value: true}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: give kubelets serving certificates of the cluster's CA", ZH: "cluster.yml：kubelet 使用集群 CA 签发的服务端证书"},
		Rating:     Rating{Severity: "medium"},
	},
	{
		Name:       "rke-template-kubelet-serving-certificate",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.kubelet.generate_serving_certificate, value: true}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.kubelet.generate_serving_certificate", Op: "exact", Value: true}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: give kubelets serving certificates of the cluster's CA", ZH: "RKE 模板：kubelet 使用集群 CA 签发的服务端证书"},
		Rating:     Rating{Severity: "medium"},
	},
	{
		Name:       "rke-cluster-kubelet-rotate-certificate",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kubelet.extra_args.feature-gates, op: includes, value: \"RotateKubeletServerCertificate=true\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kubelet.extra_args.feature-gates", Op: "includes", Value: "RotateKubeletServerCertificate=true"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: rotate the kubelet's serving certificate", ZH: "cluster.yml：kubelet 轮换服务端证书"},
		Rating:     Rating{Severity: "low"},
	},
	{
		Name:       "rke-template-kubelet-rotate-certificate",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.kubelet.extra_args.feature-gates, op: includes, value: \"RotateKubeletServerCertificate=true\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.kubelet.extra_args.feature-gates", Op: "includes", Value: "RotateKubeletServerCertificate=true"}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: rotate the kubelet's serving certificate", ZH: "RKE 模板：kubelet 轮换服务端证书"},
		Rating:     Rating{Severity: "low"},
	},
	{
		Name:       "rke-template-kubelet-anonymous-auth",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.kubelet.extra_args.anonymous-auth, value: \"false\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.kubelet.extra_args.anonymous-auth", Op: "exact", Value: "false"}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: refuse anonymous requests to the kubelet", ZH: "RKE 模板：kubelet 拒绝匿名请求"},
		Rating:     Rating{Severity: "critical", Warn: true, Frameworks: []IDs{{"nist-800-53", "AC-3"}, {"iso-27001", "A.5.1, A.5.15, A.5.18, A.8.12, A.8.20, A.8.21, A.8.22"}, {"nsa-cisa", "kubescape C-0069"}, {"stig", "V-242391"}}},
	},
	{
		Name:       "rke-cluster-kubelet-protect-kernel-defaults",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kubelet.extra_args.protect-kernel-defaults, value: \"true\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kubelet.extra_args.protect-kernel-defaults", Op: "exact", Value: "true"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: protect the kernel settings that the kubelet expects", ZH: "cluster.yml：kubelet 不修改内核参数"},
		Rating:     Rating{Severity: "medium", Frameworks: []IDs{{"nist-800-53", "SC-3"}, {"stig", "V-242434"}}},
	},
	{
		Name:       "rke-template-kubelet-protect-kernel-defaults",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.kubelet.extra_args.protect-kernel-defaults, value: \"true\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.kubelet.extra_args.protect-kernel-defaults", Op: "exact", Value: "true"}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: protect the kernel settings that the kubelet expects", ZH: "RKE 模板：kubelet 不修改内核参数"},
		Rating:     Rating{Severity: "medium", Frameworks: []IDs{{"nist-800-53", "SC-3"}, {"stig", "V-242434"}}},
	},
	{
		Name:       "rke-cluster-kubelet-iptables-util-chains",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kubelet.extra_args.make-iptables-util-chains, value: \"true\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kubelet.extra_args.make-iptables-util-chains", Op: "exact", Value: "true"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: let the kubelet manage its iptables chains", ZH: "cluster.yml：由 kubelet 维护 iptables 辅助规则链"},
		Rating:     Rating{Severity: "low"},
	},
	{
		Name:       "rke-template-kubelet-iptables-util-chains",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.kubelet.extra_args.make-iptables-util-chains, value: \"true\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.kubelet.extra_args.make-iptables-util-chains", Op: "exact", Value: "true"}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: let the kubelet manage its iptables chains", ZH: "RKE 模板：由 kubelet 维护 iptables 辅助规则链"},
		Rating:     Rating{Severity: "low"},
	},
	{
		Name:       "rke-cluster-kubelet-event-qps",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kubelet.extra_args.event-qps, value: \"0\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kubelet.extra_args.event-qps", Op: "exact", Value: "0"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: set the kubelet's own limit for events to 0", ZH: "cluster.yml：kubelet 的 event-qps 为 0"},
		Rating:     Rating{Severity: "low"},
	},
	{
		Name:       "rke-template-kubelet-event-qps",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.kubelet.extra_args.event-qps, value: \"0\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.kubelet.extra_args.event-qps", Op: "exact", Value: "0"}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: set the kubelet's own limit for events to 0", ZH: "RKE 模板：kubelet 的 event-qps 为 0"},
		Rating:     Rating{Severity: "low"},
	},
	{
		Name:       "rke-cluster-kubelet-streaming-idle-timeout",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kubelet.extra_args.streaming-connection-idle-timeout, op: at-least, bound: 1s, value: 1800s, duration: true}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kubelet.extra_args.streaming-connection-idle-timeout", Op: "at-least", Value: "1800s", Bound: "1s", Duration: true}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: close idle exec and port-forward connections", ZH: "cluster.yml：关闭空闲的 exec 与端口转发连接"},
		Rating:     Rating{Severity: "low", Frameworks: []IDs{{"nist-800-53", "SC-10"}, {"iso-27001", "A.8.14"}, {"stig", "V-245541"}}},
	},
	{
		Name:       "rke-template-kubelet-streaming-idle-timeout",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.kubelet.extra_args.streaming-connection-idle-timeout, value: 1800s, duration: true}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.kubelet.extra_args.streaming-connection-idle-timeout", Op: "exact", Value: "1800s", Duration: true}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: close exec and port-forward connections that are idle for 30 minutes", ZH: "RKE 模板：exec 与端口转发连接空闲 30 分钟后关闭"},
		Rating:     Rating{Severity: "low", Frameworks: []IDs{{"nist-800-53", "SC-10"}, {"iso-27001", "A.8.14"}, {"stig", "V-245541"}}},
	},
	{
		Name:       "rke-cluster-kubelet-tls-cipher-suites",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kubelet.extra_args.tls-cipher-suites, op: one-of, value: \"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305,TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305\", bound: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256]}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kubelet.extra_args.tls-cipher-suites", Op: "one-of", Value: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305,TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305", Bound: []string{"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"}}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: use only strong TLS ciphers for the kubelet", ZH: "cluster.yml：kubelet 仅使用强加密套件"},
		Rating:     Rating{Severity: "low", Frameworks: []IDs{{"iso-27001", "A.5.1, A.8.1, A.8.12, A.8.20, A.8.21, A.8.22"}}},
	},
	{
		Name:       "rke-template-kubelet-tls-cipher-suites",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.kubelet.extra_args.tls-cipher-suites, op: one-of, value: \"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305,TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305\", bound: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256]}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.kubelet.extra_args.tls-cipher-suites", Op: "one-of", Value: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305,TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305", Bound: []string{"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"}}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: use only strong TLS ciphers for the kubelet", ZH: "RKE 模板：kubelet 仅使用强加密套件"},
		Rating:     Rating{Severity: "low", Frameworks: []IDs{{"iso-27001", "A.5.1, A.8.1, A.8.12, A.8.20, A.8.21, A.8.22"}}},
	},
	{
		Name: "rke-cluster-psp-restricted",
		Kind: "rke-addon",
		Path: "rules/rke.yaml",
		With: "{file: cluster, path: $rke-cluster-file, until: \"1.25\", object: PodSecurityPolicy/restricted, manifest: \"apiVersion: policy/v1beta1\\nkind: PodSecurityPolicy\\nmetadata:\\n  name: restricted\\nspec:\\n  privileged: false\\n  allowPrivilegeEscalation: false\\n  defaultAllowPrivilegeEscalation: false\\n  requiredDropCapabilities:\\n  - NET_RAW\\n  fsGroup:\\n    rule: RunAsAny\\n  runAsUser:\\n    rule: MustRunAsNonRoot\\n  seLinux:\\n    rule: RunAsAny\\n  supplementalGroups:\\n    rule: RunAsAny\\n  volumes:\\n  - emptyDir\\n  - secret\\n  - persistentVolumeClaim\\n  - downwardAPI\\n  - configMap\\n  - projected\\n\", settings: [{field: spec.privileged, value: false}, {field: spec.allowPrivilegeEscalation, value: false}, {field: spec.defaultAllowPrivilegeEscalation, value: false}, {field: spec.requiredDropCapabilities, op: includes, value: [NET_RAW]}, {field: spec.runAsUser.rule, value: MustRunAsNonRoot}, {field: spec.fsGroup.rule, value: RunAsAny}, {field: spec.seLinux.rule, value: RunAsAny}, {field: spec.supplementalGroups.rule, value: RunAsAny}, {field: spec.volumes, op: one-of, value: [emptyDir, secret, persistentVolumeClaim, downwardAPI, configMap, projected]}]}",
		Fixer: &fixers.RKEAddon{RKEFile: fixers.RKEFile{File: "cluster", Until: "1.25"}, Object: "PodSecurityPolicy/restricted", Manifest: `apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata:
  name: restricted
spec:
  privileged: false
  allowPrivilegeEscalation: false
  defaultAllowPrivilegeEscalation: false
  requiredDropCapabilities:
  - NET_RAW
  fsGroup:
    rule: RunAsAny
  runAsUser:
    rule: MustRunAsNonRoot
  seLinux:
    rule: RunAsAny
  supplementalGroups:
    rule: RunAsAny
  volumes:
  - emptyDir
  - secret
  - persistentVolumeClaim
  - downwardAPI
  - configMap
  - projected`, Settings: []fixers.Setting{fixers.Setting{Field: "spec.privileged", Op: "exact", Value: false}, fixers.Setting{Field: "spec.allowPrivilegeEscalation", Op: "exact", Value: false}, fixers.Setting{Field: "spec.defaultAllowPrivilegeEscalation", Op: "exact", Value: false}, fixers.Setting{Field: "spec.requiredDropCapabilities", Op: "includes", Value: []string{"NET_RAW"}}, fixers.Setting{Field: "spec.runAsUser.rule", Op: "exact", Value: "MustRunAsNonRoot"}, fixers.Setting{Field: "spec.fsGroup.rule", Op: "exact", Value: "RunAsAny"}, fixers.Setting{Field: "spec.seLinux.rule", Op: "exact", Value: "RunAsAny"}, fixers.Setting{Field: "spec.supplementalGroups.rule", Op: "exact", Value: "RunAsAny"}, fixers.Setting{Field: "spec.volumes", Op: "one-of", Value: []string{"emptyDir", "secret", "persistentVolumeClaim", "downwardAPI", "configMap", "projected"}}}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: define a restricted PodSecurityPolicy", ZH: "cluster.yml：定义受限的 PodSecurityPolicy"},
		Rating:     Rating{Severity: "high", Warn: true, Frameworks: []IDs{{"nsa-cisa", "kubescape C-0068"}}},
	},
	{
		Name: "rke-template-psp-restricted",
		Kind: "rke-addon",
		Path: "rules/rke.yaml",
		With: "{file: template, path: $rke-template-file, until: \"1.25\", object: PodSecurityPolicy/restricted, manifest: \"apiVersion: policy/v1beta1\\nkind: PodSecurityPolicy\\nmetadata:\\n  name: restricted\\nspec:\\n  privileged: false\\n  allowPrivilegeEscalation: false\\n  defaultAllowPrivilegeEscalation: false\\n  requiredDropCapabilities:\\n  - NET_RAW\\n  fsGroup:\\n    rule: RunAsAny\\n  runAsUser:\\n    rule: MustRunAsNonRoot\\n  seLinux:\\n    rule: RunAsAny\\n  supplementalGroups:\\n    rule: RunAsAny\\n  volumes:\\n  - emptyDir\\n  - secret\\n  - persistentVolumeClaim\\n  - downwardAPI\\n  - configMap\\n  - projected\\n\", settings: [{field: spec.privileged, value: false}, {field: spec.allowPrivilegeEscalation, value: false}, {field: spec.defaultAllowPrivilegeEscalation, value: false}, {field: spec.requiredDropCapabilities, op: includes, value: [NET_RAW]}, {field: spec.runAsUser.rule, value: MustRunAsNonRoot}, {field: spec.fsGroup.rule, value: RunAsAny}, {field: spec.seLinux.rule, value: RunAsAny}, {field: spec.supplementalGroups.rule, value: RunAsAny}, {field: spec.volumes, op: one-of, value: [emptyDir, secret, persistentVolumeClaim, downwardAPI, configMap, projected]}]}",
		Fixer: &fixers.RKEAddon{RKEFile: fixers.RKEFile{File: "template", Until: "1.25"}, Object: "PodSecurityPolicy/restricted", Manifest: `apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata:
  name: restricted
spec:
  privileged: false
  allowPrivilegeEscalation: false
  defaultAllowPrivilegeEscalation: false
  requiredDropCapabilities:
  - NET_RAW
  fsGroup:
    rule: RunAsAny
  runAsUser:
    rule: MustRunAsNonRoot
  seLinux:
    rule: RunAsAny
  supplementalGroups:
    rule: RunAsAny
  volumes:
  - emptyDir
  - secret
  - persistentVolumeClaim
  - downwardAPI
  - configMap
  - projected`, Settings: []fixers.Setting{fixers.Setting{Field: "spec.privileged", Op: "exact", Value: false}, fixers.Setting{Field: "spec.allowPrivilegeEscalation", Op: "exact", Value: false}, fixers.Setting{Field: "spec.defaultAllowPrivilegeEscalation", Op: "exact", Value: false}, fixers.Setting{Field: "spec.requiredDropCapabilities", Op: "includes", Value: []string{"NET_RAW"}}, fixers.Setting{Field: "spec.runAsUser.rule", Op: "exact", Value: "MustRunAsNonRoot"}, fixers.Setting{Field: "spec.fsGroup.rule", Op: "exact", Value: "RunAsAny"}, fixers.Setting{Field: "spec.seLinux.rule", Op: "exact", Value: "RunAsAny"}, fixers.Setting{Field: "spec.supplementalGroups.rule", Op: "exact", Value: "RunAsAny"}, fixers.Setting{Field: "spec.volumes", Op: "one-of", Value: []string{"emptyDir", "secret", "persistentVolumeClaim", "downwardAPI", "configMap", "projected"}}}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: define a restricted PodSecurityPolicy", ZH: "RKE 模板：定义受限的 PodSecurityPolicy"},
		Rating:     Rating{Severity: "high", Warn: true, Frameworks: []IDs{{"nsa-cisa", "kubescape C-0068"}}},
	},
	{
		Name: "rke-cluster-psp-restricted-role",
		Kind: "rke-addon",
		Path: "rules/rke.yaml",
		With: "{file: cluster, path: $rke-cluster-file, until: \"1.25\", object: \"ClusterRole/psp:restricted\", manifest: \"apiVersion: rbac.authorization.k8s.io/v1\\nkind: ClusterRole\\nmetadata:\\n  name: psp:restricted\\nrules:\\n- apiGroups:\\n  - extensions\\n  - policy\\n  resources:\\n  - podsecuritypolicies\\n  resourceNames:\\n  - restricted\\n  verbs:\\n  - use\\n\", settings: [{field: \"rules[0].apiGroups\", op: includes, value: [extensions, policy]}, {field: \"rules[0].resources\", op: includes, value: [podsecuritypolicies]}, {field: \"rules[0].resourceNames\", op: includes, value: [restricted]}, {field: \"rules[0].verbs\", op: includes, value: [use]}]}",
		Fixer: &fixers.RKEAddon{RKEFile: fixers.RKEFile{File: "cluster", Until: "1.25"}, Object: "ClusterRole/psp:restricted", Manifest: `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: psp:restricted
rules:
- apiGroups:
  - extensions
  - policy
  resources:
  - podsecuritypolicies
  resourceNames:
  - restricted
  verbs:
  - use`, Settings: []fixers.Setting{fixers.Setting{Field: "rules[0].apiGroups", Op: "includes", Value: []string{"extensions", "policy"}}, fixers.Setting{Field: "rules[0].resources", Op: "includes", Value: []string{"podsecuritypolicies"}}, fixers.Setting{Field: "rules[0].resourceNames", Op: "includes", Value: []string{"restricted"}}, fixers.Setting{Field: "rules[0].verbs", Op: "includes", Value: []string{"use"}}}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: define a role that may use the restricted policy", ZH: "cluster.yml：定义可使用受限策略的角色"},
		Rating:     Rating{Severity: "medium"},
	},
	{
		Name: "rke-template-psp-restricted-role",
		Kind: "rke-addon",
		Path: "rules/rke.yaml",
		With: "{file: template, path: $rke-template-file, until: \"1.25\", object: \"ClusterRole/psp:restricted\", manifest: \"apiVersion: rbac.authorization.k8s.io/v1\\nkind: ClusterRole\\nmetadata:\\n  name: psp:restricted\\nrules:\\n- apiGroups:\\n  - extensions\\n  - policy\\n  resources:\\n  - podsecuritypolicies\\n  resourceNames:\\n  - restricted\\n  verbs:\\n  - use\\n\", settings: [{field: \"rules[0].apiGroups\", op: includes, value: [extensions, policy]}, {field: \"rules[0].resources\", op: includes, value: [podsecuritypolicies]}, {field: \"rules[0].resourceNames\", op: includes, value: [restricted]}, {field: \"rules[0].verbs\", op: includes, value: [use]}]}",
		Fixer: &fixers.RKEAddon{RKEFile: fixers.RKEFile{File: "template", Until: "1.25"}, Object: "ClusterRole/psp:restricted", Manifest: `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: psp:restricted
rules:
- apiGroups:
  - extensions
  - policy
  resources:
  - podsecuritypolicies
  resourceNames:
  - restricted
  verbs:
  - use`, Settings: []fixers.Setting{fixers.Setting{Field: "rules[0].apiGroups", Op: "includes", Value: []string{"extensions", "policy"}}, fixers.Setting{Field: "rules[0].resources", Op: "includes", Value: []string{"podsecuritypolicies"}}, fixers.Setting{Field: "rules[0].resourceNames", Op: "includes", Value: []string{"restricted"}}, fixers.Setting{Field: "rules[0].verbs", Op: "includes", Value: []string{"use"}}}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: define a role that may use the restricted policy", ZH: "RKE 模板：定义可使用受限策略的角色"},
		Rating:     Rating{Severity: "medium"},
	},
	{
		Name: "rke-cluster-psp-restricted-binding",
		Kind: "rke-addon",
		Path: "rules/rke.yaml",
		With: "{file: cluster, path: $rke-cluster-file, until: \"1.25\", object: \"ClusterRoleBinding/psp:restricted\", manifest: \"apiVersion: rbac.authorization.k8s.io/v1\\nkind: ClusterRoleBinding\\nmetadata:\\n  name: psp:restricted\\nroleRef:\\n  apiGroup: rbac.authorization.k8s.io\\n  kind: ClusterRole\\n  name: psp:restricted\\nsubjects:\\n- apiGroup: rbac.authorization.k8s.io\\n  kind: Group\\n  name: system:serviceaccounts\\n- apiGroup: rbac.authorization.k8s.io\\n  kind: Group\\n  name: system:authenticated\\n\", settings: [{field: roleRef.name, value: 'psp:restricted'}]}",
		Fixer: &fixers.RKEAddon{RKEFile: fixers.RKEFile{File: "cluster", Until: "1.25"}, Object: "ClusterRoleBinding/psp:restricted", Manifest: `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: psp:restricted
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: psp:restricted
subjects:
- apiGroup: rbac.authorization.k8s.io
  kind: Group
  name: system:serviceaccounts
- apiGroup: rbac.authorization.k8s.io
  kind: Group
  name: system:authenticated`, Settings: []fixers.Setting{fixers.Setting{Field: "roleRef.name", Op: "exact", Value: "psp:restricted"}}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: let every account use the restricted policy", ZH: "cluster.yml：允许所有账户使用受限策略"},
		Rating:     Rating{Severity: "medium"},
	},
	{
		Name: "rke-template-psp-restricted-binding",
		Kind: "rke-addon",
		Path: "rules/rke.yaml",
		With: "{file: template, path: $rke-template-file, until: \"1.25\", object: \"ClusterRoleBinding/psp:restricted\", manifest: \"apiVersion: rbac.authorization.k8s.io/v1\\nkind: ClusterRoleBinding\\nmetadata:\\n  name: psp:restricted\\nroleRef:\\n  apiGroup: rbac.authorization.k8s.io\\n  kind: ClusterRole\\n  name: psp:restricted\\nsubjects:\\n- apiGroup: rbac.authorization.k8s.io\\n  kind: Group\\n  name: system:serviceaccounts\\n- apiGroup: rbac.authorization.k8s.io\\n  kind: Group\\n  name: system:authenticated\\n\", settings: [{field: roleRef.name, value: 'psp:restricted'}]}",
		Fixer: &fixers.RKEAddon{RKEFile: fixers.RKEFile{File: "template", Until: "1.25"}, Object: "ClusterRoleBinding/psp:restricted", Manifest: `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: psp:restricted
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: psp:restricted
subjects:
- apiGroup: rbac.authorization.k8s.io
  kind: Group
  name: system:serviceaccounts
- apiGroup: rbac.authorization.k8s.io
  kind: Group
  name: system:authenticated`, Settings: []fixers.Setting{fixers.Setting{Field: "roleRef.name", Op: "exact", Value: "psp:restricted"}}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: let every account use the restricted policy", ZH: "RKE 模板：允许所有账户使用受限策略"},
		Rating:     Rating{Severity: "medium"},
	},
	{
		Name: "rke-cluster-psp-ingress-nginx-namespace",
		Kind: "rke-addon",
		Path: "rules/rke.yaml",
		With: "{file: cluster, path: $rke-cluster-file, until: \"1.25\", object: Namespace/ingress-nginx, manifest: \"apiVersion: v1\\nkind: Namespace\\nmetadata:\\n  name: ingress-nginx\\n\"}",
		Fixer: &fixers.RKEAddon{RKEFile: fixers.RKEFile{File: "cluster", Until: "1.25"}, Object: "Namespace/ingress-nginx", Manifest: `apiVersion: v1
kind: Namespace
metadata:
  name: ingress-nginx`},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: define the namespace ingress-nginx", ZH: "cluster.yml：定义命名空间 ingress-nginx"},
		Rating:     Rating{Severity: "low"},
	},
	{
		Name: "rke-template-psp-ingress-nginx-namespace",
		Kind: "rke-addon",
		Path: "rules/rke.yaml",
		With: "{file: template, path: $rke-template-file, until: \"1.25\", object: Namespace/ingress-nginx, manifest: \"apiVersion: v1\\nkind: Namespace\\nmetadata:\\n  name: ingress-nginx\\n\"}",
		Fixer: &fixers.RKEAddon{RKEFile: fixers.RKEFile{File: "template", Until: "1.25"}, Object: "Namespace/ingress-nginx", Manifest: `apiVersion: v1
kind: Namespace
metadata:
  name: ingress-nginx`},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: define the namespace ingress-nginx", ZH: "RKE 模板：定义命名空间 ingress-nginx"},
		Rating:     Rating{Severity: "low"},
	},
	{
		Name: "rke-cluster-psp-ingress-nginx-role",
		Kind: "rke-addon",
		Path: "rules/rke.yaml",
		With: "{file: cluster, path: $rke-cluster-file, until: \"1.25\", object: Role/ingress-nginx/default-psp-role, manifest: \"apiVersion: rbac.authorization.k8s.io/v1\\nkind: Role\\nmetadata:\\n  name: default-psp-role\\n  namespace: ingress-nginx\\nrules:\\n- apiGroups:\\n  - extensions\\n  - policy\\n  resources:\\n  - podsecuritypolicies\\n  resourceNames:\\n  - default-psp\\n  verbs:\\n  - use\\n\", settings: [{field: \"rules[0].apiGroups\", op: includes, value: [extensions, policy]}, {field: \"rules[0].resources\", op: includes, value: [podsecuritypolicies]}, {field: \"rules[0].resourceNames\", op: includes, value: [default-psp]}, {field: \"rules[0].verbs\", op: includes, value: [use]}]}",
		Fixer: &fixers.RKEAddon{RKEFile: fixers.RKEFile{File: "cluster", Until: "1.25"}, Object: "Role/ingress-nginx/default-psp-role", Manifest: `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: default-psp-role
  namespace: ingress-nginx
rules:
- apiGroups:
  - extensions
  - policy
  resources:
  - podsecuritypolicies
  resourceNames:
  - default-psp
  verbs:
  - use`, Settings: []fixers.Setting{fixers.Setting{Field: "rules[0].apiGroups", Op: "includes", Value: []string{"extensions", "policy"}}, fixers.Setting{Field: "rules[0].resources", Op: "includes", Value: []string{"podsecuritypolicies"}}, fixers.Setting{Field: "rules[0].resourceNames", Op: "includes", Value: []string{"default-psp"}}, fixers.Setting{Field: "rules[0].verbs", Op: "includes", Value: []string{"use"}}}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: define a role in ingress-nginx that may use the wide policy", ZH: "cluster.yml：ingress-nginx 中的角色可使用宽松策略"},
		Rating:     Rating{Severity: "low"},
	},
	{
		Name: "rke-template-psp-ingress-nginx-role",
		Kind: "rke-addon",
		Path: "rules/rke.yaml",
		With: "{file: template, path: $rke-template-file, until: \"1.25\", object: Role/ingress-nginx/default-psp-role, manifest: \"apiVersion: rbac.authorization.k8s.io/v1\\nkind: Role\\nmetadata:\\n  name: default-psp-role\\n  namespace: ingress-nginx\\nrules:\\n- apiGroups:\\n  - extensions\\n  - policy\\n  resources:\\n  - podsecuritypolicies\\n  resourceNames:\\n  - default-psp\\n  verbs:\\n  - use\\n\", settings: [{field: \"rules[0].apiGroups\", op: includes, value: [extensions, policy]}, {field: \"rules[0].resources\", op: includes, value: [podsecuritypolicies]}, {field: \"rules[0].resourceNames\", op: includes, value: [default-psp]}, {field: \"rules[0].verbs\", op: includes, value: [use]}]}",
		Fixer: &fixers.RKEAddon{RKEFile: fixers.RKEFile{File: "template", Until: "1.25"}, Object: "Role/ingress-nginx/default-psp-role", Manifest: `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: default-psp-role
  namespace: ingress-nginx
rules:
- apiGroups:
  - extensions
  - policy
  resources:
  - podsecuritypolicies
  resourceNames:
  - default-psp
  verbs:
  - use`, Settings: []fixers.Setting{fixers.Setting{Field: "rules[0].apiGroups", Op: "includes", Value: []string{"extensions", "policy"}}, fixers.Setting{Field: "rules[0].resources", Op: "includes", Value: []string{"podsecuritypolicies"}}, fixers.Setting{Field: "rules[0].resourceNames", Op: "includes", Value: []string{"default-psp"}}, fixers.Setting{Field: "rules[0].verbs", Op: "includes", Value: []string{"use"}}}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: define a role in ingress-nginx that may use the wide policy", ZH: "RKE 模板：ingress-nginx 中的角色可使用宽松策略"},
		Rating:     Rating{Severity: "low"},
	},
	{
		Name: "rke-cluster-psp-ingress-nginx-binding",
		Kind: "rke-addon",
		Path: "rules/rke.yaml",
		With: "{file: cluster, path: $rke-cluster-file, until: \"1.25\", object: RoleBinding/ingress-nginx/default-psp-rolebinding, manifest: \"apiVersion: rbac.authorization.k8s.io/v1\\nkind: RoleBinding\\nmetadata:\\n  name: default-psp-rolebinding\\n  namespace: ingress-nginx\\nroleRef:\\n  apiGroup: rbac.authorization.k8s.io\\n  kind: Role\\n  name: default-psp-role\\nsubjects:\\n- apiGroup: rbac.authorization.k8s.io\\n  kind: Group\\n  name: system:serviceaccounts\\n- apiGroup: rbac.authorization.k8s.io\\n  kind: Group\\n  name: system:authenticated\\n\", settings: [{field: roleRef.name, value: default-psp-role}]}",
		Fixer: &fixers.RKEAddon{RKEFile: fixers.RKEFile{File: "cluster", Until: "1.25"}, Object: "RoleBinding/ingress-nginx/default-psp-rolebinding", Manifest: `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: default-psp-rolebinding
  namespace: ingress-nginx
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: default-psp-role
subjects:
- apiGroup: rbac.authorization.k8s.io
  kind: Group
  name: system:serviceaccounts
- apiGroup: rbac.authorization.k8s.io
  kind: Group
  name: system:authenticated`, Settings: []fixers.Setting{fixers.Setting{Field: "roleRef.name", Op: "exact", Value: "default-psp-role"}}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: let accounts in ingress-nginx use the wide policy", ZH: "cluster.yml：ingress-nginx 中的账户可使用宽松策略"},
		Rating:     Rating{Severity: "low"},
	},
	{
		Name: "rke-template-psp-ingress-nginx-binding",
		Kind: "rke-addon",
		Path: "rules/rke.yaml",
		With: "{file: template, path: $rke-template-file, until: \"1.25\", object: RoleBinding/ingress-nginx/default-psp-rolebinding, manifest: \"apiVersion: rbac.authorization.k8s.io/v1\\nkind: RoleBinding\\nmetadata:\\n  name: default-psp-rolebinding\\n  namespace: ingress-nginx\\nroleRef:\\n  apiGroup: rbac.authorization.k8s.io\\n  kind: Role\\n  name: default-psp-role\\nsubjects:\\n- apiGroup: rbac.authorization.k8s.io\\n  kind: Group\\n  name: system:serviceaccounts\\n- apiGroup: rbac.authorization.k8s.io\\n  kind: Group\\n  name: system:authenticated\\n\", settings: [{field: roleRef.name, value: default-psp-role}]}",
		Fixer: &fixers.RKEAddon{RKEFile: fixers.RKEFile{File: "template", Until: "1.25"}, Object: "RoleBinding/ingress-nginx/default-psp-rolebinding", Manifest: `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: default-psp-rolebinding
  namespace: ingress-nginx
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: default-psp-role
subjects:
- apiGroup: rbac.authorization.k8s.io
  kind: Group
  name: system:serviceaccounts
- apiGroup: rbac.authorization.k8s.io
  kind: Group
  name: system:authenticated`, Settings: []fixers.Setting{fixers.Setting{Field: "roleRef.name", Op: "exact", Value: "default-psp-role"}}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: let accounts in ingress-nginx use the wide policy", ZH: "RKE 模板：ingress-nginx 中的账户可使用宽松策略"},
		Rating:     Rating{Severity: "low"},
	},
	{
		Name: "rke-cluster-psp-cattle-system-namespace",
		Kind: "rke-addon",
		Path: "rules/rke.yaml",
		With: "{file: cluster, path: $rke-cluster-file, until: \"1.25\", object: Namespace/cattle-system, manifest: \"apiVersion: v1\\nkind: Namespace\\nmetadata:\\n  name: cattle-system\\n\"}",
		Fixer: &fixers.RKEAddon{RKEFile: fixers.RKEFile{File: "cluster", Until: "1.25"}, Object: "Namespace/cattle-system", Manifest: `apiVersion: v1
kind: Namespace
metadata:
  name: cattle-system`},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: define the namespace cattle-system", ZH: "cluster.yml：定义命名空间 cattle-system"},
		Rating:     Rating{Severity: "low"},
	},
	{
		Name: "rke-template-psp-cattle-system-namespace",
		Kind: "rke-addon",
		Path: "rules/rke.yaml",
		With: "{file: template, path: $rke-template-file, until: \"1.25\", object: Namespace/cattle-system, manifest: \"apiVersion: v1\\nkind: Namespace\\nmetadata:\\n  name: cattle-system\\n\"}",
		Fixer: &fixers.RKEAddon{RKEFile: fixers.RKEFile{File: "template", Until: "1.25"}, Object: "Namespace/cattle-system", Manifest: `apiVersion: v1
kind: Namespace
metadata:
  name: cattle-system`},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: define the namespace cattle-system", ZH: "RKE 模板：定义命名空间 cattle-system"},
		Rating:     Rating{Severity: "low"},
	},
	{
		Name: "rke-cluster-psp-cattle-system-role",
		Kind: "rke-addon",
		Path: "rules/rke.yaml",
		With: "{file: cluster, path: $rke-cluster-file, until: \"1.25\", object: Role/cattle-system/default-psp-role, manifest: \"apiVersion: rbac.authorization.k8s.io/v1\\nkind: Role\\nmetadata:\\n  name: default-psp-role\\n  namespace: cattle-system\\nrules:\\n- apiGroups:\\n  - extensions\\n  - policy\\n  resources:\\n  - podsecuritypolicies\\n  resourceNames:\\n  - default-psp\\n  verbs:\\n  - use\\n\", settings: [{field: \"rules[0].apiGroups\", op: includes, value: [extensions, policy]}, {field: \"rules[0].resources\", op: includes, value: [podsecuritypolicies]}, {field: \"rules[0].resourceNames\", op: includes, value: [default-psp]}, {field: \"rules[0].verbs\", op: includes, value: [use]}]}",
		Fixer: &fixers.RKEAddon{RKEFile: fixers.RKEFile{File: "cluster", Until: "1.25"}, Object: "Role/cattle-system/default-psp-role", Manifest: `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: default-psp-role
  namespace: cattle-system
rules:
- apiGroups:
  - extensions
  - policy
  resources:
  - podsecuritypolicies
  resourceNames:
  - default-psp
  verbs:
  - use`, Settings: []fixers.Setting{fixers.Setting{Field: "rules[0].apiGroups", Op: "includes", Value: []string{"extensions", "policy"}}, fixers.Setting{Field: "rules[0].resources", Op: "includes", Value: []string{"podsecuritypolicies"}}, fixers.Setting{Field: "rules[0].resourceNames", Op: "includes", Value: []string{"default-psp"}}, fixers.Setting{Field: "rules[0].verbs", Op: "includes", Value: []string{"use"}}}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: define a role in cattle-system that may use the wide policy", ZH: "cluster.yml：cattle-system 中的角色可使用宽松策略"},
		Rating:     Rating{Severity: "low"},
	},
	{
		Name: "rke-template-psp-cattle-system-role",
		Kind: "rke-addon",
		Path: "rules/rke.yaml",
		With: "{file: template, path: $rke-template-file, until: \"1.25\", object: Role/cattle-system/default-psp-role, manifest: \"apiVersion: rbac.authorization.k8s.io/v1\\nkind: Role\\nmetadata:\\n  name: default-psp-role\\n  namespace: cattle-system\\nrules:\\n- apiGroups:\\n  - extensions\\n  - policy\\n  resources:\\n  - podsecuritypolicies\\n  resourceNames:\\n  - default-psp\\n  verbs:\\n  - use\\n\", settings: [{field: \"rules[0].apiGroups\", op: includes, value: [extensions, policy]}, {field: \"rules[0].resources\", op: includes, value: [podsecuritypolicies]}, {field: \"rules[0].resourceNames\", op: includes, value: [default-psp]}, {field: \"rules[0].verbs\", op: includes, value: [use]}]}",
		Fixer: &fixers.RKEAddon{RKEFile: fixers.RKEFile{File: "template", Until: "1.25"}, Object: "Role/cattle-system/default-psp-role", Manifest: `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: default-psp-role
  namespace: cattle-system
rules:
- apiGroups:
  - extensions
  - policy
  resources:
  - podsecuritypolicies
  resourceNames:
  - default-psp
  verbs:
  - use`, Settings: []fixers.Setting{fixers.Setting{Field: "rules[0].apiGroups", Op: "includes", Value: []string{"extensions", "policy"}}, fixers.Setting{Field: "rules[0].resources", Op: "includes", Value: []string{"podsecuritypolicies"}}, fixers.Setting{Field: "rules[0].resourceNames", Op: "includes", Value: []string{"default-psp"}}, fixers.Setting{Field: "rules[0].verbs", Op: "includes", Value: []string{"use"}}}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: define a role in cattle-system that may use the wide policy", ZH: "RKE 模板：cattle-system 中的角色可使用宽松策略"},
		Rating:     Rating{Severity: "low"},
	},
	{
		Name: "rke-cluster-psp-cattle-system-binding",
		Kind: "rke-addon",
		Path: "rules/rke.yaml",
		With: "{file: cluster, path: $rke-cluster-file, until: \"1.25\", object: RoleBinding/cattle-system/default-psp-rolebinding, manifest: \"apiVersion: rbac.authorization.k8s.io/v1\\nkind: RoleBinding\\nmetadata:\\n  name: default-psp-rolebinding\\n  namespace: cattle-system\\nroleRef:\\n  apiGroup: rbac.authorization.k8s.io\\n  kind: Role\\n  name: default-psp-role\\nsubjects:\\n- apiGroup: rbac.authorization.k8s.io\\n  kind: Group\\n  name: system:serviceaccounts\\n- apiGroup: rbac.authorization.k8s.io\\n  kind: Group\\n  name: system:authenticated\\n\", settings: [{field: roleRef.name, value: default-psp-role}]}",
		Fixer: &fixers.RKEAddon{RKEFile: fixers.RKEFile{File: "cluster", Until: "1.25"}, Object: "RoleBinding/cattle-system/default-psp-rolebinding", Manifest: `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: default-psp-rolebinding
  namespace: cattle-system
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: default-psp-role
subjects:
- apiGroup: rbac.authorization.k8s.io
  kind: Group
  name: system:serviceaccounts
- apiGroup: rbac.authorization.k8s.io
  kind: Group
  name: system:authenticated`, Settings: []fixers.Setting{fixers.Setting{Field: "roleRef.name", Op: "exact", Value: "default-psp-role"}}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: let accounts in cattle-system use the wide policy", ZH: "cluster.yml：cattle-system 中的账户可使用宽松策略"},
		Rating:     Rating{Severity: "low"},
	},
	{
		Name: "rke-template-psp-cattle-system-binding",
		Kind: "rke-addon",
		Path: "rules/rke.yaml",
		With: "{file: template, path: $rke-template-file, until: \"1.25\", object: RoleBinding/cattle-system/default-psp-rolebinding, manifest: \"apiVersion: rbac.authorization.k8s.io/v1\\nkind: RoleBinding\\nmetadata:\\n  name: default-psp-rolebinding\\n  namespace: cattle-system\\nroleRef:\\n  apiGroup: rbac.authorization.k8s.io\\n  kind: Role\\n  name: default-psp-role\\nsubjects:\\n- apiGroup: rbac.authorization.k8s.io\\n  kind: Group\\n  name: system:serviceaccounts\\n- apiGroup: rbac.authorization.k8s.io\\n  kind: Group\\n  name: system:authenticated\\n\", settings: [{field: roleRef.name, value: default-psp-role}]}",
		Fixer: &fixers.RKEAddon{RKEFile: fixers.RKEFile{File: "template", Until: "1.25"}, Object: "RoleBinding/cattle-system/default-psp-rolebinding", Manifest: `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: default-psp-rolebinding
  namespace: cattle-system
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: default-psp-role
subjects:
- apiGroup: rbac.authorization.k8s.io
  kind: Group
  name: system:serviceaccounts
- apiGroup: rbac.authorization.k8s.io
  kind: Group
  name: system:authenticated`, Settings: []fixers.Setting{fixers.Setting{Field: "roleRef.name", Op: "exact", Value: "default-psp-role"}}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: let accounts in cattle-system use the wide policy", ZH: "RKE 模板：cattle-system 中的账户可使用宽松策略"},
		Rating:     Rating{Severity: "low"},
	},
}
