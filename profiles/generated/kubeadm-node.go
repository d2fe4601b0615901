// Code generated from builtin/kubeadm-node.yaml by go generate ./profiles; DO NOT EDIT.

package generated

var kubeadmNode = Profile{
	Name:    "kubeadm-node",
	Version: "1.0.0",
	Source:  "harden; after the CIS Kubernetes Benchmark's sections on node files and the kubelet",
	Title:   Text{EN: "kubeadm node: files, kubelet, kernel", ZH: "kubeadm 节点：文件、kubelet 与内核"},
	Controls: []Control{
		{ID: "files.manifests", Level: 1, Rules: []Use{{Rule: "kube-apiserver-manifest-mode"}, {Rule: "kube-apiserver-manifest-owner"}, {Rule: "kube-controller-manager-manifest-mode"}, {Rule: "kube-controller-manager-manifest-owner"}, {Rule: "kube-scheduler-manifest-mode"}, {Rule: "kube-scheduler-manifest-owner"}, {Rule: "etcd-manifest-mode"}, {Rule: "etcd-manifest-owner"}}},
		{ID: "files.kubeconfigs", Level: 1, Rules: []Use{{Rule: "admin-kubeconfig-mode"}, {Rule: "admin-kubeconfig-owner"}, {Rule: "super-admin-kubeconfig-mode"}, {Rule: "super-admin-kubeconfig-owner"}, {Rule: "controller-manager-kubeconfig-mode"}, {Rule: "controller-manager-kubeconfig-owner"}, {Rule: "scheduler-kubeconfig-mode"}, {Rule: "scheduler-kubeconfig-owner"}, {Rule: "kubelet-kubeconfig-mode"}, {Rule: "kubelet-kubeconfig-owner"}}},
		{ID: "files.kubelet", Level: 1, Rules: []Use{{Rule: "kubelet-unit-mode"}, {Rule: "kubelet-unit-owner"}, {Rule: "kubelet-config-mode"}, {Rule: "kubelet-config-owner"}}},
		{ID: "files.cni", Level: 1, Rules: []Use{{Rule: "cni-config-mode"}, {Rule: "cni-config-owner"}}},
		{ID: "files.pki", Level: 1, Rules: []Use{{Rule: "pki-owner"}, {Rule: "pki-key-mode"}, {Rule: "pki-certificate-mode"}}},
		{ID: "files.etcd", Level: 1, Rules: []Use{{Rule: "etcd-data-mode"}}},
		{ID: "kernel.sysctl", Level: 1, Rules: []Use{{Rule: "sysctl-vm-overcommit-memory"}, {Rule: "sysctl-vm-panic-on-oom"}, {Rule: "sysctl-kernel-panic"}, {Rule: "sysctl-kernel-panic-on-oops"}, {Rule: "sysctl-kernel-keys-root-maxbytes"}, {Rule: "sysctl-kernel-keys-root-maxkeys"}}},
		{ID: "kubelet.authentication", Level: 1, Rules: []Use{{Rule: "kubelet-anonymous-auth"}, {Rule: "kubelet-client-ca"}}},
		{ID: "kubelet.authorization", Level: 1, Rules: []Use{{Rule: "kubelet-authorization-webhook"}}},
		{ID: "kubelet.read-only-port", Level: 1, Rules: []Use{{Rule: "kubelet-read-only-port"}}},
		{ID: "kubelet.certificates", Level: 1, Rules: []Use{{Rule: "kubelet-rotate-certificates"}}},
		{ID: "kubelet.limits", Level: 1, Rules: []Use{{Rule: "kubelet-streaming-idle-timeout"}, {Rule: "kubelet-event-record-qps"}, {Rule: "kubelet-pod-pids-limit"}}},
		{ID: "kubelet.kernel", Level: 1, Rules: []Use{{Rule: "kubelet-protect-kernel-defaults"}, {Rule: "kubelet-iptables-util-chains"}}},
		{ID: "kubelet.tls", Level: 1, Rules: []Use{{Rule: "kubelet-tls-cipher-suites"}}},
		{ID: "kubelet.seccomp", Level: 2, Rules: []Use{{Rule: "kubelet-seccomp-default"}}},
		{ID: "kubelet.running", Level: 1, Rules: []Use{{Rule: "kubelet-runs-its-config"}}},
	},
}
