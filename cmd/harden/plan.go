package main

import (
	"bytes"
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"harden/agent"
	"harden/agent/view"
)

func (a *app) planCommand() *cobra.Command {
	var out string
	var detailed bool
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Show what would be changed on this node, and why; change nothing",
		Long: `plan reads the node and prints what would be changed and why. It writes
nothing, restarts nothing and starts no process.

` + exitCodes,
		Example: `  harden plan
  harden plan --profile rancher-2.3.5 -o json
  harden plan --out node1.plan && harden apply --yes node1.plan
  harden plan --root ./image --set pod-pids-limit=2048`,
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			a.kind = "Plan"
			return a.plan(cmd.Context(), out, detailed)
		},
	}
	planFlags(cmd.Flags())
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
	if err := a.warnInterrupted(s); err != nil {
		return err
	}
	plan, err := s.Plan(ctx)
	if err != nil {
		return err
	}
	unchecked := plan.Unchecked()
	if out != "" && unchecked == nil {
		if err := writePlan(out, plan, s.inputs); err != nil {
			return err
		}
	}
	if err := a.showPlan(ctx, s, plan, unchecked); err != nil {
		return err
	}
	switch {
	case unchecked != nil:
		return unchecked
	case detailed && len(plan.Changes) > 0:
		return pendingError{}
	case !a.json():
		a.next(plan, out)
	}
	return nil
}

func (a *app) showPlan(ctx context.Context, s *session, plan *agent.Plan, unchecked error) error {
	if a.json() {
		d := view.PlanDocument(plan.Plan)
		if unchecked != nil {
			e := explain(ctx, unchecked)
			d.Error = &e
		}
		return a.document(d)
	}
	var text bytes.Buffer
	a.style().PlanText(&text, plan.Plan, a.title(s), s.rules())
	_, err := a.stdout.Write(text.Bytes())
	return err
}

// next says what to do with a plan that was only looked at.
func (a *app) next(plan *agent.Plan, out string) {
	if len(plan.Changes) == 0 {
		return
	}
	command := "harden apply"
	switch {
	case out != "":
		command += " " + out
	default:
		if a.Profile != "" {
			command += " --profile " + a.Profile
		}
		if a.Root != "/" {
			command += " --root " + a.Root
		}
	}
	if a.Root == "/" && os.Geteuid() != 0 {
		command = "sudo " + command
	}
	if a.Lang == "zh" {
		fmt.Fprintf(a.stdout, "尚未作任何更改。执行：%s\n", view.Safe(command))
		return
	}
	fmt.Fprintf(a.stdout, "Nothing was changed. To do it: %s\n", view.Safe(command))
}
