package main

import (
	"github.com/spf13/cobra"

	"harden/agent/format"
	"harden/agent/report"
)

func (a *app) diffCommand() *cobra.Command {
	var detailed bool
	cmd := &cobra.Command{
		Use:   "diff BEFORE AFTER",
		Short: "Compare two reports: new, still open, fixed",
		Long: `diff compares two reports control by control. A report is a file that harden check
-o json or harden plan -o json printed. Instead of a file you can give the id of a run,
which stands for the state of the node before that run. A control is open if it is FAIL,
BLOCKED or ERROR. diff compares controls by id. If the two profiles have no control in
common, diff compares the controls by number, and the output says so. diff does not check
the node; it reads only the two files, or the records of past runs.

` + exitCodes,
		Example: `  harden diff monday.json today.json
  sudo harden diff 20261121T101500Z-1a2b now.json
  harden diff --detailed-exitcode -o junit before.json after.json > diff.xml`,
		Args: arguments(2, 2),
		RunE: func(_ *cobra.Command, args []string) error { return a.diff(args[0], args[1], detailed) },
	}
	printsAlso(cmd, format.Names())
	cmd.Flags().BoolVar(&detailed, "detailed-exitcode", false, "exit with 2 if a control is newly open")
	return cmd
}

func (a *app) diff(before, after string, detailed bool) error {
	s, err := a.open()
	if err != nil {
		return err
	}
	defer s.close()
	first, err := a.readReport(s, before)
	if err != nil {
		return err
	}
	second, err := a.readReport(s, after)
	if err != nil {
		return err
	}
	if err := a.ofSTIG(second.Plan.Profile.Name, second.STIG); err != nil {
		return err
	}
	d := report.Compare(first, second)
	if err := a.showDiff(d); err != nil {
		return err
	}
	if detailed && d.Counts()[report.DiffNew] > 0 {
		return pendingError{}
	}
	return nil
}

func (a *app) showDiff(d report.Diff) error {
	switch a.Output {
	case "json":
		return a.document(d.Document())
	case "text":
		text := page()
		a.style().DiffText(text, d)
		if _, err := a.stdout.Write(text.Bytes()); err != nil {
			return err
		}
		a.closeDiff(d)
		return nil
	}
	return format.WriteDiff(a.stdout, a.Output, d)
}
