package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"harden/agent"
	"harden/agent/message"
	"harden/agent/planner"
	"harden/agent/report"
	"harden/agent/transaction"
)

func (a *app) planCommand() *cobra.Command {
	var out string
	var detailed bool
	var shown showing
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Show what would change on this node and what can break; change nothing",
		Long: `plan reads the node and prints what would change, what would be
interrupted, and what can break. It writes nothing and restarts nothing. It starts no
process, except with --rehearse. If the kubelet is unhealthy, changes that need a restart
are BLOCKED. plan does not check whether the control plane is healthy: apply does that
before it writes.

` + exitCodes,
		Example: `  harden plan
  harden plan --profile rancher-2.3.5 -o json
  kube-bench run --json > report.json; harden plan --from report.json
  harden plan --out node1.plan && harden apply --yes node1.plan
  harden plan --root ./image --set pod-pids-limit=2048`,
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.plan(cmd.Context(), out, detailed, shown) },
	}
	planFlags(cmd.Flags())
	a.fromFlag(cmd.Flags())
	shown.flags(cmd.Flags())
	cmd.Flags().StringVar(&out, "out", "", "write the plan to `FILE`, for harden apply FILE")
	cmd.Flags().String("rehearse", string(agent.RehearseOff), "also start each changed component once, in isolation, with its new configuration (needs root): auto, required or off")
	cmd.Flags().Lookup("rehearse").NoOptDefVal = string(agent.RehearseAuto)
	cmd.Flags().BoolVar(&detailed, "detailed-exitcode", false, "exit with 2 if changes are pending")
	return cmd
}

func (a *app) plan(ctx context.Context, out string, detailed bool, shown showing) error {
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
	if a.Rehearse != string(agent.RehearseOff) {
		a.notRehearsed()
	}
	failed := unchecked
	var rehearsed []transaction.Rehearsed
	if unchecked == nil {
		if rehearsed, failed = s.Rehearse(ctx, plan); failed != nil && rehearsed == nil {
			return failed
		}
	}
	if err := a.showPlan(ctx, s, plan, shown, rehearsed, failed); err != nil {
		return err
	}
	if failed != nil {
		return failed
	}
	if !a.json() {
		a.closePlan(plan, out)
	}
	if detailed && len(plan.Changes) > 0 {
		return pendingError{}
	}
	return nil
}

func (a *app) showPlan(ctx context.Context, s *session, plan *planner.Plan, shown showing, rehearsed []transaction.Rehearsed, failed error) error {
	a.result.changes = plan.Changes
	if a.json() {
		d := report.PlanDocument(plan.Plan)
		d.From = s.report.view(plan.Plan)
		d.Rehearsal = rehearsalView(rehearsed)
		if failed != nil {
			e := explain(ctx, failed)
			d.Error = &e
		}
		return a.document(d)
	}
	return a.planText(s, plan, shown, rehearsed)
}

// planText prints a plan: on one screen, or every line of it.
func (a *app) planText(s *session, plan *planner.Plan, shown showing, rehearsed []transaction.Rehearsed) error {
	text, style := page(), a.style()
	r := a.report(s, plan)
	r.Time = time.Time{}  // two plans of the same node are the same text
	if s.Systemd != nil { // below --root nothing runs
		r.Lasted = lasted(s.Store.Newest(), plan.Plan)
	} else if a.Set[kubeadmRecord] == "on" {
		a.warn(message.New("below --root the cluster is not read, so kubeadm's record of the cluster is not changed: to update it, apply on the node itself"))
	}
	if shown.details || shown.diff {
		style.PlanText(text, plan.Plan, a.title(s), s.rules(plan))
		if shown.details {
			style.RisksText(text, r)
		}
	} else {
		style.PlanScreen(text, r, a.title(s))
	}
	style.FromText(text, s.report.view(plan.Plan))
	style.RehearsalText(text, rehearsalView(rehearsed))
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
