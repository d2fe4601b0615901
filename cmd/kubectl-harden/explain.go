package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"harden/agent/report"
	"harden/cluster/catalog"
	"harden/cluster/rules"
	"harden/profiles"
)

func (a *app) explainCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "explain RULE|CONTROL",
		Short:   "Explain the purpose of a rule or a control, and who judges it",
		Long:    "explain describes a rule, given by name, or a control, given by its full name, such as cis-1.12/5.1.2. It does not connect to a cluster.\n\n" + exitCodes,
		Example: "  kubectl harden explain rbac-secrets\n  kubectl harden explain cis-1.12/5.1.2",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("explain takes one rule or one control")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if err := a.format("text"); err != nil {
				return err
			}
			return a.explain(args[0])
		},
	}
}

func (a *app) explain(name string) error {
	if rule, is := rules.Named(name); is {
		a.explainRule(rule)
		return nil
	}
	entry, is := catalog.Of(name)
	if !is {
		return usage("no rule and no control about the cluster is called %q; write the full name of a control, such as cis-1.12/5.1.2", name)
	}
	profile, _, _ := strings.Cut(name, "/")
	p, err := loadProfile(profile)
	if err != nil {
		return err
	}
	for _, c := range p.Controls {
		if c.ID != name {
			continue
		}
		fmt.Fprintf(a.stdout, "%s  %s\n", c.ID, c.Title.In(string(a.lang)))
		if entry.Scope != catalog.ByRule {
			fmt.Fprintf(a.stdout, "  %s\n", report.Safe(c.Manual.In(string(a.lang))))
		}
	}
	for _, r := range entry.Rules {
		if rule, is := rules.Named(r); is {
			a.explainRule(rule)
		}
	}
	return nil
}

func (a *app) explainRule(r rules.Rule) {
	fmt.Fprintf(a.stdout, "%s  %s\n", r.Name, profiles.Text(r.Title).In(string(a.lang)))
	fmt.Fprintf(a.stdout, "  why     %s\n", profiles.Text(r.Why).In(string(a.lang)))
	if risk := profiles.Text(rules.RiskOf(r.Name)).In(string(a.lang)); risk != "" {
		fmt.Fprintf(a.stdout, "  risk    %s\n", risk)
	}
	fmt.Fprintf(a.stdout, "  serves  %s\n", strings.Join(served(r.Name), " "))
}

// served lists the controls of all profiles that a rule serves.
func served(rule string) []string {
	var ids []string
	for _, name := range profiles.Names() {
		p, err := loadProfile(name)
		if err != nil {
			continue // a built-in profile is sound; that is tested where it is made
		}
		for _, c := range p.Controls {
			if entry, is := catalog.Of(c.ID); is {
				for _, r := range entry.Rules {
					if r == rule {
						ids = append(ids, c.ID)
					}
				}
			}
		}
	}
	return ids
}
