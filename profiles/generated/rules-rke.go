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
		Why:        Text{EN: "Without network policies every pod can reach every other pod and every port of it.", ZH: "没有网络策略时，任意 Pod 都可访问其他 Pod 的全部端口。"},
		Risk:       Text{EN: "Traffic between projects is cut. Takes effect with rke up, which restarts the component on each node.", ZH: "项目之间的流量会被隔离。执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "medium", Because: Text{EN: "Without it every pod reaches every project.", ZH: "未启用时，每个 Pod 都可访问所有项目。"}, Warn: true},
	},
	{
		Name:       "rke-template-network-policy",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: enable_network_policy, value: true}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "enable_network_policy", Op: "exact", Value: true}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: enforce network policies between projects", ZH: "RKE 模板：启用网络策略"},
		Why:        Text{EN: "Without network policies every pod can reach every other pod and every port of it.", ZH: "没有网络策略时，任意 Pod 都可访问其他 Pod 的全部端口。"},
		Risk:       Text{EN: "Traffic between projects is cut. Takes effect once the clusters use the template's new revision, which restarts the component on each node.", ZH: "项目之间的流量会被隔离。集群切换到模板新版本后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "medium", Because: Text{EN: "Without it every pod reaches every project.", ZH: "未启用时，每个 Pod 都可访问所有项目。"}},
	},
	{
		Name:       "rke-cluster-default-psp-template",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: default_pod_security_policy_template_id, value: restricted, until: \"1.25\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster", Until: "1.25"}, Setting: fixers.Setting{Field: "default_pod_security_policy_template_id", Op: "exact", Value: "restricted"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: give new projects the restricted PodSecurityPolicy", ZH: "cluster.yml：默认使用 restricted Pod 安全策略模板"},
		Why:        Text{EN: "Without a default, a pod of a new project may take over its node.", ZH: "没有默认策略时，新项目中的 Pod 可能控制所在节点。"},
		Risk:       Text{EN: "Pods that need root or the host are refused. Takes effect with rke up, which restarts the component on each node.", ZH: "需要 root 或主机权限的 Pod 将被拒绝。执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "high", Because: Text{EN: "Before 1.25 nothing else refuses privileged pods.", ZH: "1.25 之前没有其他机制拒绝特权 Pod。"}, Warn: true, Frameworks: []IDs{{"nsa-cisa", "kubescape C-0068"}}},
	},
	{
		Name:       "rke-template-default-psp-template",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: default_pod_security_policy_template_id, value: restricted, until: \"1.25\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template", Until: "1.25"}, Setting: fixers.Setting{Field: "default_pod_security_policy_template_id", Op: "exact", Value: "restricted"}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: give new projects the restricted PodSecurityPolicy", ZH: "RKE 模板：默认使用 restricted Pod 安全策略模板"},
		Why:        Text{EN: "Without a default, a pod of a new project may take over its node.", ZH: "没有默认策略时，新项目中的 Pod 可能控制所在节点。"},
		Risk:       Text{EN: "Pods that need root or the host are refused. Takes effect once the clusters use the template's new revision, which restarts the component on each node.", ZH: "需要 root 或主机权限的 Pod 将被拒绝。集群切换到模板新版本后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "high", Because: Text{EN: "Before 1.25 nothing else refuses privileged pods.", ZH: "1.25 之前没有其他机制拒绝特权 Pod。"}, Warn: true, Frameworks: []IDs{{"nsa-cisa", "kubescape C-0068"}}},
	},
	{
		Name:       "rke-template-network-plugin",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.network.plugin, op: one-of, bound: [canal, calico, weave], value: canal, keep: true}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.network.plugin", Op: "one-of", Value: "canal", Bound: []string{"canal", "calico", "weave"}}, Keep: true},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: use a network plugin that enforces network policies", ZH: "RKE 模板：网络插件支持网络策略"},
		Why:        Text{EN: "A plugin such as plain flannel accepts network policies and ignores them.", ZH: "flannel 等插件接受网络策略但不会执行。"},
		Risk:       Text{EN: "Decides the network of new clusters; on a running one the plugin cannot be changed, so another one that is named is left alone. Takes effect once the clusters use the template's new revision, which restarts the component on each node.", ZH: "决定新建集群的网络；运行中的集群无法更换插件，因此已指定的其他插件保持不变。集群切换到模板新版本后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "medium", Because: Text{EN: "Policies need a plugin that enforces them.", ZH: "网络策略需要能执行它的插件。"}},
	},
	{
		Name:       "rke-cluster-etcd-uid",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.etcd.uid, value: 52034}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.etcd.uid", Op: "exact", Value: int64(52034)}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: run etcd under uid 52034", ZH: "cluster.yml：etcd 以 uid 52034 用户运行"},
		Why:        Text{EN: "etcd holds every secret of the cluster; an account of its own keeps its files from every other service.", ZH: "etcd 保存集群全部 Secret，独立账户可使其数据与其他服务隔离。"},
		Risk:       Text{EN: "The account must be on all etcd hosts first, or etcd does not start. Takes effect with rke up, which restarts the component on each node.", ZH: "须先在所有 etcd 主机上创建该账户，否则 etcd 无法启动。执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "medium", Because: Text{EN: "Without an account of its own, etcd's data shares an owner with other services.", ZH: "etcd 没有独立账户时，其数据与其他服务同属一个用户。"}, Frameworks: []IDs{{"nist-800-53", "CM-6"}, {"stig", "V-242445"}}},
	},
	{
		Name:       "rke-template-etcd-uid",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.etcd.uid, value: 52034}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.etcd.uid", Op: "exact", Value: int64(52034)}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: run etcd under uid 52034", ZH: "RKE 模板：etcd 以 uid 52034 用户运行"},
		Why:        Text{EN: "etcd holds every secret of the cluster; an account of its own keeps its files from every other service.", ZH: "etcd 保存集群全部 Secret，独立账户可使其数据与其他服务隔离。"},
		Risk:       Text{EN: "The account must be on all etcd hosts first, or etcd does not start. Takes effect once the clusters use the template's new revision, which restarts the component on each node.", ZH: "须先在所有 etcd 主机上创建该账户，否则 etcd 无法启动。集群切换到模板新版本后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "medium", Because: Text{EN: "Without an account of its own, etcd's data shares an owner with other services.", ZH: "etcd 没有独立账户时，其数据与其他服务同属一个用户。"}, Frameworks: []IDs{{"nist-800-53", "CM-6"}, {"stig", "V-242445"}}},
	},
	{
		Name:       "rke-cluster-etcd-gid",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.etcd.gid, value: 52034}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.etcd.gid", Op: "exact", Value: int64(52034)}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: run etcd under gid 52034", ZH: "cluster.yml：etcd 以 gid 52034 组运行"},
		Why:        Text{EN: "etcd holds every secret of the cluster; an account of its own keeps its files from every other service.", ZH: "etcd 保存集群全部 Secret，独立账户可使其数据与其他服务隔离。"},
		Risk:       Text{EN: "The account must be on all etcd hosts first, or etcd does not start. Takes effect with rke up, which restarts the component on each node.", ZH: "须先在所有 etcd 主机上创建该账户，否则 etcd 无法启动。执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "medium", Because: Text{EN: "Without an account of its own, etcd's data shares an owner with other services.", ZH: "etcd 没有独立账户时，其数据与其他服务同属一个用户。"}, Frameworks: []IDs{{"nist-800-53", "CM-6"}, {"stig", "V-242445"}}},
	},
	{
		Name:       "rke-template-etcd-gid",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.etcd.gid, value: 52034}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.etcd.gid", Op: "exact", Value: int64(52034)}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: run etcd under gid 52034", ZH: "RKE 模板：etcd 以 gid 52034 组运行"},
		Why:        Text{EN: "etcd holds every secret of the cluster; an account of its own keeps its files from every other service.", ZH: "etcd 保存集群全部 Secret，独立账户可使其数据与其他服务隔离。"},
		Risk:       Text{EN: "The account must be on all etcd hosts first, or etcd does not start. Takes effect once the clusters use the template's new revision, which restarts the component on each node.", ZH: "须先在所有 etcd 主机上创建该账户，否则 etcd 无法启动。集群切换到模板新版本后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "medium", Because: Text{EN: "Without an account of its own, etcd's data shares an owner with other services.", ZH: "etcd 没有独立账户时，其数据与其他服务同属一个用户。"}, Frameworks: []IDs{{"nist-800-53", "CM-6"}, {"stig", "V-242445"}}},
	},
	{
		Name:       "rke-cluster-kube-api-pod-security-policy",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.pod_security_policy, value: true, until: \"1.25\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster", Until: "1.25"}, Setting: fixers.Setting{Field: "services.kube-api.pod_security_policy", Op: "exact", Value: true}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: enforce PodSecurityPolicies", ZH: "cluster.yml：启用 PodSecurityPolicy 准入"},
		Why:        Text{EN: "Without a policy, whoever may create a pod may take over its node.", ZH: "没有策略时，能创建 Pod 者即可控制所在节点。"},
		Risk:       Text{EN: "No pod starts whose account may use no policy; have the policies among the addons. Takes effect with rke up, which restarts the component on each node.", ZH: "无可用策略的账户将无法启动 Pod；请在 addons 中提供策略。执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "high", Because: Text{EN: "Before 1.25 nothing else refuses privileged pods.", ZH: "1.25 之前没有其他机制拒绝特权 Pod。"}, Warn: true, Frameworks: []IDs{{"nsa-cisa", "kubescape C-0068"}}},
	},
	{
		Name:       "rke-template-kube-api-pod-security-policy",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.kube_api.pod_security_policy, value: true, until: \"1.25\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template", Until: "1.25"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.kube_api.pod_security_policy", Op: "exact", Value: true}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: enforce PodSecurityPolicies", ZH: "RKE 模板：启用 PodSecurityPolicy 准入"},
		Why:        Text{EN: "Without a policy, whoever may create a pod may take over its node.", ZH: "没有策略时，能创建 Pod 者即可控制所在节点。"},
		Risk:       Text{EN: "No pod starts whose account may use no policy; have the policies among the addons. Takes effect once the clusters use the template's new revision, which restarts the component on each node.", ZH: "无可用策略的账户将无法启动 Pod；请在 addons 中提供策略。集群切换到模板新版本后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "high", Because: Text{EN: "Before 1.25 nothing else refuses privileged pods.", ZH: "1.25 之前没有其他机制拒绝特权 Pod。"}, Warn: true, Frameworks: []IDs{{"nsa-cisa", "kubescape C-0068"}}},
	},
	{
		Name:       "rke-cluster-kube-api-secrets-encryption",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.secrets_encryption_config.enabled, value: true, from: \"1.13\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster", From: "1.13"}, Setting: fixers.Setting{Field: "services.kube-api.secrets_encryption_config.enabled", Op: "exact", Value: true}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: encrypt Secrets in etcd", ZH: "cluster.yml：Secret 加密存储"},
		Why:        Text{EN: "Otherwise anyone who copies etcd's files or a backup can read every Secret.", ZH: "否则复制 etcd 文件或其备份即可读取全部 Secret。"},
		Risk:       Text{EN: "RKE makes the key and keeps it in the cluster's state file: keep that file, and secretly. Takes effect with rke up, which restarts the component on each node.", ZH: "密钥由 RKE 生成并保存在集群状态文件中，请妥善并保密保存该文件。执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "high", Because: Text{EN: "A copy of etcd or of a backup is every secret in clear text.", ZH: "etcd 或其备份的副本即全部 Secret 的明文。"}, Warn: true, Frameworks: []IDs{{"pci-dss-4.0", "3.5.1.3"}, {"iso-27001", "A.5.1, A.5.2, A.8.1, A.8.11, A.8.12, A.8.20, A.8.21, A.8.22"}, {"nsa-cisa", "v1.2 etcd, trivy 6.1, trivy 6.2, kubescape C-0066"}, {"stig", "V-274882"}}},
	},
	{
		Name:       "rke-template-kube-api-secrets-encryption",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.kube_api.secrets_encryption_config.enabled, value: true, from: \"1.13\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template", From: "1.13"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.kube_api.secrets_encryption_config.enabled", Op: "exact", Value: true}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: encrypt Secrets in etcd", ZH: "RKE 模板：Secret 加密存储"},
		Why:        Text{EN: "Otherwise anyone who copies etcd's files or a backup can read every Secret.", ZH: "否则复制 etcd 文件或其备份即可读取全部 Secret。"},
		Risk:       Text{EN: "RKE makes the key and keeps it in the cluster's state file: keep that file, and secretly. Takes effect once the clusters use the template's new revision, which restarts the component on each node.", ZH: "密钥由 RKE 生成并保存在集群状态文件中，请妥善并保密保存该文件。集群切换到模板新版本后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "high", Because: Text{EN: "A copy of etcd or of a backup is every secret in clear text.", ZH: "etcd 或其备份的副本即全部 Secret 的明文。"}, Warn: true, Frameworks: []IDs{{"pci-dss-4.0", "3.5.1.3"}, {"iso-27001", "A.5.1, A.5.2, A.8.1, A.8.11, A.8.12, A.8.20, A.8.21, A.8.22"}, {"nsa-cisa", "v1.2 etcd, trivy 6.1, trivy 6.2, kubescape C-0066"}, {"stig", "V-274882"}}},
	},
	{
		Name:       "rke-cluster-kube-api-audit-log",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.audit_log.enabled, value: true}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kube-api.audit_log.enabled", Op: "exact", Value: true}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: write an audit log", ZH: "cluster.yml：API Server 记录审计日志"},
		Why:        Text{EN: "After an incident this log is the only answer to who did what.", ZH: "事件发生后，只有审计日志能回答谁做了什么。"},
		Risk:       Text{EN: "The log takes room on the control plane's disks. Takes effect with rke up, which restarts the component on each node.", ZH: "日志会占用控制面节点磁盘空间。执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "high", Because: Text{EN: "Without a log nobody can tell what happened.", ZH: "没有日志，便无人知道发生过什么。"}, Warn: true, Frameworks: []IDs{{"nist-800-53", "AU-14(1), CM-6"}, {"pci-dss-4.0", "10.2.1.3"}, {"iso-27001", "A.5.1, A.8.10, A.8.12, A.8.13, A.8.15, A.8.20, A.8.21, A.8.22"}, {"nsa-cisa", "trivy 8.1, kubescape C-0067"}, {"stig", "V-242402, V-242465"}}},
	},
	{
		Name:       "rke-template-kube-api-audit-log",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.kube_api.audit_log.enabled, value: true}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.kube_api.audit_log.enabled", Op: "exact", Value: true}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: write an audit log", ZH: "RKE 模板：API Server 记录审计日志"},
		Why:        Text{EN: "After an incident this log is the only answer to who did what.", ZH: "事件发生后，只有审计日志能回答谁做了什么。"},
		Risk:       Text{EN: "The log takes room on the control plane's disks. Takes effect once the clusters use the template's new revision, which restarts the component on each node.", ZH: "日志会占用控制面节点磁盘空间。集群切换到模板新版本后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "high", Because: Text{EN: "Without a log nobody can tell what happened.", ZH: "没有日志，便无人知道发生过什么。"}, Warn: true, Frameworks: []IDs{{"nist-800-53", "AU-14(1), CM-6"}, {"pci-dss-4.0", "10.2.1.3"}, {"iso-27001", "A.5.1, A.8.10, A.8.12, A.8.13, A.8.15, A.8.20, A.8.21, A.8.22"}, {"nsa-cisa", "trivy 8.1, kubescape C-0067"}, {"stig", "V-242402, V-242465"}}},
	},
	{
		Name:       "rke-cluster-kube-api-event-rate-limit",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.event_rate_limit.enabled, value: true}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kube-api.event_rate_limit.enabled", Op: "exact", Value: true}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: limit the rate of events", ZH: "cluster.yml：限制事件速率"},
		Why:        Text{EN: "A client that makes events without end fills etcd and stops the cluster.", ZH: "不断产生事件的客户端会写满 etcd 并使集群停摆。"},
		Risk:       Text{EN: "Events above the limit are lost. Takes effect with rke up, which restarts the component on each node.", ZH: "超过限制的事件会丢失。执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "medium", Because: Text{EN: "A flood of events fills etcd.", ZH: "大量事件会写满 etcd。"}},
	},
	{
		Name:       "rke-template-kube-api-event-rate-limit",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.kube_api.event_rate_limit.enabled, value: true}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.kube_api.event_rate_limit.enabled", Op: "exact", Value: true}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: limit the rate of events", ZH: "RKE 模板：限制事件速率"},
		Why:        Text{EN: "A client that makes events without end fills etcd and stops the cluster.", ZH: "不断产生事件的客户端会写满 etcd 并使集群停摆。"},
		Risk:       Text{EN: "Events above the limit are lost. Takes effect once the clusters use the template's new revision, which restarts the component on each node.", ZH: "超过限制的事件会丢失。集群切换到模板新版本后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "medium", Because: Text{EN: "A flood of events fills etcd.", ZH: "大量事件会写满 etcd。"}},
	},
	{
		Name:       "rke-cluster-kube-api-anonymous-auth",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_args.anonymous-auth, value: \"false\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kube-api.extra_args.anonymous-auth", Op: "exact", Value: "false"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: refuse anonymous requests to the API server", ZH: "cluster.yml：API Server 拒绝匿名请求"},
		Why:        Text{EN: "What anonymous clients can do depends on no one ever granting them rights.", ZH: "匿名客户端的权限取决于是否有人误授权，应直接拒绝。"},
		Risk:       Text{EN: "Probes and load balancers that send no certificate are refused. Takes effect with rke up, which restarts the component on each node.", ZH: "未携带证书的探测与负载均衡检查会被拒绝。执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "high", Because: Text{EN: "One wrong role binding opens the API to anonymous clients.", ZH: "一个错误的角色绑定，就会让陌生人使用 API。"}, Warn: true, Frameworks: []IDs{{"nist-800-53", "AC-3"}, {"iso-27001", "A.5.1, A.5.15, A.5.18, A.8.2, A.8.12, A.8.20, A.8.21, A.8.22"}, {"attack", "T1552.007, T1090"}, {"nsa-cisa", "v1.2 control plane hardening, trivy 7.0"}, {"stig", "V-242390"}}},
	},
	{
		Name:       "rke-cluster-kube-api-profiling",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_args.profiling, value: \"false\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kube-api.extra_args.profiling", Op: "exact", Value: "false"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: disable API server profiling", ZH: "cluster.yml：关闭 API Server 性能剖析接口"},
		Why:        Text{EN: "Profiles show program internals, and taking them costs time.", ZH: "剖析数据会暴露程序内部信息并消耗资源。"},
		Risk:       Text{EN: "Takes effect with rke up, which restarts the component on each node.", ZH: "执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "Profiling data shows internals, but only to clients with rights.", ZH: "性能剖析数据会暴露内部信息，但仅限有权限者。"}},
	},
	{
		Name:       "rke-cluster-kube-api-repair-malformed-updates",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_args.repair-malformed-updates, value: \"false\", until: \"1.14\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster", Until: "1.14"}, Setting: fixers.Setting{Field: "services.kube-api.extra_args.repair-malformed-updates", Op: "exact", Value: "false"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: refuse malformed updates at the API server", ZH: "cluster.yml：API Server 拒绝格式错误的更新请求"},
		Why:        Text{EN: "A repaired update may not be what its sender intended.", ZH: "被“修复”的请求可能变成非预期的更新。"},
		Risk:       Text{EN: "A newer API server does not know the flag and does not start with it. Takes effect with rke up, which restarts the component on each node.", ZH: "较新的 API Server 不识别该参数，带上会无法启动。执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "A leftover of 1.11.", ZH: "1.11 的遗留。"}},
	},
	{
		Name:       "rke-cluster-kube-api-service-account-lookup",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_args.service-account-lookup, value: \"true\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kube-api.extra_args.service-account-lookup", Op: "exact", Value: "true"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: reject tokens of deleted service accounts", ZH: "cluster.yml：校验 ServiceAccount 令牌对应的对象仍然存在"},
		Why:        Text{EN: "Without the look-up a token stays good after its account is deleted.", ZH: "不做校验时，账户删除后令牌仍然有效。"},
		Risk:       Text{EN: "Takes effect with rke up, which restarts the component on each node.", ZH: "执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "medium", Because: Text{EN: "On by default; off, tokens outlive their account.", ZH: "默认开启；关闭后，令牌在账户删除后依然有效。"}, Frameworks: []IDs{{"iso-27001", "A.5.1, A.5.2, A.5.15, A.5.18, A.8.12"}}},
	},
	{
		Name:       "rke-cluster-kube-api-admission-plugins",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_args.enable-admission-plugins, op: includes, value: \"ServiceAccount,NamespaceLifecycle,LimitRanger,DefaultStorageClass,ResourceQuota,DefaultTolerationSeconds,AlwaysPullImages,NodeRestriction,EventRateLimit\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kube-api.extra_args.enable-admission-plugins", Op: "includes", Value: "ServiceAccount,NamespaceLifecycle,LimitRanger,DefaultStorageClass,ResourceQuota,DefaultTolerationSeconds,AlwaysPullImages,NodeRestriction,EventRateLimit"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: turn on the admission plugins of the baseline", ZH: "cluster.yml：启用基线要求的准入插件"},
		Why:        Text{EN: "These plugins keep pods, nodes and clients within their bounds before anything is stored.", ZH: "这些插件在对象写入之前约束 Pod、节点与客户端的行为。"},
		Risk:       Text{EN: "AlwaysPullImages: no container starts while the registry is away. EventRateLimit needs its configuration file. Takes effect with rke up, which restarts the component on each node.", ZH: "AlwaysPullImages：镜像仓库不可用时容器无法启动；EventRateLimit 需要配置文件。执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "On by default; limits and quotas depend on them.", ZH: "默认开启；限额与配额依赖它们。"}},
	},
	{
		Name:       "rke-cluster-kube-api-deny-escalating-exec",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_args.enable-admission-plugins, op: includes, value: DenyEscalatingExec, until: \"1.21\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster", Until: "1.21"}, Setting: fixers.Setting{Field: "services.kube-api.extra_args.enable-admission-plugins", Op: "includes", Value: "DenyEscalatingExec"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: refuse exec into privileged pods", ZH: "cluster.yml：拒绝进入特权 Pod"},
		Why:        Text{EN: "Anyone who may exec into a privileged pod controls its node.", ZH: "能进入特权 Pod 者即可控制所在节点。"},
		Risk:       Text{EN: "An API server from 1.21 on does not know the plugin and does not start with it. Takes effect with rke up, which restarts the component on each node.", ZH: "1.21 及以后的 API Server 不识别该插件，带上会无法启动。执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "medium", Because: Text{EN: "Exec into a privileged pod is root on the node (before 1.21).", ZH: "在特权 Pod 中 exec 等同于节点的 root（1.21 之前）。"}, Warn: true},
	},
	{
		Name:       "rke-cluster-kube-api-persistent-volume-label",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_args.enable-admission-plugins, op: includes, value: PersistentVolumeLabel, until: \"1.21\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster", Until: "1.21"}, Setting: fixers.Setting{Field: "services.kube-api.extra_args.enable-admission-plugins", Op: "includes", Value: "PersistentVolumeLabel"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: label cloud volumes with their zone", ZH: "cluster.yml：为云存储卷添加可用区标签"},
		Why:        Text{EN: "The baseline lists the plugin; it keeps pods in the zone of their volumes.", ZH: "基线列出该插件；它使 Pod 与其存储卷处于同一可用区。"},
		Risk:       Text{EN: "Deprecated since 1.11, so it is asked for in old versions only. Takes effect with rke up, which restarts the component on each node.", ZH: "自 1.11 起弃用，因此仅对旧版本要求。执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "Labels only.", ZH: "仅涉及标签。"}},
	},
	{
		Name:       "rke-cluster-kube-api-pod-security-policy-plugin",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_args.enable-admission-plugins, op: includes, value: PodSecurityPolicy, until: \"1.25\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster", Until: "1.25"}, Setting: fixers.Setting{Field: "services.kube-api.extra_args.enable-admission-plugins", Op: "includes", Value: "PodSecurityPolicy"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: turn on the PodSecurityPolicy plugin", ZH: "cluster.yml：启用 PodSecurityPolicy 插件"},
		Why:        Text{EN: "A list of plugins that is given by hand replaces the one that RKE makes, so the plugin must be in it.", ZH: "手工给出的插件列表会取代 RKE 生成的列表，因此必须包含该插件。"},
		Risk:       Text{EN: "No pod starts whose account may use no policy. Takes effect with rke up, which restarts the component on each node.", ZH: "无可用策略的账户将无法启动 Pod。执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "high", Because: Text{EN: "Before 1.25 nothing else refuses privileged pods.", ZH: "1.25 之前没有其他机制拒绝特权 Pod。"}, Warn: true, Frameworks: []IDs{{"nsa-cisa", "kubescape C-0068"}}},
	},
	{
		Name:       "rke-cluster-kube-api-experimental-encryption",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_args.experimental-encryption-provider-config, value: /etc/kubernetes/encryption.yaml, until: \"1.13\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster", Until: "1.13"}, Setting: fixers.Setting{Field: "services.kube-api.extra_args.experimental-encryption-provider-config", Op: "exact", Value: "/etc/kubernetes/encryption.yaml"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: encrypt Secrets in etcd (before 1.13)", ZH: "cluster.yml：Secret 加密存储（1.13 之前）"},
		Why:        Text{EN: "Otherwise anyone who copies etcd's files or a backup can read every Secret.", ZH: "否则复制 etcd 文件或其备份即可读取全部 Secret。"},
		Risk:       Text{EN: "The file must lie on every control plane node first, or the API server does not start. Takes effect with rke up, which restarts the component on each node.", ZH: "须先在所有控制面节点放置该文件，否则 API Server 无法启动。执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "high", Because: Text{EN: "A copy of etcd or of a backup is every secret in clear text.", ZH: "etcd 或其备份的副本即全部 Secret 的明文。"}, Warn: true, Frameworks: []IDs{{"pci-dss-4.0", "3.5.1.3"}, {"iso-27001", "A.5.1, A.5.2, A.8.1, A.8.11, A.8.12, A.8.20, A.8.21, A.8.22"}, {"nsa-cisa", "v1.2 etcd, trivy 6.1, trivy 6.2, kubescape C-0066"}, {"stig", "V-274882"}}},
	},
	{
		Name:       "rke-cluster-kube-api-encryption",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_args.encryption-provider-config, value: /etc/kubernetes/encryption.yaml, from: \"1.13\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster", From: "1.13"}, Setting: fixers.Setting{Field: "services.kube-api.extra_args.encryption-provider-config", Op: "exact", Value: "/etc/kubernetes/encryption.yaml"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: encrypt Secrets in etcd", ZH: "cluster.yml：Secret 加密存储"},
		Why:        Text{EN: "Otherwise anyone who copies etcd's files or a backup can read every Secret.", ZH: "否则复制 etcd 文件或其备份即可读取全部 Secret。"},
		Risk:       Text{EN: "The file must lie on every control plane node first, or the API server does not start. Takes effect with rke up, which restarts the component on each node.", ZH: "须先在所有控制面节点放置该文件，否则 API Server 无法启动。执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "high", Because: Text{EN: "A copy of etcd or of a backup is every secret in clear text.", ZH: "etcd 或其备份的副本即全部 Secret 的明文。"}, Warn: true, Frameworks: []IDs{{"pci-dss-4.0", "3.5.1.3"}, {"iso-27001", "A.5.1, A.5.2, A.8.1, A.8.11, A.8.12, A.8.20, A.8.21, A.8.22"}, {"nsa-cisa", "v1.2 etcd, trivy 6.1, trivy 6.2, kubescape C-0066"}, {"stig", "V-274882"}}},
	},
	{
		Name:       "rke-cluster-kube-api-admission-config",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_args.admission-control-config-file, value: /etc/kubernetes/admission.yaml}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kube-api.extra_args.admission-control-config-file", Op: "exact", Value: "/etc/kubernetes/admission.yaml"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: give the admission plugins a configuration file", ZH: "cluster.yml：指定准入插件配置文件"},
		Why:        Text{EN: "EventRateLimit reads its limits from this file.", ZH: "EventRateLimit 的限制在该文件中设置。"},
		Risk:       Text{EN: "The file must lie on every control plane node first, or the API server does not start. Takes effect with rke up, which restarts the component on each node.", ZH: "须先在所有控制面节点放置该文件，否则 API Server 无法启动。执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "Only carries the settings of other plugins.", ZH: "仅用于承载其他准入插件的设置。"}, Frameworks: []IDs{{"nist-800-53", "AC-16"}, {"stig", "V-254800"}}},
	},
	{
		Name:       "rke-cluster-kube-api-audit-log-path",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_args.audit-log-path, value: /var/log/kube-audit/audit-log.json}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kube-api.extra_args.audit-log-path", Op: "exact", Value: "/var/log/kube-audit/audit-log.json"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: set the path of the audit log", ZH: "cluster.yml：指定审计日志路径"},
		Why:        Text{EN: "Without a path nothing is logged.", ZH: "未指定路径则不记录审计日志。"},
		Risk:       Text{EN: "The log takes room on the control plane's disks. Takes effect with rke up, which restarts the component on each node.", ZH: "日志会占用控制面节点磁盘空间。执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "high", Because: Text{EN: "Without a log nobody can tell what happened.", ZH: "没有日志，便无人知道发生过什么。"}, Warn: true, Frameworks: []IDs{{"nist-800-53", "AU-14(1), CM-6"}, {"pci-dss-4.0", "10.2.1.3"}, {"iso-27001", "A.5.1, A.8.10, A.8.12, A.8.13, A.8.15, A.8.20, A.8.21, A.8.22"}, {"nsa-cisa", "trivy 8.1, kubescape C-0067"}, {"stig", "V-242402, V-242465"}}},
	},
	{
		Name:       "rke-cluster-kube-api-audit-log-maxage",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_args.audit-log-maxage, op: at-least, value: \"30\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kube-api.extra_args.audit-log-maxage", Op: "at-least", Value: "30"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: keep audit logs for at least 30 days", ZH: "cluster.yml：审计日志至少保留 30 天"},
		Why:        Text{EN: "Most intrusions are noticed weeks later; the traces must still be there.", ZH: "多数入侵在数周后才被发现，届时痕迹必须仍在。"},
		Risk:       Text{EN: "Old logs take room on the disk. Takes effect with rke up, which restarts the component on each node.", ZH: "历史日志会占用磁盘空间。执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "Traces must outlast the discovery of a break-in.", ZH: "入侵往往很久之后才被发现，痕迹必须保留到那时。"}, Frameworks: []IDs{{"nist-800-53", "CM-6"}, {"iso-27001", "A.8.10, A.8.13, A.8.15"}, {"nsa-cisa", "trivy 8.2"}, {"stig", "V-242464"}}},
	},
	{
		Name:       "rke-cluster-kube-api-audit-log-maxbackup",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_args.audit-log-maxbackup, op: at-least, value: \"10\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kube-api.extra_args.audit-log-maxbackup", Op: "at-least", Value: "10"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: keep at least 10 old audit logs", ZH: "cluster.yml：至少保留 10 个历史审计日志"},
		Why:        Text{EN: "Most intrusions are noticed weeks later; the traces must still be there.", ZH: "多数入侵在数周后才被发现，届时痕迹必须仍在。"},
		Risk:       Text{EN: "Old logs take room on the disk. Takes effect with rke up, which restarts the component on each node.", ZH: "历史日志会占用磁盘空间。执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "Traces must outlast the discovery of a break-in.", ZH: "入侵往往很久之后才被发现，痕迹必须保留到那时。"}, Frameworks: []IDs{{"nist-800-53", "CM-6"}, {"iso-27001", "A.8.10, A.8.13, A.8.15"}, {"stig", "V-242463"}}},
	},
	{
		Name:       "rke-cluster-kube-api-audit-log-maxsize",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_args.audit-log-maxsize, op: at-least, value: \"100\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kube-api.extra_args.audit-log-maxsize", Op: "at-least", Value: "100"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: rotate an audit log only after 100 MB", ZH: "cluster.yml：审计日志单文件不小于 100 MB"},
		Why:        Text{EN: "Most intrusions are noticed weeks later; the traces must still be there.", ZH: "多数入侵在数周后才被发现，届时痕迹必须仍在。"},
		Risk:       Text{EN: "Old logs take room on the disk. Takes effect with rke up, which restarts the component on each node.", ZH: "历史日志会占用磁盘空间。执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "Small files are rotated away too fast.", ZH: "文件太小会过快被轮转掉。"}, Frameworks: []IDs{{"nist-800-53", "CM-6"}, {"iso-27001", "A.8.10, A.8.13, A.8.15"}, {"stig", "V-242462"}}},
	},
	{
		Name:       "rke-cluster-kube-api-audit-log-format",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_args.audit-log-format, value: json}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kube-api.extra_args.audit-log-format", Op: "exact", Value: "json"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: write the audit log as JSON", ZH: "cluster.yml：审计日志使用 JSON 格式"},
		Why:        Text{EN: "Programs that search the log need one object a line.", ZH: "便于程序逐行解析与检索日志。"},
		Risk:       Text{EN: "Takes effect with rke up, which restarts the component on each node.", ZH: "执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "JSON is the default.", ZH: "JSON 是默认格式。"}},
	},
	{
		Name:       "rke-cluster-kube-api-audit-policy",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_args.audit-policy-file, value: /etc/kubernetes/audit.yaml}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kube-api.extra_args.audit-policy-file", Op: "exact", Value: "/etc/kubernetes/audit.yaml"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: give the API server an audit policy", ZH: "cluster.yml：指定审计策略文件"},
		Why:        Text{EN: "Without a policy nothing is logged, even if a path is set.", ZH: "没有策略时，即使设置了路径也不会记录。"},
		Risk:       Text{EN: "The file must lie on every control plane node first, or the API server does not start. Takes effect with rke up, which restarts the component on each node.", ZH: "须先在所有控制面节点放置该文件，否则 API Server 无法启动。执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "high", Because: Text{EN: "Without a policy nothing is recorded.", ZH: "没有策略，就不会有任何记录。"}, Frameworks: []IDs{{"nist-800-53", "CM-6"}, {"nsa-cisa", "trivy 8.0, kubescape C-0067"}, {"stig", "V-242461"}}},
	},
	{
		Name:       "rke-cluster-kube-api-audit-bind",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-api.extra_binds, op: includes, value: [\"/var/log/kube-audit:/var/log/kube-audit\"]}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kube-api.extra_binds", Op: "includes", Value: []string{"/var/log/kube-audit:/var/log/kube-audit"}}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: keep the audit log on the host", ZH: "cluster.yml：审计日志目录挂载到主机"},
		Why:        Text{EN: "A log within the container is gone with it.", ZH: "仅保存在容器内的日志会随容器一起消失。"},
		Risk:       Text{EN: "Takes effect with rke up, which restarts the component on each node.", ZH: "执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "high", Because: Text{EN: "Without a log nobody can tell what happened.", ZH: "没有日志，便无人知道发生过什么。"}, Warn: true, Frameworks: []IDs{{"nist-800-53", "AU-14(1), CM-6"}, {"pci-dss-4.0", "10.2.1.3"}, {"iso-27001", "A.5.1, A.8.10, A.8.12, A.8.13, A.8.15, A.8.20, A.8.21, A.8.22"}, {"nsa-cisa", "trivy 8.1, kubescape C-0067"}, {"stig", "V-242402, V-242465"}}},
	},
	{
		Name:       "rke-cluster-kube-controller-profiling",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-controller.extra_args.profiling, value: \"false\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kube-controller.extra_args.profiling", Op: "exact", Value: "false"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: disable controller manager profiling", ZH: "cluster.yml：关闭控制管理器性能剖析接口"},
		Why:        Text{EN: "Profiles show program internals, and taking them costs time.", ZH: "剖析数据会暴露程序内部信息并消耗资源。"},
		Risk:       Text{EN: "Takes effect with rke up, which restarts the component on each node.", ZH: "执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "Profiling data shows internals, but only to clients with rights.", ZH: "性能剖析数据会暴露内部信息，但仅限有权限者。"}, Frameworks: []IDs{{"nist-800-53", "CM-7"}, {"stig", "V-242409"}}},
	},
	{
		Name:       "rke-template-kube-controller-profiling",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.kube_controller.extra_args.profiling, value: \"false\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.kube_controller.extra_args.profiling", Op: "exact", Value: "false"}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: disable controller manager profiling", ZH: "RKE 模板：关闭控制管理器性能剖析接口"},
		Why:        Text{EN: "Profiles show program internals, and taking them costs time.", ZH: "剖析数据会暴露程序内部信息并消耗资源。"},
		Risk:       Text{EN: "Takes effect once the clusters use the template's new revision, which restarts the component on each node.", ZH: "集群切换到模板新版本后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "Profiling data shows internals, but only to clients with rights.", ZH: "性能剖析数据会暴露内部信息，但仅限有权限者。"}, Frameworks: []IDs{{"nist-800-53", "CM-7"}, {"stig", "V-242409"}}},
	},
	{
		Name:       "rke-cluster-kube-controller-address",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-controller.extra_args.address, value: \"127.0.0.1\", until: \"1.24\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster", Until: "1.24"}, Setting: fixers.Setting{Field: "services.kube-controller.extra_args.address", Op: "exact", Value: "127.0.0.1"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: bind the controller manager to the loopback address", ZH: "cluster.yml：控制管理器仅监听回环地址"},
		Why:        Text{EN: "Its port shows metrics and health to anyone who reaches it.", ZH: "该端口向任何可访问者暴露指标与健康信息。"},
		Risk:       Text{EN: "Metrics can no longer be scraped from other hosts. Takes effect with rke up, which restarts the component on each node.", ZH: "无法再从其他主机采集指标。执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "medium", Because: Text{EN: "Only the node itself needs to reach its port.", ZH: "其端口只需本机可见。"}, Frameworks: []IDs{{"nist-800-53", "AC-3"}, {"stig", "V-242385"}}},
	},
	{
		Name:       "rke-template-kube-controller-address",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.kube_controller.extra_args.address, value: \"127.0.0.1\", until: \"1.24\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template", Until: "1.24"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.kube_controller.extra_args.address", Op: "exact", Value: "127.0.0.1"}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: bind the controller manager to the loopback address", ZH: "RKE 模板：控制管理器仅监听回环地址"},
		Why:        Text{EN: "Its port shows metrics and health to anyone who reaches it.", ZH: "该端口向任何可访问者暴露指标与健康信息。"},
		Risk:       Text{EN: "Metrics can no longer be scraped from other hosts. Takes effect once the clusters use the template's new revision, which restarts the component on each node.", ZH: "无法再从其他主机采集指标。集群切换到模板新版本后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "medium", Because: Text{EN: "Only the node itself needs to reach its port.", ZH: "其端口只需本机可见。"}, Frameworks: []IDs{{"nist-800-53", "AC-3"}, {"stig", "V-242385"}}},
	},
	{
		Name:       "rke-cluster-kube-controller-bind-address",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-controller.extra_args.bind-address, value: \"127.0.0.1\", from: \"1.20\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster", From: "1.20"}, Setting: fixers.Setting{Field: "services.kube-controller.extra_args.bind-address", Op: "exact", Value: "127.0.0.1"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: bind the controller manager to the loopback address (secure port)", ZH: "cluster.yml：控制管理器仅监听回环地址（安全端口）"},
		Why:        Text{EN: "Its port shows metrics and health to anyone who reaches it.", ZH: "该端口向任何可访问者暴露指标与健康信息。"},
		Risk:       Text{EN: "Metrics can no longer be scraped from other hosts. Takes effect with rke up, which restarts the component on each node.", ZH: "无法再从其他主机采集指标。执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "medium", Because: Text{EN: "Only the node itself needs to reach its port.", ZH: "其端口只需本机可见。"}, Frameworks: []IDs{{"nist-800-53", "AC-3"}, {"stig", "V-242385"}}},
	},
	{
		Name:       "rke-template-kube-controller-bind-address",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.kube_controller.extra_args.bind-address, value: \"127.0.0.1\", from: \"1.20\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template", From: "1.20"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.kube_controller.extra_args.bind-address", Op: "exact", Value: "127.0.0.1"}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: bind the controller manager to the loopback address (secure port)", ZH: "RKE 模板：控制管理器仅监听回环地址（安全端口）"},
		Why:        Text{EN: "Its port shows metrics and health to anyone who reaches it.", ZH: "该端口向任何可访问者暴露指标与健康信息。"},
		Risk:       Text{EN: "Metrics can no longer be scraped from other hosts. Takes effect once the clusters use the template's new revision, which restarts the component on each node.", ZH: "无法再从其他主机采集指标。集群切换到模板新版本后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "medium", Because: Text{EN: "Only the node itself needs to reach its port.", ZH: "其端口只需本机可见。"}, Frameworks: []IDs{{"nist-800-53", "AC-3"}, {"stig", "V-242385"}}},
	},
	{
		Name:       "rke-cluster-kube-controller-terminated-pod-gc",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-controller.extra_args.terminated-pod-gc-threshold, value: \"1000\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kube-controller.extra_args.terminated-pod-gc-threshold", Op: "exact", Value: "1000"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: clean up finished pods above 1000", ZH: "cluster.yml：已终止 Pod 超过 1000 个即回收"},
		Why:        Text{EN: "Objects of finished pods otherwise pile up and slow the API server and etcd down.", ZH: "否则已结束 Pod 的对象不断堆积，拖慢 API Server 与 etcd。"},
		Risk:       Text{EN: "Finished pods, with their logs and status, go earlier than with the default of 12500. Takes effect with rke up, which restarts the component on each node.", ZH: "已结束的 Pod 及其日志、状态会比默认值 12500 更早被清理。执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "Finished pods only take up space.", ZH: "残留对象只占用空间。"}},
	},
	{
		Name:       "rke-template-kube-controller-terminated-pod-gc",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.kube_controller.extra_args.terminated-pod-gc-threshold, value: \"1000\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.kube_controller.extra_args.terminated-pod-gc-threshold", Op: "exact", Value: "1000"}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: clean up finished pods above 1000", ZH: "RKE 模板：已终止 Pod 超过 1000 个即回收"},
		Why:        Text{EN: "Objects of finished pods otherwise pile up and slow the API server and etcd down.", ZH: "否则已结束 Pod 的对象不断堆积，拖慢 API Server 与 etcd。"},
		Risk:       Text{EN: "Finished pods, with their logs and status, go earlier than with the default of 12500. Takes effect once the clusters use the template's new revision, which restarts the component on each node.", ZH: "已结束的 Pod 及其日志、状态会比默认值 12500 更早被清理。集群切换到模板新版本后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "Finished pods only take up space.", ZH: "残留对象只占用空间。"}},
	},
	{
		Name:       "rke-cluster-kube-controller-rotate-certificate",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kube-controller.extra_args.feature-gates, op: includes, value: \"RotateKubeletServerCertificate=true\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kube-controller.extra_args.feature-gates", Op: "includes", Value: "RotateKubeletServerCertificate=true"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: let the controller manager sign renewed kubelet certificates", ZH: "cluster.yml：控制管理器支持 kubelet 服务端证书轮换"},
		Why:        Text{EN: "A serving certificate that is not renewed expires, and logs and exec stop working.", ZH: "服务端证书不轮换会过期，导致日志与 exec 不可用。"},
		Risk:       Text{EN: "Takes effect with rke up, which restarts the component on each node.", ZH: "执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "On by default since 1.12.", ZH: "自 1.12 起默认开启。"}, Frameworks: []IDs{{"iso-27001", "A.5.16, A.8.5"}}},
	},
	{
		Name:       "rke-template-kube-controller-rotate-certificate",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.kube_controller.extra_args.feature-gates, op: includes, value: \"RotateKubeletServerCertificate=true\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.kube_controller.extra_args.feature-gates", Op: "includes", Value: "RotateKubeletServerCertificate=true"}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: let the controller manager sign renewed kubelet certificates", ZH: "RKE 模板：控制管理器支持 kubelet 服务端证书轮换"},
		Why:        Text{EN: "A serving certificate that is not renewed expires, and logs and exec stop working.", ZH: "服务端证书不轮换会过期，导致日志与 exec 不可用。"},
		Risk:       Text{EN: "Takes effect once the clusters use the template's new revision, which restarts the component on each node.", ZH: "集群切换到模板新版本后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "On by default since 1.12.", ZH: "自 1.12 起默认开启。"}, Frameworks: []IDs{{"iso-27001", "A.5.16, A.8.5"}}},
	},
	{
		Name:       "rke-cluster-scheduler-profiling",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.scheduler.extra_args.profiling, value: \"false\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.scheduler.extra_args.profiling", Op: "exact", Value: "false"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: disable scheduler profiling", ZH: "cluster.yml：关闭调度器性能剖析接口"},
		Why:        Text{EN: "Profiles show program internals, and taking them costs time.", ZH: "剖析数据会暴露程序内部信息并消耗资源。"},
		Risk:       Text{EN: "Takes effect with rke up, which restarts the component on each node.", ZH: "执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "Profiling data shows internals, but only to clients with rights.", ZH: "性能剖析数据会暴露内部信息，但仅限有权限者。"}, Frameworks: []IDs{{"iso-27001", "A.8.14"}}},
	},
	{
		Name:       "rke-template-scheduler-profiling",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.scheduler.extra_args.profiling, value: \"false\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.scheduler.extra_args.profiling", Op: "exact", Value: "false"}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: disable scheduler profiling", ZH: "RKE 模板：关闭调度器性能剖析接口"},
		Why:        Text{EN: "Profiles show program internals, and taking them costs time.", ZH: "剖析数据会暴露程序内部信息并消耗资源。"},
		Risk:       Text{EN: "Takes effect once the clusters use the template's new revision, which restarts the component on each node.", ZH: "集群切换到模板新版本后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "Profiling data shows internals, but only to clients with rights.", ZH: "性能剖析数据会暴露内部信息，但仅限有权限者。"}, Frameworks: []IDs{{"iso-27001", "A.8.14"}}},
	},
	{
		Name:       "rke-cluster-scheduler-address",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.scheduler.extra_args.address, value: \"127.0.0.1\", until: \"1.24\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster", Until: "1.24"}, Setting: fixers.Setting{Field: "services.scheduler.extra_args.address", Op: "exact", Value: "127.0.0.1"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: bind the scheduler to the loopback address", ZH: "cluster.yml：调度器仅监听回环地址"},
		Why:        Text{EN: "Its port shows metrics and health to anyone who reaches it.", ZH: "该端口向任何可访问者暴露指标与健康信息。"},
		Risk:       Text{EN: "Metrics can no longer be scraped from other hosts. Takes effect with rke up, which restarts the component on each node.", ZH: "无法再从其他主机采集指标。执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "medium", Because: Text{EN: "Only the node itself needs to reach its port.", ZH: "其端口只需本机可见。"}, Frameworks: []IDs{{"nist-800-53", "AC-3"}, {"iso-27001", "A.8.14"}, {"stig", "V-242384"}}},
	},
	{
		Name:       "rke-template-scheduler-address",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.scheduler.extra_args.address, value: \"127.0.0.1\", until: \"1.24\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template", Until: "1.24"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.scheduler.extra_args.address", Op: "exact", Value: "127.0.0.1"}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: bind the scheduler to the loopback address", ZH: "RKE 模板：调度器仅监听回环地址"},
		Why:        Text{EN: "Its port shows metrics and health to anyone who reaches it.", ZH: "该端口向任何可访问者暴露指标与健康信息。"},
		Risk:       Text{EN: "Metrics can no longer be scraped from other hosts. Takes effect once the clusters use the template's new revision, which restarts the component on each node.", ZH: "无法再从其他主机采集指标。集群切换到模板新版本后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "medium", Because: Text{EN: "Only the node itself needs to reach its port.", ZH: "其端口只需本机可见。"}, Frameworks: []IDs{{"nist-800-53", "AC-3"}, {"iso-27001", "A.8.14"}, {"stig", "V-242384"}}},
	},
	{
		Name:       "rke-cluster-scheduler-bind-address",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.scheduler.extra_args.bind-address, value: \"127.0.0.1\", from: \"1.20\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster", From: "1.20"}, Setting: fixers.Setting{Field: "services.scheduler.extra_args.bind-address", Op: "exact", Value: "127.0.0.1"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: bind the scheduler to the loopback address (secure port)", ZH: "cluster.yml：调度器仅监听回环地址（安全端口）"},
		Why:        Text{EN: "Its port shows metrics and health to anyone who reaches it.", ZH: "该端口向任何可访问者暴露指标与健康信息。"},
		Risk:       Text{EN: "Metrics can no longer be scraped from other hosts. Takes effect with rke up, which restarts the component on each node.", ZH: "无法再从其他主机采集指标。执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "medium", Because: Text{EN: "Only the node itself needs to reach its port.", ZH: "其端口只需本机可见。"}, Frameworks: []IDs{{"nist-800-53", "AC-3"}, {"iso-27001", "A.8.14"}, {"stig", "V-242384"}}},
	},
	{
		Name:       "rke-template-scheduler-bind-address",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.scheduler.extra_args.bind-address, value: \"127.0.0.1\", from: \"1.20\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template", From: "1.20"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.scheduler.extra_args.bind-address", Op: "exact", Value: "127.0.0.1"}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: bind the scheduler to the loopback address (secure port)", ZH: "RKE 模板：调度器仅监听回环地址（安全端口）"},
		Why:        Text{EN: "Its port shows metrics and health to anyone who reaches it.", ZH: "该端口向任何可访问者暴露指标与健康信息。"},
		Risk:       Text{EN: "Metrics can no longer be scraped from other hosts. Takes effect once the clusters use the template's new revision, which restarts the component on each node.", ZH: "无法再从其他主机采集指标。集群切换到模板新版本后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "medium", Because: Text{EN: "Only the node itself needs to reach its port.", ZH: "其端口只需本机可见。"}, Frameworks: []IDs{{"nist-800-53", "AC-3"}, {"iso-27001", "A.8.14"}, {"stig", "V-242384"}}},
	},
	{
		Name:       "rke-cluster-kubelet-serving-certificate",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kubelet.generate_serving_certificate, value: true}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kubelet.generate_serving_certificate", Op: "exact", Value: true}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: give kubelets serving certificates of the cluster's CA", ZH: "cluster.yml：kubelet 使用集群 CA 签发的服务端证书"},
		Why:        Text{EN: "With a self-signed certificate the API server cannot tell a kubelet from an impostor.", ZH: "使用自签名证书时，API Server 无法识别伪造的 kubelet。"},
		Risk:       Text{EN: "If nodes are registered with a public address only, shell and logs in Rancher stop working. Takes effect with rke up, which restarts the component on each node.", ZH: "仅以公网地址注册的节点，Rancher 中的终端与日志将不可用。执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "medium", Because: Text{EN: "Without it exec and logs cannot be verified.", ZH: "未启用时，无法校验 exec 与日志的对端。"}},
	},
	{
		Name:       "rke-template-kubelet-serving-certificate",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.kubelet.generate_serving_certificate, value: true}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.kubelet.generate_serving_certificate", Op: "exact", Value: true}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: give kubelets serving certificates of the cluster's CA", ZH: "RKE 模板：kubelet 使用集群 CA 签发的服务端证书"},
		Why:        Text{EN: "With a self-signed certificate the API server cannot tell a kubelet from an impostor.", ZH: "使用自签名证书时，API Server 无法识别伪造的 kubelet。"},
		Risk:       Text{EN: "If nodes are registered with a public address only, shell and logs in Rancher stop working. Takes effect once the clusters use the template's new revision, which restarts the component on each node.", ZH: "仅以公网地址注册的节点，Rancher 中的终端与日志将不可用。集群切换到模板新版本后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "medium", Because: Text{EN: "Without it exec and logs cannot be verified.", ZH: "未启用时，无法校验 exec 与日志的对端。"}},
	},
	{
		Name:       "rke-cluster-kubelet-rotate-certificate",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kubelet.extra_args.feature-gates, op: includes, value: \"RotateKubeletServerCertificate=true\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kubelet.extra_args.feature-gates", Op: "includes", Value: "RotateKubeletServerCertificate=true"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: rotate the kubelet's serving certificate", ZH: "cluster.yml：kubelet 轮换服务端证书"},
		Why:        Text{EN: "A serving certificate that is not renewed expires, and logs and exec stop working.", ZH: "服务端证书不轮换会过期，导致日志与 exec 不可用。"},
		Risk:       Text{EN: "Takes effect with rke up, which restarts the component on each node.", ZH: "执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "On by default since 1.12.", ZH: "自 1.12 起默认开启。"}},
	},
	{
		Name:       "rke-template-kubelet-rotate-certificate",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.kubelet.extra_args.feature-gates, op: includes, value: \"RotateKubeletServerCertificate=true\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.kubelet.extra_args.feature-gates", Op: "includes", Value: "RotateKubeletServerCertificate=true"}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: rotate the kubelet's serving certificate", ZH: "RKE 模板：kubelet 轮换服务端证书"},
		Why:        Text{EN: "A serving certificate that is not renewed expires, and logs and exec stop working.", ZH: "服务端证书不轮换会过期，导致日志与 exec 不可用。"},
		Risk:       Text{EN: "Takes effect once the clusters use the template's new revision, which restarts the component on each node.", ZH: "集群切换到模板新版本后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "On by default since 1.12.", ZH: "自 1.12 起默认开启。"}},
	},
	{
		Name:       "rke-template-kubelet-anonymous-auth",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.kubelet.extra_args.anonymous-auth, value: \"false\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.kubelet.extra_args.anonymous-auth", Op: "exact", Value: "false"}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: refuse anonymous requests to the kubelet", ZH: "RKE 模板：kubelet 拒绝匿名请求"},
		Why:        Text{EN: "The kubelet's API runs commands in every container of the node.", ZH: "kubelet API 可在节点任意容器内执行命令。"},
		Risk:       Text{EN: "Monitoring without credentials stops working. Takes effect once the clusters use the template's new revision, which restarts the component on each node.", ZH: "未携带凭据的监控将失效。集群切换到模板新版本后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "critical", Because: Text{EN: "Strangers run commands in every container of the node.", ZH: "陌生人可在本节点的每个容器中执行命令。"}, Warn: true, Frameworks: []IDs{{"nist-800-53", "AC-3"}, {"iso-27001", "A.5.1, A.5.15, A.5.18, A.8.12, A.8.20, A.8.21, A.8.22"}, {"nsa-cisa", "kubescape C-0069"}, {"stig", "V-242391"}}},
	},
	{
		Name:       "rke-cluster-kubelet-protect-kernel-defaults",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kubelet.extra_args.protect-kernel-defaults, value: \"true\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kubelet.extra_args.protect-kernel-defaults", Op: "exact", Value: "true"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: protect the kernel settings that the kubelet expects", ZH: "cluster.yml：kubelet 不修改内核参数"},
		Why:        Text{EN: "Otherwise the kubelet changes the kernel's settings itself, over those of the administrator.", ZH: "否则 kubelet 会自行修改内核参数，覆盖管理员的设置。"},
		Risk:       Text{EN: "The kubelet does not start on a node whose sysctls differ; set them on all nodes first. Takes effect with rke up, which restarts the component on each node.", ZH: "sysctl 不符的节点上 kubelet 无法启动，须先在所有节点设置。执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "medium", Because: Text{EN: "The kubelet runs on kernel settings it was not made for; this affects stability more than access.", ZH: "kubelet 运行在不适合它的内核设置上；影响稳定性多于访问控制。"}, Frameworks: []IDs{{"nist-800-53", "SC-3"}, {"stig", "V-242434"}}},
	},
	{
		Name:       "rke-template-kubelet-protect-kernel-defaults",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.kubelet.extra_args.protect-kernel-defaults, value: \"true\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.kubelet.extra_args.protect-kernel-defaults", Op: "exact", Value: "true"}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: protect the kernel settings that the kubelet expects", ZH: "RKE 模板：kubelet 不修改内核参数"},
		Why:        Text{EN: "Otherwise the kubelet changes the kernel's settings itself, over those of the administrator.", ZH: "否则 kubelet 会自行修改内核参数，覆盖管理员的设置。"},
		Risk:       Text{EN: "The kubelet does not start on a node whose sysctls differ; set them on all nodes first. Takes effect once the clusters use the template's new revision, which restarts the component on each node.", ZH: "sysctl 不符的节点上 kubelet 无法启动，须先在所有节点设置。集群切换到模板新版本后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "medium", Because: Text{EN: "The kubelet runs on kernel settings it was not made for; this affects stability more than access.", ZH: "kubelet 运行在不适合它的内核设置上；影响稳定性多于访问控制。"}, Frameworks: []IDs{{"nist-800-53", "SC-3"}, {"stig", "V-242434"}}},
	},
	{
		Name:       "rke-cluster-kubelet-iptables-util-chains",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kubelet.extra_args.make-iptables-util-chains, value: \"true\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kubelet.extra_args.make-iptables-util-chains", Op: "exact", Value: "true"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: let the kubelet manage its iptables chains", ZH: "cluster.yml：由 kubelet 维护 iptables 辅助规则链"},
		Why:        Text{EN: "Pods rely on marking and dropping rules that nobody else would keep.", ZH: "Pod 依赖的标记与过滤规则需由 kubelet 维护。"},
		Risk:       Text{EN: "Takes effect with rke up, which restarts the component on each node.", ZH: "执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "On by default; off, marked traffic is not handled.", ZH: "默认开启；关闭后，带标记的流量不会被处理。"}},
	},
	{
		Name:       "rke-template-kubelet-iptables-util-chains",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.kubelet.extra_args.make-iptables-util-chains, value: \"true\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.kubelet.extra_args.make-iptables-util-chains", Op: "exact", Value: "true"}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: let the kubelet manage its iptables chains", ZH: "RKE 模板：由 kubelet 维护 iptables 辅助规则链"},
		Why:        Text{EN: "Pods rely on marking and dropping rules that nobody else would keep.", ZH: "Pod 依赖的标记与过滤规则需由 kubelet 维护。"},
		Risk:       Text{EN: "Takes effect once the clusters use the template's new revision, which restarts the component on each node.", ZH: "集群切换到模板新版本后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "On by default; off, marked traffic is not handled.", ZH: "默认开启；关闭后，带标记的流量不会被处理。"}},
	},
	{
		Name:       "rke-cluster-kubelet-event-qps",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kubelet.extra_args.event-qps, value: \"0\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kubelet.extra_args.event-qps", Op: "exact", Value: "0"}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: set the kubelet's own limit for events to 0", ZH: "cluster.yml：kubelet 的 event-qps 为 0"},
		Why:        Text{EN: "The baseline asks for 0 and means no limit, as the kubelet's reference says. In fact the kubelet's API client then takes its own default of 5 events a second.", ZH: "该基线要求设为 0，意在不限速；实际上 kubelet 的 API 客户端此时会采用自身默认值（每秒 5 条）。"},
		Risk:       Text{EN: "Kubelets from 1.27 on send up to 50 events a second by default; with 0 they send 5, and drop what is above. Takes effect with rke up, which restarts the component on each node.", ZH: "1.27 及以上版本的 kubelet 默认每秒最多发送 50 条事件；设为 0 后仅发送 5 条，超出部分会被丢弃。执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "Asks for 0 as older guides do.", ZH: "按旧指南要求设为 0。"}},
	},
	{
		Name:       "rke-template-kubelet-event-qps",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.kubelet.extra_args.event-qps, value: \"0\"}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.kubelet.extra_args.event-qps", Op: "exact", Value: "0"}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: set the kubelet's own limit for events to 0", ZH: "RKE 模板：kubelet 的 event-qps 为 0"},
		Why:        Text{EN: "The baseline asks for 0 and means no limit, as the kubelet's reference says. In fact the kubelet's API client then takes its own default of 5 events a second.", ZH: "该基线要求设为 0，意在不限速；实际上 kubelet 的 API 客户端此时会采用自身默认值（每秒 5 条）。"},
		Risk:       Text{EN: "Kubelets from 1.27 on send up to 50 events a second by default; with 0 they send 5, and drop what is above. Takes effect once the clusters use the template's new revision, which restarts the component on each node.", ZH: "1.27 及以上版本的 kubelet 默认每秒最多发送 50 条事件；设为 0 后仅发送 5 条，超出部分会被丢弃。集群切换到模板新版本后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "Asks for 0 as older guides do.", ZH: "按旧指南要求设为 0。"}},
	},
	{
		Name:       "rke-cluster-kubelet-streaming-idle-timeout",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kubelet.extra_args.streaming-connection-idle-timeout, op: at-least, bound: 1s, value: 1800s, duration: true}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kubelet.extra_args.streaming-connection-idle-timeout", Op: "at-least", Value: "1800s", Bound: "1s", Duration: true}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: close idle exec and port-forward connections", ZH: "cluster.yml：关闭空闲的 exec 与端口转发连接"},
		Why:        Text{EN: "A connection that is never closed keeps a way into a container open.", ZH: "永不关闭的连接会长期保留进入容器的通道。"},
		Risk:       Text{EN: "Idle exec sessions are cut. Takes effect with rke up, which restarts the component on each node.", ZH: "空闲的 exec 会话会被断开。执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "Forgotten sessions stay open.", ZH: "被遗忘的会话一直保持打开。"}, Frameworks: []IDs{{"nist-800-53", "SC-10"}, {"iso-27001", "A.8.14"}, {"stig", "V-245541"}}},
	},
	{
		Name:       "rke-template-kubelet-streaming-idle-timeout",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.kubelet.extra_args.streaming-connection-idle-timeout, value: 1800s, duration: true}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.kubelet.extra_args.streaming-connection-idle-timeout", Op: "exact", Value: "1800s", Duration: true}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: close exec and port-forward connections that are idle for 30 minutes", ZH: "RKE 模板：exec 与端口转发连接空闲 30 分钟后关闭"},
		Why:        Text{EN: "A connection that is never closed keeps a way into a container open.", ZH: "永不关闭的连接会长期保留进入容器的通道。"},
		Risk:       Text{EN: "Idle exec sessions are cut. Takes effect once the clusters use the template's new revision, which restarts the component on each node.", ZH: "空闲的 exec 会话会被断开。集群切换到模板新版本后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "Forgotten sessions stay open.", ZH: "被遗忘的会话一直保持打开。"}, Frameworks: []IDs{{"nist-800-53", "SC-10"}, {"iso-27001", "A.8.14"}, {"stig", "V-245541"}}},
	},
	{
		Name:       "rke-cluster-kubelet-tls-cipher-suites",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: cluster, path: $rke-cluster-file, field: services.kubelet.extra_args.tls-cipher-suites, op: one-of, value: \"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305,TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305\", bound: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256]}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "cluster"}, Setting: fixers.Setting{Field: "services.kubelet.extra_args.tls-cipher-suites", Op: "one-of", Value: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305,TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305", Bound: []string{"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"}}},
		Parameters: []Parameter{{"rke-cluster-file", ""}},
		Title:      Text{EN: "cluster.yml: use only strong TLS ciphers for the kubelet", ZH: "cluster.yml：kubelet 仅使用强加密套件"},
		Why:        Text{EN: "Suites without forward secrecy let recorded traffic be read once the key is known.", ZH: "不具备前向保密的套件会使录制的流量在密钥泄露后被解密。"},
		Risk:       Text{EN: "Clients that know only old suites cannot connect. Takes effect with rke up, which restarts the component on each node.", ZH: "仅支持旧套件的客户端无法连接。执行 rke up 后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "Old suites can be read or changed on the way.", ZH: "旧加密套件的流量可能被读取或篡改。"}, Frameworks: []IDs{{"iso-27001", "A.5.1, A.8.1, A.8.12, A.8.20, A.8.21, A.8.22"}}},
	},
	{
		Name:       "rke-template-kubelet-tls-cipher-suites",
		Kind:       "rke-setting",
		Path:       "rules/rke.yaml",
		With:       "{file: template, path: $rke-template-file, field: rancher_kubernetes_engine_config.services.kubelet.extra_args.tls-cipher-suites, op: one-of, value: \"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305,TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305\", bound: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256]}",
		Fixer:      &fixers.RKESetting{RKEFile: fixers.RKEFile{File: "template"}, Setting: fixers.Setting{Field: "rancher_kubernetes_engine_config.services.kubelet.extra_args.tls-cipher-suites", Op: "one-of", Value: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305,TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305", Bound: []string{"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"}}},
		Parameters: []Parameter{{"rke-template-file", ""}},
		Title:      Text{EN: "RKE template: use only strong TLS ciphers for the kubelet", ZH: "RKE 模板：kubelet 仅使用强加密套件"},
		Why:        Text{EN: "Suites without forward secrecy let recorded traffic be read once the key is known.", ZH: "不具备前向保密的套件会使录制的流量在密钥泄露后被解密。"},
		Risk:       Text{EN: "Clients that know only old suites cannot connect. Takes effect once the clusters use the template's new revision, which restarts the component on each node.", ZH: "仅支持旧套件的客户端无法连接。集群切换到模板新版本后生效，各节点上的组件会重启。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "Old suites can be read or changed on the way.", ZH: "旧加密套件的流量可能被读取或篡改。"}, Frameworks: []IDs{{"iso-27001", "A.5.1, A.8.1, A.8.12, A.8.20, A.8.21, A.8.22"}}},
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
		Why:        Text{EN: "It keeps pods from running as root, as privileged ones, and from reaching into the host.", ZH: "它禁止 Pod 以 root 或特权方式运行，并阻止其访问主机。"},
		Risk:       Text{EN: "Pods that need root or host access are refused. Takes effect with rke up.", ZH: "需要 root 或主机权限的 Pod 将被拒绝。执行 rke up 后生效。"},
		Rating:     Rating{Severity: "high", Because: Text{EN: "Before 1.25 nothing else refuses privileged pods.", ZH: "1.25 之前没有其他机制拒绝特权 Pod。"}, Warn: true, Frameworks: []IDs{{"nsa-cisa", "kubescape C-0068"}}},
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
		Why:        Text{EN: "It keeps pods from running as root, as privileged ones, and from reaching into the host.", ZH: "它禁止 Pod 以 root 或特权方式运行，并阻止其访问主机。"},
		Risk:       Text{EN: "Pods that need root or host access are refused. Takes effect once the clusters use the template's new revision.", ZH: "需要 root 或主机权限的 Pod 将被拒绝。集群切换到模板新版本后生效。"},
		Rating:     Rating{Severity: "high", Because: Text{EN: "Before 1.25 nothing else refuses privileged pods.", ZH: "1.25 之前没有其他机制拒绝特权 Pod。"}, Warn: true, Frameworks: []IDs{{"nsa-cisa", "kubescape C-0068"}}},
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
		Why:        Text{EN: "If no account may use the policy, no pod can start.", ZH: "没有账户可用的策略会使 Pod 无法启动。"},
		Risk:       Text{EN: "None by itself. Takes effect with rke up.", ZH: "本身无风险。执行 rke up 后生效。"},
		Rating:     Rating{Severity: "medium", Because: Text{EN: "Without the role nobody can use the policy.", ZH: "没有该角色，便无人能使用该策略。"}},
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
		Why:        Text{EN: "If no account may use the policy, no pod can start.", ZH: "没有账户可用的策略会使 Pod 无法启动。"},
		Risk:       Text{EN: "None by itself. Takes effect once the clusters use the template's new revision.", ZH: "本身无风险。集群切换到模板新版本后生效。"},
		Rating:     Rating{Severity: "medium", Because: Text{EN: "Without the role nobody can use the policy.", ZH: "没有该角色，便无人能使用该策略。"}},
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
		Why:        Text{EN: "If no account may use the policy, no pod can start.", ZH: "没有账户可用的策略会使 Pod 无法启动。"},
		Risk:       Text{EN: "None by itself. Takes effect with rke up.", ZH: "本身无风险。执行 rke up 后生效。"},
		Rating:     Rating{Severity: "medium", Because: Text{EN: "Without the binding pods are refused or fall to a wider policy.", ZH: "没有该绑定，Pod 会被拒绝，或落到更宽松的策略上。"}},
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
		Why:        Text{EN: "If no account may use the policy, no pod can start.", ZH: "没有账户可用的策略会使 Pod 无法启动。"},
		Risk:       Text{EN: "None by itself. Takes effect once the clusters use the template's new revision.", ZH: "本身无风险。集群切换到模板新版本后生效。"},
		Rating:     Rating{Severity: "medium", Because: Text{EN: "Without the binding pods are refused or fall to a wider policy.", ZH: "没有该绑定，Pod 会被拒绝，或落到更宽松的策略上。"}},
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
		Why:        Text{EN: "The role of the ingress controller needs its namespace.", ZH: "Ingress 控制器的角色需要其命名空间。"},
		Risk:       Text{EN: "None by itself. Takes effect with rke up.", ZH: "本身无风险。执行 rke up 后生效。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "Only carries the exemption.", ZH: "仅承载该豁免。"}},
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
		Why:        Text{EN: "The role of the ingress controller needs its namespace.", ZH: "Ingress 控制器的角色需要其命名空间。"},
		Risk:       Text{EN: "None by itself. Takes effect once the clusters use the template's new revision.", ZH: "本身无风险。集群切换到模板新版本后生效。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "Only carries the exemption.", ZH: "仅承载该豁免。"}},
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
		Why:        Text{EN: "The ingress controller needs rights that the restricted policy refuses.", ZH: "Ingress 控制器所需权限超出受限策略的范围。"},
		Risk:       Text{EN: "Whoever may create pods in ingress-nginx escapes the restricted policy. Takes effect with rke up.", ZH: "能在 ingress-nginx 中创建 Pod 者可绕过受限策略。执行 rke up 后生效。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "An exemption that the add-on needs.", ZH: "该插件需要的豁免。"}},
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
		Why:        Text{EN: "The ingress controller needs rights that the restricted policy refuses.", ZH: "Ingress 控制器所需权限超出受限策略的范围。"},
		Risk:       Text{EN: "Whoever may create pods in ingress-nginx escapes the restricted policy. Takes effect once the clusters use the template's new revision.", ZH: "能在 ingress-nginx 中创建 Pod 者可绕过受限策略。集群切换到模板新版本后生效。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "An exemption that the add-on needs.", ZH: "该插件需要的豁免。"}},
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
		Why:        Text{EN: "The ingress controller needs rights that the restricted policy refuses.", ZH: "Ingress 控制器所需权限超出受限策略的范围。"},
		Risk:       Text{EN: "Whoever may create pods in ingress-nginx escapes the restricted policy. Takes effect with rke up.", ZH: "能在 ingress-nginx 中创建 Pod 者可绕过受限策略。执行 rke up 后生效。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "An exemption that the add-on needs.", ZH: "该插件需要的豁免。"}},
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
		Why:        Text{EN: "The ingress controller needs rights that the restricted policy refuses.", ZH: "Ingress 控制器所需权限超出受限策略的范围。"},
		Risk:       Text{EN: "Whoever may create pods in ingress-nginx escapes the restricted policy. Takes effect once the clusters use the template's new revision.", ZH: "能在 ingress-nginx 中创建 Pod 者可绕过受限策略。集群切换到模板新版本后生效。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "An exemption that the add-on needs.", ZH: "该插件需要的豁免。"}},
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
		Why:        Text{EN: "The role of Rancher's agents needs its namespace.", ZH: "Rancher Agent的角色需要其命名空间。"},
		Risk:       Text{EN: "None by itself. Takes effect with rke up.", ZH: "本身无风险。执行 rke up 后生效。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "Only carries the exemption.", ZH: "仅承载该豁免。"}},
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
		Why:        Text{EN: "The role of Rancher's agents needs its namespace.", ZH: "Rancher Agent的角色需要其命名空间。"},
		Risk:       Text{EN: "None by itself. Takes effect once the clusters use the template's new revision.", ZH: "本身无风险。集群切换到模板新版本后生效。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "Only carries the exemption.", ZH: "仅承载该豁免。"}},
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
		Why:        Text{EN: "Rancher's agents need rights that the restricted policy refuses.", ZH: "Rancher Agent所需权限超出受限策略的范围。"},
		Risk:       Text{EN: "Whoever may create pods in cattle-system escapes the restricted policy. Takes effect with rke up.", ZH: "能在 cattle-system 中创建 Pod 者可绕过受限策略。执行 rke up 后生效。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "An exemption that the add-on needs.", ZH: "该插件需要的豁免。"}},
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
		Why:        Text{EN: "Rancher's agents need rights that the restricted policy refuses.", ZH: "Rancher Agent所需权限超出受限策略的范围。"},
		Risk:       Text{EN: "Whoever may create pods in cattle-system escapes the restricted policy. Takes effect once the clusters use the template's new revision.", ZH: "能在 cattle-system 中创建 Pod 者可绕过受限策略。集群切换到模板新版本后生效。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "An exemption that the add-on needs.", ZH: "该插件需要的豁免。"}},
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
		Why:        Text{EN: "Rancher's agents need rights that the restricted policy refuses.", ZH: "Rancher Agent所需权限超出受限策略的范围。"},
		Risk:       Text{EN: "Whoever may create pods in cattle-system escapes the restricted policy. Takes effect with rke up.", ZH: "能在 cattle-system 中创建 Pod 者可绕过受限策略。执行 rke up 后生效。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "An exemption that the add-on needs.", ZH: "该插件需要的豁免。"}},
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
		Why:        Text{EN: "Rancher's agents need rights that the restricted policy refuses.", ZH: "Rancher Agent所需权限超出受限策略的范围。"},
		Risk:       Text{EN: "Whoever may create pods in cattle-system escapes the restricted policy. Takes effect once the clusters use the template's new revision.", ZH: "能在 cattle-system 中创建 Pod 者可绕过受限策略。集群切换到模板新版本后生效。"},
		Rating:     Rating{Severity: "low", Because: Text{EN: "An exemption that the add-on needs.", ZH: "该插件需要的豁免。"}},
	},
}
