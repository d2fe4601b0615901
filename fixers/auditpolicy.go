package fixers

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"harden/agent/edit"
	"harden/agent/message"
)

// auditSelectors are what limits a rule of an audit policy to some requests
// (audit.k8s.io/v1, PolicyRule).
var auditSelectors = []string{"users", "userGroups", "verbs", "resources", "namespaces", "nonResourceURLs"}

// readAuditPolicy gives an audit policy that is there, and why the API server
// would record no request at all by it; "" where it records some, or is not
// there. The first rule that fits a request decides.
func readAuditPolicy(n Node, file string, place Place) (data []byte, nothing message.Text, err error) {
	data, err = n.read(file, place, maxAdmissionFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, message.Text{}, nil
	}
	if err != nil {
		return nil, message.Text{}, err
	}
	doc, err := n.Texts.Open("yaml", data)
	if err != nil {
		return nil, message.Text{}, located(file, err)
	}
	nothing, err = recordsNothing(doc)
	if err != nil {
		return nil, message.Text{}, located(file, err)
	}
	return data, nothing, nil
}

// recordsNothing tells why a policy records no request about an object; "" where
// it records some.
func recordsNothing(doc edit.Document) (message.Text, error) {
	silent, _, _, err := doc.Get("omitStages")
	if err != nil {
		return message.Text{}, err
	}
	verbs := map[string]bool{"get": true, "list": true, "watch": true, "create": true, "update": true, "patch": true, "delete": true, "deletecollection": true}
	paths := false
	for i := 0; ; i++ {
		rule := fmt.Sprintf("rules[%d]", i)
		level := text(doc, rule+".level")
		recorded := level != "None" && !omitsAll(doc, rule, silent)
		switch {
		case !has(doc, rule) && i == 0:
			return message.New("it has no rules"), nil
		case !has(doc, rule) && paths:
			return message.New("its rules record only requests for paths such as /healthz, and no request about an object"), nil
		case !has(doc, rule):
			return message.New("every rule has level None, or omits the stages RequestReceived and ResponseComplete"), nil
		case recorded && selects(doc, rule+".nonResourceURLs"):
			paths = true
		case recorded:
			return message.Text{}, nil
		default:
			if why := silences(doc, rule, level, i+1, verbs); !why.IsZero() {
				return why, nil
			}
		}
	}
}

// silences tells why no request about an object comes to a later rule than this
// one, which records nothing; "" where some do. verbs are those that earlier ones
// let through.
func silences(doc edit.Document, rule, level string, number int, verbs map[string]bool) message.Text {
	all := !slices.ContainsFunc(auditSelectors, func(s string) bool { return selects(doc, rule+"."+s) })
	switch {
	case all && level != "None":
		return message.New("its rule %d omits the stages RequestReceived and ResponseComplete, and matches every request", number)
	case all:
		return message.New("its rule %d has level None and matches every request", number)
	case everybody(doc, rule, "userGroups"):
		return message.New("its rule %d has level None and matches every request of an authenticated user", number)
	case everybody(doc, rule, "verbs") || everybody(doc, rule, "userGroups", "verbs"):
		own, _, _, _ := doc.Get(rule + ".verbs")
		for _, verb := range listed(own) {
			delete(verbs, verb)
		}
		if len(verbs) == 0 {
			return message.New("its rules up to %d have level None for every verb", number)
		}
	}
	return message.Text{}
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

// everybody tells whether a rule is limited by some selectors and no others, and
// as to who asks to nothing but a group that every user who is logged in belongs to.
func everybody(doc edit.Document, rule string, by ...string) bool {
	groups, _, _, _ := doc.Get(rule + ".userGroups")
	return !slices.ContainsFunc(auditSelectors, func(s string) bool { return selects(doc, rule+"."+s) != slices.Contains(by, s) }) &&
		(!slices.Contains(by, "userGroups") || slices.Contains(listed(groups), "system:authenticated"))
}

// selects tells whether a list is there and not empty.
func selects(doc edit.Document, address string) bool { return has(doc, address+"[0]") }
