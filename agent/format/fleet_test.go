package format_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"harden/agent/change"
	"harden/agent/format"
	"harden/agent/message"
	"harden/agent/report"
	"harden/agent/report/reporttest"
)

// fleetControls are five controls of nodes and four of the cluster.
var fleetControls = []report.Control{
	{ID: "s/1.1", Level: 1, Title: report.Bilingual{EN: "Only root reads keys", ZH: "仅 root 可读密钥"}, Rules: []string{"keys"}},
	{ID: "s/1.2", Level: 2, Title: report.Bilingual{EN: `No "anonymous" <access>`, ZH: "禁止匿名访问"}, Rules: []string{"anonymous"}},
	{ID: "s/1.3", Title: report.Bilingual{EN: "-v is not set"}, Rules: []string{"v"}},
	{ID: "s/1.4", Title: report.Bilingual{EN: "Ciphers", ZH: "加密套件"}, Rules: []string{"ciphers"}},
	{ID: "s/1.5", Title: report.Bilingual{EN: "Tokens", ZH: "令牌"}, Rules: []string{"tokens"}},
	{ID: "s/5.1", Scope: report.ClusterScope, Title: report.Bilingual{EN: "Roles", ZH: "角色"}},
	{ID: "s/5.2", Scope: report.ClusterScope, Title: report.Bilingual{EN: "Namespaces", ZH: "命名空间"}},
	{ID: "s/5.3", Scope: report.ClusterScope, Title: report.Bilingual{EN: "Of another platform"}},
	{ID: "s/5.4", Scope: report.ClusterScope, Title: report.Bilingual{EN: "Secrets", ZH: "机密"}},
}

// nodeReport is what a node says of fleetControls on a day of November 2026, a letter each: p passes,
// f fails, b blocked, e error, m for a person, w waived, n not applicable, a attested, o over; "." leaves one out.
func nodeReport(host string, day int, verdicts string) report.Report {
	statuses := map[rune]change.Status{'p': change.Compliant, 'f': change.Drift, 'b': change.Blocked, 'e': change.Error, 'm': change.Manual, 'w': change.Waived, 'n': change.NotApplicable,
		'a': change.Compliant, 'o': change.Manual}
	severities := []change.Severity{change.High, change.Critical, "", change.Low, change.Medium}
	p := change.Plan{Profile: change.Profile{Name: "s", Version: "1"}, Node: change.Node{Platform: "kubeadm", Kubernetes: "1.34.1"}}
	for i, v := range verdicts {
		if v == '.' {
			continue
		}
		c := fleetControls[i]
		f := change.Finding{Controls: []string{c.ID}, Status: statuses[v], Reason: message.New("%s is %v, should be %v", "mode", "0644", "0600")}
		if len(c.Rules) > 0 {
			f.Rule, f.Severity = c.Rules[0], severities[i]
		}
		if v == 'a' || v == 'o' {
			f.Attestation = &change.Attestation{Verdict: report.Attested, By: "=alice()", Date: "2026-11-02", Reason: "seen in CHG-481", Expires: map[rune]string{'a': "2027-03-31", 'o': "2026-11-20"}[v]}
		}
		p.Findings = append(p.Findings, f)
	}
	return report.NewReport(p, report.About{Host: host, Time: time.Date(2026, 11, day, 9, 41, 0, 0, time.UTC)}, fleetControls, nil)
}

// fleet is that of four nodes: one that became better and worse, one that is old, one of a name that is to do harm.
func fleet(lang report.Language) report.Fleet {
	var g report.FleetReader
	g.Add("w1-22.json", "w1", nodeReport("w1", 22, "ffpppmmnm"))
	g.Add("w1-28.json", "w1", nodeReport("w1", 28, "fpfppamno"))
	g.Add("w2.json", "w2", nodeReport("w2", 28, "pbfwpmmnm"))
	g.Add("w3.json", "w3", nodeReport("w3", 24, "ppp.pmmnm"))
	g.Add("x.json", "x", nodeReport("=cmd|' /C calc'!A0<script>\u202e", 27, "fepnm"))
	g.AddBroken("torn<b>.json", message.New("something follows the document"))
	return g.Fleet(lang)
}

// A spreadsheet gets a line for each control on each node, and one for each of the cluster.
func TestFleetCSV(t *testing.T) {
	for _, lang := range []report.Language{"en", "zh"} {
		t.Run(string(lang), func(t *testing.T) {
			f := fleet(lang)
			text := written(t, "csv", func(b *bytes.Buffer) error { return format.WriteFleetCSV(b, f) })
			reporttest.Golden(t, "fleet-"+string(lang)+".csv", text)
			text, marked := strings.CutPrefix(text, "\ufeff")
			if marked != (lang == "zh") {
				t.Errorf("a byte order mark: %v", marked)
			}
			rows, err := csv.NewReader(strings.NewReader(text)).ReadAll() // it makes sure that all have as many cells
			if err != nil {
				t.Fatal(err)
			}
			if want := 1 + 4*5 - 1 + 4; len(rows) != want { // w3 says nothing of one
				t.Errorf("%d rows, want %d", len(rows), want)
			}
			for _, row := range rows[1:] {
				for _, cell := range row {
					if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
						t.Errorf("a spreadsheet takes %q for a formula", cell)
					}
				}
				if node, scope := row[0], row[8]; (node == "") != (scope == report.ClusterScope) {
					t.Errorf("node %q, scope %q", node, scope)
				}
				if status, since, reason := row[9], row[10], row[11]; row[0] != "" && (since == "" || reason == "") == (status == lang.Status(change.Drift) || status == lang.Status(change.Blocked) || status == lang.Status(change.Error)) {
					t.Errorf("%s is %s since %q because of %q", row[4], status, since, reason)
				}
			}
		})
	}
}

// fullDisk takes no more than so many bytes.
type fullDisk struct{ room int }

func (d *fullDisk) Write(data []byte) (int, error) {
	if len(data) > d.room {
		return 0, errors.New("the disk is full")
	}
	d.room -= len(data)
	return len(data), nil
}

// What could not be written is said.
func TestFleetOnAFullDisk(t *testing.T) {
	for _, room := range []int{0, 3} {
		for name, write := range map[string]error{"csv": format.WriteFleetCSV(&fullDisk{room}, fleet("zh")), "html": format.WriteFleetHTML(&fullDisk{room}, fleet("zh"))} {
			if write == nil {
				t.Errorf("%s on a disk of %d bytes is no error", name, room)
			}
		}
	}
}

var (
	htmlStyles  = regexp.MustCompile(`(?s)<style>(.*?)</style>`)
	htmlScripts = regexp.MustCompile(`(?s)<script>(.*?)</script>`)
	htmlDigests = regexp.MustCompile(`'sha256-[^']*'`)
)

// The page of many nodes has what is open, a matrix of nodes and controls, and what is judged once.
func TestFleetHTML(t *testing.T) {
	for _, lang := range []report.Language{"en", "zh"} {
		t.Run(string(lang), func(t *testing.T) {
			page := written(t, "html", func(b *bytes.Buffer) error { return format.WriteFleetHTML(b, fleet(lang)) })
			readable := htmlDigests.ReplaceAllString(htmlScripts.ReplaceAllString(htmlStyles.ReplaceAllString(page, "<style/>"), "<script/>"), "'sha256'")
			reporttest.Golden(t, "fleet-"+string(lang)+".html", readable)
			// The policy of the page allows its own styles and script by their digests, and nothing else.
			own := append(htmlStyles.FindAllStringSubmatch(page, -1), htmlScripts.FindAllStringSubmatch(page, -1)...)
			if len(own) != 3 || strings.Count(page, "<script") != 1 || len(htmlDigests.FindAllString(page, -1)) != 3 {
				t.Fatalf("%d styles and scripts", len(own))
			}
			for _, of := range own {
				sum := sha256.Sum256([]byte(of[1]))
				if !strings.Contains(page, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") {
					t.Errorf("the page forbids its own %.60q", of[1])
				}
			}
			for _, raw := range []string{"<access>", "<b>", "calc'!A0<", "\u202e"} {
				if strings.Contains(page, raw) {
					t.Errorf("%q stands in the page as it is", raw)
				}
			}
		})
	}
}

// section is what stands in a page below a heading.
func section(t *testing.T, page, id string) string {
	t.Helper()
	_, rest, found := strings.Cut(page, `id="`+id+`"`)
	if !found {
		return ""
	}
	part, _, _ := strings.Cut(rest, "</table>")
	return part
}

// A node has a row in the matrix, and a control a column; what is worse comes first.
func TestFleetMatrix(t *testing.T) {
	f := fleet("en")
	page := written(t, "html", func(b *bytes.Buffer) error { return format.WriteFleetHTML(b, f) })
	matrix := section(t, page, "matrix")
	var columns, rows []string
	for _, m := range regexp.MustCompile(`<a[^>]*>([^<]*)</a>`).FindAllStringSubmatch(matrix, -1) {
		columns = append(columns, m[1])
	}
	for line := range strings.Lines(matrix) {
		parts := strings.Split(strings.TrimSpace(line), "<td")
		if len(parts) == 1 {
			continue // no row
		}
		row := ""
		for _, cell := range parts[1:] {
			letter := cell[strings.Index(cell, ">")+1:]
			if letter == "" {
				letter = map[bool]string{true: "?", false: "."}[strings.Contains(cell, "class=x")]
			}
			row += letter
		}
		rows = append(rows, regexp.MustCompile(`\w+`).FindString(parts[0][len("<tr data-row="):])+" "+row)
	}
	if diff := cmp.Diff([]string{"1.2", "1.1", "1.3", "1.4", "1.5"}, columns); diff != "" {
		t.Errorf("columns, -want +got:\n%s", diff)
	}
	// The one with two critical or high ones first; "?" is a control of which the report says nothing.
	if diff := cmp.Diff([]string{"cmd EF.–M", "w2 B.FW.", "w1 .FF..", "w3 ...?."}, rows); diff != "" {
		t.Errorf("rows, -want +got:\n%s\n%s", diff, matrix)
	}
	if open := section(t, page, "open"); strings.Count(open, `data-row="s/`) != 3 || strings.Contains(open, "1.4") {
		t.Errorf("open: %s", open)
	}
	if cluster := section(t, page, "cluster"); strings.Count(cluster, "data-row") != 3 || strings.Contains(cluster, "5.3") {
		t.Errorf("the cluster: %s", cluster)
	}
}

// Where nothing is open, and nothing is about the cluster, a page says that.
func TestFleetThatPasses(t *testing.T) {
	var g report.FleetReader
	g.Add("a", "a", nodeReport("a", 28, "pp"))
	page := written(t, "html", func(b *bytes.Buffer) error { return format.WriteFleetHTML(b, g.Fleet("en")) })
	if strings.Contains(page, `id="cluster"`) || strings.Contains(page, "<svg") || strings.Count(section(t, page, "open"), "<tr ") > 0 {
		t.Errorf("%s", htmlStyles.ReplaceAllString(page, ""))
	}
	if !strings.Contains(section(t, page, "nodes"), "nothing") {
		t.Error("it is not said that nothing is open")
	}
}

// Of many nodes with the same gap the first ones are named, and the others counted.
func TestFleetOfManyNodes(t *testing.T) {
	var g report.FleetReader
	for i := range 30 {
		g.Add("f", "f", nodeReport(fmt.Sprintf("n%02d", i), 1+i%28, "f"))
	}
	open := section(t, written(t, "html", func(b *bytes.Buffer) error { return format.WriteFleetHTML(b, g.Fleet("en")) }), "open")
	if !strings.Contains(open, "n00, n01") || !strings.Contains(open, "n23") || strings.Contains(open, "n24") || !strings.Contains(open, " 6 ") || !strings.Contains(open, "2026-11-01") {
		t.Errorf("%s", open)
	}
}
