package main

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"harden/agent/change"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/report"
	"harden/agent/view"
	"harden/fixers"
	"harden/profiles"
)

func (a *app) explainCommand() *cobra.Command {
	var shown showing
	cmd := &cobra.Command{
		Use:   "explain RULE|CONTROL",
		Short: "Explain a rule or control: its purpose, what it changes on this node, and what it can break",
		Long: `explain shows the purpose of a rule, what the rule would change on this node, what it
can break, and to which controls of all profiles the rule belongs. Write a control as in
reports, such as cis-1.12/4.2.6. The number alone, such as 4.2.6, means the control in the
profile of this node.

` + exitCodes,
		Example: `  harden explain kubelet-protect-kernel-defaults
  harden explain cis-1.12/4.2.6 --lang zh`,
		Args: arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			a.kind = "Explanation"
			return a.explain(cmd.Context(), args[0], shown)
		},
	}
	planFlags(cmd.Flags())
	shown.flags(cmd.Flags())
	return cmd
}

// serving is a rule or control in a profile that knows it.
type serving struct {
	profile  *profiles.Profile
	rules    []string
	controls []profiles.Control
}

func (a *app) explain(ctx context.Context, name string, shown showing) error {
	s, err := a.open()
	if err != nil {
		return err
	}
	defer s.close()
	found, serves, err := a.findExplained(s, name)
	if err != nil {
		return err
	}
	e := report.Explanation{Name: name, Serves: serves}
	for _, c := range found.controls {
		e.Controls = append(e.Controls, controlView(c))
	}
	for _, name := range found.rules {
		rule, _ := found.profile.Rule(name)
		view := ruleView(rule)
		r := report.RuleExplained{Severity: found.profile.SeverityOf(name), Because: view.Because, IDs: view.IDs, Name: rule.Name, Kind: rule.Kind, Title: report.Bilingual(rule.Title), Why: report.Bilingual(rule.Why()), Risk: report.Bilingual(rule.Risk()),
			Phase: string(fixers.PhaseOf(rule.Fixer))}
		for _, need := range rule.Needs {
			r.Needs = append(r.Needs, need.Name)
		}
		e.Rules = append(e.Rules, r)
	}
	if len(found.rules) > 0 {
		a.explainHere(ctx, s, found, &e)
	}
	for i, c := range found.controls {
		e.Controls[i] = ofVersions(e.Controls[i], c, e.Findings)
	}
	if a.json() {
		return a.document(report.Document{Kind: "Explanation", Explanation: &e})
	}
	a.style().ExplanationText(a.stdout, e, view.Explained{Details: shown.details, Diff: shown.diff})
	a.closeExplanation(e, found.profile.Name)
	return nil
}

// explainHere adds what the rules come to on this node. Where that cannot be
// seen, it says why: the explanation is of use all the same.
func (a *app) explainHere(ctx context.Context, s *session, found serving, e *report.Explanation) {
	p := *found.profile
	wanted := slices.Clone(found.rules)
	for _, name := range found.rules {
		rule, _ := p.Rule(name)
		for _, need := range rule.Needs {
			if _, has := p.Rule(need.Name); has {
				wanted = append(wanted, need.Name)
			}
		}
	}
	p.Rules = slices.Clone(p.Rules)
	if err := p.Select(wanted, nil); err != nil {
		e.Here = message.Of(err)
		return
	}
	s.Profile = &p
	plan, err := s.Plan(ctx)
	if err != nil {
		e.Here = message.Of(err)
		return
	}
	e.Findings = slices.DeleteFunc(plan.Findings, func(f change.Finding) bool { return f.Rule == "" })
	e.Changes = slices.DeleteFunc(plan.Changes, func(c change.Change) bool {
		return !slices.ContainsFunc(c.Rules, func(r string) bool { return slices.Contains(found.rules, r) })
	})
}

// findExplained finds a rule or control, in the profile that is named first,
// and all the controls that its rules serve.
func (a *app) findExplained(s *session, name string) (serving, []string, error) {
	names := profiles.Names()
	if first := a.ownProfile(s); first != "" {
		names = append([]string{first}, names...)
	}
	var found serving
	var serves []string
	near := message.Text{}
	for _, profile := range names {
		p, err := profiles.Load(profile, nil, a.profileSource(s.root))
		if err != nil {
			return found, nil, err
		}
		if found.profile == nil {
			found = lookUp(p, name)
			near = cmp.Or(near, p.Similar(name))
		}
		for _, r := range p.Rules {
			if slices.Contains(found.rules, r.Name) || r.Name == name {
				serves = append(serves, r.Controls...)
			}
		}
	}
	if found.profile == nil && !near.IsZero() {
		return found, nil, usage("there is no rule or control %q%s", name, near)
	}
	if found.profile == nil {
		return found, nil, &node.Error{Kind: node.Usage, Err: usage("there is no rule or control %q", name), Hint: message.New("harden profiles show NAME lists the rules and controls of a profile")}
	}
	return found, slices.Compact(slices.Sorted(slices.Values(serves))), nil
}

// ownProfile is the profile that a plan of this node would be made from; "" where there
// is none: numbers of controls move from edition to edition.
func (a *app) ownProfile(s *session) string {
	if a.Profile != "" {
		return a.Profile
	}
	f, err := s.collect()
	if err != nil {
		return ""
	}
	name, _, err := pick(f)
	if err != nil {
		return ""
	}
	return name
}

// lookUp finds a rule or a control in one profile.
func lookUp(p *profiles.Profile, name string) serving {
	if _, known := p.Rule(name); known {
		return serving{profile: p, rules: []string{name}}
	}
	for _, c := range p.Controls {
		if c.ID == name || strings.TrimPrefix(c.ID, p.Name+"/") == name {
			return serving{profile: p, rules: c.Rules, controls: []profiles.Control{c}}
		}
	}
	return serving{}
}

// ofVersions says of a control that is about some versions of Kubernetes which these are,
// and why it does not apply only where it does not.
func ofVersions(view report.Control, c profiles.Control, findings []change.Finding) report.Control {
	if c.From == "" && c.Until == "" {
		return view
	}
	applies := slices.ContainsFunc(findings, func(f change.Finding) bool {
		return slices.Contains(c.Rules, f.Rule) && f.Status != change.NotApplicable
	})
	if applies {
		view.NotApplicable = report.Bilingual{}
	}
	view.From, view.Until = c.From, c.Until
	return view
}

func controlView(c profiles.Control) report.Control {
	rules := c.Rules
	if rules == nil {
		rules = []string{}
	}
	scope := ""
	if c.OfCluster() && len(c.Rules) == 0 {
		scope = report.ClusterScope
	}
	return report.Control{ID: c.ID, Title: report.Bilingual(c.Title), Level: c.Level, Rules: rules, Scope: scope,
		Manual: report.Bilingual(c.Manual), NotApplicable: report.Bilingual(c.NotApplicable), Note: report.Bilingual(c.Note)}
}
