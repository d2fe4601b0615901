package format

import (
	"encoding/csv"
	"io"
	"strings"
	"time"

	"harden/agent/report"
)

// byteOrderMark lets a spreadsheet see that a text is UTF-8.
const byteOrderMark = "\ufeff"

// WriteFleetCSV writes a line for each control on each node, for spreadsheets; of the
// controls of a cluster one each, with an empty node. In Chinese it begins with a byte
// order mark. Nothing in it is a formula to a spreadsheet.
func WriteFleetCSV(w io.Writer, f report.Fleet) error {
	if f.Lang == "zh" {
		if _, err := io.WriteString(w, byteOrderMark); err != nil {
			return err
		}
	}
	out := csv.NewWriter(w)
	write := func(cells ...string) {
		for i, cell := range cells {
			cells[i] = cellText(cell)
		}
		_ = out.Write(cells) // said by Error below
	}
	write("node", "profile", "kubernetes", "read", "control", "title", "level", "severity", "scope", "status", "since", "reason")
	for place, c := range f.Controls {
		about := func(node, profile, kubernetes, read, status, since, reason string) {
			level := ""
			if c.Level > 0 {
				level = string(rune('0' + c.Level%10))
			}
			write(node, profile, kubernetes, read, c.ID, c.Title.In(f.Lang), level, f.Lang.Severity(c.Severity), c.Scope, status, since, reason)
		}
		if c.Scope == report.ClusterScope {
			about("", "", "", "", f.Lang.Status(c.Status), "", f.Lang.Cluster(c))
			continue
		}
		next := 0
		for i, n := range f.Nodes {
			if n.Statuses[place] == "" {
				continue
			}
			since, reason := "", ""
			if next < len(c.Open) && c.Open[next].Node == i {
				since, reason = c.Open[next].Since.UTC().Format(time.DateOnly), f.Lang.Text(c.Open[next].Reason)
				next++
			}
			about(n.Host, n.Profile.Name, n.Node.Kubernetes, n.Time.UTC().Format(time.RFC3339), f.Lang.Status(n.Statuses[place]), since, reason)
		}
	}
	out.Flush()
	return out.Error()
}

// cellText is a text that a spreadsheet takes for text: one that begins as a formula
// does gets an apostrophe.
func cellText(text string) string {
	text = report.Safe(text)
	if strings.HasPrefix(text, "-") || strings.HasPrefix(text, "=") || strings.HasPrefix(text, "+") || strings.HasPrefix(text, "@") {
		return "'" + text
	}
	return text
}
