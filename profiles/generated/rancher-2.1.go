// Code generated from builtin/rancher-2.1.yaml by go generate ./profiles; DO NOT EDIT.

package generated

var rancher2_1 = Profile{
	Name:    "rancher-2.1",
	Version: "1.1.0",
	Source:  "Rancher v2.1 hardening guide, Kubernetes 1.11",
	Title:   Text{EN: "Rancher v2.1 hardening guide", ZH: "Rancher v2.1 安全加固指南"},
	Set:     []Parameter{{"admission-config-path", "/etc/kubernetes/admission.yaml"}, {"audit-log-path", "/var/log/kube-audit/audit-log.json"}, {"audit-policy", "metadata-all-stages"}, {"audit-policy-path", "/etc/kubernetes/audit.yaml"}, {"event-rate-limit-path", "/etc/kubernetes/event.yaml"}, {"sysctl-file", "/etc/sysctl.conf"}, {"terminated-pod-gc-threshold", "1000"}},
	Controls: []Control{
		{ID: "1.1.1", Level: 1, Rules: []Use{{Rule: "sysctl-vm-overcommit-memory"}, {Rule: "sysctl-vm-panic-on-oom"}, {Rule: "sysctl-kernel-panic"}, {Rule: "sysctl-kernel-panic-on-oops"}, {Rule: "sysctl-kernel-keys-root-maxbytes"}, {Rule: "sysctl-kernel-keys-root-maxkeys"}}},
		{ID: "1.1.2", Level: 1, Rules: []Use{{Rule: "encryption-config-file"}}},
		{ID: "1.1.3", Level: 1, Rules: []Use{{Rule: "audit-policy-file"}}},
		{ID: "1.1.4", Level: 1, Rules: []Use{{Rule: "admission-config-file"}, {Rule: "event-rate-limit-file"}}},
		{ID: "2.1.1", Level: 1, Rules: []Use{{Rule: "kubelet-streaming-idle-timeout-30m"}, {Rule: "kubelet-protect-kernel-defaults"}, {Rule: "kubelet-iptables-util-chains"}, {Rule: "kubelet-event-record-qps-unlimited"}, {Rule: "rke-cluster-kubelet-streaming-idle-timeout"}, {Rule: "rke-cluster-kubelet-protect-kernel-defaults"}, {Rule: "rke-cluster-kubelet-iptables-util-chains"}, {Rule: "rke-cluster-kubelet-event-qps"}}},
		{ID: "2.1.2", Level: 1, Rules: []Use{{Rule: "apiserver-anonymous-auth"}, {Rule: "apiserver-profiling"}, {Rule: "apiserver-repair-malformed-updates"}, {Rule: "apiserver-service-account-lookup"}, {Rule: "apiserver-service-account-plugin"}, {Rule: "apiserver-namespace-lifecycle"}, {Rule: "apiserver-default-admission-plugins"}, {Rule: "apiserver-always-pull-images"}, {Rule: "apiserver-deny-escalating-exec"}, {Rule: "apiserver-node-restriction"}, {Rule: "apiserver-event-rate-limit"}, {Rule: "apiserver-admission-control-config-file"}, {Rule: "apiserver-audit-log-path"}, {Rule: "apiserver-audit-log-maxage"}, {Rule: "apiserver-audit-log-maxbackup"}, {Rule: "apiserver-audit-log-maxsize"}, {Rule: "apiserver-audit-log-format"}, {Rule: "apiserver-audit-policy-file"}, {Rule: "rke-cluster-kube-api-pod-security-policy"}, {Rule: "rke-cluster-kube-api-anonymous-auth"}, {Rule: "rke-cluster-kube-api-profiling"}, {Rule: "rke-cluster-kube-api-repair-malformed-updates"}, {Rule: "rke-cluster-kube-api-service-account-lookup"}, {Rule: "rke-cluster-kube-api-admission-plugins"}, {Rule: "rke-cluster-kube-api-deny-escalating-exec"}, {Rule: "rke-cluster-kube-api-persistent-volume-label"}, {Rule: "rke-cluster-kube-api-pod-security-policy-plugin"}, {Rule: "rke-cluster-kube-api-experimental-encryption"}, {Rule: "rke-cluster-kube-api-encryption"}, {Rule: "rke-cluster-kube-api-admission-config"}, {Rule: "rke-cluster-kube-api-audit-log-path"}, {Rule: "rke-cluster-kube-api-audit-log-maxage"}, {Rule: "rke-cluster-kube-api-audit-log-maxbackup"}, {Rule: "rke-cluster-kube-api-audit-log-maxsize"}, {Rule: "rke-cluster-kube-api-audit-log-format"}, {Rule: "rke-cluster-kube-api-audit-policy"}, {Rule: "rke-cluster-kube-api-audit-bind"}}},
		{ID: "2.1.3", Level: 1, Rules: []Use{{Rule: "scheduler-profiling"}, {Rule: "scheduler-bind-address"}, {Rule: "rke-cluster-scheduler-profiling"}, {Rule: "rke-cluster-scheduler-address"}, {Rule: "rke-cluster-scheduler-bind-address"}}},
		{ID: "2.1.4", Level: 1, Rules: []Use{{Rule: "controller-manager-terminated-pod-gc-threshold"}, {Rule: "controller-manager-profiling"}, {Rule: "controller-manager-bind-address"}, {Rule: "rke-cluster-kube-controller-terminated-pod-gc"}, {Rule: "rke-cluster-kube-controller-profiling"}, {Rule: "rke-cluster-kube-controller-address"}, {Rule: "rke-cluster-kube-controller-bind-address"}}},
		{ID: "2.1.5", Level: 1, Rules: []Use{{Rule: "rke-cluster-psp-restricted"}, {Rule: "rke-cluster-psp-restricted-role"}, {Rule: "rke-cluster-psp-restricted-binding"}, {Rule: "rke-cluster-psp-ingress-nginx-namespace"}, {Rule: "rke-cluster-psp-ingress-nginx-role"}, {Rule: "rke-cluster-psp-ingress-nginx-binding"}, {Rule: "rke-cluster-psp-cattle-system-namespace"}, {Rule: "rke-cluster-psp-cattle-system-role"}, {Rule: "rke-cluster-psp-cattle-system-binding"}, {Rule: "pod-security-defaults"}}},
		{ID: "3.1.1", Level: 2},
		{ID: "3.1.2", Level: 1},
		{ID: "3.2.1", Level: 1},
		{ID: "3.2.2", Level: 1},
		{ID: "3.3.1", Level: 1},
		{ID: "3.4.1", Level: 1},
	},
}
