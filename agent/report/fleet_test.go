package report_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"harden/agent/change"
	"harden/agent/message"
	"harden/agent/report"
)

// kept is a report of a node on a day of November 2026: a letter for each of its
// controls s/1, s/2 …: p passes, f fails, b is blocked, e an error, m for a person, w waived.
func kept(host string, day int, verdicts string) report.Report {
	statuses := map[rune]change.Status{'p': change.Compliant, 'f': change.Drift, 'b': change.Blocked, 'e': change.Error, 'm': change.Manual, 'w': change.Waived}
	severities := []change.Severity{change.Low, change.High, change.Medium}
	p := change.Plan{Profile: change.Profile{Name: "s", Version: "1"}}
	var controls []report.Control
	for i, v := range verdicts {
		id := "s/" + string(rune('1'+i))
		controls = append(controls, report.Control{ID: id, Rules: []string{"r" + id}})
		p.Findings = append(p.Findings, change.Finding{Rule: "r" + id, Controls: []string{id}, Status: statuses[v], Severity: severities[i%3], Reason: message.Value("of " + host)})
	}
	return report.NewReport(p, report.About{Host: host, Time: time.Date(2026, 11, day, 9, 0, 0, 0, time.UTC)}, controls, nil)
}

func TestFleet(t *testing.T) {
	var g report.FleetReader
	// In an order that is not that of time, as a shell's pattern gives.
	g.Add("b-2.json", "b-2", kept("b", 28, "pfp"))
	g.Add("a-1.json", "a-1", kept("a", 20, "fpf"))
	g.Add("a-3.json", "a-3", kept("a", 28, "ffp"))
	g.Add("a-2.json", "a-2", kept("a", 24, "fff"))
	g.Add("c.json", "c", kept("", 25, "pew"))
	g.AddBroken("x.json", message.Value("it is torn"))
	f := g.Fleet("en")

	var nodes []string
	for _, n := range f.Nodes {
		nodes = append(nodes, n.Host)
	}
	if got := strings.Join(nodes, " "); got != "a b c" { // one high each; a has a low one more; b and c by name
		t.Errorf("nodes %s", got)
	}
	if f.Nodes[0].File != "a-3.json" || f.Nodes[0].Old || !f.Nodes[2].Old {
		t.Errorf("%+v", f.Nodes)
	}
	if c := f.Controls[0]; c.ID != "s/2" || len(c.Open) != 3 || c.Severity != change.High {
		t.Errorf("the worst control is %+v", c)
	}
	since := map[string]string{}
	for _, c := range f.Controls {
		for _, o := range c.Open {
			since[c.ID+o.Host] = o.Since.Format("02")
			if o.First {
				since[c.ID+o.Host] += " first"
			}
		}
	}
	for of, want := range map[string]string{"s/1a": "20 first", "s/2a": "24", "s/2b": "28 first"} {
		if since[of] != want {
			t.Errorf("%s is open since %q, not %q", of, since[of], want)
		}
	}
	if f.New != 0 || f.Fixed != 1 { // s/3 on a
		t.Errorf("%d new, %d fixed", f.New, f.Fixed)
	}
	if passing, failing, unsure := f.Passing(); passing != 0 || failing != 2 || unsure != 1 {
		t.Errorf("%d %d %d", passing, failing, unsure)
	}
	days := []report.FleetDay{{"2026-11-20", 1, 1, 3}, {"2026-11-24", 1, 0, 3}, {"2026-11-25", 2, 1, 6}, {"2026-11-28", 3, 4, 9}}
	if !slices.Equal(f.Trend, days) {
		t.Errorf("trend %+v", f.Trend)
	}
	if !slices.Equal(f.Nodes[0].Statuses, []change.Status{change.Drift, change.Drift, change.Compliant}) {
		t.Errorf("%v in the order of %v", f.Nodes[0].Statuses, f.Controls)
	}
	if !f.Open("") || !f.Open(change.High) || f.Open(change.Critical) {
		t.Error("what is open is told wrongly")
	}
}

// A verdict on a control of the cluster is given once, on whichever node, and holds
// for all until its day is over. Of two the worse one holds.
func TestFleetOfCluster(t *testing.T) {
	of := func(host string, day int, verdicts ...string) report.Report { // for c/1, c/2 …: "", or VERDICT UNTIL
		p := change.Plan{Profile: change.Profile{Name: "c"}}
		var controls []report.Control
		for i, v := range verdicts {
			id := "c/" + string(rune('1'+i))
			controls = append(controls, report.Control{ID: id, Scope: report.ClusterScope, Manual: report.Bilingual{EN: "look"}})
			finding := change.Finding{Controls: []string{id}, Status: change.Manual, Reason: message.Value("look")}
			if verdict, until, is := strings.Cut(v, " "); is {
				finding.Status = map[string]change.Status{"compliant": change.Compliant, "open": change.Blocked}[verdict]
				finding.Attestation = &change.Attestation{Verdict: verdict, By: "ops", Date: "2026-11-01", Reason: "CHG-1", Expires: until}
			}
			p.Findings = append(p.Findings, finding)
		}
		return report.NewReport(p, report.About{Host: host, Time: time.Date(2026, 11, day, 9, 0, 0, 0, time.UTC)}, controls, nil)
	}
	var g report.FleetReader
	g.Add("a", "a", of("a", 28, "", "compliant 2027-01-01", "compliant 2027-01-01", "", "compliant 2026-11-25"))
	g.Add("b", "b", of("b", 20, "", "", "open 2027-01-01", "", ""))
	g.Add("d", "d", of("d", 20, "", "compliant 2027-01-01", "", "compliant 2026-11-25", ""))
	f := g.Fleet("en")
	want := map[string]change.Status{"c/1": change.Manual, "c/2": change.Compliant, "c/3": change.Blocked, "c/4": change.Manual, "c/5": change.Manual}
	for _, c := range f.Controls {
		if c.Status != want[c.ID] {
			t.Errorf("%s is %s, not %s", c.ID, c.Status, want[c.ID])
		}
		if c.ID == "c/2" && (len(c.Persons) != 1 || c.Persons[0].Nodes != 2) {
			t.Errorf("%+v", c.Persons)
		}
		if len(c.Open) > 0 {
			t.Errorf("%s counts for a node", c.ID)
		}
	}
	for _, n := range f.Nodes {
		if len(n.Counts)+len(n.Open) > 0 {
			t.Errorf("%s has controls of the cluster: %v", n.Host, n.Counts)
		}
	}
	if told := report.Language("en").Cluster(f.Controls[slices.IndexFunc(f.Controls, func(c report.FleetControl) bool { return c.ID == "c/4" })]); told != "the verdict of ops expired on 2026-11-25" {
		t.Error(told)
	}
	if !f.Open("") {
		t.Error("c/3 is open")
	}
}

// What little reports come to is said, too: of none, of one that could not be checked, of one on which only persons judge.
func TestSmallFleet(t *testing.T) {
	of := func(reports ...report.Report) report.Fleet {
		var g report.FleetReader
		for _, r := range reports {
			g.Add(r.Host+".json", r.Host, r)
		}
		return g.Fleet("en")
	}
	if f := of(); report.Language("en").Course(f) != "" || f.Open("") || len(f.Nodes) > 0 {
		t.Errorf("of no reports: %+v", f)
	}
	f := of(kept("a", 28, "mm"))
	if course := report.Language("zh").Course(f); !strings.Contains(course, "—") { // no share of nothing
		t.Errorf("where nothing is judged, the course is %q", course)
	}
	if f = of(kept("a", 28, "mm"), kept("b", 28, "ep")); !strings.Contains(report.Language("en").Result(f), " · 1 ") || !strings.HasPrefix(report.Language("en").Result(f), "1 ") {
		t.Errorf("%q", report.Language("en").Result(f))
	}
	var text strings.Builder
	if err := f.Document().Write(&text); err != nil {
		t.Fatal(err)
	}
	var d struct {
		Kind  string
		Fleet struct {
			Nodes []struct {
				Host    string
				Summary map[string]int
			}
			Controls []struct {
				ID      string
				Summary map[string]int
				Open    []struct{ Host, Status, Since string }
			}
			Broken []any
		}
	}
	if err := json.Unmarshal([]byte(text.String()), &d); err != nil {
		t.Fatal(err)
	}
	first := d.Fleet.Controls[0]
	if d.Kind != "Summary" || len(d.Fleet.Nodes) != 2 || d.Fleet.Nodes[0].Host != "b" || d.Fleet.Nodes[0].Summary["error"] != 1 || d.Fleet.Broken == nil ||
		first.ID != "s/1" || first.Summary["manual"] != 1 || len(first.Open) != 1 || first.Open[0].Host != "b" || first.Open[0].Since != "2026-11-28T09:00:00Z" {
		t.Errorf("%s", text.String())
	}
}
