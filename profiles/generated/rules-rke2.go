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
		Rating: Rating{Severity: "high", Warn: true},
	},
	{
		Name:   "rancher-secrets-encryption",
		Kind:   "rancher-encryption",
		Path:   "rules/rke2.yaml",
		With:   "{weak: [identity, aesgcm]}",
		Fixer:  &fixers.RancherEncryption{Weak: []string{"identity", "aesgcm"}},
		Title:  Text{EN: "Encrypt Secrets in etcd with the command of RKE2 or K3s", ZH: "Secret 在 etcd 中加密存储（由 RKE2、K3s 自带命令启用）"},
		Rating: Rating{Severity: "high"},
	},
}
