package report

import (
	"fmt"
	"slices"
	"strings"

	"harden/agent/change"
)

// mostFixes bounds the steps that are told of one fix.
const mostFixes = 3

// Fix says in one line what apply would do about the finding, in a language;
// "" where it does nothing.
func (f ReportedFinding) Fix(l Language) string {
	if len(f.Fixes) == 0 {
		return ""
	}
	var steps []string
	var effects []change.Effect
	about, seen := failedFields(f.Finding), map[string]bool{}
	var alike []alike // what many files get in common
	for _, i := range f.Fixes {
		c := f.changes[i]
		effects = append(effects, c.Effects...)
		for _, field := range fieldsOf(about, c) {
			if c.Target.Kind() == change.KindFile && (field.Field == change.FieldMode || field.Field == change.FieldOwner) {
				alike = together(alike, l.FieldName(field.Field), Value(field.After), Safe(c.Target.Name()))
				continue
			}
			step := l.step(c, field)
			if !seen[step] && len(steps) < mostFixes {
				steps = append(steps, step)
			}
			seen[step] = true
		}
	}
	for _, a := range alike {
		step := a.say(l)
		if seen[step] = true; len(steps) < mostFixes {
			steps = append(steps, step)
		}
	}
	if more := len(seen) - mostFixes; more > 0 {
		steps = append(steps, l.Say(fmt.Sprintf("and %d more", more), fmt.Sprintf("以及另外 %d 项", more)))
	}
	for _, e := range change.SortEffects(effects) {
		switch {
		case e.IsRestart():
			steps = append(steps, l.Say("restart ", "重启 ")+Safe(e.Unit()))
		case e.Component() != "":
			steps = append(steps, l.Say("restart ", "重启 ")+e.Component())
		case e == change.DaemonReload:
			steps = append(steps, l.Say("reload systemd", "重新加载 systemd"))
		}
	}
	return strings.Join(steps, l.Say(", ", "，"))
}

// alike is a field that several files get the same value of.
type alike struct {
	field, value, first string
	more                int // files beside the first
}

// together adds a file.
func together(list []alike, field, value, file string) []alike {
	for i := range list {
		if list[i].field == field && list[i].value == value {
			list[i].more++
			return list
		}
	}
	return append(list, alike{field: field, value: value, first: file})
}

// say is "set the mode of /etc/a and 8 more files to 0600".
func (a alike) say(l Language) string {
	files := a.first
	if a.more > 0 {
		files = l.Say(files+" and "+Plural(a.more, "more file"), fmt.Sprintf("%s 等 %d 个文件", files, a.more+1))
	}
	return l.Say("set the "+a.field+" of "+files+" to "+a.value, "把 "+files+" 的"+a.field+"改为 "+a.value)
}

// effects are what the changes that fix a finding cause.
func (f ReportedFinding) effects() []change.Effect {
	var effects []change.Effect
	for _, i := range f.Fixes {
		effects = append(effects, f.changes[i].Effects...)
	}
	return change.SortEffects(effects)
}

// place is a field of a target.
type place struct {
	target change.Target
	field  change.Field
}

// failedFields are the fields that were observed not to be as a finding wants.
func failedFields(f change.Finding) map[place]bool {
	failed := map[place]bool{}
	for i := range f.Observed {
		if o := &f.Observed[i]; !o.Holds {
			failed[place{o.Target, o.Field}] = true
		}
	}
	return failed
}

// fieldsOf gives the fields of a change that a finding is about, or all of
// them where it does not say.
func fieldsOf(failed map[place]bool, c change.Change) []change.FieldChange {
	var about []change.FieldChange
	for i, field := range c.Fields {
		again := func(o change.FieldChange) bool { return o.Field == field.Field } // another rule has set it
		if failed[place{c.Target, field.Field}] && !slices.ContainsFunc(c.Fields[i+1:], again) {
			about = append(about, field)
		}
	}
	if len(about) == 0 {
		return c.Fields
	}
	return about
}

// step says what is done about one field.
func (l Language) step(c change.Change, f change.FieldChange) string {
	name, after := Safe(c.Target.Name()), Value(f.After)
	syntax, address := f.Field.Address()
	address = Safe(address)
	say := func(en, zh string, args ...any) string { return fmt.Sprintf(l.Say(en, zh), args...) }
	switch kind := c.Target.Kind(); {
	case kind == change.KindUser:
		return say("make the user %s", "创建用户 %s", name)
	case kind == change.KindGroup:
		return say("make the group %s", "创建组 %s", name)
	case kind == change.KindSysctl:
		return say("set %s to %s", "将 %s 设为 %s", name, after)
	case kind == change.KindPod:
		return say("wait until %s runs its manifest", "等待 %s 按其清单运行", name)
	case kind == change.KindUnit:
		return say("start %s again", "重新启动 %s", name)
	case f.Field == change.FieldType:
		return say("make the directory %s", "创建目录 %s", name)
	case f.Field == change.FieldContent:
		return say("write %s", "写入 %s", name)
	case syntax == "mount":
		return say("mount %s (%s) in %s", "在 %[3]s 中挂载 %[1]s（%[2]s）", address, after, name)
	case f.After == nil:
		return say("remove %s from %s", "从 %[2]s 中移除 %[1]s", address, name)
	case syntax == "":
		return say("set %s of %s to %s", "将 %[2]s 的 %[1]s 设为 %[3]s", address, name, after)
	case len(after) > 80: // as what was expected says
		return say("set %s in %s", "在 %[2]s 中设置 %[1]s", address, name)
	}
	return say("set %s to %s in %s", "在 %[3]s 中将 %[1]s 设为 %[2]s", address, after, name)
}
