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
		Long: `check compares the node with every control of the profile. -v shows for each failure
the expected and the actual value, where it was read, and the fix. Flags of the control
plane are checked in its manifests and in the running processes. check changes nothing, restarts nothing and starts no process. The formats
of -o are described in docs/reports.md.

"Before the next boot" lists settings beside the baseline that break Kubernetes at the next
boot, such as swap or a firewall (docs/check.md). harden changes none of them.

--journal logs each failure and a summary to the systemd journal. --textfile writes
Prometheus metrics for node_exporter; if the directory does not exist, nothing is
written. check does not test health: a setting can therefore be FAIL here and
BLOCKED in plan, if the kubelet is unhealthy. On a kubeadm control plane it asks the
API server what the next kubeadm upgrade would revert, but not with --passive or
--set kubeadm-record=off. harden-check.timer does all of this every day, see docs/install.md.

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
	cmd.Flags().BoolVar(&options.journal, "journal", false, "log what is open to the systemd journal")
	cmd.Flags().StringVar(&options.textfile, "textfile", "", "write the metrics to `FILE` too, for the node exporter's textfile collector")
	cmd.Flags().StringVar(&options.failOn, "fail-on", "", "exit with 2 if a control of this `SEVERITY` or worse fails: critical, high, medium or low")
	cmd.Flags().StringVar(&options.with, "with", "", "a `FILE` of kubectl harden check -o json, whose verdicts on the cluster go into this report")
	options.selection.flags(cmd.Flags())
	cmd.Flags().BoolVar(&options.passive, "passive", false, "report as root would see it (needs CAP_DAC_READ_SEARCH and CAP_SYS_PTRACE)")
	cmd.Flags().StringVar(&options.afterUpgrade, "after-upgrade", "", "check against the tables of Kubernetes `VERSION`, such as 1.35, before you upgrade to it: which flags and feature gates it refuses, and which controls change")
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
