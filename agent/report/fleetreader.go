package report

import (
	"cmp"
	"strings"

	"harden/agent/message"

	"harden/agent/change"
	"harden/agent/stable"
)

// verdict is what one report says of one control.
type verdict struct {
	status      change.Status
	reason      message.Text
	attestation *change.Attestation
}

// snapshot is one report, without what is not needed of it.
type snapshot struct {
	node     FleetNode
	verdicts map[int]verdict // by the place of the control in FleetReader.controls
}

// series are the reports of a node by a profile, the newest last once they are sorted.
type series struct{ list []*snapshot }

func (s *series) newest() *snapshot { return s.list[len(s.list)-1] }

// FleetReader gathers reports one by one, so that no two of them have to be in memory.
type FleetReader struct {
	places   map[string]int
	controls []FleetControl
	series   map[string]*series // of each node and profile
	broken   []FleetBroken
}

// Add takes a report that was read from a file. One without a host is that of the
// node that the file is named after.
func (g *FleetReader) Add(file, name string, r Report) {
	if g.places == nil {
		g.places, g.series = map[string]int{}, map[string]*series{}
	}
	s := &snapshot{node: FleetNode{Host: cmp.Or(r.Host, name), Time: r.Time.UTC(), File: file, Profile: r.Plan.Profile, Node: r.Plan.Node}, verdicts: map[int]verdict{}}
	for _, c := range r.Controls {
		i, known := g.places[c.ID]
		if !known {
			i = len(g.controls)
			g.places[c.ID] = i
			g.controls = append(g.controls, FleetControl{Control: c.Control, Short: c.Short, Counts: map[change.Status]int{}, Open: []FleetOpen{}})
		}
		if of := &g.controls[i]; of.Severity == "" || c.Severity.AtLeast(of.Severity) {
			of.Severity = cmp.Or(c.Severity, of.Severity)
		}
		v := verdict{status: c.Status}
		if Open(c.Status) {
			v.reason = message.Value(c.OneLine("en")).Knowing(c.OneLine("en"), c.OneLine("zh"))
		}
		for _, f := range c.Findings {
			v.attestation = cmp.Or(v.attestation, f.Attestation)
		}
		s.verdicts[i] = v
	}
	key := s.node.Host + "\x00" + s.node.Profile.Name
	if g.series[key] == nil {
		g.series[key] = &series{}
	}
	g.series[key].list = append(g.series[key].list, s)
}

// AddBroken takes a file that could not be read.
func (g *FleetReader) AddBroken(file string, reason message.Text) {
	g.broken = append(g.broken, FleetBroken{file, reason})
}

// Fleet gives what all reports come to.
func (g *FleetReader) Fleet(lang Language) Fleet {
	f := Fleet{Lang: lang, Nodes: []FleetNode{}, Controls: []FleetControl{}, Broken: append([]FleetBroken{}, g.broken...)}
	all := make([]*series, 0, len(g.series))
	for _, of := range g.series {
		stable.Sort(of.list, func(a, b *snapshot) int {
			return cmp.Or(a.node.Time.Compare(b.node.Time), strings.Compare(a.node.File, b.node.File))
		})
		all = append(all, of)
		if last := of.newest().node.Time; last.After(f.Newest) {
			f.Newest = last
		}
	}
	for _, of := range all {
		g.judge(of.newest(), f.Newest)
	}
	stable.Sort(all, func(a, b *series) int { return byOpen(&a.newest().node, &b.newest().node) })
	order := g.order()
	for _, of := range all {
		f.add(g.controls, order, of.list)
	}
	for _, i := range order {
		f.Controls = append(f.Controls, g.controls[i])
	}
	f.Trend = g.trend(all)
	return f
}
