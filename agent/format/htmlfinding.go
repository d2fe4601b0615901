package format

import (
	"cmp"
	"fmt"

	"harden/agent/change"
	"harden/agent/report"
)

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
		where := bothOf(o.Where)
		if o.Waiver != nil {
			where += both(inBoth(func(l report.Language) string { return report.Safe(l.LeftOpen(o)) }))
		}
		h.f("<tr><td><code>%s</code></td><td>%s%s</td><td class=\"%s\">%s</td><td>%s</td></tr>\n", report.Safe(cmp.Or(name, string(o.Field))),
			tell(op.EN, op.ZH), breakable(expected), class, actual, where)
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
