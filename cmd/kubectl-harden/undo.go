package main

import (
	"context"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"harden/agent/host"
	"harden/agent/message"
	"harden/agent/report"
	"harden/cluster/client"
	"harden/cluster/object"
	"harden/cluster/state"
	"harden/cluster/transaction"
)

// past gives a runner for runs that were made: nothing is judged for that.
func (a *app) past(ctx context.Context) (*transaction.Runner, func(), error) {
	c, err := a.open()
	if err != nil {
		return nil, nil, err
	}
	var system struct{ Metadata struct{ UID string } }
	if err := c.Get(ctx, "/api/v1/namespaces/kube-system", &system); err != nil {
		return nil, nil, err
	}
	r := pastRunner(c, a.requestTimeout)
	r.Log = a.progress
	if r.State, err = state.Open(system.Metadata.UID); err != nil {
		return nil, nil, err
	}
	return r, r.State.Close, nil
}

func pastRunner(c *client.Client, timeout time.Duration) *transaction.Runner {
	return &transaction.Runner{Client: c, Driver: &object.Driver{Client: c, Timeout: timeout}, Version: version(), Now: time.Now, Moment: host.Now, Log: func(message.Text) {}}
}

func oneRun(_ *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usage("this takes one run at most")
	}
	return nil
}

func first(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}

func (a *app) rollbackCommand() *cobra.Command {
	var yes, force, keep bool
	cmd := &cobra.Command{
		Use:   "rollback [RUN]",
		Short: "Restore the objects as they were before a run, by default before the newest run",
		Long: `rollback restores the value and the field manager of each field that the run wrote, so
that other tools can go on applying these objects. It does not touch fields that the run
did not write. If somebody else later changed a field that the run wrote, rollback changes
nothing. With --keep-others, rollback leaves such fields as they are and restores the
rest. With --force, rollback overwrites such fields. rollback does not touch an object
that was deleted after the run.

` + changeExitCodes,
		Example: "  kubectl harden rollback\n  kubectl harden rollback 20261130T053812Z-39a2 --keep-others --yes",
		Args:    oneRun,
		RunE: func(cmd *cobra.Command, args []string) error {
			take := transaction.Refuse
			switch {
			case force && keep:
				return usage("--force and --keep-others exclude each other")
			case force:
				take = transaction.Force
			case keep:
				take = transaction.Keep
			}
			return a.rollback(cmd.Context(), first(args), take, yes)
		},
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask for confirmation; needed if there is no terminal")
	cmd.Flags().BoolVar(&force, "force", false, "also overwrite what somebody else changed after the run")
	cmd.Flags().BoolVar(&keep, "keep-others", false, "keep what somebody else changed after the run, and restore the rest")
	return cmd
}

func (a *app) rollback(ctx context.Context, id string, take transaction.Take, yes bool) error {
	if err := a.format("text", "json"); err != nil {
		return err
	}
	if err := a.canAsk(yes); err != nil {
		return err
	}
	r, closed, err := a.past(ctx)
	if err != nil {
		return err
	}
	defer closed()
	record, err := r.Chosen(id)
	if err != nil {
		return err
	}
	if !yes {
		if err := a.ask(a.lang.Say("Undo run "+record.ID+"?", "撤销运行 "+record.ID+"？")); err != nil {
			return err
		}
	}
	// Once it has begun it is carried to its end, also where somebody stops it.
	result, err := r.Rollback(context.WithoutCancel(ctx), record.ID, take)
	return a.showResult(context.WithoutCancel(ctx), r, nil, result, err)
}

func (a *app) recoverCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "recover",
		Short: "Undo a run that was interrupted or not confirmed in time",
		Long: `recover undoes runs that were interrupted, for example by a kill, a lost connection or a
crash of the machine: recover restores every object that these runs changed.
Start recover on the machine where apply was started, because the journal of the run
is there. recover first waits until no request of the run can take effect any more. It
also removes the lock that the run left in the cluster.

` + changeExitCodes,
		Example: "  kubectl harden recover",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withRuns(cmd.Context(), func(r *transaction.Runner) error { return a.recover(cmd.Context(), r) })
		},
	}
}

func (a *app) recover(ctx context.Context, r *transaction.Runner) error {
	results, err := r.Recover(context.WithoutCancel(ctx))
	if len(results) == 0 {
		if err == nil && a.output == "json" {
			return report.Document{Schema: report.Schema, Kind: "History", Runs: []report.Run{}}.Write(a.stdout)
		}
		if err == nil {
			a.warn(message.New("there is nothing to recover"))
		}
		return err
	}
	for i := range results[:len(results)-1] {
		if a.output != "json" {
			_ = a.showResult(ctx, r, nil, &results[i], nil)
		}
	}
	return a.showResult(ctx, r, nil, &results[len(results)-1], err)
}

// withRuns works on the runs that were made from here.
func (a *app) withRuns(ctx context.Context, work func(r *transaction.Runner) error) error {
	if err := a.format("text", "json"); err != nil {
		return err
	}
	r, closed, err := a.past(ctx)
	if err != nil {
		return err
	}
	defer closed()
	return work(r)
}

func (a *app) confirmCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "confirm [RUN]",
		Short:   "Keep a run that was applied with --confirm-within",
		Long:    "confirm keeps the run that waits for confirmation. Start confirm on the machine where apply was started, as the same user.\n\n" + changeExitCodes,
		Example: "  kubectl harden confirm",
		Args:    oneRun,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withRuns(cmd.Context(), func(r *transaction.Runner) error {
				result, err := r.Confirm(first(args))
				return a.showResult(cmd.Context(), r, nil, result, err)
			})
		},
	}
}

func (a *app) historyCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "history",
		Short:   "List the runs on this cluster that this user made on this machine",
		Long:    "history lists the runs on the cluster of the current context, newest first. It shows only the runs that this user made on this machine.\n\n" + exitCodes,
		Example: "  kubectl harden history\n  kubectl harden history -o json",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withRuns(cmd.Context(), func(r *transaction.Runner) error {
				runs, err := settledRuns(r)
				if err != nil {
					return err
				}
				if a.output == "json" {
					return report.Document{Schema: report.Schema, Kind: "History", Runs: append([]report.Run{}, runs...)}.Write(a.stdout)
				}
				a.style().HistoryText(a.stdout, slices.Values(runs))
				return nil
			})
		},
	}
}

func (a *app) showCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "show RUN",
		Short:   "Show a past run: its changes, its result, and where its backup is",
		Long:    "show prints one run with its changes.\n\n" + exitCodes,
		Example: "  kubectl harden show 20261130T053812Z-39a2",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("show takes one run; kubectl harden history lists them")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withRuns(cmd.Context(), func(r *transaction.Runner) error {
				record, err := r.State.Store.Load(args[0])
				if err != nil {
					return &hintedError{err, exitFailed, message.New("kubectl harden history lists the runs")}
				}
				run := viewRun(r, record)
				if a.output == "json" {
					return report.Document{Schema: report.Schema, Kind: "Run", Run: &run, Profile: &record.Profile, Node: &record.Node, Changes: changesOf(record)}.Write(a.stdout)
				}
				a.style().RunText(a.stdout, run)
				a.style().ChangesText(a.stdout, changesOf(record))
				return nil
			})
		},
	}
}
