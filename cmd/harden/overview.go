package main

import "fmt"

// overview is what harden prints without a verb.
func (a *app) overview() {
	text := overviewEN
	if a.Lang == "zh" {
		text = overviewZH
	}
	fmt.Fprint(a.stdout, text)
}

const overviewEN = `harden brings a Kubernetes node to a security baseline. It shows a plan, applies
it, checks that the node is healthy, and can undo it.

  Look     check      compare this node with a baseline
           plan       what would change, and what it can break
           explain    one control or rule
  Change   apply      make the changes; if one fails, undo them all
           confirm    keep a run that was applied with --confirm-within
           rollback   undo a run
           recover    undo a run that was interrupted
  Record   history · show · diff · summary · evidence · attest
  Set up   profiles · completion · version

  Start    sudo harden check
           sudo harden plan
           sudo harden apply --confirm-within 10m
  More     harden VERB --help · man harden · harden help exit-codes
`

const overviewZH = `harden 使 Kubernetes 节点符合安全基线：先显示计划，再应用，然后检查节点是否健康，并可撤销。

  查看     check      将本节点与基线对比
           plan       将作哪些变更，可能影响什么
           explain    说明一个控制项或规则
  变更     apply      应用变更；任何一步失败则全部撤销
           confirm    保留以 --confirm-within 应用的运行
           rollback   回滚一次运行
           recover    崩溃后清理
  记录     history · show · diff · summary · evidence · attest
  设置     profiles · completion · version

  开始     sudo harden check
           sudo harden plan
           sudo harden apply --confirm-within 10m
  更多     harden VERB --help · man harden · harden help exit-codes
`
