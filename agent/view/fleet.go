package view

import (
	"fmt"
	"io"
	"strings"

	"harden/agent/change"
	"harden/agent/report"
)

// FleetText prints what the reports of many nodes come to, for people: what is open
// on any node, most severe first, then what is judged once for the cluster.
func (s Style) FleetText(w io.Writer, f report.Fleet, details bool) {
	s.fleetHeading(w, f)
	open, wide := 0, 0
	for _, c := range f.Controls {
		if c.Scope == report.ClusterScope {
			wide++
		} else if len(c.Open) > 0 {
			open++
		}
	}
	if open > 0 {
		s.fleetOpen(w, f, details)
	}
	if wide > 0 {
		s.fleetCluster(w, f, details)
	}
	for _, b := range f.Broken {
		s.line(w, 2, s.paint(red, s.say("not read: ", "未能读取：")), report.Safe(b.File)+": "+report.Safe(s.Lang.Text(b.Reason)))
	}
}

func (s Style) fleetHeading(w io.Writer, f report.Fleet) {
	profiles := map[string]bool{}
	var names []string
	for _, n := range f.Nodes {
		if !profiles[n.Profile.Name] {
			profiles[n.Profile.Name] = true
			names = append(names, report.Safe(n.Profile.Name))
		}
	}
	head := s.say(report.Plural(len(f.Nodes), "node"), fmt.Sprintf("%d 个节点", len(f.Nodes))) + " · " + strings.Join(names, ", ")
	s.pair(w, s.paint(bold, head), s.paint(dim, f.Newest.UTC().Format("2006-01-02 15:04 UTC")))
	s.pair(w, s.Lang.Result(f), s.Lang.Course(f))
	if moved := s.Lang.Moved(f); moved != "" {
		s.line(w, 2, moved)
	}
	if old := f.OldNodes(); len(old) > 0 {
		s.line(w, 2, s.paint(yellow, s.say("older than 2 days: ", "报告超过 2 天：")), s.someNodes(old))
	}
}

// someNodes lists nodes, and counts those that would be too many.
func (s Style) someNodes(list []string) string {
	const most = 12
	text := report.Safe(strings.Join(list[:min(len(list), most)], " "))
	if more := len(list) - most; more > 0 {
		text += s.say(fmt.Sprintf(" and %d more", more), fmt.Sprintf(" 等，另有 %d 个", more))
	}
	return text
}

// fleetOpen lists what is open on nodes, and on which.
func (s Style) fleetOpen(w io.Writer, f report.Fleet, details bool) {
	head, severities, ids := s.say("OPEN ON", "未满足节点"), 8, 4
	var list []report.FleetControl
	for _, c := range f.Controls {
		if len(c.Open) > 0 {
			list = append(list, c)
			ids = max(ids, columns(report.Safe(c.Short)))
		}
	}
	if s.Width > 0 {
		ids = min(ids, s.Width/4)
	}
	count := columns(head)
	fmt.Fprintf(w, "\n%s\n", s.paint(dim, head+"  "+pad(s.say("SEVERITY", "严重程度"), severities)+"  "+s.say("CONTROL", "控制项")))
	for _, c := range list {
		number := fmt.Sprint(len(c.Open))
		left := strings.Repeat(" ", count-len(number)) + number + "  " + s.severity(c.Severity, severities) + "  " + pad(report.Safe(c.Short), ids) + "  "
		var nodes []string
		for _, o := range c.Open {
			nodes = append(nodes, o.Host)
		}
		right := ""
		if short := report.Safe(strings.Join(nodes, " ")); len(nodes) <= 4 && !details {
			right = short
		}
		title := report.Safe(c.Title.In(s.Lang))
		s.fitted(w, left, title, right)
		indent := strings.Repeat(" ", count+2)
		switch {
		case details:
			s.fleetReasons(w, c, count+2)
		case len(nodes) < len(f.Nodes) && (right == "" || !s.fits(left, title, right)):
			s.line(w, count+2, indent, s.paint(dim, s.someNodes(nodes)))
		}
	}
}

// fleetReasons lists the reasons of a control, and below each the nodes.
func (s Style) fleetReasons(w io.Writer, c report.FleetControl, indent int) {
	told := map[string]bool{}
	for i, of := range c.Open {
		reason := s.status(of.Status) + "  " + report.Safe(s.Lang.Text(of.Reason))
		if told[reason] {
			continue
		}
		told[reason] = true
		s.line(w, indent+2, strings.Repeat(" ", indent), reason)
		var nodes []string
		for _, o := range c.Open[i:] {
			if o.Status == of.Status && o.Reason == of.Reason {
				nodes = append(nodes, report.Safe(o.Host)+" ("+s.since(o)+")")
			}
		}
		s.line(w, indent+4, strings.Repeat(" ", indent+2), s.paint(dim, strings.Join(nodes, ", ")))
	}
}

// since says how long a control has been open on a node, as far as the reports go back.
func (s Style) since(o report.FleetOpen) string {
	day := o.Since.UTC().Format("2006-01-02")
	if o.First {
		return s.say("in every report", "历次报告均未满足")
	}
	return s.say("since "+day, day+" 起")
}

// fleetCluster lists what is judged once: what somebody found, and how much is left.
func (s Style) fleetCluster(w io.Writer, f report.Fleet, details bool) {
	all, left, more := 0, 0, 0
	var list []report.FleetControl
	for _, c := range f.Controls {
		if c.Scope != report.ClusterScope || c.Status == change.NotApplicable {
			continue
		}
		all++
		if c.Status == change.Manual {
			left++
		}
		if details || c.Status != change.Manual || len(c.Persons) > 0 {
			list = append(list, c)
		} else {
			more++
		}
	}
	fmt.Fprintf(w, "\n%s\n", s.paint(dim, s.say(fmt.Sprintf("THE CLUSTER, judged once: %d of %d controls are judged", all-left, all), fmt.Sprintf("集群级控制项，只判定一次：%d / %d 项已有结论", all-left, all))))
	ids, statuses := 4, 0
	for _, c := range list {
		ids, statuses = max(ids, columns(report.Safe(c.Short))), max(statuses, columns(s.status(c.Status)))
	}
	if s.Width > 0 {
		ids = min(ids, s.Width/4)
	}
	for _, c := range list {
		s.fitted(w, "  "+s.paint(statusColor[c.Status], pad(s.status(c.Status), statuses))+"  "+pad(report.Safe(c.Short), ids)+"  ", report.Safe(c.Title.In(s.Lang)), "")
		if c.Status != change.Manual || len(c.Persons) > 0 {
			s.line(w, statuses+ids+6, strings.Repeat(" ", statuses+ids+6), s.paint(dim, report.Safe(s.Lang.Cluster(c))))
		}
	}
	if more > 0 {
		s.line(w, 2, "  ", s.paint(dim, s.say(fmt.Sprintf("%d more: no person has judged them yet; -v lists them", more), fmt.Sprintf("另有 %d 项尚无人核查；-v 逐项列出", more))))
	}
}
