package main

import (
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"harden/agent/change"
	"harden/agent/report"
)

// showing is how much of a text is shown.
type showing struct {
	details bool // everything there is to say
	diff    bool // every line that a plan changes
}

func (v *showing) flags(f *pflag.FlagSet) {
	f.BoolVarP(&v.details, "details", "v", false, "show all details")
	f.BoolVar(&v.diff, "diff", false, "show every line that changes, with the rule and the reason")
}

// selection says which controls of a report a text shows.
type selection struct {
	details   bool
	summary   bool
	statuses  []string
	severity  string
	sections  []string
	level     int
	framework string
}

// statusWords are the words for a status on a command line.
var statusWords = map[string]change.Status{
	"pass": change.Compliant, "fail": change.Drift, "manual": change.Manual, "n/a": change.NotApplicable, "waived": change.Waived, "blocked": change.Blocked, "error": change.Error,
	"compliant": change.Compliant, "drift": change.Drift, "not-applicable": change.NotApplicable,
}

func (v *selection) flags(f *pflag.FlagSet) {
	f.BoolVarP(&v.details, "details", "v", false, "show every control, with the values that were read and the fix")
	f.BoolVar(&v.summary, "summary", false, "show only the totals of the sections")
	f.StringSliceVar(&v.statuses, "status", nil, "show only controls with this `STATUS` (repeat it, or separate several with commas): pass, fail, blocked, error, manual, waived, n/a")
	f.StringVar(&v.severity, "severity", "", "show only controls of this `SEVERITY` or worse: critical, high, medium or low")
	f.StringSliceVar(&v.sections, "section", nil, "show only controls of this `SECTION`, such as 1.2")
	f.IntVar(&v.level, "level", 0, "show only controls up to this `LEVEL`: 1 or 2")
	f.StringVar(&v.framework, "framework", "", "list the controls under each id of `FRAMEWORK`: "+or(frameworkNames()))
}

// some tells whether only a part of the controls is shown.
func (v selection) some() bool {
	return len(v.statuses) > 0 || v.severity != "" || len(v.sections) > 0 || v.level > 0
}

// check refuses what cannot be shown.
func (v selection) check(output string) error {
	for _, word := range v.statuses {
		if statusWords[strings.ToLower(word)] == "" {
			return usage("--status: %q is not pass, fail, blocked, error, manual, waived or n/a", word)
		}
	}
	switch {
	case v.severity != "" && !slices.Contains(change.Severities, change.Severity(v.severity)):
		return usage("--severity: %q is not critical, high, medium or low", v.severity)
	case v.framework != "" && !slices.Contains(frameworkNames(), v.framework):
		return usage("--framework: %q is not %s", v.framework, or(frameworkNames()))
	case output != "text" && (v.some() || v.summary || v.framework != ""):
		return usage("--status, --severity, --section, --level, --summary and --framework only work with text output; -o %s always contains every control", output)
	}
	return nil
}

// of gives a report with the controls that are shown.
func (v selection) of(r report.Report) report.Report {
	if v.some() {
		r.NextBoot = nil // it is about no control
	}
	r.Controls = slices.DeleteFunc(slices.Clone(r.Controls), func(c report.ReportedControl) bool {
		status := func(word string) bool { return statusWords[strings.ToLower(word)] == c.Status }
		section := func(id string) bool {
			return c.Section == id || strings.HasPrefix(c.Section, id+".") || c.Short == id || strings.HasSuffix(c.Section, "/"+id)
		}
		return len(v.statuses) > 0 && !slices.ContainsFunc(v.statuses, status) ||
			v.severity != "" && !c.Severity.AtLeast(change.Severity(v.severity)) ||
			len(v.sections) > 0 && !slices.ContainsFunc(v.sections, section) ||
			v.level > 0 && c.Level > v.level
	})
	return r
}
