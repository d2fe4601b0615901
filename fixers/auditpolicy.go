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

// readAuditPolicy gives an audit policy that is there, and why the API server
// would record no request at all by it; "" where it records some, or is not
// there. The first rule that fits a request decides.
func readAuditPolicy(n Node, file string, place Place) (data []byte, nothing string, err error) {
	data, err = n.read(file, place, maxAdmissionFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	doc, err := n.Texts.Open("yaml", data)
	if err != nil {
		return nil, "", located(file, err)
	}
	nothing, err = recordsNothing(doc)
	if err != nil {
		return nil, "", located(file, err)
	}
	return data, nothing, nil
}

// recordsNothing tells why a policy records no request; "" where it records some.
func recordsNothing(doc edit.Document) (string, error) {
	silent, _, _, err := doc.Get("omitStages")
	if err != nil {
		return "", err
	}
	for i := 0; ; i++ {
		rule := fmt.Sprintf("rules[%d]", i)
		switch {
		case !has(doc, rule) && i == 0:
			return "it has no rules", nil
		case !has(doc, rule):
			return "all its rules are of level None, or leave out the stages RequestReceived and ResponseComplete", nil
		case text(doc, rule+".level") != "None" && !omitsAll(doc, rule, silent):
			return "", nil
		}
		all := !slices.ContainsFunc(auditSelectors, func(s string) bool { return selects(doc, rule+"."+s) })
		switch {
		case all && text(doc, rule+".level") != "None":
			return fmt.Sprintf("its rule %d leaves out the stages RequestReceived and ResponseComplete, and fits every request", i+1), nil
		case all:
			return fmt.Sprintf("its rule %d is of level None and fits every request", i+1), nil
		case everybody(doc, rule):
			return fmt.Sprintf("its rule %d is of level None and fits every request of a user that is logged in", i+1), nil
		}
	}
}

// omitsAll tells whether a rule, with what the policy as a whole leaves out,
// leaves out both stages of a usual request: a ResponseStarted has only a watch
// or the like, and a Panic none that goes well (audit.k8s.io/v1, Stage).
func omitsAll(doc edit.Document, rule string, policy any) bool {
	own, _, _, _ := doc.Get(rule + ".omitStages")
	all := slices.Concat(listed(policy), listed(own))
	return slices.Contains(all, "RequestReceived") && slices.Contains(all, "ResponseComplete")
}

func listed(value any) []string {
	list, _ := value.([]string)
	return list
}

// everybody tells whether a rule is limited to nothing but a group that every
// user who is logged in belongs to.
func everybody(doc edit.Document, rule string) bool {
	groups, _, _, _ := doc.Get(rule + ".userGroups")
	return slices.Contains(listed(groups), "system:authenticated") &&
		!slices.ContainsFunc(auditSelectors, func(s string) bool { return s != "userGroups" && selects(doc, rule+"."+s) })
}

// selects tells whether a list is there and not empty.
func selects(doc edit.Document, address string) bool { return has(doc, address+"[0]") }
