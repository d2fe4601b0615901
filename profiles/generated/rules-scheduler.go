// Code generated from rules/scheduler.yaml by go generate ./profiles; DO NOT EDIT.

package generated

import "harden/fixers"

var schedulerRules = []Rule{
	{
		Name:   "scheduler-profiling",
		Kind:   "component-flag",
		Path:   "rules/scheduler.yaml",
		With:   "{component: kube-scheduler, flag: --profiling, value: \"false\", default: \"true\"}",
		Fixer:  &fixers.ComponentFlag{Component: "kube-scheduler", Flag: "--profiling", Op: "exact", Value: "false", Default: "true"},
		Title:  Text{EN: "Disable scheduler profiling", ZH: "关闭调度器性能剖析接口"},
		Rating: Rating{Severity: "low", Frameworks: []IDs{{"iso-27001", "A.8.14"}}},
	},
	{
		Name:   "scheduler-bind-address",
		Kind:   "component-flag",
		Path:   "rules/scheduler.yaml",
		With:   "{component: kube-scheduler, flag: --bind-address, op: one-of, bound: [\"127.0.0.1\", \"::1\"], value: \"127.0.0.1\", default: \"0.0.0.0\"}",
		Fixer:  &fixers.ComponentFlag{Component: "kube-scheduler", Flag: "--bind-address", Op: "one-of", Value: "127.0.0.1", Bound: []string{"127.0.0.1", "::1"}, Default: "0.0.0.0"},
		Title:  Text{EN: "Bind the scheduler to the loopback address", ZH: "调度器仅监听本机回环地址"},
		Rating: Rating{Severity: "medium", Frameworks: []IDs{{"nist-800-53", "AC-3"}, {"iso-27001", "A.8.14"}, {"stig", "V-242384"}}},
	},
	{
		Name:   "scheduler-tls-min-version",
		Kind:   "component-flag",
		Path:   "rules/scheduler.yaml",
		With:   "{component: kube-scheduler, flag: --tls-min-version, op: one-of, bound: [VersionTLS12, VersionTLS13], value: VersionTLS12, given: true}",
		Fixer:  &fixers.ComponentFlag{Component: "kube-scheduler", Flag: "--tls-min-version", Op: "one-of", Value: "VersionTLS12", Bound: []string{"VersionTLS12", "VersionTLS13"}, Given: true},
		Title:  Text{EN: "Require TLS 1.2 or newer at the scheduler", ZH: "调度器使用 TLS 1.2 及以上版本"},
		Rating: Rating{Severity: "low"},
	},
	{
		Name:   "scheduler-no-alpha-features",
		Kind:   "component-flag",
		Path:   "rules/scheduler.yaml",
		With:   "{component: kube-scheduler, flag: --feature-gates, op: excludes, value: [AllAlpha=true]}",
		Fixer:  &fixers.ComponentFlag{Component: "kube-scheduler", Flag: "--feature-gates", Op: "excludes", Value: []string{"AllAlpha=true"}},
		Title:  Text{EN: "Do not turn on all alpha features of the scheduler", ZH: "调度器不整体启用 Alpha 特性"},
		Rating: Rating{Severity: "medium"},
	},
}
