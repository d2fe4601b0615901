package planner

import (
	"fmt"
	"strings"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/fixers"
)

// moments is a setting as it is now, and as the next boot will make it.
type moments struct{ now, next string }

// withMoments adds both to the reason of a verdict, where they differ: what is
// right now only, or from the next boot on only, is not right.
func (p *planning) withMoments(r wished, v verdict) string {
	if v.status != change.Drift && v.status != change.Blocked {
		return v.reason
	}
	m, differ := p.atBoot(r.wish.Boot)
	if !differ {
		m, differ = p.ofKubelet(r.Fixer)
	}
	for i := 0; !differ && i < len(r.wish.Wants); i++ {
		m, differ = p.ofComponent(r.wish.Wants[i])
	}
	if !differ {
		return v.reason
	}
	return fmt.Sprintf("%s; now %s, after the next boot %s", v.reason, m.now, m.next)
}

// atBoot compares a parameter of the running kernel with what the boot sets it to.
func (p *planning) atBoot(boot *fixers.AtBoot) (m moments, differ bool) {
	if boot == nil || !p.facts.Live {
		return m, false
	}
	r := p.read(change.SysctlTarget(boot.Key))
	if r.err != nil || r.state.Sysctl == nil {
		return m, false
	}
	m.now = r.state.Sysctl.Value
	m.next, differ = boot.Differs(m.now)
	return m, differ
}

// ofComponent compares a flag of a component's process with its manifest's.
func (p *planning) ofComponent(w change.Want) (m moments, differ bool) {
	c, flag := p.component(w)
	if c == nil || !outdated(c) {
		return m, false
	}
	now, running := facts.Flag(c.Name, c.Argv, flag)
	next, written := c.Flag(flag)
	if running == written && now == next {
		return m, false
	}
	return moments{fmt.Sprintf("%s (process %d)", flagText(w, flag, now, running), c.PID), fmt.Sprintf("%s (%s)", flagText(w, flag, next, written), c.Manifest)}, true
}

func flagText(w change.Want, flag, value string, given bool) string {
	if !given {
		return fmt.Sprintf("without --%s", flag)
	}
	return fmt.Sprintf("--%s=%v", flag, w.Shown(value))
}

// ofKubelet compares a flag that decides a setting of the kubelet with its unit's.
func (p *planning) ofKubelet(f fixers.Fixer) (m moments, differ bool) {
	setting, is := f.(*fixers.KubeletSetting)
	k := p.facts.Kubelet
	if !is || k == nil {
		return m, false
	}
	name, now, next := k.Differs("config", "config-dir", strings.TrimPrefix(setting.Flag, "--"))
	if name == "" {
		return m, false
	}
	w := change.Want{Value: next}
	value := ""
	if now != nil {
		value = *now
	}
	return moments{fmt.Sprintf("%s (process %d)", flagText(w, name, value, now != nil), k.PID), flagText(w, name, next, true)}, true
}
