package format

import (
	"cmp"
	_ "embed"
	"fmt"
	"io"
	"strings"

	"harden/agent/change"
	"harden/agent/report"
)

//go:embed html/fleet.css
var fleetStyle string

//go:embed html/fleet.js
var fleetScript string

// WriteFleetHTML writes what the reports of many nodes come to, for people: one page,
// as a report is.
func WriteFleetHTML(w io.Writer, f report.Fleet) error {
	h := &htmlWriter{}
	what := inBoth(func(l report.Language) string {
		return l.Say("Summary", "汇总") + " · " + l.Say(report.Plural(len(f.Nodes), "node"), fmt.Sprintf("%d 个节点", len(f.Nodes)))
	})
	pages := "@page{@top-left{content:" + cssText(strings.Join(nonEmpty("harden", fmt.Sprintf("%d nodes", len(f.Nodes)), htmlTime(f.Newest)), " · ")) + "}}"
	h.page(f.Lang, what, pages, htmlStyle+fleetStyle, fleetScript)
	h.f("<body class=\"fleet\">\n<a class=\"skip\" href=\"#open\">%s</a>\n<header>\n<div class=\"top\"><p class=\"kind\">%s</p>\n%s</div>\n<h1>%s</h1>\n",
		tell("Skip to what is open", "跳到未满足的控制项"), tell("Security baselines of many nodes", "多节点安全基线汇总"), languages, both(inBoth(func(l report.Language) string { return l.Result(f) })))
	h.fleetFacts(f)
	h.f("</header>\n<main>\n")
	h.fleetOpen(f)
	h.fleetMatrix(f)
	h.fleetCluster(f)
	h.fleetNodes(f)
	h.f("</main>\n<footer><p>%s</p></footer>\n<script>%s</script>\n</body>\n</html>\n",
		tell("This page holds no secrets and loads nothing.", "本页不含任何密钥，也不加载任何外部内容。"), markup(fleetScript))
	_, err := io.WriteString(w, h.String())
	return err
}

func (h *htmlWriter) fleetFacts(f report.Fleet) {
	h.f("<dl class=\"facts\"><div><dt>%s</dt><dd>%s</dd></div>", tell("Newest report", "最新报告"), htmlTime(f.Newest))
	h.f("<div><dt>%s</dt><dd>%s</dd></div>", tell("Course", "变化趋势"), both(inBoth(func(l report.Language) string { return l.Course(f) })))
	if moved := inBoth(func(l report.Language) string { return l.Moved(f) }); moved.EN != "" {
		h.f("<div><dt>%s</dt><dd>%s</dd></div>", tell("Changed", "变化"), both(moved))
	}
	if old := f.OldNodes(); len(old) > 0 {
		h.f("<div><dt>%s</dt><dd>%s</dd></div>", tell("Older than 2 days", "报告超过 2 天"), strings.Join(old, " "))
	}
	h.f("</dl>\n")
	if len(f.Trend) > 1 {
		h.f("<svg class=\"spark\" viewBox=\"0 0 100 100\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"%s\"><polyline points=\"", f.Trend[len(f.Trend)-1].Percent())
		for i, d := range f.Trend {
			h.f("%s,%s ", 100*i/(len(f.Trend)-1), 100-100*d.Passed/max(d.Judged, 1))
		}
		h.f("\"/></svg>\n")
	}
	for _, b := range f.Broken {
		h.f("<p class=\"note\">%s <code>%s</code>: %s</p>\n", tell("Not read:", "未能读取："), report.Safe(b.File), bothOf(b.Reason))
	}
}

// fleetOpen lists the controls that are open on any node, the worst first, with a
// filter over the whole page.
func (h *htmlWriter) fleetOpen(f report.Fleet) {
	h.f("<section aria-labelledby=\"open\">\n<h2 id=\"open\" tabindex=\"-1\">%s</h2>\n", tell("Open, most severe first", "未满足的控制项（按严重程度）"))
	h.f("<form class=\"filters noprint\" role=\"search\" hidden><label class=\"find\" for=\"find\">%s</label><input id=\"find\" type=\"search\" autocomplete=\"off\" spellcheck=\"false\"><fieldset><legend>%s</legend>\n", tell("Find", "查找"), tell("Severity", "严重程度"))
	for _, s := range change.Severities {
		h.f("<label class=\"chip\"><input type=\"checkbox\" name=\"severity\" value=\"%s\"> %s</label>\n", s, both(report.SeverityName(s)))
	}
	h.f("</fieldset></form>\n<table class=\"count\"><thead><tr><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th></tr></thead><tbody>\n",
		tell("Nodes", "节点数"), tell("Severity", "严重程度"), tell("Control", "控制项"), tell("On", "所在节点"), tell("Open since", "最早未满足"))
	for i, c := range f.Controls {
		if len(c.Open) == 0 {
			continue
		}
		h.f("<tr id=\"c%s\" data-row=\"%s\" data-severity=\"%s\"><td>%s</td><td class=\"sev s-%s\">%s</td><td class=\"what\"><code>%s</code> %s</td><td class=\"where\">", i, c.ID, c.Severity, len(c.Open), c.Severity, both(report.SeverityName(c.Severity)), c.Short, both(c.Title))
		const most = 24
		first := c.Open[0].Since
		for k, o := range c.Open {
			if k < most {
				h.f("%s%s", map[bool]string{true: ", "}[k > 0], o.Host)
			}
			if o.Since.Before(first) {
				first = o.Since
			}
		}
		if more := len(c.Open) - most; more > 0 {
			h.f("%s", tell(fmt.Sprintf(" and %d more", more), fmt.Sprintf(" 等，另有 %d 个", more)))
		}
		h.f("</td><td class=\"day\">%s</td></tr>\n", first.Format("2006-01-02"))
	}
	h.f("</tbody></table>\n</section>\n")
}

// cells are the letters of the matrix; what passes has none.
var cells = map[change.Status]markup{change.Compliant: "<td>", change.Drift: "<td class=d>F", change.Blocked: "<td class=b>B", change.Error: "<td class=e>E",
	change.Manual: "<td class=m>M", change.Waived: "<td class=w>W", change.NotApplicable: "<td class=n>–", "": "<td class=x>"}

// fleetMatrix has a row for each node and a column for each control that is about
// nodes, the worst of both first. Paper has no room for it.
func (h *htmlWriter) fleetMatrix(f report.Fleet) {
	n := len(f.Controls)
	for n > 0 && f.Controls[n-1].Scope == report.ClusterScope {
		n--
	}
	h.f("<div class=\"noprint\">\n<h2 id=\"matrix\">%s</h2>\n<p class=\"muted\">%s</p>\n<div class=\"matrix\" role=\"region\" aria-labelledby=\"matrix\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">%s</th>",
		tell("Nodes and controls", "节点与控制项"),
		tell("Empty: passes. F fails, B blocked, E could not be checked, M for a person, W waived, – not applicable.", "空白：符合。F 不符合，B 暂无法整改，E 未能检查，M 待人工核查，W 已豁免，– 不适用。"), tell("Node", "节点"))
	for i, c := range f.Controls[:n] {
		if len(c.Open) > 0 {
			h.f("<th scope=\"col\" title=\"%s\"><a href=\"#c%s\">%s</a>", c.Title.In(f.Lang), i, c.Short)
		} else {
			h.f("<th scope=\"col\" title=\"%s\"><a>%s</a>", c.Title.In(f.Lang), c.Short)
		}
	}
	h.f("</tr></thead><tbody>\n")
	for _, node := range f.Nodes {
		h.f("<tr data-row=\"%s\"><th scope=\"row\">%s", node.Host, node.Host)
		for _, s := range node.Statuses[:n] {
			h.WriteString(string(cells[s]))
		}
		h.f("\n")
	}
	h.f("</tbody></table></div>\n</div>\n")
}

func (h *htmlWriter) fleetCluster(f report.Fleet) {
	var rows []markup
	for _, c := range f.Controls {
		if c.Scope == report.ClusterScope && c.Status != change.NotApplicable {
			rows = append(rows, markupf("<tr data-row=\"%s\"><td><span class=\"t-%s\">%s</span></td><td><code>%s</code> %s</td><td class=\"where\">%s</td></tr>\n", c.ID, c.Status, both(report.StatusName(c.Status)), c.Short, both(c.Title),
				both(inBoth(func(l report.Language) string { return l.Cluster(c) }))))
		}
	}
	if len(rows) == 0 {
		return
	}
	h.f("<section aria-labelledby=\"cluster\">\n<h2 id=\"cluster\">%s</h2>\n<p class=\"muted\">%s</p>\n<table><thead><tr><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th></tr></thead><tbody>\n",
		tell("The cluster, judged once", "集群级控制（只判定一次）"), tell("A person's verdict on one node counts for all nodes.", "在任一节点上的人工确认对所有节点有效。"), tell("Verdict", "判定"), tell("Control", "控制项"), tell("Whose", "依据"))
	for _, row := range rows {
		h.f("%s", row)
	}
	h.f("</tbody></table>\n</section>\n")
}

func (h *htmlWriter) fleetNodes(f report.Fleet) {
	h.f("<section aria-labelledby=\"nodes\">\n<h2 id=\"nodes\">%s</h2>\n<table class=\"nodes\"><thead><tr><th scope=\"col\">%s</th><th scope=\"col\">Kubernetes</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th></tr></thead><tbody>\n",
		tell("Nodes", "节点"), tell("Node", "节点"), tell("Profile", "基线"), tell("Read", "读取时间"), tell("Open", "未满足"))
	for _, n := range f.Nodes {
		open := inBoth(func(l report.Language) string {
			var parts []string
			for _, s := range append(change.Severities[:len(change.Severities):len(change.Severities)], "") {
				if count := n.Open[s]; count > 0 {
					parts = append(parts, fmt.Sprintf("%d %s", count, cmp.Or(l.Severity(s), l.Say("other", "其他"))))
				}
			}
			return cmp.Or(strings.Join(parts, " · "), l.Say("nothing", "无"))
		})
		h.f("<tr data-row=\"%s\"><th scope=\"row\">%s</th><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>\n", n.Host, n.Host, n.Node.Kubernetes, n.Profile.Name, n.Time.UTC().Format("2006-01-02 15:04"), both(open))
	}
	h.f("</tbody></table>\n</section>\n")
}
