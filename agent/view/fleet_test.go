package view_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"harden/agent/change"
	"harden/agent/message"
	"harden/agent/report"
	"harden/agent/view"
)

// manyNodes are sixteen nodes of a cluster: control 1.1 is open on all of them, 1.2 on fourteen, 1.3 on five, 1.4 on two for two
// reasons, 1.5 on none. Of the cluster 5.1 is judged, the verdict on 5.2 is over, 5.3 and 5.4 nobody has looked at, 5.5 is not
// about it.
func manyNodes(lang report.Language) report.Fleet {
	openOn := []int{16, 14, 5, 2, 0}
	var controls []report.Control
	for i := range openOn {
		controls = append(controls, report.Control{ID: fmt.Sprint("s/1.", i+1), Rules: []string{fmt.Sprint("r", i)}, Title: report.Bilingual{EN: fmt.Sprint("What is asked for ", i), ZH: fmt.Sprint("要求 ", i)}})
	}
	for i := range 5 {
		controls = append(controls, report.Control{ID: fmt.Sprint("s/5.", i+1), Scope: report.ClusterScope, Title: report.Bilingual{EN: fmt.Sprint("Of the cluster ", i), ZH: fmt.Sprint("集群 ", i)}})
	}
	var g report.FleetReader
	for node := range 16 {
		for day := range 2 {
			p := change.Plan{Profile: change.Profile{Name: "s"}}
			for i, on := range openOn {
				f := change.Finding{Rule: fmt.Sprint("r", i), Controls: []string{controls[i].ID}, Status: change.Compliant, Severity: change.Severities[min(i, 3)]}
				if node < on && (day == 1 || i != 2) {
					f.Status, f.Reason = change.Drift, message.New("%s is %v, should be %v", "mode", "0644", "0600")
				}
				if i == 3 && node == 1 {
					f.Status, f.Reason = change.Blocked, message.New("%s does not exist", "/etc/a\x1b[2J")
				}
				p.Findings = append(p.Findings, f)
			}
			for i, status := range []change.Status{change.Compliant, change.Manual, change.Manual, change.Manual, change.NotApplicable} {
				f := change.Finding{Controls: []string{controls[len(openOn)+i].ID}, Status: status, Reason: message.Value("look")}
				if node == 3 && i < 2 {
					f.Attestation = &change.Attestation{Verdict: report.Attested, By: "alice", Date: "2026-11-01", Reason: "seen in CHG-481", Expires: []string{"2027-03-31", "2026-11-20"}[i]}
				}
				p.Findings = append(p.Findings, f)
			}
			at := time.Date(2026, 11, 20+8*day, 9, 41, 0, 0, time.UTC)
			host := fmt.Sprintf("node%02d", node)
			g.Add(host+at.Format("-02.json"), host, report.NewReport(p, report.About{Host: host, Time: at}, controls, nil))
		}
	}
	return g.Fleet(lang)
}

// The screen of many nodes, and with -v the reasons, and since when.
func TestManyNodes(t *testing.T) {
	golden(t, "many-nodes", func(s view.Style, b *strings.Builder) { s.FleetText(b, manyNodes(s.Lang), false) })
	golden(t, "many-nodes-v", func(s view.Style, b *strings.Builder) { s.FleetText(b, manyNodes(s.Lang), true) })
}

// With -v each node stands below the reason that it gives, with the time since when.
func TestReasonsOfNodes(t *testing.T) {
	f := manyNodes("en")
	var b strings.Builder
	view.Style{Lang: "en"}.FleetText(&b, f, true)
	text := b.String()
	if strings.Contains(text, "\x1b") || strings.Contains(text, " more") {
		t.Errorf("something is raw, or left out:\n%s", text)
	}
	for _, c := range f.Controls {
		for _, o := range c.Open {
			since := "2026-11-28"
			if o.First {
				since = "every report"
			}
			_, of, _ := strings.Cut(text, "  "+c.Short+"  ")
			_, of, _ = strings.Cut(of, report.Safe(o.Reason.In("en"))+"\n")
			of, _, _ = strings.Cut(of, "\n")
			if _, of, is := strings.Cut(of, o.Host+" ("); !is || !strings.Contains(of[:strings.IndexByte(of, ')')], since) {
				t.Errorf("%s on %s since %s is not told:\n%s", c.Short, o.Host, since, text)
			}
		}
	}
}

// On which nodes a control is open is said beside it or below it, unless it is so on all. What is not listed of the cluster is counted.
func TestNodesAreNamed(t *testing.T) {
	f := manyNodes("en")
	for _, width := range []int{0, 40, 60, 80, 120} {
		var b strings.Builder
		view.Style{Lang: "en", Width: width}.FleetText(&b, f, false)
		for _, c := range f.Controls {
			_, of, _ := strings.Cut(b.String(), "  "+c.Short+"  ")
			of, _, _ = strings.Cut(of, "  low ") // of the last one, 1.4, it is all that follows
			if n := len(c.Open); n > 0 && n < len(f.Nodes) && !strings.Contains(of, c.Open[n-1].Host) && !strings.Contains(of, fmt.Sprintf(" %d more", n-12)) {
				t.Errorf("%d columns: the nodes of %s are not named:\n%s", width, c.Short, b.String())
			}
		}
		if !strings.Contains(b.String(), "\n  2 more") { // beside the one that is judged, and the one whose verdict is over
			t.Errorf("%d columns: what is left of the cluster is counted wrongly:\n%s", width, b.String())
		}
	}
}
