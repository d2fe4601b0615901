package main

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/spf13/cobra"

	"harden/agent"
	"harden/agent/view"
)

func (a *app) historyCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "history",
		Short:   "List past runs: when, profile, changes, result",
		Long:    "history lists the runs on this node, newest first.\n\n" + exitCodes,
		Example: "  sudo harden history\n  sudo harden history -o json",
		Args:    arguments(0, 0),
		RunE:    func(*cobra.Command, []string) error { return a.history() },
	}
}

func (a *app) history() error {
	s, err := a.open()
	if err != nil {
		return err
	}
	defer s.close()
	records, err := s.Store.Runs()
	if err != nil {
		return agent.Denied(err)
	}
	originals, err := s.Store.Originals()
	if err != nil { // the runs themselves can be listed all the same
		a.warn(err.Error())
	}
	runs := []view.Run{}
	for _, r := range records {
		runs = append(runs, s.viewRun(r))
	}
	if a.json() {
		slices.Reverse(runs)
		return a.document(view.Document{Kind: "History", Runs: runs, Originals: &view.Originals{Targets: len(originals)}})
	}
	a.style().HistoryText(a.stdout, runs)
	if len(runs) > 0 {
		a.nextOfList("To look at one", "查看某次执行", a.commandLine("show", nil, runs[len(runs)-1].ID))
	}
	if len(originals) > 0 {
		a.next(fmt.Sprintf("The first state of %d targets is kept", len(originals)), fmt.Sprintf("保留了 %d 个目标的最初状态", len(originals)),
			a.commandLine("rollback", []string{"--to", "baseline"}))
	}
	return nil
}

func (a *app) showCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "show RUN",
		Short:   "Show one past run: its changes, its result, where its backup lies",
		Long:    "show prints one run. A beginning of its id that no other run has is enough.\n\n" + exitCodes,
		Example: "  sudo harden show 20261121T101500Z-1a2b",
		Args:    arguments(1, 1),
		RunE:    func(_ *cobra.Command, args []string) error { return a.show(args[0]) },
	}
}

func (a *app) show(id string) error {
	s, err := a.open()
	if err != nil {
		return err
	}
	defer s.close()
	record, err := s.Store.Load(id)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return agent.Denied(err)
	case err != nil:
		return &agent.Error{Kind: agent.Failed, Err: err, Hint: "harden history lists the runs"}
	}
	run := s.viewRun(record)
	changes := changesOf(&record)
	if a.json() {
		return a.document(view.Document{Kind: "Run", Profile: &record.Profile, Node: &record.Node, Changes: changes, Run: &run})
	}
	a.style().RunText(a.stdout, run)
	a.style().ChangesText(a.stdout, changes)
	fmt.Fprintln(a.stdout)
	a.closeRun(run)
	return nil
}
