// Code generated from builtin/k8s-security-bp.yaml by go generate ./profiles; DO NOT EDIT.

package generated

var k8sSecurityBp = Profile{
	Name:    "k8s-security-bp",
	Version: "1.0.0",
	Source:  "Kubernetes cluster security configuration best practice (about Kubernetes 1.8)",
	Title:   Text{EN: "Kubernetes cluster security best practice", ZH: "Kubernetes 集群安全性配置最佳实践"},
	Controls: []Control{
		{ID: "port-4149", Level: 1, Rules: []Use{{Rule: "port-cadvisor"}, {Rule: "port-cadvisor-as-printed"}}},
		{ID: "port-10250", Level: 1, Rules: []Use{{Rule: "port-kubelet"}, {Rule: "kubelet-anonymous-auth"}, {Rule: "kubelet-authorization-webhook"}}},
		{ID: "port-10255", Level: 1, Rules: []Use{{Rule: "port-kubelet-read-only"}, {Rule: "kubelet-read-only-port"}}},
		{ID: "port-10256", Level: 1, Rules: []Use{{Rule: "port-kube-proxy-health"}}},
		{ID: "port-9099", Level: 1, Rules: []Use{{Rule: "port-calico-health"}}},
		{ID: "port-6443", Level: 1, Rules: []Use{{Rule: "port-apiserver"}, {Rule: "port-controller-manager"}, {Rule: "port-scheduler"}, {Rule: "port-etcd-client"}, {Rule: "port-etcd-peer"}, {Rule: "port-etcd-metrics"}}},
		{ID: "kube-bench", Level: 1},
		{ID: "api.authorization-mode", Level: 1, Rules: []Use{{Rule: "apiserver-authorization-mode-no-always-allow"}, {Rule: "apiserver-authorization-mode-rbac"}}},
		{ID: "api.anonymous-auth", Level: 1, Rules: []Use{{Rule: "apiserver-anonymous-auth"}}},
		{ID: "kubelet.authorization-mode", Level: 1, Rules: []Use{{Rule: "kubelet-anonymous-auth"}, {Rule: "kubelet-authorization-webhook"}}},
	},
}
