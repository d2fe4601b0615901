package main

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/journal"
	"harden/agent/planner"
	"harden/agent/report"
	"harden/profiles"
)

// hint prints a line that tells a reader something, at the end of a text.
func (a *app) hint(en, zh string) {
	text := en
	if a.Lang == "zh" {
		text = zh
	}
	fmt.Fprintln(a.stdout, a.style().Wrap(report.Safe(text), 2))
}

// next prints the line that closes a text: what may be done now, and the
// command that does it.
func (a *app) next(en, zh, command string) {
	text := en + ": " + command
	if a.Lang == "zh" {
		text = zh + "：" + command
	}
	fmt.Fprintln(a.stdout, a.style().Wrap(report.Safe(text), 2))
}

// nextOfList is next where what is printed is a list, which programs cut into
// columns: on a terminal only.
func (a *app) nextOfList(en, zh, command string) {
	if isTerminal(a.stdout) {
		a.next(en, zh, command)
	}
}

// changing are the verbs that change the node.
var changing = []string{"apply", "rollback", "recover", "confirm", "attest"}

// commandLine is one of harden, about the same node.
func (a *app) commandLine(verb string, flags []string, arguments ...string) string {
	line := "harden " + verb
	if a.Root == "/" && os.Geteuid() != 0 && slices.Contains(changing, verb) {
		line = "sudo " + line
	}
	add := func(words []string) {
		for _, word := range words {
			line += " " + quoted(word)
		}
	}
	add(flags)
	if a.Root != "/" {
		add([]string{"--root", a.Root})
	}
	add(arguments)
	return line
}

// planning is a command line that makes the same plan: with plan, check or
// apply.
func (a *app) planning(verb string) string {
	var flags []string
	add := func(flag, value string) {
		if value != "" {
			flags = append(flags, flag, value)
		}
	}
	add("--profile", a.Profile)
	for _, name := range slices.Sorted(maps.Keys(a.Set)) {
		add("--set", name+"="+a.Set[name])
	}
	from := a.from
	if verb == "check" {
		from = ""
	}
	add("--from", from)
	if from == "" {
		add("--only", strings.Join(a.Only, ","))
	}
	add("--skip", strings.Join(a.Skip, ","))
	add("--role", a.Role)
	if a.NoRestart {
		flags = append(flags, "--no-restart")
	}
	return a.commandLine(verb, flags)
}

// closePlan says what to do with a plan that was only looked at; out is the
// file that it was written to, or "".
func (a *app) closePlan(plan *planner.Plan, out string) {
	if len(plan.Changes) == 0 {
		a.next("To see every control", "查看全部控制项", a.planning("check"))
		return
	}
	line := a.planning("apply")
	if out != "" { // it says itself what it was made from
		line = a.commandLine("apply", nil, out)
	}
	en, zh := "Nothing was changed. To apply this plan", "尚未更改任何内容。应用以上变更"
	if plan.Facts.Live && slices.ContainsFunc(plan.Effects(), func(e change.Effect) bool { return e.Component() != "" }) {
		en, zh = "Nothing was changed. To apply this plan, while the control plane is healthy", "尚未更改任何内容。在控制面健康时应用以上变更"
	}
	a.next(en, zh, line)
}

// closeReport says what to do about what a check found: the worst that
// something can be done about.
func (a *app) closeReport(r report.Report) {
	judged, manual := "", "" // the first of each
	for _, c := range r.Controls {
		switch c.Status {
		case change.Blocked, change.Error:
			judged = cmp.Or(judged, c.ID)
		case change.Manual:
			manual = cmp.Or(manual, c.ID)
		}
	}
	switch {
	case len(r.Plan.Changes) > 0:
		a.next("To see what would fix the failures, and why", "查看如何修复及原因", a.planning("plan"))
	case judged != "":
		a.next("To see why, and what to do", "查看原因与处理办法", a.commandLine("explain", nil, judged))
	case manual != "":
		a.next("To record your verdict on a control that only a person can judge", "记录需人工判断的控制项的结论", a.attesting(manual))
	}
}

// attesting is a command line that records a verdict on a control.
func (a *app) attesting(control string) string {
	return a.commandLine("attest", nil, control) + " --reason … --expires YYYY-MM-DD"
}

// closeRun says what can be done about a run that is over, or waits.
func (a *app) closeRun(run report.Run) {
	if run.Waits {
		a.next("harden restores kubeadm's record once the API server answers. To restore it now", "API Server 可用后，kubeadm 的集群记录将自动还原。立即执行", a.commandLine("recover", nil))
		return
	}
	switch journal.State(run.State) {
	case journal.Pending:
		a.hintConfirm(run)
		a.next("To undo it", "如需撤销", a.commandLine("rollback", nil, run.ID))
	case journal.Applied:
		a.next("To undo it", "如需撤销", a.commandLine("rollback", nil, run.ID))
	case journal.RolledBack:
		var flags []string
		if slices.Contains(profiles.Names(), run.Profile) { // of others the file is not known
			flags = []string{"--profile", run.Profile}
		}
		a.next("To see what is open now", "查看当前未满足的项", a.commandLine("check", flags))
	case journal.RollbackIncomplete:
		a.next("When the cause is fixed, go on with", "排除原因后继续", a.commandLine("rollback", nil, run.ID))
	case "interrupted":
		a.next("To recover it", "处理该次运行", a.commandLine("recover", nil))
	}
}

// closeExplanation says how what was explained is done, or judged.
func (a *app) closeExplanation(e report.Explanation, profile string) {
	switch {
	case len(e.Changes) > 0:
		a.next("To do only this", "仅应用此项", a.commandLine("apply", []string{"--profile", cmp.Or(a.Profile, profile), "--only", e.Name}))
	case len(e.Rules) == 0 && len(e.Controls) > 0 && e.Controls[0].Manual.EN != "":
		a.next("To record your verdict", "记录结论", a.attesting(e.Controls[0].ID))
	}
}

// closeDiff says what to do about what is open in the later of two reports.
func (a *app) closeDiff(d report.Diff) {
	counts := d.Counts()
	profile := d.After.Plan.Profile.Name
	if counts[report.DiffNew]+counts[report.DiffStill] == 0 || !slices.Contains(profiles.Names(), profile) {
		return
	}
	a.next("On the node, to see what would fix the open controls", "在该节点上查看如何修复未解决的项", a.commandLine("plan", []string{"--profile", profile}))
}
