package report

import (
	"cmp"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/stable"
)

// byOpen orders nodes: what is more severe, and more of it, comes first.
func byOpen(a, b *FleetNode) int {
	for _, s := range append(slices.Clone(change.Severities), "") {
		if a.Open[s] != b.Open[s] {
			return cmp.Compare(b.Open[s], a.Open[s])
		}
	}
	return cmp.Or(strings.Compare(a.Host, b.Host), strings.Compare(a.Profile.Name, b.Profile.Name))
}

// order gives the places of the controls, the worst first; those of the cluster last.
func (g *FleetReader) order() []int {
	order := make([]int, len(g.controls))
	for i := range order {
		order[i] = i
	}
	open := func(c FleetControl) int {
		n := 0
		for status, of := range c.Counts {
			if Open(status) {
				n += of
			}
		}
		return n
	}
	stable.Sort(order, func(i, k int) int {
		a, b := g.controls[i], g.controls[k]
		wide := func(c FleetControl) int { return strings.Compare(c.Scope, "") }
		no := func(c FleetControl) int { return min(open(c), 1) }
		severity := 0
		if no(a)+no(b) == 2 {
			severity = cmp.Compare(severityPlace(a.Severity), severityPlace(b.Severity))
		}
		return cmp.Or(cmp.Compare(wide(a), wide(b)), cmp.Compare(no(b), no(a)), severity, cmp.Compare(open(b), open(a)), ByNumber(a.ID, b.ID))
	})
	for i := range g.controls { // the same attestations in the same order, whatever node was first
		stable.Sort(g.controls[i].Persons, func(a, b *FleetAttestation) int {
			return cmp.Or(strings.Compare(b.Date, a.Date), strings.Compare(a.By, b.By), strings.Compare(a.Reason, b.Reason), strings.Compare(a.Verdict, b.Verdict))
		})
	}
	return order
}

// severityPlace is that of a severity among all; one that is not known comes last.
func severityPlace(s change.Severity) int {
	if i := slices.Index(change.Severities, s); i >= 0 {
		return i
	}
	return len(change.Severities)
}
