package main

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"harden/agent/change"
	"harden/agent/format"
	"harden/agent/message"
	"harden/agent/report"
	"harden/cluster/rules"
	"harden/profiles"
)

func (a *app) checkCommand() *cobra.Command {
	var o judgeOptions
	var detailed bool
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Judge every control about the cluster's objects; change nothing",
		Long: `check lists the objects of the cluster that the controls of the profile are about, and
judges each control. For a control that is not met, check shows the object, the field and
the owner. check needs the rights that kubectl harden roles prints. It never reads a
Secret, and writes nothing. If objects cannot be listed, the controls about them are
ERROR, never PASS. docs/cluster.md describes how each control is judged.

Settings of --set: ` + strings.Join(rules.SettingNames(), ", ") + `.

` + exitCodes,
		Example: `  kubectl harden check
  kubectl harden check --profile qkxy-cs001-2023 --lang zh
  kubectl harden check --context prod -o json > cluster.json
  kubectl harden check --only 5.1.1 --set rbac-allowed='User ops@example.com'`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.check(cmd.Context(), o, detailed) },
	}
	o.flags(cmd.Flags())
	cmd.Flags().BoolVar(&detailed, "detailed-exitcode", false, "exit with 2 if a control is open")
	return cmd
}

func (a *app) check(ctx context.Context, o judgeOptions, detailed bool) error {
	if err := a.format(append([]string{"text", "json"}, format.Names()...)...); err != nil {
		return err
	}
	s, err := a.judge(ctx, o)
	if err != nil {
		return err
	}
	s.judged.Finish()
	a.warnIdle(s)
	return a.showReport(ctx, s.report(a), detailed)
}

// showReport prints a report. Rules that could not be checked make the command
// fail, after all that is known is printed.
func (a *app) showReport(ctx context.Context, r report.Report, detailed bool) error {
	failed := unchecked(r.Plan.Findings)
	var err error
	switch a.output {
	case "json":
		d := r.Document()
		if failed != nil {
			e := explain(ctx, failed)
			d.Error = &e
			failed = &printedError{failed}
		}
		err = d.Write(a.stdout)
	case "text":
		var text bytes.Buffer
		a.style().ReportText(&text, r, r.Title.In(a.lang))
		_, err = a.stdout.Write(text.Bytes())
	default:
		err = format.Write(a.stdout, a.output, r)
	}
	switch {
	case err != nil:
		return message.Errorf("cannot print: %w", err)
	case failed != nil:
		return failed
	case detailed && slices.ContainsFunc(r.Plan.Findings, func(f change.Finding) bool { return report.Open(f.Status) }):
		return openError{}
	}
	return nil
}

// unchecked is an error where a rule could not be checked.
func unchecked(findings []change.Finding) error {
	var names []string
	var reasons []message.Text
	for _, f := range findings {
		if f.Status != change.Error {
			continue
		}
		names = append(names, f.Rule)
		if !slices.Contains(reasons, f.Reason) {
			reasons = append(reasons, f.Reason)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return &hintedError{message.Errorf("cannot check everything: %s", message.List(reasons...)), exitFailed,
		message.New("give the account the rights that kubectl harden roles prints, or leave the rules out with --skip %s", strings.Join(names, ","))}
}

func settingsOf(set []string) (rules.Settings, error) {
	settings := rules.Defaults()
	for _, s := range set {
		name, value, is := strings.Cut(s, "=")
		if !is {
			return settings, usage("--set takes NAME=VALUE, not %q", s)
		}
		if err := settings.Set(name, value); err != nil {
			return settings, usage("--set: %v", err)
		}
	}
	return settings, nil
}

func controlViews(list []profiles.Control) []report.Control {
	views := make([]report.Control, len(list))
	for i, c := range list {
		views[i] = report.Control{ID: c.ID, Title: report.Bilingual(c.Title), Level: c.Level, Rules: append([]string{}, c.Rules...), Manual: report.Bilingual(c.Manual), Note: report.Bilingual(c.Note)}
	}
	return views
}

func ruleViews() map[string]report.Rule {
	views := map[string]report.Rule{}
	for _, r := range rules.All() {
		views[r.Name] = report.Rule{Title: report.Bilingual(r.Title), Why: report.Bilingual(r.Why), Risk: report.Bilingual(rules.RiskOf(r.Name)), Warn: rules.RiskOf(r.Name).EN != ""}
	}
	return views
}
