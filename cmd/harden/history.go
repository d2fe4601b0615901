package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"

	"github.com/spf13/cobra"

	"harden/agent"
	"harden/agent/change"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/report"
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
	h := history{session: s, targets: map[change.Target]bool{}}
	if err := h.begin(); err != nil {
		return node.Denied(err)
	}
	defer func() {
		for _, problem := range h.unreadable {
			a.warn(message.New("the originals are not all known: %s", problem))
		}
	}()
	if a.json() {
		a.printed = true
		err := report.WriteHistory(a.stdout, h.runs(), func() report.Document {
			d := report.Document{Schema: report.Schema, Kind: "History", Originals: &report.Originals{Targets: len(h.targets)}}
			if h.failed != nil {
				e := explain(context.Background(), node.Denied(h.failed))
				d.Error = &e
			}
			return d
		})
		if h.failed != nil {
			return outcome(node.Denied(h.failed), err)
		}
		return err
	}
	text := bufio.NewWriterSize(a.stdout, 64<<10)
	a.style().HistoryText(text, h.runs())
	if err := text.Flush(); err != nil {
		return err
	}
	if h.failed != nil {
		return node.Denied(h.failed)
	}
	if err := a.warnWaiting(s); err != nil {
		return err
	}
	if h.newest != "" {
		a.nextOfList("To look at one run", "查看某次运行", a.commandLine("show", nil, h.newest))
	}
	if n := len(h.targets); n > 0 {
		a.next(fmt.Sprintf("harden keeps the original state of %d targets. To return everything to it", n), fmt.Sprintf("harden 保留了 %d 个目标的最初状态。如需全部恢复", n),
			a.commandLine("rollback", []string{"--to", "original"}))
	}
	return nil
}

// history goes through the runs once, newest first, and keeps of them only what is
// said at the end.
type history struct {
	*session
	newest     string
	targets    map[change.Target]bool // whose first state is kept
	unreadable []message.Text         // why that is not known of all
	failed     error                  // what ended it early
}

// begin looks at what is left of runs that are not there any more. Where the runs
// themselves cannot be listed, that is its error.
func (h *history) begin() error {
	originals, err := h.Store.Kept()
	if errors.Is(err, fs.ErrPermission) {
		return err
	}
	if err != nil { // the runs themselves can be listed all the same
		h.unreadable = append(h.unreadable, message.Of(err))
	}
	for _, t := range originals {
		h.targets[t] = true
	}
	for _, err := range h.Store.Newest() {
		return err
	}
	return nil
}

func (h *history) runs() iter.Seq[report.Run] {
	const most = 10 // problems that are said
	return func(yield func(report.Run) bool) {
		for r, err := range h.Store.Newest() {
			if err != nil {
				h.failed = err
				return
			}
			h.newest = cmp.Or(h.newest, r.ID)
			for _, step := range r.Steps {
				if step.Intended {
					h.targets[step.Target] = true
				}
			}
			if r.State.Unreadable() && len(h.unreadable) < most {
				h.unreadable = append(h.unreadable, r.Problems...)
			}
			if !yield(h.viewRun(r)) {
				return
			}
		}
	}
}

func (a *app) showCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "show RUN",
		Short:   "Show one past run: its changes, its result, and where its backup is",
		Long:    "show prints one run. The first characters of its id are enough, if no other run has them.\n\n" + exitCodes,
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
		return node.Denied(err)
	case err != nil:
		return &node.Error{Kind: node.Failed, Err: err, Hint: agent.Unread(err)}
	}
	run := s.viewRun(record)
	changes := changesOf(&record)
	if a.json() {
		return a.document(report.Document{Kind: "Run", Profile: &record.Profile, Node: &record.Node, Changes: changes, Run: &run})
	}
	a.style().RunText(a.stdout, run)
	a.style().ChangesText(a.stdout, changes)
	fmt.Fprintln(a.stdout)
	a.closeRun(run)
	return nil
}
