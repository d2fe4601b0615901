package view

import (
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"harden/agent/change"
	"harden/agent/report"
)

// PlanScreen prints a plan for people on one screen: what changes, what is
// interrupted, what it can break, and what it does not fix. title is that of the
// profile.
func (s Style) PlanScreen(w io.Writer, r report.Report, title string) {
	s.checkHeading(w, r, title)
	s.changed(w, r.Plan)
	s.interruption(w, r)
	s.risks(w, r)
	s.notFixed(w, r)
	s.planTotal(w, r)
}

// row is one line of what a plan changes.
type row struct{ sign, name, what string }

// changed lists what changes, a line for what belongs together.
func (s Style) changed(w io.Writer, p change.Plan) {
	rows := s.rows(p)
	if len(rows) == 0 {
		return
	}
	fmt.Fprintln(w)
	widest := 0
	for _, r := range rows {
		widest = max(widest, columns(r.name))
	}
	widest = min(widest, s.room()/2)
	for _, r := range rows {
		color := map[string]string{"+": green, "-": red}[r.sign]
		if color == "" {
			color = yellow
		}
		left := "  " + s.paint(color, r.sign) + " "
		if r.what == "" {
			s.line(w, 6, left, r.name)
			continue
		}
		if columns(r.name) > widest || s.Width > 0 && widest+6+columns(r.what) > s.Width {
			s.line(w, 6, left, r.name)
			s.line(w, 6, "      ", s.paint(dim, r.what))
			continue
		}
		s.line(w, widest+6, left, pad(r.name, widest), "  ", s.paint(dim, r.what))
	}
}

// rows are the lines of what a plan changes: what is new below a new directory
// stands with it, and files that change in the same way are one line.
func (s Style) rows(p change.Plan) []row {
	var rows []row
	seen := map[change.Target]bool{}
	at := map[string]int{} // the row of what belongs together
	for _, c := range p.Changes {
		if seen[c.Target] {
			continue // the second step of a file that stands there already
		}
		seen[c.Target] = true
		r := row{signOf(c), report.Safe(c.Target.Name()), s.summed(c)}
		key, more := "", ", "+path.Base(r.name) // of a row that is there
		switch kind := c.Target.Kind(); {
		case kind == change.KindFile && r.sign == "+":
			key = topmostNew(p, c.Target.Name())
			more = strings.TrimPrefix(strings.TrimPrefix(c.Target.Name(), key), "/")
			if i, is := at[key]; key != "" && is {
				rows[i].what = strings.TrimPrefix(rows[i].what+", "+report.Safe(more), ", ")
				continue
			}
			if r.what = ""; isDirectory(c) {
				r.name = strings.TrimSuffix(r.name, "/") + "/"
			}
		case kind == change.KindSysctl:
			key, more = "sysctl", ", "+r.name+" "+r.what
			r.name, r.what = r.name+" "+r.what, ""
		case kind == change.KindUser || kind == change.KindGroup:
			key, more = "account", ", "+kind+" "+r.name
			r.name, r.what = kind+" "+r.name, ""
		case kind == change.KindUnit || kind == change.KindPod:
			r.name = kind + " " + r.name
		case r.sign == "~" && len(c.Fields) == 1 && c.Fields[0].Field == change.FieldMode:
			key = r.what
		}
		if i, is := at[key]; key != "" && is {
			if path.IsAbs(rows[i].name) {
				rows[i].name = path.Base(rows[i].name)
			}
			rows[i].name += more
			continue
		}
		at[key] = len(rows)
		rows = append(rows, r)
	}
	return rows
}

// topmostNew is the highest directory that a plan makes on the way to a path, which may
// be the path itself; "" for none.
func topmostNew(p change.Plan, name string) string {
	top := ""
	for dir := name; dir != "/" && dir != "."; dir = path.Dir(dir) {
		if slices.ContainsFunc(p.Changes, func(c change.Change) bool {
			return c.Target == change.FileTarget(dir) && signOf(c) == "+" && isDirectory(c)
		}) {
			top = dir
		}
	}
	return top
}

func signOf(c change.Change) string {
	switch {
	case !c.Before.Exists() && (c.After.Exists() || len(c.Fields) > 0 && c.Fields[0].Before == nil):
		return "+"
	case c.Before.Exists() && !c.After.Exists():
		return "-"
	}
	return "~"
}

func isDirectory(c change.Change) bool {
	return slices.ContainsFunc(c.Fields, func(f change.FieldChange) bool { return f.Field == change.FieldType && f.After == "directory" })
}

// summed says in a few words what becomes of a target: "12 flags added, mode 0644 → 0600".
func (s Style) summed(c change.Change) string {
	counts := map[string]int{}
	var fields []change.Field
	var plain []string
	for _, f := range c.Fields {
		if slices.Contains(fields, f.Field) {
			continue // of one field, what several rules make of it
		}
		fields = append(fields, f.Field)
		syntax, _ := f.Field.Address()
		how := "changed"
		switch {
		case f.Before == nil:
			how = "added"
		case f.After == nil:
			how = "removed"
		}
		switch {
		case f.Field == change.FieldContent:
			plain = append(plain, s.say("content", "内容"))
		case f.Field == change.FieldProcess || f.Field == change.FieldServing:
			plain = append(plain, s.say("restarted", "重新启动"))
		case syntax == "flag" || syntax == "mount":
			counts[syntax+" "+how]++
		case syntax != "" && syntax != "xattrs":
			counts["setting "+how]++
		case f.Before == nil:
			plain = append(plain, fmt.Sprintf("%s %s", s.Lang.FieldName(f.Field), report.Value(f.After)))
		default:
			plain = append(plain, fmt.Sprintf("%s %s → %s", s.Lang.FieldName(f.Field), report.Value(f.Before), report.Value(f.After)))
		}
	}
	var parts []string
	for _, what := range []string{"flag", "setting", "mount"} {
		for _, how := range []string{"added", "changed", "removed"} {
			if n := counts[what+" "+how]; n > 0 {
				parts = append(parts, s.counting(n, what, how))
			}
		}
	}
	return strings.Join(append(parts, plain...), s.say(", ", "，"))
}

var (
	countedZH = map[string]string{"flag": "个参数", "setting": "项设置", "mount": "个挂载"}
	howZH     = map[string]string{"added": "新增", "changed": "修改", "removed": "移除"}
)

func (s Style) counting(n int, what, how string) string {
	return s.say(report.Plural(n, what)+" "+how, fmt.Sprintf("%s %d %s", howZH[how], n, countedZH[what]))
}

// labelled prints a text behind a label, as long as it is, below each other.
func (s Style) labelled(w io.Writer, label, text string) {
	width := columns(s.say("Interruption", "中断影响")) + 3
	s.line(w, width, s.paint(bold, pad(label, width)), text)
}

// interruption says what restarts, and how long it is away: by what an earlier run of this
// node took, or else by what was measured (docs/cis-before-after.md).
func (s Style) interruption(w io.Writer, r report.Report) {
	p := r.Plan
	if len(p.Changes) == 0 {
		return
	}
	label := s.say("Interruption", "中断影响")
	fmt.Fprintln(w)
	var units, pods []string
	for _, e := range p.Effects() {
		switch {
		case e.IsRestart():
			units = append(units, strings.TrimSuffix(report.Safe(e.Unit()), ".service"))
		case e.Component() != "":
			pods = append(pods, report.Safe(e.Component()))
		}
	}
	switch {
	case len(units)+len(pods) == 0:
		s.labelled(w, label, s.say("none: nothing restarts", "无：不会重启任何组件"))
		return
	case s.Tree:
		s.labelled(w, label, s.say("none: no program runs below --root", "无：--root 之下没有运行的程序"))
		return
	}
	var text []string
	if len(units) > 0 {
		text = append(text, s.once(units, "", ""))
	}
	if len(pods) > 0 {
		text = append(text, s.once(pods, ", unavailable for about 40 s", "，中断约 40 秒"))
		if slices.Contains(pods, "kube-apiserver") {
			text = append(text, s.say("If this is the only API server, the API cannot be reached during that time.", "若这是唯一的 API Server，其间 API 不可用。"))
		}
	}
	text = append(text, s.say("Pods that run now continue to run.", "运行中的 Pod 不受影响。"))
	if r.Lasted > 0 {
		text = append(text, s.say("The last run on this node that restarted them took ", "本节点上次重启这些组件的运行共用时 ")+r.Lasted.Round(time.Second).String()+s.say(" in all.", "。"))
	}
	s.labelled(w, label, strings.Join(text, s.say(" ", "")))
}

// once says that each of some things restarts once.
func (s Style) once(names []string, away, awayZH string) string {
	if len(names) == 1 {
		return s.say(names[0]+" restarts once"+away+".", names[0]+" 重启一次"+awayZH+"。")
	}
	return s.say(and(names)+" restart once each"+away+".", strings.Join(names, "、")+" 各重启一次"+awayZH+"。")
}

// and lists names: "a, b and c".
func and(names []string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// notFixed lists what fails and stays so, by its reason.
func (s Style) notFixed(w io.Writer, r report.Report) {
	label := s.say("Not fixed", "未修复")
	for _, status := range []change.Status{change.Error, change.Blocked} {
		ids, reasons, full := map[string][]string{}, []string{}, map[string]string{}
		for _, c := range bySeverity(r, status) {
			reason := c.OneLine(s.Lang)
			if ids[reason] == nil {
				reasons = append(reasons, reason)
			}
			ids[reason] = append(ids[reason], report.Safe(c.Short))
			full[report.Safe(c.Short)] = report.Safe(c.ID)
		}
		for _, reason := range reasons {
			if label != "" {
				fmt.Fprintln(w)
			}
			const most = 8                      // names
			longest := max(60, 3*(s.room()-20)) // letters of a reason
			names := ids[reason]
			text := strings.Join(names[:min(len(names), most)], ", ")
			if more := len(names) - most; more > 0 {
				text = s.say(fmt.Sprintf("%s and %d more", text, more), fmt.Sprintf("%s 等，另有 %d 项", text, more))
			}
			if short := shortened(reason, longest); short != reason {
				reason = short + s.say(" What to do: ", "处理方法：") + Program + " explain " + full[names[0]]
			}
			s.labelled(w, label, text+"  "+s.status(status)+s.say(": ", "：")+reason)
			label = ""
		}
	}
}

// shortened leaves out what stands behind the first sentence; one that is longer than so many
// letters ends with a word.
func shortened(text string, longest int) string {
	short := firstSentence(text)
	letters := []rune(short)
	if len(letters) <= longest {
		return short
	}
	short = string(letters[:longest])
	if i := strings.LastIndexAny(short, " ，；：、"); i > 0 {
		short = strings.TrimRight(short[:i], " ,;:，；：、")
	}
	return short + "…"
}

// planTotal sums a plan up.
func (s Style) planTotal(w io.Writer, r report.Report) {
	fmt.Fprintln(w)
	counts := r.Counts()
	failing := counts[change.Drift] + counts[change.Blocked] + counts[change.Error]
	if len(r.Plan.Changes) == 0 {
		fmt.Fprintln(w, s.paint(green, s.say("Nothing to change.", "无需变更。")))
		return
	}
	n := map[string]int{}
	for _, c := range r.Plan.Changes {
		n[signOf(c)]++
	}
	what := report.Plural(failing, "control") + " that fail"
	if failing == 1 {
		what += "s"
	}
	s.line(w, 2, s.paint(bold, s.say(fmt.Sprintf("Plan: %d to create, %d to change, %d to remove; fixes %d of %s.", n["+"], n["~"], n["-"], counts[change.Drift], what),
		fmt.Sprintf("计划：新建 %d 项，修改 %d 项，移除 %d 项；修复 %d 个不符合的控制项中的 %d 个。", n["+"], n["~"], n["-"], failing, counts[change.Drift]))))
}
