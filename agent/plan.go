package agent

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/fixers"
	"harden/profiles"
)

// Plan is a plan, and what was seen while it was made.
type Plan struct {
	change.Plan
	Facts *facts.Facts
	// Unhealthy says why nothing can be restarted now, and is nil otherwise.
	// The changes that need a restart are blocked then.
	Unhealthy error
}

// Plan reads the node and says what would be done to it. It changes nothing.
func (a *Agent) Plan(ctx context.Context) (*Plan, error) {
	f, err := a.Collect()
	if err != nil {
		return nil, failure(Failed, "", "%w", err)
	}
	p := &planner{Agent: a, ctx: ctx, facts: f, readings: map[change.Target]reading{},
		contents: map[change.Target]bool{}, secrets: map[change.Target]bool{}, blocked: map[string]string{}}
	if err := p.wish(); err != nil {
		return nil, err
	}
	p.waive()
	p.settle()
	unhealthy := p.preflight()
	if unhealthy != nil {
		p.settle()
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return &Plan{Facts: f, Unhealthy: unhealthy, Plan: change.Plan{
		Profile: a.Profile.Identity(), Node: node(f), Changes: p.changes, Findings: p.findings()}}, nil
}

// node is what a plan says of a node.
func node(f *facts.Facts) change.Node {
	n := change.Node{Platform: f.Platform, Roles: f.Roles}
	if !f.Kubernetes.IsZero() {
		n.Kubernetes = f.Kubernetes.String()
	}
	if n.Roles == nil {
		n.Roles = []string{}
	}
	return n
}

// planner makes one plan.
type planner struct {
	*Agent
	ctx      context.Context
	facts    *facts.Facts
	rules    []wished
	readings map[change.Target]reading
	contents map[change.Target]bool // targets whose content somebody asks about
	secrets  map[change.Target]bool // targets that hold key material
	blocked  map[string]string      // rule → what it waits for
	verdicts map[string]verdict
	changes  []change.Change
}

// wished is a rule with what it asks of this node.
type wished struct {
	profiles.Rule
	wish    fixers.Wish
	waived  string // reason and expiry
	expired string // of a waiver that no longer holds
}

// wish asks every rule's fixer, and refuses rules that contradict each other
// before any target is read.
func (p *planner) wish() error {
	for _, rule := range p.Profile.Rules {
		p.rules = append(p.rules, wished{Rule: rule, wish: p.wishOf(rule)})
	}
	type key struct {
		target change.Target
		match  string
		field  change.Field
	}
	first := map[key]change.Want{}
	for _, r := range p.rules {
		for _, w := range r.wish.Wants {
			k := key{w.Target, w.Match, w.Field}
			if other, twice := first[k]; twice && !other.Agrees(w) {
				return failure(BadProfile, "leave one of them out with --skip, or say what you want in a profile of your own",
					"rules %s and %s want different things of %s of %s: %v and %v", other.Rule, w.Rule, w.Field, w.Target, other.Value, w.Value)
			}
			first[k] = w
		}
	}
	return nil
}

// wishOf asks one rule's fixer, and notes what has to be read for it.
func (p *planner) wishOf(rule profiles.Rule) fixers.Wish {
	wish := rule.Fixer.Wish(rule.Name, fixers.Node{Facts: p.facts, Files: p.Root})
	for _, w := range wish.Wants {
		if syntax, _ := w.Field.Address(); w.Target.Kind() == change.KindFile && (syntax != "" || w.Field == change.FieldContent) {
			p.contents[w.Target] = true
		}
		p.secrets[w.Target] = p.secrets[w.Target] || w.Secret
	}
	return wish
}

// settle judges everything, and again without the rules that wait for one
// that cannot hold, until no more of them turn up.
func (p *planner) settle() {
	for {
		p.judgeAll()
		if !p.needs() {
			return
		}
	}
}

// judgeAll judges all wants that are not blocked and gathers the changes.
func (p *planner) judgeAll() {
	p.verdicts, p.changes = map[string]verdict{}, nil
	wants := map[change.Target][]change.Want{}
	var sweeps []change.Want
	for _, r := range p.rules {
		if p.blocked[r.Name] != "" || r.waived != "" || r.wish.Status != "" {
			continue
		}
		for _, w := range r.wish.Wants {
			if w.Match != "" {
				sweeps = append(sweeps, w)
				continue
			}
			wants[w.Target] = append(wants[w.Target], w)
		}
	}
	p.sweep(sweeps, wants)
	for target, list := range wants {
		out := p.judge(target, list)
		for rule, v := range out.verdicts {
			all := p.verdicts[rule]
			all.add(v)
			p.verdicts[rule] = all
		}
		if out.change != nil {
			p.changes = append(p.changes, *out.change)
		}
	}
	p.parents()
	p.finish()
}

// parents adds the directories that new files need.
func (p *planner) parents() {
	made := map[change.Target]*change.Change{}
	for _, c := range p.changes {
		if c.Target.Kind() != change.KindFile || c.Before.Exists() {
			continue
		}
		for dir := path.Dir(c.Target.Name()); dir != "/"; dir = path.Dir(dir) {
			if _, err := p.Root.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
				break
			}
			t := change.FileTarget(dir)
			if made[t] == nil {
				f := change.File{Directory: true, Mode: 0o755, UID: c.After.File.UID, GID: c.After.File.GID}
				made[t] = &change.Change{Target: t, After: change.State{File: &f},
					Fields: []change.FieldChange{{Field: change.FieldType, After: "directory"}}}
			}
			made[t].Rules = append(made[t].Rules, c.Rules...)
		}
	}
	for _, c := range made {
		c.Rules = slices.Compact(slices.Sorted(slices.Values(c.Rules)))
		p.changes = append(p.changes, *c)
	}
}

// targetOrder is the order of writing: accounts before the files that they
// own, the kernel before those who check it.
var targetOrder = []string{change.KindGroup, change.KindUser, change.KindSysctl, change.KindFile, change.KindUnit}

// finish sorts the changes and says which controls they serve.
func (p *planner) finish() {
	for i := range p.changes {
		c := &p.changes[i]
		c.Controls = []string{}
		for _, name := range c.Rules {
			rule, _ := p.Profile.Rule(name)
			c.Controls = append(c.Controls, rule.Controls...)
		}
		c.Controls = slices.Compact(slices.Sorted(slices.Values(c.Controls)))
		if c.Effects == nil || p.NoRestart {
			c.Effects = slices.DeleteFunc(append([]change.Effect{}, c.Effects...), change.Effect.IsRestart)
		}
	}
	slices.SortFunc(p.changes, func(a, b change.Change) int {
		order := func(c change.Change) int { return slices.Index(targetOrder, c.Target.Kind()) }
		return cmp.Or(cmp.Compare(order(a), order(b)), cmp.Compare(a.Target, b.Target))
	})
}

// needs blocks the rules that rely on one that does not hold and will not. It
// tells whether it blocked any.
func (p *planner) needs() bool {
	found := false
	for _, r := range p.rules {
		if v := p.verdicts[r.Name]; p.blocked[r.Name] != "" || v.status != change.Drift {
			continue
		}
		for _, need := range r.Needs {
			if reason := p.unmet(need); reason != "" {
				p.blocked[r.Name] = fmt.Sprintf("needs rule %s: %s", need.Name, reason)
				found = true
				break
			}
		}
	}
	return found
}

// unmet says why a rule does not hold and will not after this plan, or "".
func (p *planner) unmet(need profiles.Rule) string {
	i := slices.IndexFunc(p.rules, func(r wished) bool { return r.Name == need.Name })
	if i >= 0 && p.rules[i].waived == "" {
		r := p.rules[i]
		v := p.verdicts[need.Name]
		switch {
		case p.blocked[need.Name] != "":
			return p.blocked[need.Name]
		case r.wish.Status == change.Blocked || r.wish.Status == change.Error:
			return r.wish.Reason
		case v.status == change.Blocked || v.status == change.Error:
			return v.reason
		}
		return ""
	}
	v := p.alone(need, p.wishOf(need))
	if v.status == change.Compliant || v.status == change.NotApplicable {
		return ""
	}
	return "it is left out of this run, and does not hold: " + v.reason
}

// alone judges a rule that is not to be applied.
func (p *planner) alone(rule profiles.Rule, wish fixers.Wish) verdict {
	if wish.Status != "" {
		return verdict{status: wish.Status, reason: wish.Reason}
	}
	all := verdict{status: change.Compliant}
	wants := map[change.Target][]change.Want{}
	var sweeps []change.Want
	for _, w := range wish.Wants {
		if w.Match != "" {
			sweeps = append(sweeps, w)
			continue
		}
		wants[w.Target] = append(wants[w.Target], w)
	}
	kept := p.verdicts
	p.verdicts = map[string]verdict{}
	p.sweep(sweeps, wants)
	all.add(p.verdicts[rule.Name])
	p.verdicts = kept
	for t, list := range wants {
		delete(p.readings, t) // it may have been read without its content
		all.add(p.judge(t, list).verdicts[rule.Name])
	}
	return all
}

// preflight checks what is about to be restarted. Where it is not healthy
// before, its health after a change would prove nothing: the rules that need
// the restart are blocked.
func (p *planner) preflight() error {
	unit := ""
	for _, e := range (change.Plan{Changes: p.changes}).Effects() {
		if e.IsRestart() {
			unit = e.Unit()
		}
	}
	if unit == "" || p.Systemd == nil {
		return nil
	}
	err := p.healthy(unit)
	if err == nil {
		return nil
	}
	for _, c := range p.changes {
		if slices.ContainsFunc(c.Effects, change.Effect.IsRestart) {
			for _, rule := range c.Rules {
				p.blocked[rule] = fmt.Sprintf("%s is not healthy, so a change could not be proven: %v", unit, err)
			}
		}
	}
	return err
}

func (p *planner) healthy(unit string) error {
	units, err := p.units(p.ctx)
	if err != nil {
		return err
	}
	return p.kubelet(units, p.facts, unit).Check(p.ctx)
}

// waive marks the rules that the site leaves open for a time.
func (p *planner) waive() {
	for i := range p.rules {
		r := &p.rules[i]
		for _, w := range p.Profile.Waivers {
			switch {
			case !w.Covers(r.Name, r.Controls):
			case w.Expired(p.Now()):
				r.expired = fmt.Sprintf("the waiver expired on %s (%s)", w.Expires, w.Reason)
			default:
				r.waived = fmt.Sprintf("%s (until %s)", w.Reason, w.Expires)
			}
		}
	}
}

// findings gives the verdict on every rule, and on every control that only a
// person can judge or that cannot apply, in the order of their names.
func (p *planner) findings() []change.Finding {
	var findings []change.Finding
	for _, r := range p.rules {
		findings = append(findings, p.finding(r))
	}
	for _, c := range p.Profile.Controls {
		f := change.Finding{Controls: []string{c.ID}, Targets: []change.Target{}}
		switch {
		case len(c.Rules) > 0:
			continue
		case c.NotApplicable != (profiles.Text{}):
			f.Status, f.Reason = change.NotApplicable, c.NotApplicable.EN
		default:
			f.Status, f.Reason = change.Manual, c.Manual.EN
		}
		findings = append(findings, f)
	}
	slices.SortStableFunc(findings, func(a, b change.Finding) int {
		return cmp.Or(cmp.Compare(a.Rule, b.Rule), cmp.Compare(strings.Join(a.Controls, " "), strings.Join(b.Controls, " ")))
	})
	return findings
}

func (p *planner) finding(r wished) change.Finding {
	v := p.verdicts[r.Name]
	switch {
	case r.wish.Status != "":
		v = verdict{status: r.wish.Status, reason: r.wish.Reason}
	case r.waived != "":
		if v = p.alone(r.Rule, r.wish); v.status == change.Drift {
			v.status, v.reason = change.Waived, r.waived
		}
	case p.blocked[r.Name] != "":
		v = verdict{status: change.Blocked, reason: p.blocked[r.Name]}
	case v.status == "":
		v.status = change.Compliant
	}
	if r.expired != "" && v.status == change.Drift {
		v.reason = r.expired + "; " + v.reason
	}
	f := change.Finding{Rule: r.Name, Controls: r.Controls, Status: v.status, Reason: v.reason, Targets: v.targets}
	if len(f.Targets) == 0 {
		f.Targets = []change.Target{}
		for _, w := range r.wish.Wants {
			f.Targets = append(f.Targets, w.Target)
		}
	}
	f.Targets = slices.Compact(slices.Sorted(slices.Values(f.Targets)))
	return f
}
