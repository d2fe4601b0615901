// Code generated from rules/scheduler.yaml by go generate ./profiles; DO NOT EDIT.

package generated

import "harden/fixers"

var schedulerRules = []Rule{
	{
		Name:  "scheduler-profiling",
		Kind:  "component-flag",
		Path:  "rules/scheduler.yaml",
		With:  "{component: kube-scheduler, flag: --profiling, value: \"false\", default: \"true\"}",
		Fixer: &fixers.ComponentFlag{Component: "kube-scheduler", Flag: "--profiling", Op: "exact", Value: "false", Default: "true"},
		Title: Text{EN: "The scheduler serves no profiling data", ZH: "关闭调度器性能剖析接口"},
		Why:   Text{EN: "Profiles show program internals, and taking them costs time.", ZH: "剖析数据会暴露程序内部信息，采集也会消耗资源。"},
		Risk:  Text{EN: "Who looks for a performance problem must turn it on again for that time.", ZH: "排查性能问题时需临时开启。"},
	},
	{
		Name:  "scheduler-bind-address",
		Kind:  "component-flag",
		Path:  "rules/scheduler.yaml",
		With:  "{component: kube-scheduler, flag: --bind-address, op: one-of, bound: [\"127.0.0.1\", \"::1\"], value: \"127.0.0.1\", default: \"0.0.0.0\"}",
		Fixer: &fixers.ComponentFlag{Component: "kube-scheduler", Flag: "--bind-address", Op: "one-of", Value: "127.0.0.1", Bound: []string{"127.0.0.1", "::1"}, Default: "0.0.0.0"},
		Title: Text{EN: "The scheduler listens on the loopback address only", ZH: "调度器仅监听本机回环地址"},
		Why:   Text{EN: "Its health and metrics port need not be reached from the network.", ZH: "其健康与指标端口无需对网络开放。"},
		Risk:  Text{EN: "Monitoring that scrapes it from another machine stops working.", ZH: "从其他主机采集指标的监控将失效。"},
	},
}
