package main

import (
	"bufio"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"harden/agent/journal"
	"harden/agent/message"
	"harden/agent/report"
	"harden/cluster/transaction"
)

// defaultKeepRuns is how many past runs are kept, as on nodes.
const defaultKeepRuns = 10

// applyOptions are the flags of apply.
type applyOptions struct {
	planOptions
	yes     bool
	wave    string
	within  time.Duration
	timeout time.Duration
	keep    int    // past runs
	kept    string // the digest of the plan that it must be, or ""
}

func (a *app) applyCommand() *cobra.Command {
	var o applyOptions
	cmd := &cobra.Command{
		Use:   "apply [PLAN]",
		Short: "Apply the planned changes as one transaction and check the result, or restore everything",
		Long: `apply makes exactly the planned changes. Before it writes, it sends each change to the
API server as a dry run, and also a pod of every template in the namespaces that change.
A write succeeds only if the object has not changed since the plan was made. After each
wave (see --wave), apply sends the dry runs of the pods again. If the API server now
refuses a pod that it admitted before, or if anything else fails, apply restores
everything.

PLAN is a file that kubectl harden plan --out wrote. With PLAN, apply makes the changes of
that plan. If the cluster has changed since the plan was made, apply changes nothing.

With --confirm-within, apply stays in the foreground. To keep the run, run kubectl harden
confirm in another terminal within that time; otherwise apply undoes the run. If the
process of apply is killed before that, only kubectl harden recover undoes the run.

` + changeExitCodes,
		Example: `  kubectl harden apply
  kubectl harden apply -n 'team-*' --wave 1,10%,100% --yes
  kubectl harden apply --confirm-within 10m --yes`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage("apply takes one plan at most")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("confirm-within") && o.within <= 0 {
				return usage("--confirm-within is a time above 0")
			}
			if o.keep < 0 {
				return usage("keep-runs %d is below zero; 0 keeps all", o.keep)
			}
			if len(args) == 1 {
				var err error
				if o.kept, err = keptPlan(cmd.Flags(), args[0], &o.planOptions); err != nil {
					return err
				}
			}
			return a.apply(cmd.Context(), o)
		},
	}
	o.flags(cmd.Flags())
	f := cmd.Flags()
	f.BoolVar(&o.yes, "yes", false, "do not ask for confirmation; needed if there is no terminal")
	f.StringVar(&o.wave, "wave", "100%", "change the namespaces in waves of these sizes, and check each wave before the next: numbers or shares, such as 1,10%,100%")
	f.DurationVar(&o.within, "confirm-within", 0, "undo the run unless you run kubectl harden confirm within this time, such as 10m")
	f.IntVar(&o.keep, "keep-runs", defaultKeepRuns, "keep the records of the newest `N` runs (0: of all runs)")
	f.DurationVar(&o.timeout, "timeout", time.Minute, "how long to wait until workloads have as many available pods as before")
	return cmd
}

func (a *app) apply(ctx context.Context, o applyOptions) error {
	if err := a.format("text", "json"); err != nil {
		return err
	}
	waves, err := transaction.ParseWaves(o.wave)
	if err != nil {
		return usage("--wave: %v", err)
	}
	if err := a.canAsk(o.yes); err != nil {
		return err
	}
	s, err := a.planned(ctx, o.planOptions)
	if err != nil {
		return err
	}
	if failed := unchecked(s.judged.Plan.Findings); failed != nil {
		return failed // what is not known is not changed
	}
	if o.kept != "" && s.judged.Plan.Digest() != o.kept {
		return &transaction.Error{Kind: transaction.Stale, Err: message.Errorf("the cluster changed since the plan was made; nothing was changed"), Hint: message.New("make a new plan with: kubectl harden plan")}
	}
	if a.output != "json" {
		if err := a.showPlan(ctx, s, o.planOptions, nil); err != nil {
			return err // a plan that nobody saw is not agreed to
		}
	}
	if len(s.judged.Edits) > 0 && !o.yes {
		if err := a.ask(a.lang.Say("Apply this plan?", "应用以上变更？")); err != nil {
			return err
		}
	}
	r := a.runner(s, o.noDryRun)
	r.Waves, r.Timeout, r.Log, r.KeepRuns = waves, o.timeout, a.progress, o.keep
	closed, err := a.withState(r, s.uid)
	if err != nil {
		return err
	}
	defer closed()
	plan := transaction.Plan{Plan: s.judged.Plan, Edits: s.judged.Edits}
	result, err := r.Apply(ctx, plan, o.within)
	if err == nil && o.within > 0 && result.Record != nil {
		a.warn(message.New("waiting until %s; keep the run with: kubectl harden confirm", result.ConfirmBefore.Format(time.RFC3339)))
		result, err = r.Await(ctx, result.Record.ID)
	}
	return a.showResult(ctx, r, &plan, result, err)
}

// canAsk refuses to go on where nobody can be asked.
func (a *app) canAsk(yes bool) error {
	if yes || a.output != "json" && term.IsTerminal(int(a.stdin.Fd())) {
		return nil
	}
	return &hintedError{message.Errorf("this needs your confirmation, but there is no terminal"), exitUsage, message.New("use --yes to go on without confirmation")}
}

// ask goes on only after a clear yes.
func (a *app) ask(question string) error {
	fmt.Fprintf(a.stderr, "%s [y/N] ", question)
	answer, err := bufio.NewReader(a.stdin).ReadString('\n')
	if answer = strings.ToLower(strings.TrimSpace(answer)); err == nil && (answer == "y" || answer == "yes") {
		return nil
	}
	return &hintedError{message.Errorf("nothing was changed, because the answer was not yes"), exitFailed, message.New("answer y or yes, or give --yes")}
}

// showResult prints what a run came to, failed or not.
func (a *app) showResult(ctx context.Context, r *transaction.Runner, plan *transaction.Plan, result *transaction.Result, failed error) error {
	if result == nil {
		result = &transaction.Result{}
	}
	for _, w := range result.Warnings {
		a.warn(w)
	}
	run := runOf(r, *result)
	if a.output == "json" {
		d := report.Document{Schema: report.Schema, Kind: "Run", Run: &run}
		if plan != nil {
			d = report.PlanDocument(plan.Plan)
			d.Kind, d.Run = "Run", &run
		} else if result.Record != nil {
			d.Profile, d.Node = &result.Record.Profile, &result.Record.Node
			d.Changes = changesOf(*result.Record)
		}
		for _, f := range result.Foreign {
			d.ExternalChanges = append(d.ExternalChanges, external(f))
		}
		if failed != nil {
			if result.Record == nil {
				d.Run = nil // there was none
			}
			e := explain(ctx, failed)
			d.Error = &e
			failed = &printedError{failed}
		}
		if err := d.Write(a.stdout); err != nil && failed == nil {
			return message.Errorf("cannot print: %w", err)
		}
		return failed
	}
	for _, f := range result.Foreign {
		fmt.Fprintf(a.stdout, "  %s: %s\n", report.Safe(f.Target.Name()), report.Safe(a.lang.Text(f.What)))
	}
	if result.Record != nil {
		fmt.Fprintln(a.stdout)
		a.style().RunText(a.stdout, run)
		if failed == nil && result.Record.State == journal.Applied {
			fmt.Fprintln(a.stdout, a.lang.Say("To undo it: ", "撤销：")+"kubectl harden rollback "+run.ID)
		}
	}
	return failed
}
