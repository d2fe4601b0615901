package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"harden/agent/format"
	"harden/agent/message"
	"harden/agent/report"
)

// maxReports is how many files summary reads at most.
const maxReports = 10000

func (a *app) diffCommand() *cobra.Command {
	var detailed bool
	cmd := &cobra.Command{
		Use:     "diff BEFORE AFTER",
		Short:   "Compare two reports: new, still open, fixed",
		Long:    "diff compares two reports that kubectl harden check -o json printed, control by control.\nIt does not connect to a cluster.\n\n" + exitCodes,
		Example: "  kubectl harden diff monday.json today.json",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usage("diff takes two reports")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return a.diff(args[0], args[1], detailed) },
	}
	cmd.Flags().BoolVar(&detailed, "detailed-exitcode", false, "exit with 2 if a control is newly open")
	return cmd
}

func (a *app) diff(before, after string, detailed bool) error {
	if err := a.format(append([]string{"text", "json"}, format.Names()...)...); err != nil {
		return err
	}
	first, err := a.readReport(before)
	if err != nil {
		return err
	}
	second, err := a.readReport(after)
	if err != nil {
		return err
	}
	d := report.Compare(first, second)
	switch a.output {
	case "json":
		document := d.Document()
		document.Schema = report.Schema
		err = document.Write(a.stdout)
	case "text":
		var text bytes.Buffer
		a.style().DiffText(&text, d)
		_, err = a.stdout.Write(text.Bytes())
	default:
		err = format.WriteDiff(a.stdout, a.output, d)
	}
	if err == nil && detailed && d.Counts()[report.DiffNew] > 0 {
		return openError{}
	}
	return err
}

// readReport reads a file of check -o json, and adds what it does not say itself.
func (a *app) readReport(file string) (report.Report, error) {
	data, err := os.ReadFile(filepath.Clean(file))
	if err != nil {
		return report.Report{}, unreadable(message.Errorf("cannot read the report: %w", err))
	}
	r, err := report.ReadReport(data)
	if err != nil {
		return r, unreadable(message.Errorf("cannot read the report %s: %w", file, err))
	}
	r.Lang = a.lang
	p, err := loadProfile(r.Plan.Profile.Name)
	if err != nil {
		return r, nil //nolint:nilerr // a report of a profile that is not here is compared all the same
	}
	r.Title = report.Bilingual(p.Title)
	return r, nil
}

func unreadable(err error) error {
	return &hintedError{err, exitBadProfile, message.New("make it with: kubectl harden check -o json")}
}

func (a *app) summaryCommand() *cobra.Command {
	var details bool
	cmd := &cobra.Command{
		Use:   "summary DIR|FILE...",
		Short: "Combine the reports of many clusters: which controls are open, where, and since when",
		Long: `summary combines reports that kubectl harden check -o json printed. It reads the given
files, and in a given directory all files that end in .json. The newest report of each
context counts; older reports show the trend. It does not connect to a cluster. Formats:
text, json, csv, html.

` + exitCodes,
		Example: "  kubectl harden summary reports\n  kubectl harden summary -o html reports > clusters.html",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("summary takes reports, or a directory with them")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return a.summary(args, details) },
	}
	cmd.Flags().BoolVarP(&details, "details", "v", false, "show every cluster in which a control is open, with the reason")
	return cmd
}

func (a *app) summary(paths []string, details bool) error {
	if err := a.format("text", "json", "csv", "html"); err != nil {
		return err
	}
	files, err := reportFiles(paths)
	if err != nil {
		return err
	}
	var fleet report.FleetReader
	var last error
	read := 0
	for _, file := range files {
		r, err := a.readReport(file)
		if err != nil {
			last = err
			a.warn(message.New("%s: %v", message.Value(report.Safe(file)), err))
			fleet.AddBroken(file, message.Of(err))
			continue
		}
		read++
		fleet.Add(file, strings.TrimSuffix(filepath.Base(file), ".json"), r)
	}
	if read == 0 {
		return last
	}
	f := fleet.Fleet(a.lang)
	switch a.output {
	case "json":
		d := f.Document()
		d.Schema = report.Schema
		err = d.Write(a.stdout)
	case "csv":
		err = format.WriteFleetCSV(a.stdout, f)
	case "html":
		err = format.WriteFleetHTML(a.stdout, f)
	default:
		var text bytes.Buffer
		a.style().FleetText(&text, f, details)
		_, err = a.stdout.Write(text.Bytes())
	}
	if err == nil && last != nil {
		return message.Errorf("%d of %d files could not be read as reports; the summary does not contain them", len(files)-read, len(files))
	}
	return err
}

// reportFiles are the files that are named, and those of a directory, in order.
func reportFiles(paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		if info, err := os.Stat(path); err != nil || !info.IsDir() {
			files = append(files, path) // what is wrong with it is said where it is read
			continue
		}
		found, err := filepath.Glob(filepath.Join(path, "[^.]*.json"))
		if err != nil {
			return nil, unreadable(message.Errorf("cannot list the reports: %w", err))
		}
		files = append(files, found...)
	}
	slices.Sort(files)
	if files = slices.Compact(files); len(files) == 0 || len(files) > maxReports {
		return nil, unreadable(message.Errorf("there are %d reports; at least one is needed, and at most %d are read", len(files), maxReports))
	}
	return files, nil
}
