package fixers

import (
	"fmt"
	"strings"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/message"
)

const maxAuthorizationFile = 1 << 20 // bytes

// authorizers judges --authorization-mode by the AuthorizationConfiguration
// that takes its place (apiserver.config.k8s.io, KEP-3221): the types of its
// authorizers are the modes. Their order, and what a webhook may decide, is the
// site's, so the file is not edited.
func (f *ComponentFlag) authorizers(n Node, c *facts.Component, file string) Requirement {
	data, err := n.read(file, flagPlace(c, AuthorizationFile, file, ""), maxAuthorizationFile)
	if err != nil {
		return unread("cannot read the authorizers: %v", err)
	}
	doc, err := n.Texts.Open("yaml", data)
	if err != nil {
		return failed("%v", located(file, err))
	}
	var types []string
	for i := 0; has(doc, fmt.Sprintf("authorizers[%d]", i)); i++ {
		types = append(types, text(doc, fmt.Sprintf("authorizers[%d].type", i)))
	}
	want := change.Want{Op: f.Op, Value: f.Value, Bound: f.Bound, Target: change.FileTarget(file), Field: "yaml:authorizers"}
	holds, err := want.Holds(types, len(types) > 0)
	switch {
	case err != nil || len(types) == 0:
		return failed("%s names no authorizers that harden understands", file)
	case !holds:
		return blocked("%s (--authorization-config) has the authorizers %s, and these do not meet the rule: %s %s %v; change the file by hand on every control plane", file, strings.Join(types, ", "), f.Flag, f.Op, bounded(want))
	}
	return Requirement{Status: change.Compliant, Reason: message.New("%s (--authorization-config) has the authorizers %s", file, strings.Join(types, ", ")),
		Observed: []change.Observation{{Target: want.Target, Field: want.Field, Op: want.Op, Expected: bounded(want), Actual: types, Where: message.Value(file), Holds: true}}}
}

// bounded is what a want judges by.
func bounded(w change.Want) any {
	if w.Bound != nil {
		return w.Bound
	}
	return w.Value
}
