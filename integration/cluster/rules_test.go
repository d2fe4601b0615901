//go:build cluster

package cluster_test

import (
	"slices"
	"strings"
)

// ruleCase is one rule with objects that meet it and objects that do not. NS
// stands for the namespace of the case.
type ruleCase struct {
	rule      string
	profile   string // "": cis-1.12
	good      string
	goodState string // "": compliant
	bad       string
	badState  string // "": blocked
	target    string // that bad is told of
	field     string
	set       string
}

// pod is a template that every rule about pods accepts, with further keys of
// its spec and the security context of its container.
func pod(podKeys, containerKeys string) string {
	return "{metadata: {labels: {app: a}}, spec: {automountServiceAccountToken: false, securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}, appArmorProfile: {type: RuntimeDefault}}" +
		podKeys + ", containers: [{name: app, image: 'r.example.com/a:1', resources: {limits: {cpu: 1, memory: 1Gi}}, securityContext: " +
		containerKeys + "}]}}"
}

const secured = "{allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}"

func deployment(template string) string {
	return "\n---\n{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: NS}, spec: {replicas: 0, selector: {matchLabels: {app: a}}, template: " + template + "}}\n"
}

// labelled gives the namespace a level of Pod Security. replicas: 0 above lets a
// template stand that admission would refuse to run.
func labelled(level string) string {
	return "\n---\n{apiVersion: v1, kind: Namespace, metadata: {name: NS, labels: {pod-security.kubernetes.io/enforce: " + level + "}}}\n"
}

func binding(kind, role, subject string) string {
	where := ""
	if kind == "RoleBinding" {
		where = ", namespace: NS"
	}
	return "\n---\n{apiVersion: rbac.authorization.k8s.io/v1, kind: " + kind + ", metadata: {name: NS-b" + where + "}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: " +
		role + "}, subjects: [" + subject + "]}\n"
}

func clusterRole(rules string) string {
	return "\n---\n{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: NS-r}, rules: [" + rules + "]}\n"
}

const (
	eve          = "{apiGroup: rbac.authorization.k8s.io, kind: User, name: NS-eve}"
	joining      = "{apiGroup: rbac.authorization.k8s.io, kind: Group, name: 'system:bootstrappers:NS'}"
	clusterBound = "object:ClusterRoleBinding.rbac.authorization.k8s.io/NS-b"
	bound        = "object:RoleBinding.rbac.authorization.k8s.io/NS/NS-b"
	web          = "object:Deployment.apps/NS/web"
	inTemplate   = "json:spec.template.spec."
	inContainer  = inTemplate + "containers[name=app]."
	enforce      = `json:metadata.labels["pod-security.kubernetes.io/enforce"]`
)

// grant is a case of a right that only a binding for the whole cluster gives,
// or any.
func grant(rule, rules string) ruleCase {
	return ruleCase{rule: rule, bad: clusterRole(rules) + binding("ClusterRoleBinding", "NS-r", eve), badState: "manual",
		good: clusterRole("{apiGroups: [''], resources: [configmaps], verbs: [get]}") + binding("ClusterRoleBinding", "NS-r", eve), target: clusterBound, field: "json:subjects"}
}

// asks is a case of what a pod asks for: refused by a level, and there already.
func asks(rule, level, template, field string) ruleCase {
	return ruleCase{rule: rule, good: labelled(level) + deployment(pod("", secured)), bad: labelled(level) + deployment(template), target: web, field: field}
}

func (c ruleCase) in(profile string) ruleCase { c.profile = profile; return c }

func ruleCases() []ruleCase {
	const qkxy, qing, rancher = "qkxy-cs001-2023", "qingteng-12", "rancher-2.3.5"
	list := slices.Concat(grantCases(), podCases(), networkCases())
	return append(list,
		ruleCase{rule: "service-account-token", good: deployment(pod("", secured)), target: web, field: inTemplate + "automountServiceAccountToken",
			bad: deployment(strings.Replace(pod("", secured), "automountServiceAccountToken: false, ", "", 1))},
		ruleCase{rule: "tiller-binding", profile: rancher, target: "object:ClusterRoleBinding.rbac.authorization.k8s.io/tiller", field: "json:subjects", badState: "drift",
			bad: "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: tiller}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}, subjects: [" + eve + "]}"},
		ruleCase{rule: "namespace-quota", profile: qkxy, target: "object:Namespace/NS", field: "json:ResourceQuota",
			good: "{apiVersion: v1, kind: ResourceQuota, metadata: {name: q, namespace: NS}, spec: {hard: {pods: 5}}}"},
		ruleCase{rule: "namespace-limit-range", profile: qkxy, target: "object:Namespace/NS", field: "json:LimitRange",
			good: "{apiVersion: v1, kind: LimitRange, metadata: {name: l, namespace: NS}, spec: {limits: [{type: Container, default: {cpu: 1}}]}}"},
		ruleCase{rule: "namespace-default-empty", target: "object:Service/default/NS", field: "json:metadata.namespace",
			bad: "{apiVersion: v1, kind: Service, metadata: {name: NS, namespace: default}, spec: {ports: [{port: 80}]}}"},
		ruleCase{rule: "namespace-name", profile: qing, target: "object:Namespace/kube-NS", field: "json:metadata.name",
			bad: "{apiVersion: v1, kind: Namespace, metadata: {name: kube-NS}}"},
		ruleCase{rule: "service-type", profile: qkxy, target: "object:Service/NS/s", field: "json:spec.type",
			good: "{apiVersion: v1, kind: Service, metadata: {name: s, namespace: NS}, spec: {ports: [{port: 80}]}}",
			bad:  "{apiVersion: v1, kind: Service, metadata: {name: s, namespace: NS}, spec: {type: NodePort, ports: [{port: 80}]}}"},
		ruleCase{rule: "kube-proxy-metrics", good: kubeProxy("127.0.0.1:10249"), bad: kubeProxy("0.0.0.0:10249"), target: "object:ConfigMap/kube-system/kube-proxy", field: "json:data.metricsBindAddress"},
		ruleCase{rule: "image-tag", profile: qkxy, good: deployment(pod("", secured)), bad: deployment(strings.Replace(pod("", secured), "/a:1", "/a", 1)), target: web, field: inContainer + "image"},
		ruleCase{rule: "image-registry", good: deployment(pod("", secured)), goodState: "manual", bad: deployment(strings.Replace(pod("", secured), "r.example.com", "evil.example.com", 1)),
			target: web, field: inTemplate + "containers.image", set: "trusted-registries=r.example.com"},
	)
}

// kubeProxy is kube-proxy as kubeadm sets it up, as far as it matters here.
func kubeProxy(metrics string) string {
	return "\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: kube-proxy, namespace: kube-system}, data: {config.conf: '{kind: KubeProxyConfiguration, metricsBindAddress: \"" + metrics + "\"}'}}\n" +
		"\n---\n{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: kube-proxy, namespace: kube-system}, spec: {selector: {matchLabels: {k8s-app: kube-proxy}}, template: {metadata: {labels: {k8s-app: kube-proxy}}, " +
		"spec: {containers: [{name: kube-proxy, image: registry.k8s.io/kube-proxy:v1, command: [/usr/local/bin/kube-proxy, '--config=/var/lib/kube-proxy/config.conf'], volumeMounts: [{name: kube-proxy, mountPath: /var/lib/kube-proxy}]}], " +
		"volumes: [{name: kube-proxy, configMap: {name: kube-proxy}}]}}}}\n"
}

func grantCases() []ruleCase {
	all := "{apiGroups: ['*'], resources: ['*'], verbs: ['*']}"
	return []ruleCase{
		grant("rbac-cluster-admin", all),
		grant("rbac-wildcards", "{apiGroups: ['apps'], resources: ['*'], verbs: ['get']}"),
		{rule: "rbac-secrets", target: bound, field: "json:subjects", badState: "manual", good: binding("RoleBinding", "view", eve), bad: binding("RoleBinding", "edit", eve)},
		{rule: "rbac-create-pods", target: bound, field: "json:subjects", badState: "manual", good: binding("RoleBinding", "view", eve), bad: binding("RoleBinding", "edit", eve)},
		grant("rbac-escalate", "{apiGroups: [''], resources: [users], verbs: [impersonate]}"),
		grant("rbac-persistent-volumes", "{apiGroups: [''], resources: [persistentvolumes], verbs: [create]}"),
		grant("rbac-nodes-proxy", "{apiGroups: [''], resources: ['nodes/*'], verbs: [get]}"),
		grant("rbac-approve-certificates", "{apiGroups: [certificates.k8s.io], resources: ['certificatesigningrequests/approval'], verbs: [update]}"),
		grant("rbac-webhooks", "{apiGroups: [admissionregistration.k8s.io], resources: [mutatingwebhookconfigurations], verbs: [patch]}"),
		grant("rbac-token-create", "{apiGroups: [''], resources: ['serviceaccounts/token'], verbs: [create]}"),
		{rule: "rbac-system-masters", goodState: "manual", target: clusterBound, field: "json:subjects",
			bad: binding("ClusterRoleBinding", "view", "{apiGroup: rbac.authorization.k8s.io, kind: Group, name: 'system:masters'}")},
		{rule: "bootstrap-tokens", target: clusterBound, field: "json:subjects", badState: "manual",
			good: clusterRole("{apiGroups: [''], resources: [nodes], verbs: [get]}") + binding("ClusterRoleBinding", "NS-r", joining), bad: binding("ClusterRoleBinding", "view", joining)},
		{rule: "service-account-rights", profile: "qkxy-cs001-2023", target: clusterBound, field: "json:subjects", badState: "manual",
			bad: binding("ClusterRoleBinding", "admin", "{kind: ServiceAccount, name: a, namespace: NS}")},
	}
}

func podCases() []ruleCase {
	const qkxy, qing = "qkxy-cs001-2023", "qingteng-12"
	host := func(path string) string {
		return pod(", volumes: [{name: v, hostPath: {path: "+path+"}}]", secured)
	}
	port := func(n string) string {
		return strings.Replace(pod("", secured), "{name: app,", "{name: app, ports: [{containerPort: "+n+", hostPort: "+n+"}],", 1)
	}
	const volume = inTemplate + "volumes[name=v].hostPath.path"
	return []ruleCase{
		{rule: "pod-policy", good: labelled("baseline"), target: "object:Namespace/NS", field: enforce},
		{rule: "pod-privileged", good: labelled("baseline"), bad: labelled("privileged"), target: "object:Namespace/NS", field: enforce},
		asks("pod-privileged", "baseline", pod("", "{privileged: true}"), inContainer+"securityContext.privileged"),
		asks("pod-host-pid", "baseline", pod(", hostPID: true", secured), inTemplate+"hostPID"),
		asks("pod-host-ipc", "baseline", pod(", hostIPC: true", secured), inTemplate+"hostIPC"),
		asks("pod-host-network", "baseline", pod(", hostNetwork: true", secured), inTemplate+"hostNetwork"),
		asks("pod-privilege-escalation", "restricted", pod("", "{}"), inContainer+"securityContext.allowPrivilegeEscalation"),
		asks("pod-root", "restricted", pod("", "{runAsNonRoot: false}"), inContainer+"securityContext.runAsNonRoot"),
		asks("pod-root", "restricted", pod("", "{runAsUser: 0}"), inContainer+"securityContext.runAsUser"),
		asks("pod-net-raw", "restricted", pod("", "{}"), inContainer+"securityContext.capabilities.drop"),
		asks("pod-added-capabilities", "baseline", pod("", "{capabilities: {add: [SYS_ADMIN]}}"), inContainer+"securityContext.capabilities.add").in("cis-1.12"),
		asks("pod-proc-mount", "baseline", strings.Replace(pod("", "{procMount: Unmasked}"), "spec: {", "spec: {hostUsers: false, ", 1), strings.TrimSuffix(inTemplate, ".")).in("cis-2.1"),
		asks("pod-capabilities", "restricted", pod("", "{capabilities: {drop: [NET_RAW]}}"), inContainer+"securityContext.capabilities.drop").in("cis-1.11"),
		asks("pod-host-process", "baseline", strings.Replace(pod(", hostNetwork: true, os: {name: windows}", "{windowsOptions: {hostProcess: true}}"),
			", seccompProfile: {type: RuntimeDefault}, appArmorProfile: {type: RuntimeDefault}", "", 1), inContainer+"securityContext.windowsOptions.hostProcess"),
		asks("pod-host-path", "baseline", host("/data"), volume),
		asks("pod-host-port", "baseline", port("8080"), inContainer+"ports.hostPort"),
		asks("pod-seccomp", "restricted", pod("", "{seccompProfile: {type: Unconfined}}"), inContainer+"securityContext.seccompProfile.type"),
		asks("pod-volume-types", "restricted", host("/data"), inTemplate+"volumes[name=v]").in(qing),
		asks("pod-low-host-port", "baseline", port("80"), inContainer+"ports.hostPort").in(qkxy),
		asks("pod-sensitive-path", "baseline", host("/etc/ssl"), volume).in(qkxy),
		asks("pod-device", "baseline", host("/dev/sda"), volume).in(qkxy),
		asks("pod-runtime-socket", "baseline", host("/run/containerd"), volume).in(qkxy),
		asks("pod-read-only-root", "baseline", pod("", "{}"), inContainer+"securityContext.readOnlyRootFilesystem").in(qkxy),
		asks("pod-secret-env", "baseline", strings.Replace(pod("", secured), "{name: app,", "{name: app, envFrom: [{secretRef: {name: s}}],", 1), inContainer+"envFrom.secretRef"),
		asks("pod-cpu", "baseline", strings.Replace(pod("", secured), "cpu: 1, ", "", 1), inContainer+"resources.limits.cpu").in(qkxy),
		asks("pod-memory", "baseline", strings.Replace(pod("", secured), ", memory: 1Gi", "", 1), inContainer+"resources.limits.memory").in(qkxy),
		asks("pod-security-context", "baseline", "{metadata: {labels: {app: a}}, spec: {containers: [{name: app, image: a}]}}", inContainer+"securityContext"),
		asks("pod-mac", "baseline", pod("", "{appArmorProfile: {type: Unconfined}}"), inContainer+"securityContext.appArmorProfile.type").in(qkxy),
		{rule: "pod-ports", profile: qkxy, good: deployment(pod("", secured)), badState: "manual", target: web, field: inTemplate + "containers.ports",
			bad: deployment(strings.Replace(pod("", secured), "{name: app,", "{name: app, ports: [{containerPort: 9}],", 1))},
	}
}

func networkCases() []ruleCase {
	const qkxy, qing = "qkxy-cs001-2023", "qingteng-12"
	policy := func(spec string) string {
		return "\n---\n{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: NS}, spec: " + spec + "}\n"
	}
	set := func(name string) string {
		return "\n---\n{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: " + name + ", namespace: NS}, spec: {selector: {matchLabels: {app: a}}, template: " + pod("", secured) + "}}\n"
	}
	deny := policy("{podSelector: {}, policyTypes: [Ingress]}")
	return []ruleCase{
		{rule: "network-policy-enforced", good: set("calico-node"), bad: set("kube-flannel-ds"), target: "object:DaemonSet.apps/NS/kube-flannel-ds", field: "json:metadata.name"},
		{rule: "network-policy-namespace", good: deny, target: "object:Namespace/NS", field: "json:NetworkPolicy"},
		{rule: "network-policy-namespace", good: deny + deployment(pod("", secured)), bad: policy("{podSelector: {}, ingress: [{}]}"), target: "object:Namespace/NS", field: "json:NetworkPolicy"},
		{rule: "network-policy-namespace", good: deny + deployment(pod("", secured)), bad: policy("{podSelector: {matchLabels: {app: other}}}") + deployment(pod("", secured)), target: web, field: "json:NetworkPolicy"},
		{rule: "network-policy-selects", profile: qkxy, good: deny + deployment(pod("", secured)), bad: policy("{podSelector: {matchLabels: {app: other}}}") + deployment(pod("", secured)),
			target: "object:NetworkPolicy.networking.k8s.io/NS/p", field: "json:spec.podSelector"},
		{rule: "network-policy-default-deny", profile: qing, good: deny, bad: policy("{podSelector: {}, ingress: [{}]}"), target: "object:Namespace/NS", field: "json:NetworkPolicy"},
	}
}
