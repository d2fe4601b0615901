// Code generated from builtin/cis-1.11.yaml by go generate ./profiles; DO NOT EDIT.

package generated

var cis1_11 = Profile{
	Name:    "cis-1.11",
	Version: "1.0.0",
	Source:  "CIS Kubernetes Benchmark v1.11, Kubernetes 1.29 to 1.31 (ids, levels and values)",
	Family:  "cis",
	Title:   Text{EN: "CIS Kubernetes Benchmark v1.11", ZH: "CIS Kubernetes 基准 v1.11"},
	From:    "1.29",
	Extends: []string{"cis-1.10"},
	Skip:    []string{"5.7.1", "5.7.2", "5.7.3", "5.7.4"},
	Controls: []Control{
		{ID: "1.1.20", Level: 1, Rules: []Use{{Rule: "pki-certificate-mode", With: "{mode: \"0644\"}"}}},
		{ID: "1.2.30", Level: 1, Rules: []Use{{Rule: "apiserver-service-account-extend-token-expiration"}}},
		{ID: "4.1.7", Level: 1, Rules: []Use{{Rule: "kubelet-client-ca-mode", With: "{mode: \"0644\"}"}}},
		{ID: "4.2.14", Level: 1, Rules: []Use{{Rule: "kubelet-seccomp-default"}}},
		{ID: "4.2.15", Level: 2, Rules: []Use{{Rule: "kubelet-addresses"}},
			Title:  &Text{EN: "Let the kubelet talk to known addresses only", ZH: "kubelet 仅与指定地址通信"},
			Manual: &Text{EN: "See what systemd drops for the kubelet: `systemctl show kubelet -p IPAddressDeny -p IPAddressAllow`. A good answer denies any address and allows the local host, the API server and its load balancer, the nodes and the pod network; or a firewall in front of port 10250 does the same. To set it: `harden apply --confirm-within 5m --set kubelet-allowed-addresses=localhost,10.0.0.0/16`, with your addresses.", ZH: "查看 systemd 为 kubelet 丢弃哪些地址：`systemctl show kubelet -p IPAddressDeny -p IPAddressAllow`。合格标准：拒绝任意地址，并允许本机、API Server 及其负载均衡、各节点与 Pod 网络；或由 10250 端口前的防火墙实现同样效果。设置方法（替换为实际地址）：`harden apply --confirm-within 5m --set kubelet-allowed-addresses=localhost,10.0.0.0/16`。"},
			Note:   &Text{EN: "The benchmark names IPAddressDeny as if it were a flag of the kubelet. It is a setting of its systemd unit, and only the operator knows the addresses, so the rule does nothing unless asked for.", ZH: "基准将 IPAddressDeny 写作 kubelet 参数，实际为其 systemd 单元的设置；所需地址只有运维人员知道，因此该规则默认不启用。"}},
		{ID: "5.6.1", As: "5.7.1"},
		{ID: "5.6.2", As: "5.7.2"},
		{ID: "5.6.3", As: "5.7.3"},
		{ID: "5.6.4", As: "5.7.4"},
	},
}
