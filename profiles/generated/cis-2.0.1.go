// Code generated from builtin/cis-2.0.1.yaml by go generate ./profiles; DO NOT EDIT.

package generated

var cis2_0_1 = Profile{
	Name:    "cis-2.0.1",
	Version: "1.0.0",
	Source:  "CIS Kubernetes Benchmark v2.0.1, Kubernetes 1.34 to 1.35 (ids, levels and values)",
	Family:  "cis",
	Title:   Text{EN: "CIS Kubernetes Benchmark v2.0.1", ZH: "CIS Kubernetes 基准 v2.0.1"},
	From:    "1.34",
	Extends: []string{"cis-1.12"},
	Controls: []Control{
		{ID: "3.2.2", As: "3.2.2",
			Note: &Text{EN: "The policy that harden writes covers both: certificate signing requests with their body when they change, and requests for service account tokens with their metadata.", ZH: "harden 写入的审计策略涵盖两者：证书签名请求的变更记录请求内容，ServiceAccount 令牌请求记录元数据。"}},
		{ID: "5.2.9", Level: 2,
			Title:  &Text{EN: "Drop all capabilities of containers", ZH: "容器不拥有任何能力"},
			Manual: &Text{EN: "kubectl get pods -A -o json | jq -r '.items[] | select(any(.spec.containers[]; (.securityContext.capabilities.drop // [] | any(. == \"ALL\")) | not)) | .metadata.namespace + \"/\" + .metadata.name'. A good answer: system pods only. Set capabilities: {drop: [ALL]} in the others, and add back what a program cannot do without.", ZH: "kubectl get pods -A -o json | jq -r '.items[] | select(any(.spec.containers[]; (.securityContext.capabilities.drop // [] | any(. == \"ALL\")) | not)) | .metadata.namespace + \"/\" + .metadata.name'。合格标准：仅系统 Pod。其余应设置 capabilities: {drop: [ALL]}，再加回程序必需的能力。"},
			Note:   &Text{EN: "Up to 1.12 this number was about added capabilities only.", ZH: "1.12 及更早版本中，该编号仅针对新增能力。"}},
	},
}
