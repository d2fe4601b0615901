package main

import (
	"cmp"
	"slices"
	"time"

	"harden/agent/change"
	"harden/agent/message"
	"harden/agent/planner"
	"harden/agent/report"
)

// oldReport is from when on a report of the cluster is said to be old.
const oldReport = 7 * 24 * time.Hour

// withCluster puts the verdicts of kubectl harden check -o json in the place of those
// that the node leaves to a person. The file decides what is compliant, so it is read
// as attestations are.
func (a *app) withCluster(plan *planner.Plan, file string, now time.Time) error {
	if file == "" {
		return nil
	}
	text, err := a.trusted(file, report.MaxReport)
	if err != nil {
		return badInput(message.Text{}, "cannot read the report of the cluster: %w", err)
	}
	r, err := report.ReadReport(text)
	if err != nil {
		return badInput(message.Text{}, "%s: %w", file, err)
	}
	if r.Plan.Node.Platform != "cluster" {
		return badInput(message.New("make it with: kubectl harden check -o json"), "%s is not a report of a cluster", file)
	}
	if p := r.Plan.Profile; p.Name != plan.Profile.Name || p.Version != plan.Profile.Version {
		return badInput(message.New("make it with: kubectl harden check -o json --profile %s", plan.Profile.Name), "%s is a report on the profile %s %s, but this check uses %s %s", file, p.Name, p.Version, plan.Profile.Name, plan.Profile.Version)
	}
	if !r.Time.IsZero() && now.Sub(r.Time) > oldReport {
		a.warn(message.New("%s was written on %s: make a new report with kubectl harden check -o json", file, r.Time.Format(time.DateOnly)))
	}
	judged := map[string]bool{} // by rules of the node
	for _, f := range plan.Findings {
		for _, id := range f.Controls {
			judged[id] = judged[id] || f.Rule != ""
		}
	}
	known := map[string]bool{}
	var findings []change.Finding
	for _, f := range r.Plan.Findings {
		if f.Rule == "" && slices.ContainsFunc(f.Controls, func(id string) bool { return judged[id] }) {
			continue // of RKE's files, which the node reads
		}
		for _, id := range f.Controls {
			known[id] = true
		}
		findings = append(findings, f)
	}
	plan.Findings = append(slices.DeleteFunc(plan.Findings, func(f change.Finding) bool {
		return f.Rule == "" && f.Attestation == nil && len(f.Controls) > 0 && !slices.ContainsFunc(f.Controls, func(id string) bool { return !known[id] })
	}), findings...)
	slices.SortStableFunc(plan.Findings, func(x, y change.Finding) int {
		return cmp.Or(cmp.Compare(x.Rule, y.Rule), slices.Compare(x.Controls, y.Controls))
	})
	return nil
}
