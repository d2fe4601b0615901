package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"harden/agent/change"
	"harden/agent/format"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/report"
)

// summaryFormats are those of summary, beside text and json.
var summaryFormats = []string{"csv", "html"}

// mostReports bounds the files of a summary: a year of 200 nodes.
const mostReports = 100_000

type summaryOptions struct {
	detailed, details bool
	failOn            string
}

func (a *app) summaryCommand() *cobra.Command {
	var options summaryOptions
	cmd := &cobra.Command{
		Use:   "summary DIR|FILE...",
		Short: "Combine the reports of many nodes: which controls are open, where, and since when",
		Long: `summary combines reports that harden check -o json printed. It reads the given files,
and in a given directory all files that end in .json. The newest report of each node
counts. Older reports show the trend, and since when a control is open. Controls about
the whole cluster are listed once: a person's verdict on one node counts for all nodes.

If a file is not a report, summary lists that file, reads the others, and exits with
code 1. summary reads nothing from the node on which it runs. The formats of -o are text,
json, csv and html, see docs/reports.md.

` + exitCodes,
		Example: `  harden summary reports/*.json
  harden summary -v reports
  harden summary -o html reports > fleet.html
  harden summary --lang zh -o csv reports > fleet.csv
  harden summary --fail-on high reports`,
		Args: func(cmd *cobra.Command, args []string) error { return arguments(1, max(1, len(args)))(cmd, args) },
		RunE: func(cmd *cobra.Command, args []string) error { return a.summary(cmd.Context(), args, options) },
	}
	printsAlso(cmd, summaryFormats)
	f := cmd.Flags()
	f.BoolVar(&options.detailed, "detailed-exitcode", false, "exit with 2 if a control is open on any node")
	f.StringVar(&options.failOn, "fail-on", "", "exit with 2 if a control of this `SEVERITY` or worse is open: critical, high, medium or low")
	f.BoolVarP(&options.details, "details", "v", false, "show every node on which a control is open, with the reason")
	return cmd
}

func (a *app) summary(ctx context.Context, paths []string, options summaryOptions) error {
	if options.failOn != "" && !slices.Contains(change.Severities, change.Severity(options.failOn)) {
		return usage("--fail-on: %q is not critical, high, medium or low", options.failOn)
	}
	files, err := reportFiles(paths)
	if err != nil {
		return err
	}
	f, err := a.readFleet(files)
	if err != nil {
		return err
	}
	var failed error
	if len(f.Broken) > 0 {
		failed = &node.Error{Kind: node.Failed, Err: message.Errorf("%d of %d files could not be read as reports; the summary does not contain them", len(f.Broken), len(files)), Hint: message.New("make new reports with: harden check -o json > report.json")}
	}
	if err := a.showFleet(ctx, f, options.details, failed); err != nil || failed != nil {
		return errors.Join(err, failed)
	}
	if options.detailed && f.Open("") || options.failOn != "" && f.Open(change.Severity(options.failOn)) {
		return pendingError{}
	}
	return nil
}

// reportFiles are the files that are named, and those of a directory, in order.
func reportFiles(paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		switch {
		case err != nil || !info.IsDir():
			files = append(files, path) // what is wrong with it is said where it is read
			continue
		}
		entries, err := os.ReadDir(path)
		if err != nil {
			return nil, badReportFile(message.Errorf("cannot list the reports: %w", err))
		}
		for _, e := range entries {
			if name := e.Name(); strings.HasSuffix(name, ".json") && !strings.HasPrefix(name, ".") {
				files = append(files, filepath.Join(path, name))
			}
		}
	}
	slices.Sort(files)
	files = slices.Compact(files)
	switch {
	case len(files) == 0:
		return nil, badReportFile(message.Errorf("there is no file that ends in .json"))
	case len(files) > mostReports:
		return nil, badReportFile(message.Errorf("%d files are too many: at most %d are read at once", len(files), mostReports))
	}
	return files, nil
}

// readFleet reads the reports, one at a time. Only where none can be read it is an error.
func (a *app) readFleet(files []string) (report.Fleet, error) {
	var fleet report.FleetReader
	read := 0
	var last error
	for _, file := range files {
		if err := context.Cause(a.ctx); err != nil {
			return report.Fleet{}, err
		}
		r, err := a.keptReport(file)
		if err != nil {
			last = message.Errorf("cannot read the report %s: %w", file, err)
			a.warn(message.New("%s: %v", message.Value(report.Safe(file)), err))
			fleet.AddBroken(file, message.Of(err))
			continue
		}
		read++
		fleet.Add(file, strings.TrimSuffix(filepath.Base(file), ".json"), r)
	}
	if read == 0 {
		return report.Fleet{}, badReportFile(last)
	}
	return fleet.Fleet(a.Lang), nil
}

// keptReport reads a file of harden check -o json.
func (a *app) keptReport(file string) (report.Report, error) {
	data, err := readFile(a.ctx, file, report.MaxReport)
	if err != nil {
		return report.Report{}, err
	}
	r, err := report.ReadReport(data)
	if err == nil && r.Time.IsZero() {
		err = message.Errorf("it is a plan, and a plan does not say when the node was read")
	}
	return r, err
}

func (a *app) showFleet(ctx context.Context, f report.Fleet, details bool, failed error) error {
	switch a.Output {
	case "json":
		d := f.Document()
		if failed != nil {
			e := explain(ctx, failed)
			d.Error = &e
		}
		return a.document(d)
	case "csv":
		return format.WriteFleetCSV(a.stdout, f)
	case "html":
		return format.WriteFleetHTML(a.stdout, f)
	}
	text := page()
	a.style().FleetText(text, f, details)
	_, err := a.stdout.Write(text.Bytes())
	return err
}
