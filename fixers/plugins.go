package fixers

import (
	"fmt"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/kube"
	"harden/agent/message"
)

// The flags that say which admission plugins are on. --admission-control is the
// old list of all of them, and excludes the two others.
const (
	enablePlugins  = "--enable-admission-plugins"
	disablePlugins = "--disable-admission-plugins"
	allPlugins     = "--admission-control"
)

// plugins asks that admission plugins are on, or not: in the list that the rule
// is about, and in the other one, because an API server with a plugin in both
// does not start. Plugins that the version does not know are left out.
func (f *ComponentFlag) plugins(want change.Want, c *facts.Component, minor int) Requirement {
	known, reason := f.knownPlugins(minor)
	if len(known) == 0 {
		return notApplicable("%s", reason)
	}
	on := f.Flag == enablePlugins && f.Op == change.Includes || f.Flag == disablePlugins && f.Op == change.Excludes
	if c.Setting(strings.TrimPrefix(allPlugins, "--")).Given() {
		want.Field, want.Value, want.Op, want.Default = change.Field("flag:"+allPlugins), known, change.Excludes, nil
		if on {
			want.Op = change.Includes
		}
		return Requirement{Wants: []change.Want{want}, Whole: true}
	}
	disabled := change.Want{Rule: want.Rule, Target: want.Target, Field: change.Field("flag:" + disablePlugins), Op: change.Excludes, Value: known, Effects: want.Effects}
	want.Value = known
	if f.Flag != enablePlugins || f.Op != change.Includes {
		return Requirement{Wants: []change.Want{want}, Whole: true}
	}
	standard := kube.AdmissionPluginsOnByDefault(minor)
	want.Value = slices.DeleteFunc(slices.Clone(known), func(p string) bool { return slices.Contains(standard, p) })
	off := c.Setting(strings.TrimPrefix(disablePlugins, "--"))
	switch {
	case len(want.Value.([]string)) > 0 && !off.Given():
		return Requirement{Wants: []change.Want{want}, Whole: true}
	case len(want.Value.([]string)) > 0:
		return Requirement{Wants: []change.Want{want, disabled}, Whole: true}
	case off.Given():
		return Requirement{Wants: []change.Want{disabled}, Whole: true}
	}
	return Requirement{Status: change.Compliant, Reason: message.New("%s is on by default", known[0])}
}

// knownPlugins gives those of the rule's plugins that the version knows, or why
// it knows none of them.
func (f *ComponentFlag) knownPlugins(minor int) (known []string, reason message.Text) {
	listed, ok := f.Value.([]string)
	if !ok {
		listed = strings.Split(fmt.Sprint(f.Value), ",")
	}
	for _, plugin := range listed {
		exists, why := kube.AdmissionPlugin(plugin, minor)
		if exists {
			known = append(known, plugin)
		} else {
			reason = why
		}
	}
	return known, reason
}
