package report

import (
	"slices"
	"time"

	"harden/agent/change"
)

// judge counts what the newest report of a node says.
func (g *FleetReader) judge(s *snapshot, newest time.Time) {
	n := &s.node
	n.Old = newest.Sub(n.Time) > FleetOld
	n.Counts, n.Open = map[change.Status]int{}, map[change.Severity]int{}
	for i, v := range s.verdicts {
		c := &g.controls[i]
		if v.attestation != nil {
			g.attest(c, *v.attestation, newest)
		}
		if c.Scope == ClusterScope {
			if v.attestation != nil && v.attestation.Expires < newest.Format(time.DateOnly) {
				v.status = change.Manual // over since, whatever the report said then
			}
			c.Counts[v.status]++
			c.Status = worseOfCluster(c.Status, v.status)
			continue
		}
		c.Counts[v.status]++
		n.Counts[v.status]++
		if Open(v.status) {
			n.Open[c.Severity]++
		}
	}
}

// worseOfCluster lets any verdict stand over none, and of two the worse.
func worseOfCluster(a, b change.Status) change.Status {
	none := func(s change.Status) int {
		return slices.Index([]change.Status{"", change.NotApplicable, change.Manual}, s)
	}
	switch {
	case none(a) >= 0 && none(b) >= 0:
		if none(a) > none(b) {
			return a
		}
		return b
	case none(a) >= 0:
		return b
	case none(b) >= 0 || slices.Index(gravity, a) > slices.Index(gravity, b):
		return a
	}
	return b
}

// attest counts what a person found, once for all nodes whose reports have it.
func (g *FleetReader) attest(c *FleetControl, a change.Attestation, newest time.Time) {
	a.Expired = a.Expired || a.Expires < newest.UTC().Format(time.DateOnly)
	i := slices.IndexFunc(c.Persons, func(o *FleetAttestation) bool { return o.Attestation == a })
	if i < 0 {
		i = len(c.Persons)
		c.Persons = append(c.Persons, &FleetAttestation{Attestation: a})
	}
	c.Persons[i].Nodes++
}

// add takes a node, with all of its reports, into the fleet.
func (f *Fleet) add(controls []FleetControl, order []int, list []*snapshot) {
	last := list[len(list)-1]
	at := len(f.Nodes)
	last.node.Statuses = make([]change.Status, len(order))
	for place, i := range order {
		v, has := last.verdicts[i]
		last.node.Statuses[place] = v.status
		if c := &controls[i]; has && Open(v.status) && c.Scope != ClusterScope {
			since, first := opened(list, i)
			c.Open = append(c.Open, FleetOpen{Node: at, Host: last.node.Host, Status: v.status, Reason: v.reason, Since: since, First: first})
		}
		if len(list) > 1 && has && controls[i].Scope != ClusterScope {
			was, had := list[len(list)-2].verdicts[i]
			switch {
			case had && Open(v.status) && !Open(was.status):
				f.New++
			case had && !Open(v.status) && Open(was.status):
				f.Fixed++
			}
		}
	}
	f.Nodes = append(f.Nodes, last.node)
}

// opened tells since when a control has been open in all reports of a node.
func opened(list []*snapshot, control int) (since time.Time, first bool) {
	k := len(list) - 1
	for k > 0 && Open(list[k-1].verdicts[control].status) {
		k--
	}
	return list[k].node.Time, k == 0
}
