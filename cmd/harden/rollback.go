package main

import (
	"context"

	"github.com/spf13/cobra"

	"harden/agent"
	"harden/agent/view"
)

func (a *app) rollbackCommand() *cobra.Command {
	var yes bool
	var options agent.RollbackOptions
	cmd := &cobra.Command{
		Use:   "rollback [RUN]",
		Short: "Return to the state before a run, byte for byte",
		Long: `rollback puts back what a run found, the newest applied one where none is
named, restarts what the run had restarted, and proves the node healthy. What
somebody else changed since is left alone, and named, unless --force is given.

` + exitCodes,
		Example: `  sudo harden rollback
  sudo harden rollback --yes 20261121T101500Z-1a2b`,
		Args: arguments(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id := ""
			if len(args) == 1 {
				id = args[0]
			}
			return a.rollback(cmd.Context(), id, yes, options)
		},
	}
	yesFlag(cmd.Flags(), &yes)
	timeoutFlag(cmd.Flags())
	cmd.Flags().BoolVar(&options.Force, "force", false, "put back also what somebody else changed since")
	cmd.Flags().BoolVar(&options.DropEncryption, "drop-encryption", false, "also take away encryption at rest, once no stored secret needs its key")
	return cmd
}

func (a *app) rollback(ctx context.Context, id string, yes bool, options agent.RollbackOptions) error {
	if err := a.mayAsk(yes); err != nil {
		return err
	}
	s, err := a.open()
	if err != nil {
		return err
	}
	defer s.close()
	if !yes {
		record, err := s.FindApplied(id, options.DropEncryption)
		if err != nil {
			return err
		}
		a.style().RunText(a.stdout, viewRun(record))
		if err := a.ask("Return to the state before this run?", "回到该次执行之前的状态？"); err != nil {
			return err
		}
		id = record.ID
	}
	result, err := s.Rollback(ctx, id, options)
	return a.showResult(ctx, result, err)
}

func (a *app) recoverCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "recover",
		Short: "Settle a run that was cut off: put back what it wrote",
		Long: `recover looks for a run that was cut off, by a power loss or kill -9, and
puts back what it wrote. A rollback that was cut off is finished.

` + exitCodes,
		Example: `  sudo harden recover`,
		Args:    arguments(0, 0),
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.recover(cmd.Context()) },
	}
	timeoutFlag(cmd.Flags())
	return cmd
}

func (a *app) recover(ctx context.Context) error {
	s, err := a.open()
	if err != nil {
		return err
	}
	defer s.close()
	results, err := s.Recover(ctx)
	if a.json() {
		d := view.Document{Kind: "Run", Runs: []view.Run{}}
		for _, r := range results {
			run := runOf(&r)
			d.Runs, d.Run = append(d.Runs, run), &run
		}
		if err != nil {
			e := explain(ctx, err)
			d.Error = &e
		}
		return a.written(a.document(d), err)
	}
	for _, r := range results {
		a.style().RunText(a.stdout, runOf(&r))
	}
	if len(results) == 0 && err == nil {
		a.hint("Nothing to recover: no run was cut off.", "无需恢复：没有被中断的执行。")
	}
	return err
}
