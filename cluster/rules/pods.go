package rules

import (
	"fmt"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/cluster/inventory"
	"harden/cluster/podsecurity"
)

// podRow is one rule about what pods may ask for.
type podRow struct {
	name   string
	checks []podsecurity.Check
	title  Text
}

var podRows = []podRow{
	{"pod-privileged", []podsecurity.Check{podsecurity.Privileged}, Text{"Refuse privileged containers", "拒绝特权容器"}},
	{"pod-host-pid", []podsecurity.Check{podsecurity.HostPID}, Text{"Refuse the host's process namespace", "拒绝共享主机 PID 命名空间"}},
	{"pod-host-ipc", []podsecurity.Check{podsecurity.HostIPC}, Text{"Refuse the host's IPC namespace", "拒绝共享主机 IPC 命名空间"}},
	{"pod-host-network", []podsecurity.Check{podsecurity.HostNetwork}, Text{"Refuse the host's network", "拒绝共享主机网络"}},
	{"pod-privilege-escalation", []podsecurity.Check{podsecurity.PrivilegeEscalation}, Text{"Refuse containers that may gain rights", "拒绝可提升特权的容器"}},
	{"pod-root", []podsecurity.Check{podsecurity.RunAsRoot, podsecurity.RunAsUserZero}, Text{"Refuse containers that may run as root", "拒绝以 root 运行的容器"}},
	{"pod-net-raw", []podsecurity.Check{podsecurity.NetRaw}, Text{"Refuse containers that keep NET_RAW", "拒绝保留 NET_RAW 的容器"}},
	{"pod-added-capabilities", []podsecurity.Check{podsecurity.AddedCapability}, Text{"Refuse added capabilities", "拒绝新增 capabilities"}},
	{"pod-capabilities", []podsecurity.Check{podsecurity.Capability}, Text{"Refuse containers that do not drop all capabilities", "拒绝未移除全部 capabilities 的容器"}},
	{"pod-host-process", []podsecurity.Check{podsecurity.HostProcess}, Text{"Refuse Windows HostProcess containers", "拒绝 Windows HostProcess 容器"}},
	{"pod-host-path", []podsecurity.Check{podsecurity.HostPath}, Text{"Refuse hostPath volumes", "拒绝 hostPath 卷"}},
	{"pod-host-port", []podsecurity.Check{podsecurity.HostPort}, Text{"Refuse host ports", "拒绝主机端口"}},
	{"pod-low-host-port", []podsecurity.Check{podsecurity.LowHostPort}, Text{"Refuse host ports below 1024", "拒绝 1024 以下的主机端口"}},
	{"pod-sensitive-path", []podsecurity.Check{podsecurity.SensitivePath}, Text{"Refuse sensitive directories of the host", "拒绝挂载主机敏感目录"}},
	{"pod-device", []podsecurity.Check{podsecurity.DevicePath}, Text{"Refuse devices of the host", "拒绝共享主机设备"}},
	{"pod-runtime-socket", []podsecurity.Check{podsecurity.RuntimeSocket}, Text{"Refuse sockets of the container runtime", "拒绝挂载容器运行时套接字"}},
	{"pod-proc-mount", []podsecurity.Check{podsecurity.ProcMount}, Text{"Refuse containers that see all of /proc", "拒绝取消 /proc 屏蔽的容器"}},
	{"pod-volume-types", []podsecurity.Check{podsecurity.VolumeType}, Text{"Limit the types of volumes", "限制卷类型"}},
	{"pod-seccomp", []podsecurity.Check{podsecurity.Seccomp}, Text{"Refuse containers without a seccomp profile", "拒绝未设置 seccomp 配置的容器"}},
}

// fieldRows are rules about fields that Pod Security admission does not look at.
var fieldRows = []podRow{
	{"pod-read-only-root", []podsecurity.Check{podsecurity.WritableRoot}, Text{"Make the root file system of containers read-only", "容器根文件系统只读"}},
	{"pod-secret-env", []podsecurity.Check{podsecurity.SecretEnv}, Text{"Pass secrets as files", "以文件方式传递 Secret"}},
	{"pod-cpu", []podsecurity.Check{podsecurity.CPUUnbounded}, Text{"Set a CPU request and limit", "设置 CPU 请求与限制"}},
	{"pod-memory", []podsecurity.Check{podsecurity.MemoryUnbounded}, Text{"Set a memory request and limit", "设置内存请求与限制"}},
	{"pod-security-context", []podsecurity.Check{podsecurity.SecurityContext}, Text{"Set a security context", "设置安全上下文"}},
}

var podWhy = Text{"A container with rights on the host, or that can gain them, is one step away from the node and from every other pod on it.",
	"拥有或可获得主机权限的容器距离控制节点及其上所有 Pod 仅一步之遥。"}

func podRules() []Rule {
	needs := append([]string{inventory.Namespaces}, inventory.Templates...)
	var list []Rule
	for _, row := range podRows {
		list = append(list, Rule{Name: row.name, Title: row.title, Why: podWhy, needs: needs, judge: row.refused})
	}
	for _, row := range fieldRows {
		list = append(list, Rule{Name: row.name, Title: row.title, Why: podWhy, needs: needs, judge: row.fields})
	}
	return append(list,
		Rule{Name: "pod-mac", needs: needs, judge: mandatoryAccess, Title: Text{"Confine containers by AppArmor or SELinux", "以 AppArmor 或 SELinux 约束容器"}, Why: podWhy},
		Rule{Name: "pod-ports", needs: append([]string{inventory.Services}, needs...), judge: neededPorts,
			Title: Text{"Open only ports that are needed", "仅开放必要端口"}, Why: podWhy},
		Rule{Name: "pod-policy", needs: append([]string{inventory.Namespaces}, inventory.Webhooks...), judge: activePolicy,
			Title: Text{"Have a policy judge pods in every namespace", "每个命名空间均由策略检查 Pod"}, Why: podWhy})
}

// issues is the evidence that templates speak against a row.
func (row podRow) issues(templates []inventory.Template) []change.Observation {
	var observed []change.Observation
	for _, t := range templates {
		for _, issue := range t.Issues {
			if !slices.Contains(row.checks, issue.Check) {
				continue
			}
			o := observe(t.Object, t.Address(issue), issue.Op, issue.Expected, issue.Actual)
			o.Count = t.Pods
			observed = append(observed, o)
		}
	}
	return observed
}

// refused wants such pods to be refused in every namespace, and none to be there.
func (row podRow) refused(c *Cluster) Verdict {
	level, minor := podsecurity.Level(row.checks[0]), 0
	for _, check := range row.checks {
		if since, is := podsecurity.Since(check); is && since <= c.Version.Minor {
			minor = max(minor, since)
		}
	}
	lax, namespaces := c.lax(level, minor), len(c.judged())
	there := row.issues(c.templates())
	switch {
	case len(lax)+len(there) == 0:
		return compliant("all %d namespaces refuse such pods, and no such pods exist", namespaces)
	case len(lax) == 0:
		return open(there, "all %d namespaces refuse such pods, but %d templates or pods are still there that would be refused when they start again",
			namespaces, objects(there))
	}
	return open(slices.Concat(there, lax), "%d of %d namespaces do not refuse such pods, which the level %s of Pod Security does; %d templates or pods are of this kind",
		len(lax), namespaces, level, objects(there))
}

// fields wants no template to have an issue: nothing in Kubernetes itself
// refuses them.
func (row podRow) fields(c *Cluster) Verdict {
	templates := c.templates()
	there := row.issues(templates)
	if len(there) == 0 {
		return compliant("all %d pod templates meet this rule", len(templates))
	}
	return open(there, "%d templates or pods do not meet this rule; change them where they are managed", objects(there))
}

// objects counts the objects of some evidence.
func objects(observed []change.Observation) int {
	seen := map[change.Target]bool{}
	for _, o := range observed {
		seen[o.Target] = true
	}
	return len(seen)
}

// mandatoryAccess tells what is certain: a profile that is switched off. Where
// none is named the runtime's default one holds, if the node has AppArmor or
// SELinux, which the API does not show.
func mandatoryAccess(c *Cluster) Verdict {
	off := podRow{checks: []podsecurity.Check{podsecurity.AppArmor}}.issues(c.templates())
	if len(off) > 0 {
		return open(off, "%d templates or pods switch AppArmor off", objects(off))
	}
	unset := podRow{checks: []podsecurity.Check{podsecurity.NoMAC}}.issues(c.templates())
	if len(unset) > 0 {
		return manual(unset, "%d templates or pods name no AppArmor profile; on a node with AppArmor or SELinux the runtime's default profile confines them: check the nodes", objects(unset))
	}
	return compliant("every container has a profile")
}

// neededPorts lists ports of containers that no Service leads to.
func neededPorts(c *Cluster) Verdict {
	var observed []change.Observation
	for _, t := range c.templates() {
		var unused []string
		for _, port := range t.Ports {
			if !c.served(t, port) {
				unused = append(unused, fmt.Sprint(port))
			}
		}
		if len(unused) > 0 {
			observed = append(observed, observe(t.Object, change.Field("json:"+t.Field+".containers.ports"), change.Absent, nil, strings.Join(unused, ",")))
		}
	}
	if len(observed) == 0 {
		return compliant("a Service leads to every port that a container names")
	}
	return manual(observed, "%d templates or pods name ports that no Service leads to; check whether they are needed", objects(observed))
}

// served tells whether a Service leads to a port. One with a port that is
// called by a name may lead to any port of its pods.
func (c *Cluster) served(t inventory.Template, port int32) bool {
	for _, s := range c.Core.Services {
		if s.Namespace != t.Namespace || len(s.Selector) == 0 || !(inventory.Selector{MatchLabels: s.Selector}).Matches(t.PodLabels) {
			continue
		}
		for _, p := range s.Ports {
			number, is := p.TargetPort.(float64)
			if !is || int32(number) == port || number == 0 && p.Port == port {
				return true
			}
		}
	}
	return false
}
