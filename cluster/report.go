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
	"harden/cluster/fixes"
	"harden/cluster/inventory"
	"harden/cluster/object"
	"harden/cluster/rules"
	"harden/profiles"
)

// Request is what is to be judged.
type Request struct {
	Profile      *profiles.Profile
	Settings     rules.Settings
	Attestations []profiles.Attestation
	Only, Skip   []string // ids of controls, short or whole, and names of rules; empty Only: all
	Namespaces   []string // patterns of those in which something may be changed; empty: all, and what is in none
	Now          time.Time
}

// Judged is what a check came to, and what apply would do about it.
type Judged struct {
	Plan     change.Plan
	Controls []profiles.Control
	Edits    []object.Edit // of Plan.Changes
	fixes    fixes.Plan
	request  Request
	labels   map[string]map[string]string // of the namespaces
}

// Judge judges every control of the profile that is about the cluster, and gives
// what would be changed. It fails where the profile has none, or where a name of
// Only or Skip is unknown. Finish has to follow.
func Judge(i *inventory.Inventory, r Request) (*Judged, error) {
	controls, err := r.controls()
	if err != nil {
		return nil, err
	}
	judged := &rules.Cluster{Inventory: i, Settings: r.Settings}
	plan := change.Plan{Profile: r.Profile.Identity(), Node: change.Node{Platform: "cluster", Kubernetes: i.Version.Text, Roles: []string{}}, Changes: []change.Change{}}
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
	labels := map[string]map[string]string{}
	for _, n := range i.Core.Namespaces {
		labels[n.Name] = n.Labels
	}
	return &Judged{Plan: plan, Controls: controls, fixes: fixes.Of(judged), request: r, labels: labels}, nil
}

// Inspect lets somebody look at each change that would be made. What he objects to
// is left as it is, with his reason.
func (j *Judged) Inspect(object func(fixes.Fix) message.Text) {
	j.fixes.Fixes = slices.DeleteFunc(j.wanted(), func(f fixes.Fix) bool {
		reason := object(f)
		if reason.IsZero() {
			return false
		}
		j.fixes.Obstacles = append(j.fixes.Obstacles, fixes.Obstacle{Rules: f.Rules, Target: f.Target, Reason: reason})
		return true
	})
}

// Wanted are the fixes of rules that are open and that the site did not waive.
func (j *Judged) Wanted() []fixes.Fix { return j.wanted() }

func (j *Judged) wanted() []fixes.Fix {
	open := map[string]*change.Finding{}
	for i := range j.Plan.Findings {
		f := &j.Plan.Findings[i]
		decided := *f
		j.mark(&decided)
		j.decide(&decided)
		if f.Rule != "" && decided.Status != change.Waived && decided.Status != change.Error && decided.Status != change.NotApplicable {
			open[f.Rule] = f
		}
	}
	return slices.DeleteFunc(slices.Clone(j.fixes.Fixes), func(f fixes.Fix) bool {
		return !f.In(j.request.Namespaces) || !slices.ContainsFunc(f.Rules, func(name string) bool {
			return open[name] != nil && j.covering(open[name], f.Target, "") == nil
		})
	})
}

// Finish gives every finding what would be done about it, and its waiver or
// attestation, and puts the changes into the plan.
func (j *Judged) Finish() {
	j.fixes.Fixes = j.wanted()
	for n := range j.Plan.Findings {
		j.mark(&j.Plan.Findings[n])
	}
	j.fixes.Inform(j.Plan.Findings)
	controls := map[string][]string{}
	for n := range j.Plan.Findings {
		f := &j.Plan.Findings[n]
		j.mark(f) // once more: what is in the way is evidence too
		j.decide(f)
		f.Targets = targetsOf(f)
		controls[f.Rule] = f.Controls
	}
	slices.SortStableFunc(j.Plan.Findings, func(a, b change.Finding) int {
		return cmp.Or(cmp.Compare(a.Rule, b.Rule), slices.Compare(a.Controls, b.Controls))
	})
	for _, f := range j.fixes.Fixes {
		for _, rule := range f.Rules {
			for _, id := range controls[rule] {
				if !slices.Contains(f.Controls, id) {
					f.Controls = append(f.Controls, id)
				}
			}
		}
		f.Rules = slices.DeleteFunc(slices.Clone(f.Rules), func(rule string) bool { return controls[rule] == nil })
		j.Plan.Changes = append(j.Plan.Changes, f.Change)
		j.Edits = append(j.Edits, f.Edit)
	}
}

// targetsOf are the objects that a finding is about.
func targetsOf(f *change.Finding) []change.Target {
	targets := make([]change.Target, 0, len(f.Targets)+len(f.Observed))
	targets = append(targets, f.Targets...)
	for _, o := range f.Observed {
		targets = append(targets, o.Target)
	}
	slices.Sort(targets)
	return slices.Clip(slices.Compact(targets))
}

// Check is Judge and Finish, without anybody who looks at the changes.
func Check(i *inventory.Inventory, r Request) (change.Plan, []profiles.Control, error) {
	j, err := Judge(i, r)
	if err != nil {
		return change.Plan{}, nil, err
	}
	j.Finish()
	return j.Plan, j.Controls, nil
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
	return change.Finding{Rule: name, Severity: rules.SeverityOf(name), Scope: change.ScopeCluster, Status: v.Status, Reason: v.Reason, Targets: append([]change.Target{}, v.Targets...), Observed: v.Observed}
}

// byHand is the finding of a control that no rule of this program judges.
func byHand(c profiles.Control, scope catalog.Scope) change.Finding {
	f := change.Finding{Scope: change.ScopeCluster, Controls: []string{c.ID}, Status: change.Manual, Reason: message.Value(c.Manual.EN), Targets: []change.Target{}}
	if scope == catalog.OnFiles {
		f.Reason = message.New("the configuration file of RKE decides this; run the check where that file is: harden check --set rke-cluster-file=cluster.yml")
	}
	return f
}
