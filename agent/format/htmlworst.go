package format

import (
	"fmt"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/report"
)

// mostWorst bounds the list of what is open: it is to begin with, not all there is,
// and a table is laid out as a whole before any of it shows.
const mostWorst = 100

// worst lists what is open, most severe first, so that a reader begins with it.
func (h *htmlWriter) worst(rows []htmlRow) {
	listed := 0
	for _, severity := range append(slices.Clone(change.Severities), "") {
		for i, r := range rows {
			if !report.Open(r.Status) || r.Severity != severity {
				continue
			}
			if listed++; listed > mostWorst {
				continue
			}
			if listed == 1 {
				h.f("<section aria-labelledby=\"worst\">\n<h2 id=\"worst\">%s</h2>\n<table class=\"worst\">\n<thead><tr><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th></tr></thead>\n<tbody>\n",
					tell("Open, most severe first", "未满足的控制项（按严重程度）"), tell("Severity", "严重程度"), tell("Verdict", "判定"), tell("Control", "控制项"), tell("Also in", "其他框架"))
			}
			h.f("<tr><td class=\"sev s-%s\">%s</td><td class=\"sev\"><span class=\"t-%s\">%s</span></td><td><a href=\"#c%s\">%s</a> %s</td><td>%s</td></tr>\n", severity, both(report.SeverityName(severity)),
				r.Status, both(report.StatusName(r.Status)), i, h.short(r.ReportedControl), both(r.Title), frameworks(r))
		}
	}
	if listed == 0 {
		return
	}
	h.f("</tbody></table>\n")
	if more := listed - mostWorst; more > 0 {
		h.f("<p class=\"muted\">%s</p>\n", tell(fmt.Sprintf("and %d more, among the controls below", more), fmt.Sprintf("另有 %d 项，见下文“控制项”", more)))
	}
	h.f("</section>\n")
}

// frameworks are the ids that other frameworks have for the rules of a control.
func frameworks(r htmlRow) markup {
	var text markup
	told := map[string]bool{}
	for _, f := range r.Findings {
		for _, of := range f.About.IDs {
			if ids := strings.Join(of.IDs, ", "); !told[of.Framework+ids] {
				told[of.Framework+ids] = true
				text += markupf("<span class=\"fw\" data-fw=\"%s\" title=\"%s\"><b>%s</b> %s</span> ", of.Framework, of.Title, of.Framework, ids)
			}
		}
	}
	return text
}

// passed is what paper has in place of the controls that hold, or are not about this
// node: a line each.
func (h *htmlWriter) passed(rows []htmlRow) {
	h.f("<section class=\"paper\" aria-hidden=\"true\">\n<h2>%s</h2>\n<ul>\n", tell("Controls that pass, or are not about this node", "符合或不适用的控制项"))
	for _, r := range rows {
		if onLine(r.Status) {
			h.f("<li><code>%s</code> %s <span class=\"t-%s\">%s</span></li>\n", h.short(r.ReportedControl), both(r.Title), r.Status, both(report.StatusName(r.Status)))
		}
	}
	h.f("</ul>\n</section>\n")
}

// onLine tells whether paper has a control in one line alone.
func onLine(s change.Status) bool { return s == change.Compliant || s == change.NotApplicable }

// signatures are fields to be filled in on paper.
func (h *htmlWriter) signatures() {
	h.f("<section class=\"paper sign-off\" aria-hidden=\"true\"><p>%s</p><p>%s</p><p>%s</p></section>\n", tell("Examined by", "检查人"), tell("Date", "日期"), tell("Signature", "签名"))
}
