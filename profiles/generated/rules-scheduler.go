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
		Why:    Text{EN: "Profiles show program internals, and taking them costs time.", ZH: "剖析数据会暴露程序内部信息，采集也会消耗资源。"},
		Risk:   Text{EN: "To analyse a performance problem, turn it on again for that time.", ZH: "排查性能问题时需临时开启。"},
		Rating: Rating{Severity: "low", Because: Text{EN: "Profiling data shows internals, but only to clients with rights.", ZH: "性能剖析数据会暴露内部信息，但仅限有权限者。"}, Frameworks: []IDs{{"iso-27001", "A.8.14"}}},
	},
	{
		Name:   "scheduler-bind-address",
		Kind:   "component-flag",
		Path:   "rules/scheduler.yaml",
		With:   "{component: kube-scheduler, flag: --bind-address, op: one-of, bound: [\"127.0.0.1\", \"::1\"], value: \"127.0.0.1\", default: \"0.0.0.0\"}",
		Fixer:  &fixers.ComponentFlag{Component: "kube-scheduler", Flag: "--bind-address", Op: "one-of", Value: "127.0.0.1", Bound: []string{"127.0.0.1", "::1"}, Default: "0.0.0.0"},
		Title:  Text{EN: "Bind the scheduler to the loopback address", ZH: "调度器仅监听本机回环地址"},
		Why:    Text{EN: "Its health and metrics port need not be reached from the network.", ZH: "其健康与指标端口无需对网络开放。"},
		Risk:   Text{EN: "Monitoring that scrapes it from another machine stops working.", ZH: "从其他主机采集指标的监控将失效。"},
		Rating: Rating{Severity: "medium", Because: Text{EN: "Only the node itself needs to reach its port.", ZH: "其端口只需本机可见。"}, Frameworks: []IDs{{"nist-800-53", "AC-3"}, {"iso-27001", "A.8.14"}, {"stig", "V-242384"}}},
	},
	{
		Name:   "scheduler-tls-min-version",
		Kind:   "component-flag",
		Path:   "rules/scheduler.yaml",
		With:   "{component: kube-scheduler, flag: --tls-min-version, op: one-of, bound: [VersionTLS12, VersionTLS13], value: VersionTLS12, given: true}",
		Fixer:  &fixers.ComponentFlag{Component: "kube-scheduler", Flag: "--tls-min-version", Op: "one-of", Value: "VersionTLS12", Bound: []string{"VersionTLS12", "VersionTLS13"}, Given: true},
		Title:  Text{EN: "Require TLS 1.2 or newer at the scheduler", ZH: "调度器使用 TLS 1.2 及以上版本"},
		Why:    Text{EN: "Older versions of TLS have known attacks. The default has followed Go's over time; setting it keeps it.", ZH: "旧版 TLS 存在已知攻击；默认值随 Go 版本变化，显式设置可确保不变。"},
		Risk:   Text{EN: "Clients that know only TLS 1.0 or 1.1 cannot read its metrics.", ZH: "仅支持 TLS 1.0/1.1 的客户端无法读取其指标。"},
		Rating: Rating{Severity: "low", Because: Text{EN: "The default is TLS 1.2 already.", ZH: "默认已是 TLS 1.2。"}},
	},
	{
		Name:   "scheduler-no-alpha-features",
		Kind:   "component-flag",
		Path:   "rules/scheduler.yaml",
		With:   "{component: kube-scheduler, flag: --feature-gates, op: excludes, value: [AllAlpha=true]}",
		Fixer:  &fixers.ComponentFlag{Component: "kube-scheduler", Flag: "--feature-gates", Op: "excludes", Value: []string{"AllAlpha=true"}},
		Title:  Text{EN: "Do not turn on all alpha features of the scheduler", ZH: "调度器不整体启用 Alpha 特性"},
		Why:    Text{EN: "Alpha features are not finished, are not in support and may change or lose data with any release.", ZH: "Alpha 特性尚未完成且不受支持，任何版本都可能改变其行为或丢失数据。"},
		Risk:   Text{EN: "Programs that use an alpha feature need its own gate.", ZH: "使用某项 Alpha 特性的程序需单独启用对应门控。"},
		Rating: Rating{Severity: "medium", Because: Text{EN: "Alpha features have had no security review, and may vanish.", ZH: "Alpha 功能未经安全评审，且可能被移除。"}},
	},
}
