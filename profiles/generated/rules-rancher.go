// Code generated from rules/rancher.yaml by go generate ./profiles; DO NOT EDIT.

package generated

import "harden/fixers"

var rancherRules = []Rule{
	{
		Name:   "apiserver-default-admission-plugins",
		Kind:   "component-flag",
		Path:   "rules/rancher.yaml",
		With:   "{component: kube-apiserver, flag: --disable-admission-plugins, op: excludes, value: [LimitRanger, DefaultStorageClass, ResourceQuota, DefaultTolerationSeconds]}",
		Fixer:  &fixers.ComponentFlag{Component: "kube-apiserver", Flag: "--disable-admission-plugins", Op: "excludes", Value: []string{"LimitRanger", "DefaultStorageClass", "ResourceQuota", "DefaultTolerationSeconds"}},
		Title:  Text{EN: "Admission: keep the usual limits and defaults on", ZH: "准入：保持启用常规限额与默认值插件"},
		Why:    Text{EN: "They apply the limits and quotas that keep one project from using up the cluster.", ZH: "这些插件落实限额与配额，防止单个项目耗尽集群资源。"},
		Risk:   Text{EN: "None: they are on by default.", ZH: "无：默认启用。"},
		Rating: Rating{Severity: "low", Because: Text{EN: "On by default; limits and quotas depend on them.", ZH: "默认开启；限额与配额依赖它们。"}},
	},
	{
		Name:   "apiserver-deny-escalating-exec",
		Kind:   "component-flag",
		Path:   "rules/rancher.yaml",
		With:   "{component: kube-apiserver, flag: --enable-admission-plugins, op: includes, value: [DenyEscalatingExec]}",
		Fixer:  &fixers.ComponentFlag{Component: "kube-apiserver", Flag: "--enable-admission-plugins", Op: "includes", Value: []string{"DenyEscalatingExec"}},
		Title:  Text{EN: "Admission: refuse exec into privileged pods", ZH: "准入：拒绝进入特权 Pod"},
		Why:    Text{EN: "Anyone who may exec into a privileged pod controls its node.", ZH: "能进入特权 Pod 者即可控制所在节点。"},
		Risk:   Text{EN: "Administrators can no longer exec into such pods.", ZH: "管理员也无法进入此类 Pod。"},
		Rating: Rating{Severity: "medium", Because: Text{EN: "Exec into a privileged pod is root on the node (before 1.21).", ZH: "在特权 Pod 中 exec 等同于节点的 root（1.21 之前）。"}, Warn: true},
	},
	{
		Name:   "apiserver-repair-malformed-updates",
		Kind:   "component-flag",
		Path:   "rules/rancher.yaml",
		With:   "{component: kube-apiserver, flag: --repair-malformed-updates, value: \"false\", default: \"true\"}",
		Fixer:  &fixers.ComponentFlag{Component: "kube-apiserver", Flag: "--repair-malformed-updates", Op: "exact", Value: "false", Default: "true"},
		Title:  Text{EN: "Refuse malformed updates at the API server", ZH: "API Server 拒绝格式错误的更新请求"},
		Why:    Text{EN: "A repaired update may not be what its sender intended.", ZH: "被“修复”的请求可能变成非预期的更新。"},
		Risk:   Text{EN: "Very old clients that were tolerated before get an error.", ZH: "过旧的客户端将收到错误。"},
		Rating: Rating{Severity: "low", Because: Text{EN: "A leftover of 1.11.", ZH: "1.11 的遗留。"}},
	},
	{
		Name:   "apiserver-audit-log-format",
		Kind:   "component-flag",
		Path:   "rules/rancher.yaml",
		With:   "{component: kube-apiserver, flag: --audit-log-format, value: json, default: json}",
		Fixer:  &fixers.ComponentFlag{Component: "kube-apiserver", Flag: "--audit-log-format", Op: "exact", Value: "json", Default: "json"},
		Title:  Text{EN: "Write the audit log as JSON", ZH: "审计日志使用 JSON 格式"},
		Why:    Text{EN: "Programs that search the log need one object a line.", ZH: "便于程序逐行解析与检索日志。"},
		Risk:   Text{EN: "Programs that read the old format must be changed.", ZH: "读取旧格式的程序需要调整。"},
		Rating: Rating{Severity: "low", Because: Text{EN: "JSON is the default.", ZH: "JSON 是默认格式。"}},
	},
}
