package rules

import (
	"strings"

	"harden/agent/change"
)

// severities of rules: how bad it is when one does not hold, by the rubric of
// docs/check.md.
var severities = map[string]change.Severity{
	"rbac-cluster-admin": change.High, "rbac-secrets": change.High, "rbac-wildcards": change.High, "rbac-create-pods": change.High,
	"rbac-escalate": change.High, "rbac-nodes-proxy": change.High, "rbac-anonymous": change.Critical, "rbac-system-masters": change.High,
	"tiller-binding": change.Critical, "pod-privileged": change.High, "pod-host-pid": change.High, "pod-host-path": change.High,
	"pod-sensitive-path": change.High, "pod-device": change.High, "pod-runtime-socket": change.High, "pod-policy": change.High,
	"namespace-name": change.Low, "namespace-default-empty": change.Low, "namespace-quota": change.Low, "namespace-limit-range": change.Low,
	"pod-cpu": change.Low, "pod-memory": change.Low, "pod-ports": change.Low, "network-policy-selects": change.Low, "service-type": change.Low,
}

// SeverityOf gives the severity of a rule.
func SeverityOf(rule string) change.Severity {
	if s, is := severities[rule]; is {
		return s
	}
	if strings.HasPrefix(rule, "rancher-") {
		return change.Low
	}
	return change.Medium
}

// risks are what a fix can break, and what to look at before.
var risks = map[string]Text{
	"default-service-account": {"Pods that start later get no token of their namespace's default account; running pods keep their tokens. If the account is deleted and created again, it gives tokens again.",
		"此后启动的 Pod 不再获得命名空间默认账户的令牌；正在运行的 Pod 保留其令牌。删除后重建的账户会重新发放令牌。"},
	"pod-policy": {"The stage warn refuses no pod: kubectl shows warnings, and the audit log has entries. The stage enforce refuses new pods that do not meet the level; running pods are not affected.",
		"warn 阶段不会拒绝任何 Pod：kubectl 显示警告，审计日志留有记录。enforce 阶段会拒绝不符合级别的新 Pod；正在运行的 Pod 不受影响。"},
	"tiller-binding": {"Programs that still use Helm 2 in this cluster lose their rights.", "集群中仍使用 Helm 2 的程序将失去权限。"},
	"network-policy-namespace": {"Incoming traffic that no object of the namespace declares is refused, such as traffic from monitoring in another namespace: name that namespace in --set network-policy-allow-from=.",
		"未由对象声明的入站流量将被拒绝，例如其他命名空间的监控：请在 --set network-policy-allow-from= 中列出。"},
	"namespace-quota":       {"Pods above the quota are refused. With a quota for cpu or memory, pods that set no requests are refused, too.", "超出配额的 Pod 将被拒绝；若配额包含 cpu 或 memory，未声明 requests 的 Pod 也会被拒绝。"},
	"namespace-limit-range": {"Containers without limits get the default limits when they start again; the kernel kills a container that needs more memory.", "未设置限制的容器在重启后获得限制，内存不足时会被内核终止。"},
	"image-registry":        {"With deny, pods with images of other registries are refused, also when they are created again after an eviction.", "选择 deny 时，使用其他镜像仓库的 Pod 将被拒绝，包括驱逐后重建的 Pod。"},
}

// RiskOf says what the fix of a rule can break.
func RiskOf(rule string) Text { return risks[rule] }
