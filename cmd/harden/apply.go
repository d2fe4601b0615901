package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"harden/agent"
	"harden/agent/controlplane"
	"harden/agent/journal"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/planner"
	"harden/agent/report"
	"harden/agent/transaction"
)

func (a *app) applyCommand() *cobra.Command {
	var yes bool
	var within time.Duration
	var shown showing
	cmd := &cobra.Command{
		Use:   "apply [PLAN]",
		Short: "Apply the planned changes as one transaction and check the node, or restore everything",
		Long: `apply makes exactly the planned changes. First it checks that every component that
it must restart is healthy. Then it starts each component once, in isolation, with its
new configuration (see --rehearse). If a component is not healthy or refuses the new
configuration, apply stops and changes nothing. Then apply makes the backups, writes the
changes, restarts the components, and checks that the node is healthy. At the end it
makes a new plan, which must be empty. If any step fails, apply restores everything.

PLAN is a file that harden plan --out wrote. With PLAN, apply makes the changes of that
plan. If the node has changed since the plan was made, apply changes nothing.

With --confirm-within, run harden confirm within that time to keep the run. Otherwise
harden undoes the run, even if the session has ended, this process was killed or the
machine was restarted (unless harden-recover.service is masked). The time starts at the end of apply. A change of the system clock
does not affect this time.

` + exitCodes,
		Example: `  sudo harden apply
  sudo harden apply --profile rancher-2.3.5 --yes
  sudo harden apply --confirm-within 5m && sudo harden confirm
  sudo harden apply --yes node1.plan`,
		Args: arguments(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.guard(within, cmd.Flags().Changed("confirm-within")); err != nil {
				return err
			}
			if len(args) == 1 {
				return a.applyFile(cmd.Context(), cmd.Flags(), args[0], yes, shown)
			}
			return a.apply(cmd.Context(), nil, yes, shown)
		},
	}
	planFlags(cmd.Flags())
	a.fromFlag(cmd.Flags())
	shown.flags(cmd.Flags())
	yesFlag(cmd.Flags(), &yes)
	timeoutFlag(cmd.Flags())
	keepRunsFlag(cmd.Flags())
	cmd.Flags().String("rehearse", string(agent.RehearseAuto), rehearseUsage)
	cmd.Flags().DurationVar(&within, "confirm-within", 0, "undo the run unless you run harden confirm within this time, such as 5m")
	return cmd
}

func yesFlag(f *pflag.FlagSet, yes *bool) {
	f.BoolVar(yes, "yes", false, "do not ask for confirmation; needed if there is no terminal")
}

func timeoutFlag(f *pflag.FlagSet) {
	f.Duration("timeout", defaultTimeout, "how long to wait for one component to become healthy")
}

func keepRunsFlag(f *pflag.FlagSet) {
	f.Int("keep-runs", defaultKeepRuns, "keep the records of the newest `N` runs (0: of all runs); the original state of every target is always kept")
}

// applyFile makes a plan that was kept, from the same profile and parameters.
func (a *app) applyFile(ctx context.Context, flags *pflag.FlagSet, path string, yes bool, shown showing) error {
	for _, name := range []string{"profile", "only", "skip", "set", "role", "no-restart", "from"} {
		if flags.Changed(name) {
			return usage("--%s cannot be combined with a plan file, because the plan already contains this choice", name)
		}
	}
	d, err := a.readPlan(path)
	if err != nil {
		return err
	}
	in := d.Inputs
	a.Profile, a.Set, a.Only, a.Skip, a.Role, a.NoRestart = in.Profile, in.Set, in.Only, in.Skip, in.Role, in.NoRestart
	a.source, a.signature = in.Source, in.Signature
	if a.Set == nil {
		a.Set = map[string]string{}
	}
	return a.apply(ctx, d, yes, shown)
}

// apply makes a plan and applies it; kept is the plan that it must be, or nil.
func (a *app) apply(ctx context.Context, kept *report.Document, yes bool, shown showing) error {
	if err := a.requirePrompt(yes); err != nil {
		return err
	}
	s, err := a.openWithProfile()
	if err != nil {
		return err
	}
	defer s.close()
	controlplane.AwaitStart(ctx, s.Node)
	plan, err := s.Plan(ctx)
	if err != nil {
		return err
	}
	if kept != nil {
		if err := sameAs(kept, plan); err != nil {
			return err
		}
	}
	if a.Rehearse == string(agent.RehearseRequired) {
		a.notRehearsed()
	}
	if !a.json() {
		_ = a.planText(s, plan, shown, nil) // what cannot be printed is found out below
	}
	if p, is := a.stdout.(*printer); is && p.failed != nil && !yes {
		return p.failed // a plan that nobody saw is not agreed to
	}
	if len(plan.Changes) > 0 && !yes {
		if err := s.Ready(ctx, plan); err != nil { // nobody is asked in vain
			return err
		}
		if err := a.prompt("Apply this plan?", "应用以上变更？"); err != nil {
			return err
		}
	}
	a.goesOn(s)
	if s.ConfirmWithin = a.within; s.ConfirmWithin > 0 {
		if s.Recovery, err = a.recovery(); err != nil {
			return &node.Error{Kind: node.Failed, Err: err}
		}
	}
	result, err := s.Apply(ctx, plan)
	return a.showResult(ctx, result, err)
}

// sameAs refuses a plan that the node, or the profile, no longer gives.
func sameAs(kept *report.Document, plan *planner.Plan) error {
	now := report.PlanDocument(plan.Plan)
	if kept.Digest == now.Digest {
		return nil
	}
	names := planner.Planned{Changes: kept.Changes, Outlines: kept.Inputs.States}.Differences(planner.Planned{Changes: plan.Changes, Outlines: planner.Outlines(plan.Changes)})
	if *kept.Profile != *now.Profile {
		names = append(names, message.New("the profile %s", kept.Profile.Name))
	}
	if len(names) == 0 {
		names = []message.Text{message.New("what the node is (platform, version or roles)")}
	}
	return &node.Error{Kind: node.Stale, Hint: message.New("make a new plan with: harden plan"),
		Err: message.Errorf("the node changed since the plan was made: %s; nothing was changed", message.Series(names...))}
}

// requirePrompt refuses to change a node without --yes if there is no terminal for
// the question.
func (a *app) requirePrompt(yes bool) error {
	if yes || isTerminal(a.stdin) && !a.json() {
		return nil
	}
	return &node.Error{Kind: node.Usage, Err: message.Errorf("this needs your confirmation, but there is no terminal"), Hint: message.New("use --yes to go on without confirmation")}
}

// prompt asks on the terminal, and goes on only after a clear yes.
func (a *app) prompt(en, zh string) error {
	question := en
	if a.Lang == "zh" {
		question = zh
	}
	fmt.Fprintf(a.stderr, "%s [y/N] ", question)
	answer, err := stoppable(a.ctx, func() (string, error) { return bufio.NewReader(a.stdin).ReadString('\n') })
	if stopped := (*signalError)(nil); errors.As(err, &stopped) {
		return stopped
	}
	if answer = strings.ToLower(strings.TrimSpace(answer)); err == nil && (answer == "y" || answer == "yes") {
		return nil
	}
	return &node.Error{Kind: node.Failed, Err: message.Errorf("nothing was changed, because the answer was not yes"), Hint: message.New("answer y or yes, or give --yes")}
}

// showResult prints what a run came to, failed or not.
func (a *app) showResult(ctx context.Context, r *transaction.Result, failed error) error {
	if r == nil {
		return failed
	}
	for _, w := range r.Warnings {
		a.warn(w)
	}
	run := runOf(r)
	a.result.changes = changesIn(r)
	if a.json() {
		d := report.Document{Kind: "Run", Run: &run}
		if r.Plan != nil {
			d = report.PlanDocument(r.Plan.Plan)
			d.Kind, d.Run = "Run", &run
		} else if r.Record != nil {
			d.Profile, d.Node = &r.Record.Profile, &r.Record.Node
			d.Changes = changesOf(r.Record)
		}
		d.ExternalChanges, d.Rehearsal = r.ExternalChanges, rehearsalView(r.Rehearsed)
		if failed != nil && len(r.Rehearsed) > 0 && r.Record == nil {
			d.Run = nil // there was none
		}
		if failed != nil {
			e := explain(ctx, failed)
			d.Error = &e
		}
		return outcome(failed, a.document(d))
	}
	a.style().ExternalChangesText(a.stderr, r.ExternalChanges)
	refused := failed != nil && len(r.ExternalChanges) > 0 && (r.Record == nil || r.Record.State == journal.Applied)
	if r.Record != nil && !refused {
		fmt.Fprintln(a.stdout)
		a.style().RunText(a.stdout, run)
	}
	switch {
	case failed != nil:
	case r.Record != nil:
		a.closeRun(run)
	case r.Plan != nil:
		a.closePlan(r.Plan, "")
	}
	return failed
}

// outcome puts together what came of the work and of printing it. The work
// counts: a node that was not put back is worse than a lost line.
func outcome(failed, printed error) error {
	if failed != nil {
		return failed
	}
	return printed
}
