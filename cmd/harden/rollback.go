package main

import (
	"context"

	"github.com/spf13/cobra"

	"harden/agent"
	"harden/agent/journal"
	"harden/agent/node"
	"harden/agent/report"
	"harden/agent/transaction"
)

func (a *app) rollbackCommand() *cobra.Command {
	var yes bool
	var to string
	var options agent.RollbackOptions
	cmd := &cobra.Command{
		Use:   "rollback [RUN]",
		Short: "Return to the state before a run, byte for byte",
		Long: `rollback restores the state before a run, by default before the newest applied run. It
restarts the components that the run restarted, and checks that the node is healthy. It
does not touch anything that the run did not write.

If someone changed what the run wrote, rollback restores nothing, and lists these changes
field by field. With --keep-others, rollback removes only the run's own settings
from a changed file and keeps all other lines, if it can do that exactly. With --force,
rollback overwrites the file with the backup.

With --to original, rollback returns everything that harden ever changed to its original
state. This includes the changes of old runs whose records no longer exist.

` + exitCodes,
		Example: `  sudo harden rollback
  sudo harden rollback --yes 20261121T101500Z-1a2b
  sudo harden rollback --to original`,
		Args: arguments(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case options.Force && options.KeepOthers:
				return usage("--force cannot be combined with --keep-others: --force overwrites what --keep-others keeps")
			case cmd.Flags().Changed("to") && (to != "original" && to != "baseline" || len(args) > 0):
				return usage("--to takes only the value original, and cannot be combined with a run")
			case to != "":
				return a.rollbackToBaseline(cmd.Context(), yes, options)
			}
			id := ""
			if len(args) == 1 {
				id = args[0]
			}
			return a.rollback(cmd.Context(), id, yes, options)
		},
	}
	yesFlag(cmd.Flags(), &yes)
	timeoutFlag(cmd.Flags())
	keepRunsFlag(cmd.Flags())
	cmd.Flags().StringVar(&to, "to", "", "`original`: return everything that harden ever changed to its original state")
	cmd.Flags().BoolVar(&options.KeepOthers, "keep-others", false, "from a file that someone changed after the run, remove only the run's own settings")
	cmd.Flags().BoolVar(&options.Force, "force", false, "also overwrite what someone changed after the run; these changes are lost")
	cmd.Flags().BoolVar(&options.DropEncryption, "drop-encryption", false, "also remove encryption at rest; works only if no stored Secret is encrypted any more")
	return cmd
}

func (a *app) rollback(ctx context.Context, id string, yes bool, options agent.RollbackOptions) error {
	if err := a.requirePrompt(yes); err != nil {
		return err
	}
	s, err := a.open()
	if err != nil {
		return err
	}
	defer s.close()
	if a.dry {
		found, err := s.PreviewRollback(id, options)
		return a.showResult(ctx, found, err)
	}
	if !yes {
		record, err := s.FindApplied(id, options.DropEncryption)
		if err != nil {
			return err
		}
		a.style().RunText(a.stdout, s.viewRun(record))
		if err := a.prompt("Return to the state before this run?", "回到该次运行之前的状态？"); err != nil {
			return err
		}
		id = record.ID
	}
	a.goesOn(s)
	result, err := s.Rollback(ctx, id, options)
	return a.showResult(ctx, result, err)
}

func (a *app) rollbackToBaseline(ctx context.Context, yes bool, options agent.RollbackOptions) error {
	if err := a.requirePrompt(yes); err != nil {
		return err
	}
	s, err := a.open()
	if err != nil {
		return err
	}
	defer s.close()
	if a.dry {
		return a.previewBaseline(s, options)
	}
	if !yes {
		changes, err := s.Baseline(options)
		if err != nil {
			return err
		}
		if len(changes) > 0 {
			a.style().ReturnText(a.stdout, changes)
			if err := a.prompt("Return all of these to their original state?", "将以上各项还原到 harden 首次发现时的状态？"); err != nil {
				return err
			}
		}
	}
	a.goesOn(s)
	result, err := s.RollbackToBaseline(ctx, options)
	if err == nil && result.Record == nil && !a.json() {
		a.hint("Nothing to restore: everything is in its original state.", "无需还原：一切与 harden 首次发现时相同。")
		return nil
	}
	return a.showResult(ctx, result, err)
}

// previewBaseline prints what a return to the baseline would put back.
func (a *app) previewBaseline(s *session, options agent.RollbackOptions) error {
	changes, err := s.PreviewBaseline(options)
	if err != nil {
		return err
	}
	for _, c := range changes {
		a.result.changes = append(a.result.changes, reversed(c))
	}
	return a.document(report.Document{Kind: "Run", Changes: a.result.changes})
}

func (a *app) recoverCommand() *cobra.Command {
	var wait bool
	cmd := &cobra.Command{
		Use:   "recover",
		Short: "Undo a run that was interrupted or not confirmed in time",
		Long: `recover undoes a run that was interrupted, for example by a power loss or kill -9:
recover restores everything that the run changed. If a rollback was interrupted, recover
finishes the rollback. recover also undoes a run of harden apply --confirm-within if the
time to confirm is up, or if the machine was restarted. While you can still confirm the
run, recover leaves the run alone. If an earlier rollback could not restore kubeadm's
record of the cluster (ConfigMaps in kube-system), because the API server did not answer,
recover restores that record.

` + exitCodes,
		Example: `  sudo harden recover`,
		Args:    arguments(0, 0),
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.recover(cmd.Context(), wait) },
	}
	cmd.Flags().BoolVar(&wait, "wait", false, "first wait until the run in progress has ended, the time to confirm is over and the API server answers")
	timeoutFlag(cmd.Flags())
	return cmd
}

func (a *app) recover(ctx context.Context, wait bool) error {
	s, err := a.open()
	if err != nil {
		return err
	}
	defer s.close()
	a.goesOn(s)
	results, err := a.recovered(ctx, s, wait)
	if err == nil {
		err = a.warnWaiting(s)
	}
	if err == nil {
		err = a.warnPending(s)
	}
	if a.json() {
		d := report.Document{Kind: "Run", Runs: []report.Run{}}
		for _, r := range results {
			run := runOf(&r)
			a.result.changes = append(a.result.changes, changesIn(&r)...)
			d.Runs, d.Run = append(d.Runs, run), &run
		}
		if err != nil {
			e := explain(ctx, err)
			d.Error = &e
		}
		return outcome(err, a.document(d))
	}
	for _, r := range results {
		a.style().RunText(a.stdout, runOf(&r))
		if err == nil {
			a.closeRun(runOf(&r))
		}
	}
	if len(results) == 0 && err == nil {
		a.hint("Nothing to recover: no run was interrupted.", "无需恢复：没有被中断的运行。")
		return a.listIncomplete(s)
	}
	return err
}

// recovered settles what was interrupted, or gives what is to be settled.
func (a *app) recovered(ctx context.Context, s *session, wait bool) ([]transaction.Result, error) {
	switch {
	case wait:
		return s.RecoverWaiting(ctx)
	case !a.dry:
		return s.Recover(ctx)
	}
	records, err := s.Interrupted()
	if err != nil {
		return nil, node.Denied(err)
	}
	waiting, err := s.Waiting()
	if err != nil {
		return nil, err
	}
	records = append(records, waiting...)
	var results []transaction.Result
	for i, r := range records {
		if r.State != journal.Pending || s.TimeIsUp(r) {
			results = append(results, transaction.Result{Record: &records[i]})
		}
	}
	return results, nil
}

// listIncomplete lists the runs that recover does not go on with, because
// something has to be repaired first.
func (a *app) listIncomplete(s *session) error {
	records, err := s.Store.Incomplete()
	if err != nil {
		return node.Denied(err)
	}
	for _, r := range records {
		if transaction.Waits(r) {
			continue // said already
		}
		a.next("Run "+r.ID+" is not rolled back completely; when the cause is fixed, go on with", "运行 "+r.ID+" 未完全回滚；排除原因后继续", a.commandLine("rollback", nil, r.ID))
	}
	return nil
}
