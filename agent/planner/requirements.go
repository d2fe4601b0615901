package planner

import (
	"cmp"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/message"
	"harden/agent/node"
	"harden/fixers"
	"harden/profiles"
)

// needsCluster is why a rule waits on a host that is not yet a node.
const needsCluster = "needs the cluster: apply again after kubeadm init or kubeadm join"

// require collects what each rule requires of this node, and refuses rules that
// contradict each other before any target is read.
func (p *planning) require() error {
	p.rules = make([]requiredRule, len(p.Profile.Rules))
	for i := range p.rules {
		p.rules[i].Rule = &p.Profile.Rules[i]
	}
	p.waive()
	// What may need the API servers counted comes first: no answer takes longer.
	for _, counting := range []bool{true, false} {
		for i := range p.rules {
			r := &p.rules[i]
			if _, is := r.Fixer.(fixers.Migrating); is == counting {
				p.requireRule(r)
			}
			if counting && r.requiresSingleAPIServer() && p.proves() && !p.NoRestart {
				background(func() { _, _ = p.servers() }) // blockForMultipleAPIServers waits for it
			}
		}
	}
	return p.agree()
}

// requireRule collects what one rule requires, if the rule is about this node.
func (p *planning) requireRule(r *requiredRule) {
	reason := p.outside(r.Rule)
	switch {
	case !reason.IsZero():
		r.req = fixers.Requirement{Status: change.NotApplicable, Reason: reason}
	case p.facts.Platform == facts.Kubeadm && !p.facts.Joined && fixers.PhaseOf(r.Fixer) == fixers.Cluster && (p.future == nil || !p.future.canMeet(r.Fixer)):
		r.req = fixers.Requirement{Status: change.Blocked, Reason: message.New(needsCluster)}
	case aboutPorts(*r.Rule):
		// requirePorts does it once the ports are listed.
	default:
		r.req, r.about = p.requirementOf(*r.Rule)
	}
}

// agree refuses rules that want different things of one field.
func (p *planning) agree() error {
	type key struct {
		target change.Target
		match  string
		field  change.Field
		later  bool
	}
	known := make(map[key][]*change.Want, 2*len(p.rules))
	for i := range p.rules {
		wants := p.rules[i].req.Wants
		for k := range wants {
			w := &wants[k]
			field := key{w.Target, w.Match, w.Field, w.Later}
			for _, other := range known[field] {
				if !other.Agrees(*w) {
					return node.Failure(node.BadProfile, message.New("leave one of them out with --skip, or set the value in a profile of your own"), "%s", disagreement(*other, *w))
				}
			}
			known[field] = append(known[field], w)
		}
	}
	return nil
}

// requirePorts collects what the rules about open ports require. They want nothing
// of any target: the kernel takes a while to list the ports, and the rest is judged
// meanwhile.
func (p *planning) requirePorts() {
	for i, r := range p.rules {
		if r.req.Status == "" && aboutPorts(*r.Rule) {
			p.rules[i].req, _ = p.requirementOf(*r.Rule)
		}
	}
}

// disagreement names two rules that cannot both hold.
func disagreement(a, b change.Want) message.Text {
	show := func(w change.Want) any {
		switch v := w.Value.(type) {
		case nil:
			return w.Op
		case []byte:
			return change.Redacted(v)
		default:
			return v
		}
	}
	return message.New("rules %s and %s require different values of %s of %s: %v and %v", a.Rule, b.Rule, b.Field, b.Target, show(a), show(b))
}

// behindLinks resolves the paths of a requirement to the files that links lead to.
func (p *planning) behindLinks(req *fixers.Requirement) {
	for i := range req.Wants {
		req.Wants[i].Target = p.linkedTo(req.Wants[i].Target)
	}
	for name, place := range req.Places {
		resolved := p.linkedTo(change.FileTarget(name)).Name()
		if resolved == name {
			continue
		}
		place.Text = cmp.Or(place.Text, name)
		req.Places[resolved] = place
	}
}

// requirementOf gives what one rule requires, and notes what has to be read for it.
// If it is about a path that is not what it should be, only the verdict is left,
// and about is that path.
func (p *planning) requirementOf(rule profiles.Rule) (req fixers.Requirement, about change.Target) {
	if p.future != nil && p.future.canMeet(rule.Fixer) {
		req = p.future.requirement(p, rule)
	} else {
		n := fixers.Node{Facts: p.facts, Files: p.files, Texts: p.Texts, Sockets: p.sockets, Placed: p.placedForReading, Now: p.Now}
		if p.facts.Live {
			n.Free = func(file string) (int64, error) { free, _, err := p.Root.Space(file); return free, err }
		}
		req = fixers.Configured(rule.Name, rule.Fixer.Require(rule.Name, n), n)
	}
	p.behindLinks(&req)
	if about, err := p.misplaced(req); err != nil {
		v := unreadable(err)
		return fixers.Requirement{Status: v.status, Reason: v.reason}, about
	}
	if !req.Serving.IsZero() {
		p.serving = req.Serving
	}
	for _, w := range req.Wants {
		if syntax, _ := w.Field.Address(); w.Target.Kind() == change.KindFile && (syntax != "" || w.Field == change.FieldContent) {
			p.contents[w.Target] = true
		}
		if w.Secret {
			p.secrets[w.Target] = true
		}
		for _, e := range w.Effects {
			component := p.facts.Components[e.Component()]
			if component == nil {
				continue
			}
			p.contents[change.FileTarget(component.Manifest)] = true
		}
	}
	return req, ""
}
