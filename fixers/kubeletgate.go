package fixers

import (
	"fmt"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/cmdline"
	"harden/agent/facts"
)

// gate judges a feature gate of the kubelet. --feature-gates is laid over the
// files gate by gate (cmd/kubelet/app, kubeletConfigFlagPrecedence), so the flag
// matters only where it names this one.
func (f *KubeletSetting) gate(rule, gate string, k *facts.Kubelet, wish Wish) Wish {
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
		return wish
	}
	if entry == fmt.Sprintf("%s=%v", gate, f.Value) {
		return Wish{Status: change.Compliant, Reason: fmt.Sprintf("set by the flag %s=%s", "--feature-gates", entry), Observed: []change.Observation{{
			Target: change.UnitTarget(KubeletUnit), Field: "flag:--feature-gates", Op: change.Includes, Expected: entry, Actual: entry,
			Where: k.ArgvFrom + " --feature-gates", Holds: true}}}
	}
	source, at := k.FlagSource("feature-gates")
	if len(flag.Occurrences) > 1 || source == "" || belongsToPackage(source) {
		return blocked("the flag --feature-gates says %s, and wins over the kubelet's configuration; take that entry away where the kubelet is started (%s)", entry, place(source, at, k))
	}
	unset := change.Want{Rule: rule, Target: change.FileTarget(source), Field: "flag:--feature-gates", Op: change.Excludes, Value: spellings(flag.Occurrences[0].Value, gate),
		Effects: []change.Effect{change.RestartUnit(KubeletUnit)}}
	wish.at(source, Place{Look: EnvironmentFile, NamedIn: k.UnitFiles})
	if slices.Contains(k.UnitFiles, source) {
		wish.at(source, Place{Look: UnitFile})
		unset.Effects = append(unset.Effects, change.DaemonReload)
	}
	wish.Wants = append(wish.Wants, unset)
	return wish
}

// spellings gives the entries of a flag's value that are about a gate, as they
// are written there.
func spellings(value, gate string) []string {
	return slices.DeleteFunc(strings.Split(value, ","), func(e string) bool {
		return !strings.HasPrefix(strings.TrimPrefix(strings.TrimSpace(e), "kube:"), gate+"=")
	})
}

// belongsToPackage tells whether an edit of a file would be lost with the next
// version of its package.
func belongsToPackage(file string) bool {
	return strings.HasPrefix(file, "/usr/") || strings.HasPrefix(file, "/lib/")
}

// place says where a flag of the kubelet stands, as far as that is known.
func place(source string, line int, k *facts.Kubelet) string {
	if source == "" {
		return k.ArgvFrom
	}
	return fmt.Sprintf("%s:%d", source, line)
}
