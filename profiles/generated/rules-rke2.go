// Code generated from rules/rke2.yaml by go generate ./profiles; DO NOT EDIT.

package generated

import "harden/fixers"

var rke2Rules = []Rule{
	{
		Name:   "rke2-profile",
		Kind:   "rancher-profile",
		Path:   "rules/rke2.yaml",
		With:   "{profile: cis}",
		Fixer:  &fixers.RancherProfile{Profile: "cis"},
		Needs:  []string{"sysctl-vm-overcommit-memory", "sysctl-vm-panic-on-oom", "sysctl-kernel-panic", "sysctl-kernel-panic-on-oops", "etcd-account"},
		Title:  Text{EN: "Run RKE2 with its hardening profile (profile: cis)", ZH: "RKE2 启用加固配置（profile: cis）"},
		Why:    Text{EN: "Only with a profile does RKE2 write its manifests for root alone and run etcd as a user of its own. A chmod is undone by the next start.", ZH: "只有启用 profile，RKE2 才会以仅 root 可读的权限写入清单，并以独立用户运行 etcd；手动 chmod 会在下次启动时被还原。"},
		Risk:   Text{EN: "New pods must meet Pod Security restricted, but in system namespaces. Network policies and default accounts without a token come to kube-system, kube-public and default. On several servers restart one after the other, with a snapshot of etcd at hand.", ZH: "系统命名空间以外的新 Pod 须满足 Pod Security restricted；kube-system、kube-public 与 default 会增加 NetworkPolicy，其 default 账户不再挂载令牌。多台 server 应逐台重启，并事先备份 etcd 快照。"},
		Rating: Rating{Severity: "high", Because: Text{EN: "Without it etcd and its data belong to root, and manifests are readable by all.", ZH: "未启用时 etcd 及其数据属于 root，清单对所有人可读。"}, Warn: true},
	},
	{
		Name:   "rancher-secrets-encryption",
		Kind:   "rancher-encryption",
		Path:   "rules/rke2.yaml",
		With:   "{weak: [identity, aesgcm]}",
		Fixer:  &fixers.RancherEncryption{Weak: []string{"identity", "aesgcm"}},
		Title:  Text{EN: "Encrypt Secrets in etcd, by the command of RKE2 or K3s", ZH: "Secret 在 etcd 中加密存储（由 RKE2、K3s 自带命令启用）"},
		Why:    Text{EN: "Without it whoever reads etcd's files or a backup reads every Secret.", ZH: "未加密时，能读取 etcd 文件或其备份者即可读取全部 Secret。"},
		Risk:   Text{EN: "Judged only: their own command changes it, one server at a time, because it keeps the keys of all of them.", ZH: "仅检查：须由其自带命令逐台变更，因为密钥由其统一管理。"},
		Rating: Rating{Severity: "high", Because: Text{EN: "Secrets in plain text are in every backup of etcd.", ZH: "明文 Secret 会出现在 etcd 的每份备份中。"}},
	},
}
