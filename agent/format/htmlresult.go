package format

import (
	"cmp"
	"fmt"
	"slices"

	"harden/agent/change"
	"harden/agent/report"
)

// legend is a verdict, or what became of a control, with its count.
type legend struct {
	key   string
	name  report.Bilingual
	count int
}

// legends counts rows by verdict or by state, in the order of reports.
func legends(rows []htmlRow) []legend {
	counts := map[string]int{}
	for _, r := range rows {
		counts[r.key()]++
	}
	var list []legend
	add := func(key string, name report.Bilingual) {
		if n := counts[key]; n > 0 {
			list = append(list, legend{key, name, n})
		}
	}
	for _, s := range change.Statuses {
		add(string(s), report.StatusName(s))
	}
	for _, s := range report.DiffStates {
		add(string(s), report.DiffTitle[s])
	}
	return list
}

// result sums the report up: in a sentence, as a chart, and in figures.
func (h *htmlWriter) result(r report.Report, d *report.Diff, rows []htmlRow) {
	n, open, fresh := len(rows), 0, 0
	for _, c := range rows {
		if report.Open(c.Status) && c.state != report.DiffGone {
			open++
		}
		if c.state == report.DiffNew {
			fresh++
		}
	}
	headline := headline(r)
	if d != nil {
		headline = tell(fmt.Sprintf("%d newly open, %d open in all", fresh, open), fmt.Sprintf("新增 %d 项未满足，共 %d 项未满足", fresh, open))
	}
	h.f("<section aria-labelledby=\"result\">\n<h2 id=\"result\">%s</h2>\n", headline)
	if d == nil && open > 0 {
		h.f("<p class=\"muted\">%s</p>\n", tell(fmt.Sprintf("%d of %s open: they fail, are blocked, or could not be checked.", open, report.Plural(n, "control")),
			fmt.Sprintf("%d 个控制项中 %d 个未满足：不符合、暂无法整改，或未能检查。", n, open)))
	}
	all := legends(rows)
	h.chart(all, n, `class="chart" role="img" aria-labelledby="result legend"`)
	h.f("<ul id=\"legend\" class=\"legend\">\n")
	for _, l := range all {
		h.f("<li><span class=\"dot b-%s\"></span>%s <b>%s</b></li>\n", l.key, both(l.name), l.count)
	}
	h.f("</ul>\n")
	if d == nil && len(r.Plan.Changes) > 0 {
		h.f("<p><a href=\"#changes\">%s</a> %s</p>\n", tell("What harden apply would change:", "harden apply 将作的变更："), totalOf(r))
	}
	h.f("</section>\n")
}

// headline says how many of the controls that rules judge pass, and how severe the others are.
func headline(r report.Report) markup {
	open := map[change.Severity]int{}
	for _, c := range r.Controls {
		if report.Open(c.Status) {
			open[c.Severity]++
		}
	}
	return both(inBoth(func(l report.Language) string {
		text := l.Passing(r)
		for _, s := range append(slices.Clone(change.Severities), "") {
			if count := open[s]; count > 0 {
				name := cmp.Or(l.Severity(s), l.Say("without severity", "未分级"))
				text += " · " + l.Say(fmt.Sprintf("%d %s", count, name), fmt.Sprintf("%s %d", name, count))
			}
		}
		return text
	}))
}

// chart draws counts as one bar, each part as wide as its share.
func (h *htmlWriter) chart(all []legend, n int, attributes markup) {
	h.f(`<svg %s viewBox="0 0 1000 10" preserveAspectRatio="none">`, attributes)
	at := 0
	for _, l := range all {
		h.f(`<rect class="f-%s" x="%s" width="%s" height="10"/>`, l.key, percent(at, n), percent(l.count, n))
		at += l.count
	}
	h.f("</svg>\n")
}
