package planner

import (
	"cmp"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"time"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/host"
	"harden/agent/message"
	"harden/fixers"
)

// component gives the component whose manifest a want asks for a flag in, and
// the flag's name without dashes; nil where the want is about something else.
func (p *planning) component(w change.Want) (c *facts.Component, flag string) {
	syntax, name := w.Field.Address()
	if syntax != "flag" {
		return nil, ""
	}
	c = p.facts.Components[ManifestOf(change.Change{Target: w.Target}, p.facts)]
	return c, strings.ReplaceAll(strings.TrimLeft(name, "-"), "_", "-")
}

// outdated tells whether a component's process runs with another command line
// than its manifest's.
func outdated(c *facts.Component) bool {
	return c.Running && len(c.Argv) > 0 && len(c.ManifestArgv) > 0 && !c.RunsAsStarted()
}

// behind says that a component still runs without what its manifest says of a
// flag, or "". What is written but does not run protects nothing. Where the
// process runs the manifest's command line, the manifest has been judged.
func (p *planning) behind(w change.Want) message.Text {
	c, flag := p.component(w)
	if c == nil || w.Later || !outdated(c) {
		return message.Text{}
	}
	value, given := facts.Flag(c.Name, c.Argv, flag)
	if holds, err := holdsWithDefault(w, value, given); err == nil && holds {
		return message.Text{}
	}
	if !given {
		return message.New("%s is correct, but process %d runs without --%s", w.Target.Name(), c.PID, flag)
	}
	return message.New("%s is correct, but process %d runs with --%s=%s", w.Target.Name(), c.PID, flag, w.Shown(value))
}

// holdsWithDefault judges a flag of a command line.
func holdsWithDefault(w change.Want, value string, given bool) (bool, error) {
	if !given && w.Default != nil {
		return w.Holds(w.Default, true)
	}
	return w.Holds(value, given)
}

// catchUp adds, for each component that is behind its manifest, that the
// kubelet has to roll it: by the change of its manifest, where there is one,
// or by waiting for it, because nothing is left to be written.
func (p *planning) catchUp() {
	for _, name := range facts.ComponentNames {
		rules := p.late[name]
		if len(rules) == 0 {
			continue
		}
		c := p.facts.Components[name]
		rolls := func(o change.Change) bool { return o.Target == change.FileTarget(c.Manifest) && !o.Later }
		if i := slices.IndexFunc(p.changes, rolls); i >= 0 {
			p.changes[i].Rules = slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(p.changes[i].Rules), rules...))))
			continue
		}
		stale := message.New("process %d runs with another command line than %s says", c.PID, c.Manifest)
		p.changes = append(p.changes, change.Change{Target: change.PodTarget(name), Rules: slices.Compact(slices.Sorted(slices.Values(rules))),
			Fields:  []change.FieldChange{{Field: change.FieldProcess, Before: stale, After: change.Current}},
			Effects: []change.Effect{change.RollPod(name)},
			Before:  change.State{Unit: &change.Unit{Stale: stale}}, After: change.State{Unit: &change.Unit{}}})
	}
}

// readUnit tells whether a unit's process is older than the files that it was
// started from.
func (t *targets) readUnit(name string) (change.State, error) {
	k := t.facts.Kubelet
	if name != t.facts.KubeletUnit() || k == nil {
		return change.State{}, message.Errorf("harden has no information on unit %s", name)
	}
	units, err := t.systemd()
	if err != nil {
		return change.State{}, err
	}
	unit, err := units.Unit(t.ctx, name)
	if err != nil {
		return change.State{}, err
	}
	state := change.State{Unit: &change.Unit{Serving: t.serving}}
	switch {
	case unit.Started.IsZero():
	case unit.NeedDaemonReload:
		state.Unit.Stale = message.New("its unit files were changed since systemd read them")
	default:
		files := slices.Concat([]string{k.Config}, k.ConfigDropIns, k.EnvFiles)
		files = slices.DeleteFunc(files, t.facts.Rancher.Generates)
		state.Unit.Stale, err = t.newer(files, unit.Started)
		state.Unit.Stale = cmp.Or(state.Unit.Stale, k.Behind())
	}
	return state, err
}

// newer names a file that was written after a process was started.
func (t *targets) newer(files []string, started time.Time) (message.Text, error) {
	for _, file := range files {
		if file == "" {
			continue
		}
		info, err := host.Linked{Root: t.node.Root}.Stat(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return message.Text{}, err
		}
		// A time in the future would ask for a restart for ever.
		if info.ModTime.After(started) && info.ModTime.Before(t.node.Now()) {
			return message.New("%s was written after the process had started", file), nil
		}
	}
	return message.Text{}, nil
}

// moments is a setting as it is now, and as the next boot will make it.
type moments struct{ now, next message.Text }

// withMoments adds both to the reason of a verdict, where they differ: what is
// right now only, or from the next boot on only, is not right.
func (p *planning) withMoments(r requiredRule, v verdict) message.Text {
	if v.status != change.Drift && v.status != change.Blocked {
		return v.reason
	}
	m, differ := p.atBoot(r.req.Boot)
	if !differ {
		m, differ = p.ofKubelet(r.Fixer)
	}
	for i := 0; !differ && i < len(r.req.Wants); i++ {
		m, differ = p.ofComponent(r.req.Wants[i])
	}
	if !differ {
		return v.reason
	}
	return message.New("%s; now %s, after the next boot %s", v.reason, m.now, m.next)
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
	m.now = message.Value(r.state.Sysctl.Value)
	m.next, differ = boot.Differs(r.state.Sysctl.Value)
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
	return moments{message.New("%s (process %d)", flagText(w, flag, now, running), c.PID), message.New("%s (%s)", flagText(w, flag, next, written), c.Manifest)}, true
}

func flagText(w change.Want, flag, value string, given bool) message.Text {
	if !given {
		return message.New("without --%s", flag)
	}
	return message.New("--%s=%v", flag, w.Shown(value))
}

// ofKubelet compares a flag that decides a setting of the kubelet with its unit's.
func (p *planning) ofKubelet(f fixers.Fixer) (m moments, differ bool) {
	setting, is := f.(fixers.Configuring)
	k := p.facts.Kubelet
	if !is || k == nil {
		return m, false
	}
	_, flag := setting.KubeletSetting()
	name, now, next := k.Differs("config", "config-dir", strings.TrimPrefix(flag, "--"))
	if name == "" {
		return m, false
	}
	w := change.Want{Value: next}
	value := ""
	if now != nil {
		value = *now
	}
	return moments{message.New("%s (process %d)", flagText(w, name, value, now != nil), k.PID), flagText(w, name, next, true)}, true
}
