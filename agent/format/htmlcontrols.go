package format

import (
	"cmp"
	"fmt"
	"slices"
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

func (h *htmlWriter) control(i int, r htmlRow) {
	h.f("<details class=\"control\" id=\"c%s\" data-id=\"%s\" data-status=\"%s\" data-level=\"%s\" data-severity=\"%s\" data-state=\"%s\"><summary><span class=\"badge t-%s\">", i, r.ID, r.Status, r.Level, r.Severity, r.state, r.key())
	if r.state != "" {
		h.f("%s", both(report.DiffTitle[r.state]))
	} else {
		h.f("%s", both(report.StatusName(r.Status)))
	}
	title := r.Title
	if title.EN == "" && title.ZH == "" {
		title.EN = r.ID
	}
	h.f("</span> <code class=\"id\">%s</code> <span class=\"title\">%s</span>", h.short(r.ReportedControl), both(title))
	if r.Severity != "" {
		h.f(" <span class=\"level s-%s\">%s</span>", r.Severity, both(report.SeverityName(r.Severity)))
	}
	if r.Level > 0 {
		h.f(" <span class=\"level\">%s</span>", levelName(r.Level))
	}
	h.f("</summary>\n<div class=\"body\">\n")
	if r.state != "" {
		h.verdicts(r)
	}
	for _, f := range r.Findings {
		h.finding(r, f)
	}
	if r.Note.EN+r.Note.ZH != "" {
		h.f("<p class=\"muted\">%s %s</p>\n", tell("Note:", "说明："), both(r.Note))
	}
	if ids := frameworks(r); ids != "" {
		h.f("<p class=\"muted also\">%s %s</p>\n", tell("Also in:", "其他框架："), ids)
	}
	h.f("</div></details>\n")
}

// verdicts says how the verdict of two reports went.
func (h *htmlWriter) verdicts(r htmlRow) {
	h.f("<p>")
	if r.before != nil {
		h.f("%s → ", both(report.StatusName(*r.before)))
	}
	h.f("<strong>%s</strong></p>\n", both(report.StatusName(r.Status)))
	if r.was.EN != "" && r.state != report.DiffSame {
		h.f("<p class=\"muted\">%s %s</p>\n", tell("Before:", "之前："), both(r.was))
	}
}

func (h *htmlWriter) finding(r htmlRow, f report.ReportedFinding) {
	h.f("<div class=\"finding\">\n")
	if f.Rule != "" {
		h.f("<p class=\"rule\">")
		if len(r.Findings) > 1 {
			h.f("<span class=\"badge t-%s\">%s</span> ", f.Status, both(report.StatusName(f.Status)))
		}
		if f.About.Title != r.Title { // most controls have one rule, of the same title
			h.f("<strong>%s</strong> ", both(f.About.Title))
		}
		h.f("<span class=\"muted\">%s <code>%s</code></span></p>\n", tell("Rule", "规则"), report.Safe(f.Rule))
	}
	if f.About.Why.EN != "" {
		h.f("<p class=\"why\"><strong>%s</strong> %s</p>\n", tell("Why:", "原因："), both(f.About.Why))
	}
	switch reason := inBoth(func(lang report.Language) string { return r.Reason(f.Finding, lang) }); {
	case f.Status == change.Manual && r.Manual != (report.Bilingual{}):
		h.howTo(r, f.Finding)
	case f.Status == change.Drift && len(report.Evidence(f.Finding)) > 0 && f.Waiver == nil: // the table says it
	case reason.EN+reason.ZH != "":
		h.f("<p class=\"reason\">%s</p>\n", both(reason))
	}
	h.observations(f.Finding)
	fix := inBoth(f.Fix)
	h.fix(r, f, fix)
	if f.About.Risk.EN != "" && fix.EN != "" {
		h.f("<p class=\"muted\"><strong>%s</strong> %s</p>\n", tell("What it can break:", "可能的影响："), both(f.About.Risk))
	}
	h.f("</div>\n")
}

// mostShown bounds the rows of one finding on the page.
const mostShown = 20

// observations shows what was expected, what is there, and where: of what
// does not hold only that.
func (h *htmlWriter) observations(f change.Finding) {
	list := report.Evidence(f)
	if len(list) == 0 && f.Status == change.Compliant {
		list = f.Observed
	}
	if len(list) == 0 {
		return
	}
	h.f("<table class=\"observed\">\n<thead><tr><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th></tr></thead>\n<tbody>\n",
		tell("Setting", "设置"), tell("Expected", "期望"), tell("Actual", "实际"), tell("Where", "位置"))
	for _, o := range list[:min(len(list), mostShown)] {
		_, name := o.Field.Address()
		op, expected := report.OpText[o.Op], ""
		if o.Expected != nil {
			expected = report.Value(o.Expected)
		}
		class := "bad"
		if o.Holds {
			class = "good"
		}
		actual := breakable(report.Value(o.Actual))
		if o.Field == change.FieldMode || o.Field == change.FieldOwner {
			actual = bothOf(report.AsText(o.Actual)) // "all 24", of files that all hold
		}
		if kind := o.Target.Kind(); o.Actual == nil && (o.Field == change.FieldType || o.Field == change.FieldContent || kind == change.KindUser || kind == change.KindGroup) {
			h.f("<tr><td>%s</td><td>%s</td><td class=\"%s\">%s</td><td>%s</td></tr>\n", targetName(o.Target), tell("exists", "存在"), class, tell("missing", "缺少"), bothOf(o.Where))
			continue
		}
		h.f("<tr><td><code>%s</code></td><td>%s%s</td><td class=\"%s\">%s</td><td>%s</td></tr>\n", report.Safe(cmp.Or(name, string(o.Field))),
			tell(op.EN, op.ZH), breakable(expected), class, actual, bothOf(o.Where))
	}
	h.f("</tbody></table>\n")
	if more := len(list) - mostShown; more > 0 {
		h.f("<p class=\"muted\">%s</p>\n", tell(fmt.Sprintf("and %d more (-o json lists them)", more), fmt.Sprintf("另有 %d 条（-o json 可列出）", more)))
	}
}

// fix says what apply would do about a finding, and leads to the changes with their diffs.
func (h *htmlWriter) fix(r htmlRow, f report.ReportedFinding, fix report.Bilingual) {
	if fix.EN == "" {
		return
	}
	h.f("<div class=\"fix\"><p><strong>%s</strong>%s", tell("Fix: ", "修复："), both(fix))
	if r.state == "" { // a comparison has no list of changes
		h.f(" <a class=\"diff-of\" href=\"#x%s\">%s</a>", f.Fixes[0], tell("See the change", "查看变更"))
	}
	h.f("</p></div>\n")
}

// howTo says how a person judges a control, with commands to be copied, who judged it last,
// and on paper fields for a verdict.
func (h *htmlWriter) howTo(r htmlRow, f change.Finding) {
	en, zh := report.Steps(r.Manual.EN), report.Steps(r.Manual.ZH)
	same := len(en) == len(zh)
	for i := 0; same && i < len(en); i++ {
		same = en[i].Command == zh[i].Command && (!en[i].Command || en[i].Text == zh[i].Text)
	}
	switch {
	case same:
		for i, step := range en {
			h.step(step, tell(step.Text, zh[i].Text))
		}
	default:
		h.steps("en", en)
		h.steps("zh", zh)
	}
	if a := f.Attestation; a != nil && a.Expired {
		h.f("<p class=\"muted\">%s</p>\n", tell("The attestation of "+a.By+" expired on "+a.Expires+": "+a.Reason, a.By+" 的人工确认已于 "+a.Expires+" 过期："+a.Reason))
	} else {
		h.f("<p class=\"muted screen\">%s <code>%s</code></p>\n", tell("No attestation yet:", "尚无人工确认："), "harden attest "+r.ID+" --reason … --expires …")
	}
	h.f("<p class=\"paper\" aria-hidden=\"true\">☐ %s ☐ %s &nbsp; %s ______________ &nbsp; %s __________</p>\n", both(report.StatusName(change.Compliant)), both(report.StatusName(change.Drift)), tell("By", "核查人"), tell("Date", "日期"))
}

// steps are those of one language, where the other has others.
func (h *htmlWriter) steps(lang string, steps []report.Step) {
	h.f("<div lang=\"%s\">\n", lang)
	for _, step := range steps {
		h.step(step, markupf("%s", step.Text))
	}
	h.f("</div>\n")
}

func (h *htmlWriter) step(step report.Step, text markup) {
	switch {
	case step.Command:
		h.f("<pre class=\"run\"><code>%s</code></pre>\n", step.Text)
	case step.Pass:
		h.f("<p class=\"reason pass\">%s</p>\n", text)
	default:
		h.f("<p class=\"reason\">%s</p>\n", text)
	}
}
