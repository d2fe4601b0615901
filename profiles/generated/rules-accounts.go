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
		Title:      Text{EN: "Give etcd a user and a group of its own (52034, or the user that etcd already runs as)", ZH: "etcd 使用独立的用户与组（52034，或其实际运行所用账户）"},
		Rating:     Rating{Severity: "medium", Frameworks: []IDs{{"nist-800-53", "CM-6"}, {"stig", "V-242445"}}},
	},
}
