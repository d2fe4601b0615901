package planner

import (
	"cmp"
	"fmt"
	"slices"

	"harden/agent/change"
	"harden/fixers"
)

// unsure blocks what would restart a program of which something could not be
// checked: it may run well on what it read long ago, and not start again from
// what is there now. All other rules do not depend on it. It tells whether it
// blocked any.
func (p *planning) unsure() bool {
	if p.observing {
		return false // a check says what the settings are, whatever can be done about them
	}
	reasons := map[change.Effect]string{}
	for i := range p.rules {
		r := &p.rules[i]
		v := p.verdicts[r.Name]
		if r.wish.Status != change.Error && v.status != change.Error && !p.erred[r.Name] {
			continue
		}
		for _, e := range r.restarts() {
			if reasons[e] == "" {
				reasons[e] = cmp.Or(r.wish.Reason, v.reason, p.blocked[r.Name])
			}
		}
	}
	found := false
	for i := range p.rules {
		r := &p.rules[i]
		if p.blocked[r.Name] != "" || p.verdicts[r.Name].status != change.Drift {
			continue
		}
		for _, e := range r.restarts() {
			if reason := reasons[e]; reason != "" {
				p.blocked[r.Name] = fmt.Sprintf("%s is not restarted while a part of its configuration cannot be checked: %s", cmp.Or(e.Unit(), e.Component()), reason)
				found = true
				break
			}
		}
	}
	return found
}

// restarts lists what a rule needs restarted where it does not hold. One that its
// fixer could not judge asks for nothing, and its kind tells.
func (r *wished) restarts() []change.Effect {
	var effects []change.Effect
	for _, w := range r.wish.Wants {
		effects = append(effects, w.Effects...)
	}
	if r.wish.Status == change.Error {
		switch f := r.Fixer.(type) {
		case *fixers.KubeletSetting:
			effects = append(effects, change.RestartUnit(fixers.KubeletUnit))
		case *fixers.ComponentFlag:
			effects = append(effects, change.RollPod(f.Component))
		case *fixers.AnonymousAccess, *fixers.EncryptionAtRest, *fixers.ControlPlaneFile, *fixers.PodSecurity, *fixers.KubeletServingCA:
			effects = append(effects, change.RollPod("kube-apiserver"))
		}
	}
	return slices.DeleteFunc(effects, func(e change.Effect) bool { return !e.ByKubelet() })
}
