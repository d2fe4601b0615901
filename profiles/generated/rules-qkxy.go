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
		Why:        Text{EN: "The directory holds every object of the cluster, secrets included; no other account may own it.", ZH: "该目录保存集群全部对象（包括 Secret），不应归属其他账户。"},
		Risk:       Text{EN: "None: the owner is read from the running process.", ZH: "无：属主取自运行中的进程。"},
		Rating:     Rating{Severity: "medium", Because: Text{EN: "Another account that owns the directory reads every secret.", ZH: "目录属主为其他账户时，该账户可读取所有 Secret。"}},
	},
	{
		Name:   "kubelet-no-unsafe-sysctls",
		Kind:   "kubelet-setting",
		Path:   "rules/qkxy.yaml",
		With:   "{field: allowedUnsafeSysctls, flag: --allowed-unsafe-sysctls, op: absent}",
		Fixer:  &fixers.KubeletSetting{Setting: fixers.Setting{Field: "allowedUnsafeSysctls", Op: "absent"}, Flag: "--allowed-unsafe-sysctls"},
		Title:  Text{EN: "Do not allow unsafe sysctls in pods", ZH: "kubelet 不放行不安全 sysctl"},
		Why:    Text{EN: "Unsafe sysctls are not separated by container: a pod that sets one can harm the node and its neighbours.", ZH: "不安全 sysctl 未按容器隔离，Pod 设置后可能影响节点与其他 Pod。"},
		Risk:   Text{EN: "Pods that set such a sysctl are refused at their next start.", ZH: "设置此类 sysctl 的 Pod 下次启动时会被拒绝。"},
		Rating: Rating{Severity: "medium", Because: Text{EN: "A pod changes the kernel of its neighbours.", ZH: "Pod 可更改相邻 Pod 所用的内核设置。"}},
	},
}
