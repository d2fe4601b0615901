// Code generated from rules/accounts.yaml by go generate ./profiles; DO NOT EDIT.

package generated

import "harden/fixers"

var accountsRules = []Rule{
	{
		Name:       "etcd-account",
		Kind:       "account",
		Path:       "rules/accounts.yaml",
		With:       "{component: etcd, user: etcd, group: etcd, uid: $etcd-uid, gid: $etcd-gid, comment: \"etcd service account\", home: /var/lib/etcd}",
		Fixer:      &fixers.Account{Component: "etcd", User: "etcd", Group: "etcd", UID: 52034, GID: 52034, Comment: "etcd service account", Home: "/var/lib/etcd"},
		Parameters: []Parameter{{"etcd-gid", 52034}, {"etcd-uid", 52034}},
		Title:      Text{EN: "Give etcd a user and a group of its own (52034, or the one that it runs as)", ZH: "etcd 使用独立的用户与组（52034，或其实际运行所用账户）"},
		Why:        Text{EN: "etcd's data is every secret of the cluster. An account of its own keeps it from every other service of the node.", ZH: "etcd 数据包含集群全部 Secret；独立账户可使其与节点上的其他服务隔离。"},
		Risk:       Text{EN: "None by itself. A change of the ids later needs a chown of the data directory.", ZH: "本身无风险；日后更改 ID 需要对数据目录执行 chown。"},
		Rating:     Rating{Severity: "medium", Because: Text{EN: "Without an account of its own, etcd's data shares an owner with other services.", ZH: "etcd 没有独立账户时，其数据与其他服务同属一个用户。"}, Frameworks: []IDs{{"nist-800-53", "CM-6"}, {"stig", "V-242445"}}},
	},
}
