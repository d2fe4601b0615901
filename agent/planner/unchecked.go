package planner

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/node"
)

// Unchecked is an error where a rule could not be checked. It names the rules as
// --skip takes them.
func (p *Plan) Unchecked() error {
	if err := p.UncheckedBut(nil); err != nil {
		return err
	}
	return nil
}

// UncheckedBut is Unchecked, but for rules that are known to be so.
func (p *Plan) UncheckedBut(known []string) *node.Error {
	rules, reasons := p.InError()
	rules = slices.DeleteFunc(rules, func(r string) bool { return slices.Contains(known, r) })
	if len(rules) == 0 {
		return nil
	}
	kind, hint := node.Failed, "mend it, or leave its rules out with --skip "+strings.Join(rules, ",")
	if onlyRoot(reasons) {
		kind, hint = node.NeedsRoot, "run it with sudo"
	}
	return node.Failure(kind, hint, "cannot check everything: %s", strings.Join(reasons, "; "))
}

// InError lists the rules that could not be checked, and why, each reason once.
func (p *Plan) InError() (rules, reasons []string) {
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

// LeftOut says which rules an apply goes on without, or "".
func (p *Plan) LeftOut() string {
	rules, reasons := p.InError()
	if len(rules) == 0 {
		return ""
	}
	return fmt.Sprintf("left out, because it could not be checked: %s; mend it, or leave its rules out with --skip %s", strings.Join(reasons, "; "), strings.Join(rules, ","))
}

// onlyRoot tells whether root is all that is missing to read what could not be.
func onlyRoot(reasons []string) bool {
	return os.Geteuid() != 0 && !slices.ContainsFunc(reasons, func(r string) bool { return !strings.Contains(r, "only root can read it") })
}
