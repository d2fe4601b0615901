package fixers

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/cmdline"
	"harden/agent/facts"
	"harden/agent/kube"
	"harden/agent/message"
)

// gate judges a feature gate of the kubelet. --feature-gates is laid over the
// files gate by gate (cmd/kubelet/app, kubeletConfigFlagPrecedence), so the flag
// matters only where it names this one.
func (f *KubeletSetting) gate(rule, gate string, n Node, k *facts.Kubelet, req Requirement) Requirement {
	argv := k.UnitArgv
	if len(argv) == 0 {
		argv = k.Argv
	}
	line := cmdline.FromArgv("kubelet", argv)
	flag := line.Setting("feature-gates")
	entry := ""
	for _, e := range strings.Split(flag.Text, ",") {
		if strings.HasPrefix(e, gate+"=") {
			entry = e
		}
	}
	if entry == "" {
		if f.offByGroup(gate, n, k, flag.Text) {
			req.Wants[0].Default = false
		}
		return req
	}
	if entry == fmt.Sprintf("%s=%v", gate, f.Value) {
		return Requirement{Status: change.Compliant, Reason: message.New("set by the flag %s=%s", "--feature-gates", entry), Observed: []change.Observation{{
			Target: change.UnitTarget(KubeletUnit), Field: "flag:--feature-gates", Op: change.Includes, Expected: entry, Actual: entry,
			Where: message.New("%s --feature-gates", k.ArgvFrom), Holds: true}}}
	}
	source, at := k.FlagSource("feature-gates")
	if len(flag.Occurrences) > 1 || source == "" || othersOwn(source) {
		return blocked("the flag --feature-gates sets %s, which overrides the kubelet's configuration; remove this gate from the flag, in the place that starts the kubelet (%s)", entry, place(source, at, k))
	}
	unset := change.Want{Rule: rule, Target: change.FileTarget(source), Field: "flag:--feature-gates", Op: change.Excludes, Value: spellings(flag.Occurrences[0].Value, gate),
		Effects: []change.Effect{change.RestartUnit(KubeletUnit)}}
	req.expect(source, Place{Content: EnvironmentFile, NamedIn: k.UnitFiles})
	if slices.Contains(k.UnitFiles, source) {
		req.expect(source, Place{Content: UnitFile})
		unset.Effects = append(unset.Effects, change.DaemonReload)
	}
	req.Wants = append(req.Wants, unset)
	return req
}

// offByGroup tells whether AllBeta or AllAlpha switches a gate off that neither
// the flag nor a file names. The flag's entry wins over a file's here, too.
func (f *KubeletSetting) offByGroup(gate string, n Node, k *facts.Kubelet, entries string) bool {
	group := kube.GroupGate(gate, cmp.Or(k.Version.Minor, kube.Newest))
	if group == "" || f.Default != true {
		return false
	}
	for _, e := range strings.Split(entries, ",") {
		if value, is := strings.CutPrefix(e, group+"="); is {
			return value == "false"
		}
	}
	value, _ := kubeletValue(n, k, "featureGates."+group)
	return value == false
}

// spellings gives the entries of a flag's value that are about a gate, as they
// are written there.
func spellings(value, gate string) []string {
	return slices.DeleteFunc(strings.Split(value, ","), func(e string) bool {
		return !strings.HasPrefix(strings.TrimPrefix(strings.TrimSpace(e), "kube:"), gate+"=")
	})
}

// othersOwn tells whether a file is not the kubelet's to be edited: one of a package
// would be lost with its next version, and one for all services is about them.
func othersOwn(file string) bool {
	return strings.HasPrefix(file, "/usr/") || strings.HasPrefix(file, "/lib/") || facts.SharedDropIn(file)
}

// place says where a flag of the kubelet stands, as far as that is known.
func place(source string, line int, k *facts.Kubelet) string {
	if source == "" {
		return k.ArgvFrom
	}
	return fmt.Sprintf("%s:%d", source, line)
}
