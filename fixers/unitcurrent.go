package fixers

import (
	"strings"

	"harden/agent/change"
	"harden/agent/message"
)

// UnitCurrent asks that a unit's process was started after its files were
// last written: what is written but does not run protects nothing.
type UnitCurrent struct {
	Unit string `yaml:"unit"` // required; "kubelet.service"
}

// Check implements Fixer.
func (f *UnitCurrent) Check() error {
	if f.Unit != KubeletUnit {
		return message.Errorf("unit %q: only %s is known", f.Unit, KubeletUnit)
	}
	return nil
}

// Require implements Fixer.
func (f *UnitCurrent) Require(rule string, n Node) Requirement {
	k := n.Facts.Kubelet
	switch {
	case !n.Facts.Live:
		return notApplicable("no process runs below --root")
	case k != nil && !k.Unproven.IsZero():
		return blocked("it is not known whether the kubelet runs: %s", k.Unproven)
	case k == nil || !k.Running:
		return notApplicable("no %s runs on this node", strings.TrimSuffix(f.Unit, ".service"))
	}
	return Requirement{Wants: []change.Want{currentUnit(rule, n.Facts.KubeletUnit())}}
}

// currentUnit asks that a unit's process is as its files say.
func currentUnit(rule, unit string) change.Want {
	return change.Want{Rule: rule, Target: change.UnitTarget(unit), Field: change.FieldProcess, Op: change.Exact,
		Value: change.Current, Effects: []change.Effect{change.RestartUnit(unit)}}
}
