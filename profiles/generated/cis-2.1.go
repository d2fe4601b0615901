// Code generated from builtin/cis-2.1.yaml by go generate ./profiles; DO NOT EDIT.

package generated

var cis2_1 = Profile{
	Name:    "cis-2.1",
	Version: "1.0.0",
	Source:  "CIS Kubernetes Benchmark v2.1, Kubernetes 1.36 to 1.37 (ids; levels as in v2.0.1)",
	Family:  "cis",
	Title:   Text{EN: "CIS Kubernetes Benchmark v2.1", ZH: "CIS Kubernetes 基准 v2.1"},
	From:    "1.36",
	Extends: []string{"cis-2.0.1"},
	Controls: []Control{
		{ID: "4.1.11", Level: 1, Rules: []Use{{Rule: "kubelet-config-dir-mode"}, {Rule: "kubelet-config-dir-owner"}, {Rule: "kubelet-config-mode"}, {Rule: "kubelet-config-owner"}},
			Title: &Text{EN: "Restrict the mode of the kubelet drop-in directory and its files", ZH: "限制 kubelet 配置片段目录及其文件的权限"},
			Note:  &Text{EN: "Modes and owner are those of 4.1.9 and 4.1.10: 0700 for the directory, 0600 for its files, root:root for both.", ZH: "权限与属主参照 4.1.9 与 4.1.10：目录 0700，文件 0600，属主均为 root:root。"}},
		{ID: "5.1.14", Level: 1,
			Title:  &Text{EN: "Grant clients of kubelet endpoints rights on just those, not on nodes/proxy", ZH: "访问 kubelet 端点使用细粒度子资源，而非 nodes/proxy"},
			Manual: &Text{EN: "`kubectl get clusterroles,roles -A -o json | jq -r '.items[] | select(any(.rules[]?; .resources // [] | any(. == \"nodes/proxy\"))) | .metadata.namespace + \"/\" + .metadata.name'`. A good answer: system:kubelet-api-admin and nothing else. Give monitoring nodes/metrics, nodes/stats, nodes/healthz, nodes/pods and nodes/configz instead (Kubernetes 1.33 and later).", ZH: "`kubectl get clusterroles,roles -A -o json | jq -r '.items[] | select(any(.rules[]?; .resources // [] | any(. == \"nodes/proxy\"))) | .metadata.namespace + \"/\" + .metadata.name'`。合格标准：仅 system:kubelet-api-admin。监控应改用 nodes/metrics、nodes/stats、nodes/healthz、nodes/pods 与 nodes/configz（Kubernetes 1.33 起）。"}},
		{ID: "5.2.13", Level: 1,
			Title:  &Text{EN: "Do not let containers see all of /proc (procMount Unmasked)", ZH: "不允许容器取消 /proc 屏蔽（procMount Unmasked）"},
			Manual: &Text{EN: "`kubectl get pods -A -o json | jq -r '.items[] | select(any((.spec.containers + (.spec.initContainers // []))[]; .securityContext.procMount == \"Unmasked\")) | .metadata.namespace + \"/\" + .metadata.name'`. A good answer: nothing, or containers that build containers in a user namespace. The level baseline of Pod Security refuses all others.", ZH: "`kubectl get pods -A -o json | jq -r '.items[] | select(any((.spec.containers + (.spec.initContainers // []))[]; .securityContext.procMount == \"Unmasked\")) | .metadata.namespace + \"/\" + .metadata.name'`。合格标准：无输出，或仅有在用户命名空间中构建容器的容器。Pod Security 的 baseline 级别会拒绝其余。"}},
	},
}
