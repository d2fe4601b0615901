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

// wish asks every rule's fixer, and refuses rules that contradict each other
// before any target is read.
func (p *planning) wish() error {
	p.rules = make([]wished, len(p.Profile.Rules))
	for i := range p.rules {
		p.rules[i].Rule = &p.Profile.Rules[i]
	}
	p.waive()
	// What may need the API servers counted comes first: no answer takes longer.
	for _, counting := range []bool{true, false} {
		for i := range p.rules {
			r := &p.rules[i]
			if _, is := r.Fixer.(*fixers.EncryptionAtRest); is == counting {
				p.wishFor(r)
			}
			if counting && r.wantsAlone() && p.proves() && !p.NoRestart {
				background(func() { _, _ = p.servers() }) // several asks again
			}
		}
	}
	return p.agree()
}

// wishFor asks one rule's fixer, where the rule is about this node.
func (p *planning) wishFor(r *wished) {
	reason := p.outside(r.Rule)
	switch {
	case !reason.IsZero():
		r.wish = fixers.Wish{Status: change.NotApplicable, Reason: reason}
	case p.facts.Platform == facts.Kubeadm && !p.facts.Joined && fixers.PhaseOf(r.Fixer) == fixers.Cluster && (p.coming == nil || !p.coming.settles(r.Fixer)):
		r.wish = fixers.Wish{Status: change.Blocked, Reason: message.New(needsCluster)}
	case aboutPorts(*r.Rule):
		// wishPorts asks it when the ports are listed.
	default:
		r.wish, r.about = p.wishOf(*r.Rule)
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
		wants := p.rules[i].wish.Wants
		for k := range wants {
			w := &wants[k]
			field := key{w.Target, w.Match, w.Field, w.Later}
			for _, other := range known[field] {
				if !other.Agrees(*w) {
					return node.Failure(node.BadProfile, message.New("leave one of them out with --skip, or say what you want in a profile of your own"), "%s", disagreement(*other, *w))
				}
			}
			known[field] = append(known[field], w)
		}
	}
	return nil
}

// wishPorts asks the rules about open ports, which want nothing of any target:
// the kernel takes a while to list the ports, and the rest is judged meanwhile.
func (p *planning) wishPorts() {
	for i, r := range p.rules {
		if r.wish.Status == "" && aboutPorts(*r.Rule) {
			p.rules[i].wish, _ = p.wishOf(*r.Rule)
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
	return message.New("rules %s and %s want different things of %s of %s: %v and %v", a.Rule, b.Rule, b.Field, b.Target, show(a), show(b))
}

// behindLinks takes a wish to the files that its names stand for.
func (p *planning) behindLinks(wish *fixers.Wish) {
	for i := range wish.Wants {
		wish.Wants[i].Target = p.linkedTo(wish.Wants[i].Target)
	}
	for name, place := range wish.Places {
		resolved := p.linkedTo(change.FileTarget(name)).Name()
		if resolved == name {
			continue
		}
		place.Text = cmp.Or(place.Text, name)
		wish.Places[resolved] = place
	}
}

// wishOf asks one rule's fixer, and notes what has to be read for it. Where the
// wish is about a place that is not what it should be, nothing is left of it
// but the verdict, and which place that is.
func (p *planning) wishOf(rule profiles.Rule) (wish fixers.Wish, about change.Target) {
	if p.coming != nil && p.coming.settles(rule.Fixer) {
		wish = p.coming.wish(p, rule)
	} else {
		wish = rule.Fixer.Wish(rule.Name, fixers.Node{Facts: p.facts, Files: p.files, Texts: p.Texts, Sockets: p.sockets, Placed: p.placedForReading})
	}
	p.behindLinks(&wish)
	if about, err := p.misplaced(wish); err != nil {
		v := unreadable(err)
		return fixers.Wish{Status: v.status, Reason: v.reason}, about
	}
	for _, w := range wish.Wants {
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
	return wish, ""
}
