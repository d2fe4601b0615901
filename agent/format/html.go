package format

import (
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"time"

	"harden/agent/change"
	"harden/agent/report"
)

//go:embed html/report.css
var htmlStyle string

//go:embed html/report.js
var htmlScript string

// writeHTML writes a report for people: one page that needs nothing else and
// asks nothing of a network, with both languages in it. Its policy allows the
// page's own style and script by their digests, and forbids everything else,
// so that a name that got past the escaping could still do nothing.
func writeHTML(w io.Writer, r report.Report, d *report.Diff) error {
	rows := htmlRows(r, d)
	h := &htmlWriter{prefix: commonPrefix(rows), titles: map[string]report.Bilingual{}}
	for _, s := range r.Sections {
		h.titles[s.ID] = s.Title
	}
	h.head(r, d, rows)
	h.f("<body>\n<a class=\"skip\" href=\"#controls\">%s</a>\n", tell("Skip to the controls", "跳到控制项"))
	h.header(r, d)
	h.f("<main>\n")
	h.result(r, d, rows)
	if d == nil {
		h.signatures()
	}
	h.meanings(rows)
	if d == nil {
		h.worst(rows)
	}
	h.decisions(r)
	h.controls(rows, d != nil)
	if d == nil {
		h.passed(rows)
		h.changes(r)
	}
	h.f("</main>\n<footer><p>%s</p></footer>\n<script>%s</script>\n</body>\n</html>\n",
		tell("Written by harden "+r.Version+". This page holds no secrets and loads nothing.", "由 harden "+r.Version+" 生成。本页不含任何密钥，也不加载任何外部内容。"), markup(htmlScript))
	_, err := io.WriteString(w, h.String())
	return err
}

func (h *htmlWriter) head(r report.Report, d *report.Diff, rows []htmlRow) {
	what := inBoth(func(lang report.Language) string {
		s := lang
		kind := s.Say("Report", "报告")
		if d != nil {
			kind = s.Say("Comparison", "对比")
		}
		return strings.Join(nonEmpty(kind, r.Plan.Profile.Name, r.Host), " · ")
	})
	// What stands at the top of printed pages is text of the node in a style, so
	// it has a style and a digest of its own.
	// So have the width of the ids, in digits, and how high a section is before it is
	// laid out, in controls.
	pages := fmt.Sprintf(":root{--id:%dch}", h.idWidth(rows))
	for i, section := range sections(rows) {
		pages += fmt.Sprintf("#s%d{--n:%d}", i, len(section))
	}
	pages += "@page{@top-left{content:" + cssText(strings.Join(nonEmpty("harden", r.Plan.Profile.Name+" "+r.Plan.Profile.Version, r.Host, htmlTime(r.Time)), " · ")) + "}"
	if digest := r.Digest(); digest != "" && d == nil {
		pages += "@bottom-left{content:" + cssText(digest) + "}"
	}
	pages += "}"
	h.page(r.Lang, what, pages, htmlStyle, htmlScript)
}

// page begins a page in a language: what it is about, the style that is its own, and
// the style and the script of all pages of its kind.
func (h *htmlWriter) page(lang report.Language, what report.Bilingual, pages, style, script string) {
	h.f("<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n", lang.Say("en", "zh"))
	h.f("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '%s' '%s'; script-src '%s'; base-uri 'none'; form-action 'none'\">\n",
		cspDigest(style), cspDigest(pages), cspDigest(script))
	h.f("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n")
	h.f("<title data-en=\"%s\" data-zh=\"%s\">%s</title>\n<style>%s</style>\n<style>%s</style>\n</head>\n", what.EN, what.ZH, what.In(lang), markup(style), markup(pages))
}

func cspDigest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// languages are the buttons that change the language.
const languages markup = `<div class="lang" role="group" aria-label="Language 语言" hidden><button type="button" data-lang="en" lang="en">English</button><button type="button" data-lang="zh" lang="zh">中文</button></div>`

// header says what was looked at, where and when.
func (h *htmlWriter) header(r report.Report, d *report.Diff) {
	kind := tell("Security baseline report", "安全基线报告")
	if d != nil {
		kind = tell("What changed between two reports", "两份报告之间的变化")
	}
	h.f("<header>\n<div class=\"top\"><p class=\"kind\">%s</p>\n", kind)
	h.f("%s</div>\n", languages)
	title := r.Title
	if title.EN == "" && title.ZH == "" {
		title.EN = r.Plan.Profile.Name
	}
	h.f("<h1>%s</h1>\n<dl class=\"facts\">\n", both(title))
	fact := func(name, value markup) {
		if value != "" {
			h.f("<div><dt>%s</dt><dd>%s</dd></div>\n", name, value)
		}
	}
	node := inBoth(func(lang report.Language) string { return lang.Node(r.Plan.Node) })
	fact(tell("Node", "节点"), markupf("%s", r.Host))
	fact(tell("Platform", "平台"), both(node))
	profile := func(r report.Report) markup {
		return markupf("%s", strings.TrimSpace(r.Plan.Profile.Name+" "+r.Plan.Profile.Version))
	}
	if d == nil {
		fact(tell("Profile", "基线"), profile(r))
		if from := strings.TrimSuffix(h.prefix, "/"); from != r.Plan.Profile.Name {
			fact(tell("Controls of", "控制项来自"), markupf("%s", from))
		}
		fact(tell("Read", "读取时间"), markupf("%s", htmlTime(r.Time)))
	} else {
		side := func(r report.Report) markup {
			return markupf("%s", strings.Join(nonEmpty(string(profile(r)), htmlTime(r.Time), r.Host), " · "))
		}
		fact(tell("Before", "之前"), side(d.Before))
		fact(tell("After", "之后"), side(d.After))
	}
	fact(tell("Written by", "生成程序"), markupf("harden %s", r.Version))
	fact(tell("Run by", "执行人"), markupf("%s", report.Safe(r.By)))
	if r.Command != "" {
		fact(tell("Command", "命令"), markupf("<code>%s</code>", report.Safe(r.Command)))
	}
	fact(tell("Digest of the profile", "基线摘要"), markupf("<code>%s</code>", r.Plan.Profile.Digest))
	if digest := r.Digest(); digest != "" && d == nil {
		fact(tell("Digest of what was found", "检查结果摘要"), markupf("<code>%s</code>", digest))
	}
	h.f("</dl>\n")
	if d != nil && d.ByNumber {
		h.f("<p class=\"note\">%s</p>\n", tell("The reports are on different profiles. Controls are compared by number; one number can mean different things in two baselines.",
			"两份报告的基线不同。按编号比较控制项；同一编号在两个基线中含义可能不同。"))
	}
	h.f("</header>\n")
}

func htmlTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}

func nonEmpty(texts ...string) []string {
	var list []string
	for _, text := range texts {
		if text = strings.TrimSpace(text); text != "" {
			list = append(list, text)
		}
	}
	return list
}

// decisions lists what persons decided: waivers and verdicts, with the days
// they end.
func (h *htmlWriter) decisions(r report.Report) {
	var rows []markup
	for i, c := range r.Controls {
		seen := map[change.Waiver]bool{}
		for _, f := range c.Findings {
			row := func(kind, by markup, reason, date, expires string, expired bool) {
				end := markupf("%s", expires)
				if expired {
					end += markupf(` <strong class="late">%s</strong>`, tell("expired", "已过期"))
				}
				rows = append(rows, markupf("<tr><th scope=\"row\"><a href=\"#c%s\">%s</a></th><td>%s</td><td>%s</td><td>%s</td><td class=\"day\">%s</td><td class=\"day\">%s</td></tr>\n",
					i, h.short(c), kind, reason, by, markupf("%s", date), end))
			}
			if w := f.Waiver; w != nil && !seen[*w] {
				seen[*w] = true
				row(tell("Waiver", "豁免"), tell("profile", "基线"), w.Reason, "", w.Expires, w.Expired)
			}
			if a := f.Attestation; a != nil {
				kind := tell("Attested", "人工确认符合")
				if a.Verdict == report.AttestedOpen {
					kind = tell("Found open", "人工确认不符合")
				}
				row(kind, markupf("%s", a.By), a.Reason, a.Date, a.Expires, a.Expired)
			}
		}
	}
	if len(rows) == 0 {
		return
	}
	h.f("<section aria-labelledby=\"decisions\">\n<h2 id=\"decisions\">%s</h2>\n<table class=\"decisions\">\n<thead><tr><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th></tr></thead>\n<tbody>\n",
		tell("Waivers and attestations", "豁免与人工确认"), tell("Control", "控制项"), tell("Decision", "决定"), tell("Reason", "理由"), tell("By", "来源"), tell("Date", "日期"), tell("Until (UTC)", "有效至（UTC）"))
	for _, row := range rows {
		h.f("%s", row)
	}
	h.f("</tbody></table>\n</section>\n")
}

// changes lists once what apply would change, with diffs.
func (h *htmlWriter) changes(r report.Report) {
	if len(r.Plan.Changes) == 0 {
		return
	}
	h.f("<section aria-labelledby=\"changes\">\n<h2 id=\"changes\" tabindex=\"-1\">%s</h2>\n<p class=\"muted\">%s</p>\n", tell("What harden apply would change", "harden apply 将作的变更"), totalOf(r))
	for i, c := range r.Plan.Changes {
		sign := "~"
		switch {
		case !c.After.Exists() && !c.Before.Exists():
			sign = "" // a report that was read from JSON knows fields alone
		case !c.Before.Exists():
			sign = "+"
		}
		effects := inBoth(func(lang report.Language) string { return strings.Trim(lang.Effects(c.Effects), " []") })
		h.f("<details class=\"change\" id=\"x%s\"><summary><span class=\"sign\">%s</span> <span>%s</span> <span class=\"muted\">%s</span></summary>\n", i, sign, targetName(c.Target), both(effects))
		lines := report.DiffLines(r.Plan.Changes[i])
		h.list(fieldItems(c.Fields, true, false))
		if len(lines) > 0 {
			h.f("<pre class=\"diff\">")
			for _, line := range lines {
				switch cmp.Or(line, " ")[0] {
				case '+':
					h.f("<ins>%s</ins>\n", line)
				case '-':
					h.f("<del>%s</del>\n", line)
				default:
					h.f("%s\n", line)
				}
			}
			h.f("</pre>\n")
		}
		h.f("</details>\n")
	}
	h.f("</section>\n")
}

// targetName is a path, or the kind and the name of what is not a file.
func targetName(t change.Target) markup {
	name := markupf("<code>%s</code>", breakable(report.Safe(t.Name())))
	if t.Kind() != change.KindFile {
		name = markupf("%s ", t.Kind()) + name
	}
	return name
}

// fieldItems tells what fields of a target were and become. Where a diff of the
// text is shown elsewhere, the whole text is left out, and what stands in it
// unless that is wanted.
func fieldItems(fields []change.FieldChange, diffed, inText bool) []markup {
	var list []markup
	for _, f := range fields {
		_, name := f.Field.Address()
		if diffed && report.InDiff(f) && (f.Field == change.FieldContent || !inText) {
			continue
		}
		if f.Field == change.FieldProcess || f.Field == change.FieldServing {
			list = append(list, bothOf(report.AsText(f.Before)))
			continue
		}
		before := markup("")
		if f.Before != nil {
			before = markupf("<del>%s</del> → ", breakable(report.Value(f.Before)))
		}
		list = append(list, markupf("<code>%s</code>: %s<ins>%s</ins>", report.Safe(cmp.Or(name, string(f.Field))), before, breakable(report.Value(f.After))))
	}
	return list
}

func (h *htmlWriter) list(items []markup) {
	if len(items) == 0 {
		return
	}
	h.f("<ul class=\"fields\">\n")
	for _, item := range items {
		h.f("<li>%s</li>\n", item)
	}
	h.f("</ul>\n")
}

// totalOf says how much apply would change, and what that restarts.
func totalOf(r report.Report) markup {
	return both(inBoth(func(l report.Language) string { return l.Pending(r.Plan, r.Tree) }))
}

// meanings explains the verdicts that the page uses, for whom it is handed to.
func (h *htmlWriter) meanings(rows []htmlRow) {
	used := map[change.Status]bool{}
	for _, r := range rows {
		used[r.Status] = true
		if r.before != nil {
			used[*r.before] = true
		}
	}
	h.f("<section aria-labelledby=\"verdicts\">\n<h2 id=\"verdicts\">%s</h2>\n<dl class=\"meanings\">\n", tell("What the verdicts mean", "判定的含义"))
	for _, s := range change.Statuses {
		if used[s] {
			h.f("<div><dt class=\"badge t-%s\">%s</dt><dd>%s</dd></div>\n", s, both(report.StatusName(s)), both(statusMeaning[s]))
		}
	}
	h.f("</dl>\n</section>\n")
}

var statusMeaning = map[change.Status]report.Bilingual{
	change.Compliant:     {EN: "The requirement is met.", ZH: "满足要求。"},
	change.Drift:         {EN: "The node does not meet it, and harden apply would fix that.", ZH: "未满足，harden apply 可修复。"},
	change.Manual:        {EN: "A person must judge it; the control says what to look at.", ZH: "须由人工判断，控制项中写明应查看的内容。"},
	change.NotApplicable: {EN: "The control does not apply to this node; it says why.", ZH: "与本节点无关，控制项中写明原因。"},
	change.Waived:        {EN: "The node does not meet it; the site leaves it open on purpose, with a reason and a last day.", ZH: "未满足，有意保留，附有理由和截止日期。"},
	change.Blocked:       {EN: "The node does not meet it, and harden cannot fix it until you act; the control says why.", ZH: "未满足，且目前无法由 harden 修复，控制项中写明原因。"},
	change.Error:         {EN: "It could not be checked.", ZH: "无法检查。"},
}

func percent(n, of int) string { return fmt.Sprintf("%.3f", 1000*float64(n)/float64(max(of, 1))) }
