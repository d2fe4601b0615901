package report

import (
	"slices"
	"time"

	"harden/agent/change"
)

// trend counts for each day that has a report what the newest ones said at its end.
func (g *FleetReader) trend(all []*series) []FleetDay {
	var days []string
	for _, of := range all {
		for _, s := range of.list {
			days = append(days, s.node.Time.UTC().Format(time.DateOnly))
		}
	}
	slices.Sort(days)
	var trend []FleetDay
	for _, day := range slices.Compact(days) {
		d := FleetDay{Day: day}
		for _, of := range all {
			for k := len(of.list) - 1; k >= 0; k-- {
				if of.list[k].node.Time.UTC().Format(time.DateOnly) <= day {
					d.Nodes++
					d.count(g.controls, of.list[k].verdicts)
					break
				}
			}
		}
		trend = append(trend, d)
	}
	return trend
}

func (d *FleetDay) count(controls []FleetControl, verdicts map[int]verdict) {
	for i, v := range verdicts {
		switch {
		case controls[i].Scope == ClusterScope || v.status == change.Manual || v.status == change.NotApplicable:
			continue
		case v.status == change.Compliant:
			d.Passed++
		}
		d.Judged++
	}
}
