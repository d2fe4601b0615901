package main

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"harden/agent/change"
	"harden/agent/view"
)

func (a *app) checkCommand() *cobra.Command {
	var detailed bool
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Report every control of a profile with its finding; change nothing",
		Long: `check reads the node and gives every control of the profile its verdict: what
is expected, what is there, where it was read, and what would mend it. Flags of
the control plane are judged in its manifests and in the processes that run. It
writes nothing, restarts nothing and starts no process. The formats of -o are
described in docs/reports.md.

` + exitCodes,
		Example: `  harden check
  harden check --profile cis-1.10 -o json
  harden check --profile qkxy-cs001-2023 --lang zh
  harden check -o sarif > harden.sarif
  harden check --detailed-exitcode --only 1.2.1`,
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.check(cmd.Context(), detailed) },
	}
	planFlags(cmd.Flags())
	cmd.Flags().BoolVar(&detailed, "detailed-exitcode", false, "exit with 2 where findings are open: drift or blocked")
	return cmd
}

func (a *app) check(ctx context.Context, detailed bool) error {
	s, err := a.openWithProfile()
	if err != nil {
		return err
	}
	defer s.close()
	if err := a.warnInterrupted(s); err != nil {
		return err
	}
	plan, err := s.Check(ctx)
	if err != nil {
		return err
	}
	a.warnUnseen(plan)
	unchecked := plan.Unchecked()
	if err := a.showReport(ctx, s, plan, unchecked); err != nil {
		return err
	}
	switch {
	case unchecked != nil:
		return unchecked
	case detailed && slices.ContainsFunc(plan.Findings, func(f change.Finding) bool { return view.Open(f.Status) }):
		return pendingError{}
	}
	return nil
}
