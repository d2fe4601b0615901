package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"harden/agent/planner"
	"harden/agent/report"
)

func (a *app) planCommand() *cobra.Command {
	var out string
	var detailed bool
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Show what would be changed on this node, and why; change nothing",
		Long: `plan reads the node and prints what would be changed and why. It writes
nothing, restarts nothing and starts no process. What the kubelet would have to
restart is blocked where the kubelet is not healthy; the control plane is asked
for its health by apply, before it writes.

` + exitCodes,
		Example: `  harden plan
  harden plan --profile rancher-2.3.5 -o json
  kube-bench run --json > report.json; harden plan --from report.json
  harden plan --out node1.plan && harden apply --yes node1.plan
  harden plan --root ./image --set pod-pids-limit=2048`,
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.plan(cmd.Context(), out, detailed) },
	}
	planFlags(cmd.Flags())
	a.fromFlag(cmd.Flags())
	cmd.Flags().StringVar(&out, "out", "", "write the plan to `FILE`, for harden apply FILE")
	cmd.Flags().BoolVar(&detailed, "detailed-exitcode", false, "exit with 2 where changes are pending")
	return cmd
}

func (a *app) plan(ctx context.Context, out string, detailed bool) error {
	s, err := a.openWithProfile()
	if err != nil {
		return err
	}
	defer s.close()
	if a.dry {
		err = s.Idle() // as apply would refuse
	} else {
		err = a.warnInterrupted(s)
	}
	if err != nil {
		return err
	}
	plan, err := s.Plan(ctx)
	if err != nil {
		return err
	}
	a.warnUnseen(plan)
	unchecked := plan.Unchecked()
	if a.dry && unchecked == nil {
		if err := s.Ready(ctx, plan); err != nil { // again, as apply would
			return err
		}
	}
	if out != "" && unchecked == nil {
		if err := writePlan(out, plan, s.inputs); err != nil {
			return err
		}
	}
	if err := a.showPlan(ctx, s, plan, unchecked); err != nil {
		return err
	}
	if unchecked != nil {
		return unchecked
	}
	if !a.json() {
		a.closePlan(plan, out)
	}
	if detailed && len(plan.Changes) > 0 {
		return pendingError{}
	}
	return nil
}

func (a *app) showPlan(ctx context.Context, s *session, plan *planner.Plan, unchecked error) error {
	a.told.changes = plan.Changes
	if a.json() {
		d := report.PlanDocument(plan.Plan)
		d.From = s.report.view(plan.Plan)
		if unchecked != nil {
			e := explain(ctx, unchecked)
			d.Error = &e
		}
		return a.document(d)
	}
	text := page()
	a.style().PlanText(text, plan.Plan, a.title(s), s.rules(plan))
	a.style().FromText(text, s.report.view(plan.Plan))
	_, err := a.stdout.Write(text.Bytes())
	return err
}

// quoted makes one word of a text, for a shell.
func quoted(text string) string {
	if strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+,.:/@%") == "" {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
