package main

import (
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"harden/agent/change"
	"harden/agent/kubebench"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/report"
	"harden/profiles"
)

func (a *app) fromFlag(f *pflag.FlagSet) {
	f.StringVar(&a.from, "from", "", "make only the changes that fix the failures in `FILE`, a report of kube-bench --json")
}

// failures are those of a kube-bench report.
type failures struct {
	kubebench.Report
	path string
}

// readFailures reads the report that --from names. Its benchmark names a
// built-in profile, unless the user names one.
func (a *app) readFailures() (*failures, error) {
	if a.Only != nil {
		return nil, usage("--only cannot be combined with --from, because --from makes the selection; --skip can be combined with it")
	}
	data, err := a.trusted(a.from, kubebench.MaxSize)
	if err != nil {
		return nil, a.badReport("cannot read the report: %w", err)
	}
	report, err := kubebench.Read(data)
	if err != nil {
		return nil, a.badReport("%s is not a report of kube-bench: %w", a.from, err)
	}
	if a.Profile == "" && !slices.Contains(profiles.Names(), report.Benchmark) {
		return nil, a.badReport("%s: there is no profile for the benchmark %s; with --profile, name a profile that has the controls of this benchmark", a.from, report.Benchmark)
	}
	return &failures{report, a.from}, nil
}

func (a *app) badReport(format string, args ...any) error {
	return badInput(message.New("make it with: kube-bench run --json > report.json"), format, args...)
}

// controlOf is the id that a profile gives a control of the report. The same
// number means different things in two benchmarks, so both are compared.
func (f *failures) controlOf(id string) string {
	if strings.Contains(id, "/") { // whole already: the report is harden's own
		return id
	}
	return f.Benchmark + "/" + id
}

// only gives what to plan: the controls that failed, and the rules that these
// rely on.
func (f *failures) only(p *profiles.Profile) ([]string, error) {
	if !slices.ContainsFunc(p.Controls, func(c profiles.Control) bool { return strings.HasPrefix(c.ID, f.Benchmark+"/") }) {
		return nil, &node.Error{Kind: node.BadProfile, Err: message.Errorf("%s is a report on %s, and the profile %s has none of the controls of this benchmark", f.path, f.Benchmark, p.Name),
			Hint: message.New("with --profile, name a profile that has these controls: %s, or one that extends it", f.Benchmark)}
	}
	only := []string{}
	for _, c := range p.Controls {
		if slices.ContainsFunc(f.Failed, func(id string) bool { return c.ID == f.controlOf(id) }) {
			only = append(only, c.ID)
		}
	}
	for _, r := range p.Rules {
		if slices.ContainsFunc(r.Controls, func(c string) bool { return slices.Contains(only, c) }) {
			only = append(only, needed(p, r, nil)...)
		}
	}
	slices.Sort(only)
	return slices.Compact(only), nil // not nil: that would be all
}

// needed lists the rules of a profile that a rule relies on, and those that
// these rely on.
func needed(p *profiles.Profile, r profiles.Rule, names []string) []string {
	for _, need := range r.Needs {
		if own, has := p.Rule(need.Name); has && !slices.Contains(names, need.Name) {
			names = needed(p, own, append(names, need.Name))
		}
	}
	return names
}

// view says what a plan makes of the failures; nil where there is no report.
func (f *failures) view(p change.Plan) *report.From {
	if f == nil {
		return nil
	}
	v := &report.From{Benchmark: f.Benchmark, Failed: []string{}, Fixed: []string{}, Unfixed: []report.Unfixed{}}
	for _, id := range f.Failed {
		control := f.controlOf(id)
		v.Failed = append(v.Failed, control)
		reasons := f.open(p, control)
		if len(reasons) == 0 {
			v.Fixed = append(v.Fixed, control)
		}
		v.Unfixed = append(v.Unfixed, reasons...)
	}
	return v
}

// open says why a plan does not, or not wholly, fix a control.
func (f *failures) open(p change.Plan, control string) []report.Unfixed {
	var open []report.Unfixed
	known, fixed := false, false
	for _, finding := range p.Findings {
		if !slices.Contains(finding.Controls, control) {
			continue
		}
		known = true
		switch finding.Status {
		case change.Drift:
			fixed = true
		case change.Compliant, change.NotApplicable: // told below, where nothing is to be changed
		default:
			open = append(open, report.Unfixed{Control: control, Rule: finding.Rule, Status: finding.Status, Reason: finding.Reason})
		}
	}
	if fixed || len(open) > 0 {
		return open
	}
	if !known {
		return []report.Unfixed{{Control: control, Reason: message.New("the profile does not have this control, or --skip leaves it out")}}
	}
	for _, finding := range p.Findings {
		if slices.Contains(finding.Controls, control) {
			reason := finding.Reason
			if finding.Status == change.Compliant {
				reason = message.New("the node meets this control now, or harden checks it differently: see harden check")
			}
			open = append(open, report.Unfixed{Control: control, Rule: finding.Rule, Status: finding.Status, Reason: reason})
		}
	}
	return open
}
