// Package cluster judges the objects of a cluster against a profile. It brings
// together what was read (inventory), the rules, and the profile with its
// waivers and attestations, and gives the same plan and findings that the node's
// half has. Nothing here writes to the cluster.
package cluster

import (
	"cmp"
	"slices"
	"time"

	"harden/agent/change"
	"harden/agent/message"
	"harden/cluster/catalog"
	"harden/cluster/inventory"
	"harden/cluster/rules"
	"harden/profiles"
)

// Request is what is to be judged.
type Request struct {
	Profile      *profiles.Profile
	Settings     rules.Settings
	Attestations []profiles.Attestation
	Only, Skip   []string // ids of controls, short or whole, and names of rules; empty Only: all
	Now          time.Time
}

// Check judges every control of the profile that is about the cluster. It fails
// where the profile has none, or where a name of Only or Skip is unknown.
func Check(i *inventory.Inventory, r Request) (change.Plan, []profiles.Control, error) {
	controls, err := r.controls()
	if err != nil {
		return change.Plan{}, nil, err
	}
	judged := &rules.Cluster{Inventory: i, Settings: r.Settings}
	plan := change.Plan{Profile: r.Profile.Identity(), Node: change.Node{Platform: "cluster", Kubernetes: i.Version.Text, Roles: []string{}}}
	by := map[string]int{} // finding by rule
	for n := range controls {
		c := &controls[n]
		entry, _ := catalog.Of(c.ID)
		c.Rules = entry.Rules
		for _, name := range entry.Rules {
			at, seen := by[name]
			if !seen {
				at = len(plan.Findings)
				by[name] = at
				plan.Findings = append(plan.Findings, r.finding(name, judged))
			}
			plan.Findings[at].Controls = append(plan.Findings[at].Controls, c.ID)
		}
		if entry.Scope != catalog.ByRule {
			plan.Findings = append(plan.Findings, byHand(*c, entry.Scope))
		}
	}
	for n := range plan.Findings {
		r.decide(&plan.Findings[n])
	}
	slices.SortStableFunc(plan.Findings, func(a, b change.Finding) int {
		return cmp.Or(cmp.Compare(a.Rule, b.Rule), slices.Compare(a.Controls, b.Controls))
	})
	return plan, controls, nil
}

// controls are those of the profile that are about the cluster and were asked for.
func (r Request) controls() ([]profiles.Control, error) {
	unknown := map[string]bool{}
	for _, name := range slices.Concat(r.Only, r.Skip) {
		unknown[name] = true
	}
	names := func(list []string, c profiles.Control, entry catalog.Entry) bool {
		hit := false
		for _, name := range list {
			if name == c.ID || name == short(c.ID) || slices.Contains(entry.Rules, name) {
				delete(unknown, name)
				hit = true
			}
		}
		return hit
	}
	var controls []profiles.Control
	some := false
	for _, c := range r.Profile.Controls {
		entry, is := catalog.Of(c.ID)
		if !is {
			continue
		}
		some = true
		only, skip := names(r.Only, c, entry), names(r.Skip, c, entry)
		if (len(r.Only) == 0 || only) && !skip {
			controls = append(controls, c)
		}
	}
	switch {
	case !some:
		return nil, message.Errorf("the profile %s has no control about the objects of a cluster", r.Profile.Name)
	case len(unknown) > 0:
		for _, name := range slices.Concat(r.Only, r.Skip) {
			if unknown[name] {
				return nil, message.Errorf("no control of %s about the cluster and no rule is called %q", r.Profile.Name, name)
			}
		}
	}
	return controls, nil
}

func short(id string) string {
	for i := range id {
		if id[i] == '/' {
			return id[i+1:]
		}
	}
	return id
}

// finding is the verdict of a rule as a finding.
func (r Request) finding(name string, judged *rules.Cluster) change.Finding {
	rule, there := rules.Named(name)
	if !there {
		return change.Finding{Rule: name, Status: change.Error, Targets: []change.Target{}, Reason: message.New("this version has no rule %s", name)}
	}
	v := rule.Judge(judged)
	slices.Sort(v.Targets)
	return change.Finding{Rule: name, Status: v.Status, Reason: v.Reason, Targets: append([]change.Target{}, slices.Compact(v.Targets)...), Observed: v.Observed}
}

// byHand is the finding of a control that no rule of this program judges.
func byHand(c profiles.Control, scope catalog.Scope) change.Finding {
	f := change.Finding{Controls: []string{c.ID}, Status: change.Manual, Reason: message.Value(c.Manual.EN), Targets: []change.Target{}}
	if scope == catalog.OnFiles {
		f.Reason = message.New("the file of RKE decides it; check it where that file is: harden check --set rke-cluster-file=cluster.yml")
	}
	return f
}
