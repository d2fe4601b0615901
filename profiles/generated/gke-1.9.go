// Code generated from builtin/gke-1.9.yaml by go generate ./profiles; DO NOT EDIT.

package generated

var gke1_9 = Profile{
	Name:    "gke-1.9",
	Version: "1.0.0",
	Source:  "CIS Google GKE Benchmark v1.9.0, section 3 (ids and values)",
	Title:   Text{EN: "CIS Google GKE Benchmark v1.9.0, worker nodes", ZH: "CIS Google GKE 基准 v1.9.0（工作节点）"},
	Controls: []Control{
		{ID: "3.1.1", Level: 1, Rules: []Use{{Rule: "kubelet-kubeconfig-mode", With: "{mode: \"0644\"}"}},
			Title: &Text{EN: "Restrict the mode of the kubelet kubeconfig", ZH: "限制 kubelet kubeconfig 的权限"},
			Note:  &Text{EN: "kube-bench judges this file under the name of kube-proxy's kubeconfig; the title is about the kubelet's.", ZH: "kube-bench 以 kube-proxy kubeconfig 的名义检查该文件；标题针对 kubelet。"}},
		{ID: "3.1.2", Level: 1, Rules: []Use{{Rule: "kubelet-kubeconfig-owner"}},
			Title: &Text{EN: "Give the kubelet kubeconfig to root:root", ZH: "kubelet kubeconfig 属主为 root:root"}},
		{ID: "3.1.3", Level: 1, Rules: []Use{{Rule: "kubelet-config-mode", With: "{mode: \"0644\"}"}},
			Title: &Text{EN: "Restrict the mode of the kubelet configuration", ZH: "限制 kubelet 配置文件的权限"},
			Note:  &Text{EN: "kube-bench's default is /etc/kubernetes/kubelet-config.yaml; the file that the kubelet runs with is judged.", ZH: "kube-bench 默认检查 /etc/kubernetes/kubelet-config.yaml；此处检查 kubelet 实际使用的文件。"}},
		{ID: "3.1.4", Level: 1, Rules: []Use{{Rule: "kubelet-config-owner"}},
			Title: &Text{EN: "Give the kubelet configuration to root:root", ZH: "kubelet 配置文件属主为 root:root"}},
	},
}
