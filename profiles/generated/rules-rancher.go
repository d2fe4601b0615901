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
		Rating: Rating{Severity: "low"},
	},
	{
		Name:   "apiserver-deny-escalating-exec",
		Kind:   "component-flag",
		Path:   "rules/rancher.yaml",
		With:   "{component: kube-apiserver, flag: --enable-admission-plugins, op: includes, value: [DenyEscalatingExec]}",
		Fixer:  &fixers.ComponentFlag{Component: "kube-apiserver", Flag: "--enable-admission-plugins", Op: "includes", Value: []string{"DenyEscalatingExec"}},
		Title:  Text{EN: "Admission: refuse exec into privileged pods", ZH: "准入：拒绝进入特权 Pod"},
		Rating: Rating{Severity: "medium", Warn: true},
	},
	{
		Name:   "apiserver-repair-malformed-updates",
		Kind:   "component-flag",
		Path:   "rules/rancher.yaml",
		With:   "{component: kube-apiserver, flag: --repair-malformed-updates, value: \"false\", default: \"true\"}",
		Fixer:  &fixers.ComponentFlag{Component: "kube-apiserver", Flag: "--repair-malformed-updates", Op: "exact", Value: "false", Default: "true"},
		Title:  Text{EN: "Refuse malformed updates at the API server", ZH: "API Server 拒绝格式错误的更新请求"},
		Rating: Rating{Severity: "low"},
	},
	{
		Name:   "apiserver-audit-log-format",
		Kind:   "component-flag",
		Path:   "rules/rancher.yaml",
		With:   "{component: kube-apiserver, flag: --audit-log-format, value: json, default: json}",
		Fixer:  &fixers.ComponentFlag{Component: "kube-apiserver", Flag: "--audit-log-format", Op: "exact", Value: "json", Default: "json"},
		Title:  Text{EN: "Write the audit log as JSON", ZH: "审计日志使用 JSON 格式"},
		Rating: Rating{Severity: "low"},
	},
}
