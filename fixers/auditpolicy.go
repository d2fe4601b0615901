package fixers

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"harden/agent/edit"
)

// auditSelectors are what limits a rule of an audit policy to some requests
// (audit.k8s.io/v1, PolicyRule).
var auditSelectors = []string{"users", "userGroups", "verbs", "resources", "namespaces", "nonResourceURLs"}

// recordsNothing tells why the API server would record no request at all by an
// audit policy that is there; "" where it records some, or is not there. The
// first rule that fits a request decides.
func recordsNothing(n Node, file string, place Place) (reason string, err error) {
	data, err := n.read(file, place, maxAdmissionFile)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	doc, err := n.Texts.Open("yaml", data)
	if err != nil {
		return "", located(file, err)
	}
	for i := 0; ; i++ {
		rule := fmt.Sprintf("rules[%d]", i)
		switch {
		case !has(doc, rule) && i == 0:
			return "it has no rules", nil
		case !has(doc, rule):
			return "all its rules are of level None", nil
		case text(doc, rule+".level") != "None":
			return "", nil
		case !slices.ContainsFunc(auditSelectors, func(s string) bool { return selects(doc, rule+"."+s) }):
			return fmt.Sprintf("its rule %d is of level None and fits every request", i+1), nil
		}
	}
}

// selects tells whether a list is there and not empty.
func selects(doc edit.Document, address string) bool { return has(doc, address+"[0]") }
