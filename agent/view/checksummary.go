package view

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/report"
)

// tableStatuses are the columns of the table of sections; the others are counted
// below it.
var tableStatuses = []change.Status{change.Compliant, change.Drift, change.Blocked, change.Error, change.Manual}

// part is a row of the table of sections.
type part struct {
	id     string
	title  string
	counts map[change.Status]int
}

// SummaryText prints what the sections come to, and the whole.
func (s Style) SummaryText(w io.Writer, r report.Report) {
	fmt.Fprintln(w)
	if s.sections(w, s.parts(r), r.Counts()) {
		fmt.Fprintln(w)
	}
	s.line(w, 2, s.passed(r))
}

// parts are the sections; those that stand together and have nothing open are one.
func (s Style) parts(r report.Report) []part {
	titles := map[string]string{}
	for _, section := range r.Sections {
		titles[section.ID] = report.Safe(section.Title.In(s.Lang))
	}
	const most = 16           // sections; of more than that, those of a part are one
	open := map[string]bool{} // parents of a section that has something open
	var list []part
	for _, c := range r.Controls {
		if len(list) == 0 || list[len(list)-1].id != c.Section {
			list = append(list, part{id: c.Section, title: titles[c.Section], counts: map[change.Status]int{}})
		}
		list[len(list)-1].counts[c.Status]++
		if report.Open(c.Status) {
			open[parent(c.Section)] = true
		}
	}
	if len(list) > most {
		clear(open)
	}
	var rows []part
	short := !slices.ContainsFunc(r.Controls, func(c report.ReportedControl) bool { return strings.Contains(c.Short, "/") })
	defer func() {
		for i := range rows {
			if _, id, is := strings.Cut(rows[i].id, "/"); is && short {
				rows[i].id = id // all are of one profile
			}
		}
	}()
	for _, p := range list {
		above := parent(p.id)
		if above == "" || open[above] || titles[above] == "" {
			rows = append(rows, p)
			continue
		}
		if len(rows) == 0 || rows[len(rows)-1].id != above {
			rows = append(rows, part{id: above, title: titles[above], counts: map[change.Status]int{}})
		}
		for status, n := range p.counts {
			rows[len(rows)-1].counts[status] += n
		}
	}
	return rows
}

// parent is the section that a section belongs to: "5" of "5.1".
func parent(section string) string { return section[:max(strings.LastIndexByte(section, '.'), 0)] }

// sections prints the table: a row for each part, a column for each status that any
// control has. It tells whether there is any.
func (s Style) sections(w io.Writer, parts []part, counts map[change.Status]int) bool {
	ids, cells := 0, []change.Status{}
	for _, p := range parts {
		ids = max(ids, columns(report.Safe(p.id)))
	}
	numbers := 0
	for _, status := range tableStatuses {
		if counts[status] > 0 {
			cells = append(cells, status)
			numbers += columns(s.status(status)) + 3
		}
	}
	if len(cells) == 0 {
		return false
	}
	room := max(s.room()-ids-2-numbers, 12)
	title := s.say("SECTION", "章节")
	widest := columns(title) - ids - 2
	for _, p := range parts {
		widest = max(widest, columns(p.title))
	}
	room = min(room, widest)
	head := pad(title, ids+2+room)
	for _, status := range cells {
		head += "   " + s.status(status)
	}
	fmt.Fprintln(w, s.paint(dim, head))
	for _, p := range parts {
		name := p.title
		if columns(name) > room {
			name = cut(name, room-1) + "…"
		}
		if !slices.ContainsFunc(cells, func(status change.Status) bool { return p.counts[status] > 0 }) {
			continue // it is about other nodes
		}
		row := pad(report.Safe(p.id), ids) + "  " + pad(name, room)
		for _, status := range cells {
			width := columns(s.status(status))
			number := "·"
			if n := p.counts[status]; n > 0 {
				number = fmt.Sprint(n)
			}
			cell := strings.Repeat(" ", max(width-columns(number), 0)) + number
			if p.counts[status] > 0 {
				cell = s.paint(statusColor[status], cell)
			}
			row += "   " + cell
		}
		fmt.Fprintln(w, row)
	}
	return true
}

// passed sums a report up: how many controls pass, and what became of the others.
func (s Style) passed(r report.Report) string {
	counts := r.Counts()
	parts := []string{s.paint(bold, s.Lang.Passing(r))}
	add := func(n int, en, zh string) {
		if n > 0 {
			parts = append(parts, s.say(fmt.Sprintf(en, n), fmt.Sprintf(zh, n)))
		}
	}
	add(counts[change.Manual], "%d for a person to judge", "%d 项待人工核查")
	add(counts[change.NotApplicable], "%d not applicable", "%d 项不适用")
	add(counts[change.Waived], "%d waived", "%d 项已豁免")
	return strings.Join(parts, " · ")
}
