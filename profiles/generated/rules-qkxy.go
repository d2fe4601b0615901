// Code generated from rules/qkxy.yaml by go generate ./profiles; DO NOT EDIT.

package generated

import "harden/fixers"

var qkxyRules = []Rule{
	{
		Name:       "etcd-data-owner-runs-as",
		Kind:       "file-access",
		Path:       "rules/qkxy.yaml",
		With:       "{path: $etcd-data-dir, owner: '@etcd'}",
		Fixer:      &fixers.FileAccess{Path: "@etcd-data", Owner: "@etcd"},
		Parameters: []Parameter{{"etcd-data-dir", "@etcd-data"}},
		Title:      Text{EN: "Give etcd's data directory to the user that etcd runs as", ZH: "etcd 数据目录属主与 etcd 运行用户一致"},
		Rating:     Rating{Severity: "medium"},
	},
	{
		Name:   "kubelet-no-unsafe-sysctls",
		Kind:   "kubelet-setting",
		Path:   "rules/qkxy.yaml",
		With:   "{field: allowedUnsafeSysctls, flag: --allowed-unsafe-sysctls, op: absent}",
		Fixer:  &fixers.KubeletSetting{Setting: fixers.Setting{Field: "allowedUnsafeSysctls", Op: "absent"}, Flag: "--allowed-unsafe-sysctls"},
		Title:  Text{EN: "Do not allow unsafe sysctls in pods", ZH: "kubelet 不放行不安全 sysctl"},
		Rating: Rating{Severity: "medium"},
	},
}
