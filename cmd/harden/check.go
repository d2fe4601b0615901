package main

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/format"
	"harden/agent/report"
)

func (a *app) checkCommand() *cobra.Command {
	var options checkOptions
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Check every control of a profile; change nothing",
		Long: `check compares the node with every control of the profile. For each failure, -v shows
the expected value, the actual value, where the value was read, and the fix. check reads
the flags of the control plane from its manifests and from the running processes. It
changes nothing, restarts nothing and starts no process. docs/reports.md describes the
formats of -o.

The section "Before the next boot" lists settings outside of the baseline that break
Kubernetes at the next boot, such as swap or a firewall (docs/check.md). harden does not
change these settings.

--journal logs each failure and a summary to the systemd journal. --textfile writes
Prometheus metrics for node_exporter; if the directory of FILE does not exist, check does
not write them. check does not test whether the kubelet is healthy. If the kubelet is not
healthy, a setting can be FAIL in check and BLOCKED in plan. On a control plane made by
kubeadm, check also asks the API server which settings the next kubeadm upgrade would
revert. With --passive or --set kubeadm-record=off, check does not ask.
harden-check.timer runs check every day, see docs/install.md.

` + exitCodes,
		Example: `  harden check
  harden check --profile cis-1.10 -o json
  harden check --profile qkxy-cs001-2023 --lang zh
  harden check -o sarif > harden.sarif
  harden check --detailed-exitcode --only 1.2.1
  harden check --journal --textfile /var/lib/prometheus/node-exporter/harden.prom`,
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.check(cmd.Context(), options) },
	}
	printsAlso(cmd, format.Names())
	planFlags(cmd.Flags())
	cmd.Flags().BoolVar(&options.detailed, "detailed-exitcode", false, "exit with 2 if a control fails: FAIL or BLOCKED")
	cmd.Flags().BoolVar(&options.journal, "journal", false, "log each failing control in the systemd journal")
	cmd.Flags().StringVar(&options.textfile, "textfile", "", "write the metrics to `FILE` too, for the node exporter's textfile collector")
	cmd.Flags().StringVar(&options.failOn, "fail-on", "", "exit with 2 if a control of this `SEVERITY` or worse fails: critical, high, medium or low")
	cmd.Flags().StringVar(&options.with, "with", "", "add the verdicts on the cluster from `FILE`, written by kubectl harden check -o json")
	options.selection.flags(cmd.Flags())
	cmd.Flags().BoolVar(&options.passive, "passive", false, "report what root would see, without being root (needs CAP_DAC_READ_SEARCH and CAP_SYS_PTRACE)")
	cmd.Flags().StringVar(&options.afterUpgrade, "after-upgrade", "", "before an upgrade: show which flags and feature gates Kubernetes `VERSION`, such as 1.35, refuses, and which controls change")
	return cmd
}

// checkOptions are the flags that only check has.
type checkOptions struct {
	publication
	detailed  bool // the exit code tells what is open
	failOn    string
	selection selection
	passive   bool
	with      string // a report of the cluster
	// afterUpgrade is the version of Kubernetes to judge by.
	afterUpgrade string
}

func (a *app) check(ctx context.Context, options checkOptions) error {
	if err := options.selection.check(a.Output); err != nil {
		return err
	}
	if options.failOn != "" && !slices.Contains(change.Severities, change.Severity(options.failOn)) {
		return usage("--fail-on: %q is not critical, high, medium or low", options.failOn)
	}
	if options.afterUpgrade != "" {
		if _, err := facts.ParseVersion(options.afterUpgrade); err != nil {
			return usage("--after-upgrade: %v", err)
		}
		a.Set = maps.Clone(a.Set)
		if a.Set == nil {
			a.Set = map[string]string{}
		}
		a.Set[kubernetesVersion] = options.afterUpgrade
	}
	s, err := a.openWithProfile()
	if err != nil {
		return err
	}
	defer s.close()
	if err := a.ofSTIG(s.Profile.Name, stigOf(s.Profile)); err != nil {
		return err
	}
	if err := a.warnInterrupted(s); err != nil {
		return err
	}
	s.Passive, s.AfterUpgrade = options.passive, options.afterUpgrade != ""
	plan, err := s.Check(ctx)
	if err != nil {
		return err
	}
	if err := a.withCluster(plan, options.with, s.Now()); err != nil {
		return err
	}
	a.warnUnseen(plan)
	r := a.report(s, plan)
	r.NextBoot = s.NextBoot(plan)
	failed := errors.Join(a.publish(options.publication, r), plan.Unchecked())
	if err := a.showReport(ctx, s, r, options.selection, failed); err != nil {
		return err
	}
	switch {
	case failed != nil:
		return failed
	case options.failOn != "" && slices.ContainsFunc(r.Controls, func(c report.ReportedControl) bool {
		return report.Open(c.Status) && c.Severity.AtLeast(change.Severity(options.failOn))
	}):
		return pendingError{}
	case options.detailed && slices.ContainsFunc(plan.Findings, func(f change.Finding) bool { return report.Open(f.Status) }):
		return pendingError{}
	}
	return nil
}
