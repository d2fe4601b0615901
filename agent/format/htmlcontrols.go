package format

import (
	"cmp"
	"fmt"
	"strings"
	"unicode/utf8"

	"harden/agent/change"
	"harden/agent/report"
)

// htmlRow is a control on the page, of a report or of a comparison.
type htmlRow struct {
	report.ReportedControl
	of     report.Report    // that the control is told from
	state  report.DiffState // "" in a report
	before *change.Status   // in a comparison, where the earlier report has the control
	was    report.Bilingual // what was told of it there
}

func htmlRows(r report.Report, d *report.Diff) []htmlRow {
	var rows []htmlRow
	if d == nil {
		for _, c := range r.Controls {
			rows = append(rows, htmlRow{ReportedControl: c, of: r})
		}
		return rows
	}
	for _, c := range d.Controls {
		row := htmlRow{ReportedControl: c.Control(), of: d.After, state: c.State}
		if c.After == nil {
			row.of = d.Before
		}
		if c.Before != nil && c.After != nil {
			row.before = &c.Before.Status
			row.was = inBoth(c.Before.OneLine)
		}
		rows = append(rows, row)
	}
	return rows
}

// key is what a row is counted and coloured by: its verdict, or in a
// comparison what became of it.
func (r htmlRow) key() string { return cmp.Or(string(r.state), string(r.Status)) }

// commonPrefix is what all ids begin with where they are those of one profile, be it
// another one than the reported one, which a site's own extends: "cis-1.12/".
func commonPrefix(rows []htmlRow) string {
	prefix := ""
	for i, r := range rows {
		name, _, is := strings.Cut(r.ID, "/")
		if !is || i > 0 && name+"/" != prefix {
			return ""
		}
		prefix = name + "/"
	}
	return prefix
}

// short is a control's id as the page shows it.
func (h *htmlWriter) short(c report.ReportedControl) string {
	return strings.TrimPrefix(c.Short, h.prefix)
}

// idWidth is how many letters the longest id takes, within bounds: a longer
// one wraps.
func (h *htmlWriter) idWidth(rows []htmlRow) int {
	n := 4
	for _, r := range rows {
		n = max(n, min(utf8.RuneCountInString(report.Safe(h.short(r.ReportedControl))), 22))
	}
	return n
}

// controls lists every control by section, and what is found of each.
func (h *htmlWriter) controls(rows []htmlRow, compared bool) {
	h.f("<section aria-labelledby=\"controls\">\n<h2 id=\"controls\" tabindex=\"-1\">%s</h2>\n", tell("Controls", "控制项"))
	h.filters(rows, compared)
	i := 0
	for k, section := range sections(rows) {
		number := strings.TrimPrefix(section[0].Section, h.prefix)
		name := tell("Section "+number, "第 "+number+" 节")
		if title := h.titles[section[0].Section]; title != (report.Bilingual{}) {
			name = tell(number+" "+title.EN, number+" "+title.ZH)
		}
		if section[0].Section == "" {
			name = tell("Controls without a section", "未分节的控制项")
		}
		all := legends(section)
		h.f("<details class=\"section\" id=\"s%s\" open><summary><h3>%s</h3>", k, name)
		h.chart(all, len(section), `class="mini" aria-hidden="true"`)
		h.f("<span class=\"counts muted\">")
		for k, l := range all {
			sep := ""
			if k > 0 {
				sep = " · "
			}
			h.f("%s%s %s", sep, l.count, both(l.name))
		}
		h.f("</span></summary>\n")
		for _, row := range section {
			h.control(i, row)
			i++
		}
		h.f("</details>\n")
	}
	h.f("</section>\n")
}

// sections parts rows where the section changes.
func sections(rows []htmlRow) [][]htmlRow {
	var list [][]htmlRow
	for len(rows) > 0 {
		end := 1
		for end < len(rows) && rows[end].Section == rows[0].Section {
			end++
		}
		list = append(list, rows[:end])
		rows = rows[end:]
	}
	return list
}

// filters are of use only where the script runs, which shows them.
func (h *htmlWriter) filters(rows []htmlRow, compared bool) {
	h.f("<form class=\"filters\" role=\"search\" hidden>\n<label class=\"find\" for=\"find\">%s</label><input id=\"find\" type=\"search\" autocomplete=\"off\" spellcheck=\"false\">\n", tell("Find", "查找"))
	chip := func(kind, value string, name markup, n int) {
		h.f("<label class=\"chip\"><input type=\"checkbox\" name=\"%s\" value=\"%s\"> %s <span class=\"n\">%s</span></label>\n", kind, value, name, n)
	}
	if compared {
		h.f("<fieldset><legend>%s</legend>\n", tell("Change", "变化"))
		for _, l := range legends(rows) {
			chip("state", l.key, both(l.name), l.count)
		}
		h.f("</fieldset>\n")
	}
	h.f("<fieldset><legend>%s</legend>\n", tell("Status", "状态"))
	statuses, levels := map[change.Status]int{}, map[int]int{}
	for _, r := range rows {
		statuses[r.Status]++
		levels[r.Level]++
	}
	for _, s := range change.Statuses {
		if statuses[s] > 0 {
			chip("status", string(s), both(report.StatusName(s)), statuses[s])
		}
	}
	h.f("</fieldset>\n")
	h.severities(rows)
	if len(levels) > 1 {
		h.f("<fieldset><legend>%s</legend>\n", tell("Level", "级别"))
		for level := range 10 {
			if levels[level] > 0 {
				chip("level", fmt.Sprint(level), levelName(level), levels[level])
			}
		}
		h.f("</fieldset>\n")
	}
	h.f("<label class=\"find\" for=\"framework\" hidden>%s</label><select id=\"framework\" hidden><option value=\"\">—</option></select>\n", tell("Framework", "框架"))
	h.f("<p class=\"tools\"><output id=\"shown\" data-of=\"%s\"></output><button type=\"button\" id=\"unfold\">%s</button><button type=\"button\" id=\"fold\">%s</button><button type=\"button\" id=\"clear\">%s</button></p>\n</form>\n",
		len(rows), tell("Unfold all", "全部展开"), tell("Fold all", "全部折叠"), tell("Clear filters", "清除筛选"))
	h.f("<p id=\"none\" class=\"note\" hidden>%s</p>\n", tell("No control matches the filters.", "没有符合筛选条件的控制项。"))
}

// severities are filters too, where any rule has one.
func (h *htmlWriter) severities(rows []htmlRow) {
	counts := map[change.Severity]int{}
	for _, r := range rows {
		counts[r.Severity]++
	}
	if len(rows) == counts[""] {
		return
	}
	h.f("<fieldset><legend>%s</legend>\n", tell("Severity", "严重程度"))
	for _, s := range change.Severities {
		if counts[s] > 0 {
			h.f("<label class=\"chip\"><input type=\"checkbox\" name=\"severity\" value=\"%s\"> %s <span class=\"n\">%s</span></label>\n", s, both(report.SeverityName(s)), counts[s])
		}
	}
	h.f("</fieldset>\n")
}

func levelName(level int) markup {
	if level == 0 {
		return tell("No level", "无级别")
	}
	return tell(fmt.Sprint("Level ", level), fmt.Sprint("级别 ", level))
}
