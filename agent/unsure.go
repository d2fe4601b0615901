package agent

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/fixers"
)

// unsure blocks what would restart a program of which something could not be
// checked: it may run well on what it read long ago, and not start again from
// what is there now. All other rules do not depend on it. It tells whether it
// blocked any.
func (p *planner) unsure() bool {
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
	return slices.DeleteFunc(effects, func(e change.Effect) bool { return !byKubelet(e) })
}

// Unchecked is an error where a rule could not be checked. It names the rules as
// --skip takes them.
func (p *Plan) Unchecked() error {
	if err := p.unchecked(nil); err != nil {
		return err
	}
	return nil
}

// unchecked is Unchecked, but for rules that are known to be so.
func (p *Plan) unchecked(known []string) *Error {
	rules, reasons := p.inError()
	rules = slices.DeleteFunc(rules, func(r string) bool { return slices.Contains(known, r) })
	if len(rules) == 0 {
		return nil
	}
	kind, hint := Failed, "mend it, or leave its rules out with --skip "+strings.Join(rules, ",")
	if onlyRoot(reasons) {
		kind, hint = NeedsRoot, "run it with sudo"
	}
	return failure(kind, hint, "cannot check everything: %s", strings.Join(reasons, "; "))
}

// inError lists the rules that could not be checked, and why, each reason once.
func (p *Plan) inError() (rules, reasons []string) {
	for _, f := range p.Findings {
		if f.Status != change.Error {
			continue
		}
		rules = append(rules, f.Rule)
		if !slices.Contains(reasons, f.Reason) {
			reasons = append(reasons, f.Reason)
		}
	}
	return rules, reasons
}

// leftOut says which rules an apply goes on without, or "".
func (p *Plan) leftOut() string {
	rules, reasons := p.inError()
	if len(rules) == 0 {
		return ""
	}
	return fmt.Sprintf("left out, because it could not be checked: %s; mend it, or leave its rules out with --skip %s", strings.Join(reasons, "; "), strings.Join(rules, ","))
}
