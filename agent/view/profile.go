package view

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"harden/agent/message"

	"harden/agent/change"
	"harden/agent/report"
)

// ProfilesText lists profiles in a table, with the one that this node gets marked.
func (s Style) ProfilesText(w io.Writer, list []report.Profile) {
	rows := [][]string{{"  " + s.say("PROFILE", "基线"), "KUBERNETES", s.say("CONTROLS", "控制项"), s.say("AUTOMATIC", "自动"), ""}}
	if s.Width > 0 && s.Width < 72 {
		rows[0][2], rows[0][3] = s.say("ALL", "全部"), s.say("AUTO", "自动")
	}
	picked := false
	for _, p := range list {
		row := []string{"  " + report.Safe(p.Name), p.Listed.Versions, number(p.Listed.Controls, rows[0][2]), number(p.Listed.Judged, rows[0][3]), report.Safe(p.Title.In(s.Lang))}
		if p.Listed.Picked {
			row[0], picked = "* "+report.Safe(p.Name), true
		}
		if p.Listed.Site {
			row[1] = s.say("(site)", "（站点）")
		}
		if d := p.Differences; d != nil {
			about := s.say("extends ", "继承 ") + report.Safe(strings.Join(d.Extends, ", "))
			if n := len(d.Waivers); n > 0 {
				about += s.say("; "+report.Plural(n, "waiver"), fmt.Sprintf("；%d 项豁免", n))
			}
			row[4] += s.say(" ("+about+")", "（"+about+"）")
		}
		if !p.Listed.Wrong.IsZero() {
			row[2], row[3], row[4] = "", "", s.paint(red, s.say("cannot be used: ", "无法使用：")+report.Safe(s.Lang.Text(p.Listed.Wrong)))
		}
		rows = append(rows, row)
	}
	s.table(w, rows)
	if picked {
		fmt.Fprintln(w, s.paint(dim, s.say("* chosen for this node if --profile is not given", "* 未指定 --profile 时本节点采用的基线")))
	}
}

// number stands at the right below a heading.
func number(n int, heading string) string {
	text := fmt.Sprint(n)
	return strings.Repeat(" ", max(columns(heading)-len(text), 0)) + text
}

// SignatureText says in a line how a profile's file is signed.
func (s Style) SignatureText(w io.Writer, signed report.Signature) {
	by := strings.TrimSpace(signed.Key + " " + report.Safe(signed.Comment))
	switch signed.State {
	case "good":
		fmt.Fprintln(w, s.say("The profile has a good signature: "+by, "签名有效："+by))
	case "unknown-key":
		fmt.Fprintln(w, s.say("The profile is signed by "+by+", a key that the configuration does not name: anybody could have signed it.",
			"已由 "+by+" 签名，但配置中未指定该公钥：任何人都可能签署。"))
	default:
		fmt.Fprintln(w, s.say("The profile is not signed.", "未签名。"))
	}
}

// ProfileText prints one profile: its controls with their rules, and its
// parameters.
func (s Style) ProfileText(w io.Writer, p report.Profile, rules map[string]report.Rule) {
	s.line(w, 2, strings.Join(nonEmpty(s.paint(bold, report.Safe(p.Name))+" "+report.Safe(p.Version), report.Safe(p.Title.In(s.Lang))), " · "))
	if p.Source != "" {
		fmt.Fprintf(w, "%s\n", s.paint(dim, report.Safe(p.Source)))
	}
	s.differences(w, p.Differences)
	for _, c := range p.Controls {
		fmt.Fprintf(w, "\n%s\n", s.Wrap(s.paint(bold, report.Safe(c.ID))+"  "+report.Safe(c.Title.In(s.Lang)), 2))
		for _, name := range c.Rules {
			s.line(w, 6, "    ", s.paint(cyan, report.Safe(name)), "  ", report.Safe(rules[name].Title.In(s.Lang)))
		}
	}
	if len(p.Parameters) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", s.say("Parameters (--set NAME=VALUE)", "参数（--set NAME=VALUE）"))
	for _, name := range slices.Sorted(maps.Keys(p.Parameters)) {
		fmt.Fprintf(w, "    %s=%s\n", report.Safe(name), parameterText(p.Parameters[name]))
	}
}

// parameterText is the value of a parameter as --set takes it.
func parameterText(v any) string {
	if list, ok := v.([]any); ok {
		texts := make([]string, len(list))
		for i, e := range list {
			texts[i] = fmt.Sprint(e)
		}
		v = strings.Join(texts, ",")
	}
	return report.Value(v)
}

// differences says what a site's own profile has that those it extends do not.
func (s Style) differences(w io.Writer, d *report.Differences) {
	if d == nil {
		return
	}
	names := strings.Join(d.Extends, ", ")
	fmt.Fprintf(w, "\n%s\n", s.paint(bold, s.say("Differences from "+report.Safe(cmp.Or(names, "nothing")), "与 "+report.Safe(cmp.Or(names, "（无）"))+" 的差异")))
	line := func(en, zh, text string) { s.line(w, 14, "    ", s.paint(dim, pad(s.say(en, zh), 8)), "  ", text) }
	for _, c := range d.Set {
		line("set", "参数", report.Safe(c.Name)+"  "+parameterText(c.From)+" → "+parameterText(c.To))
	}
	for _, list := range []struct {
		en, zh string
		names  []string
	}{{"adjust", "调整", d.Adjust}, {"skip", "略过", d.Skip}, {"controls", "控制项", d.Controls}} {
		if len(list.names) > 0 {
			line(list.en, list.zh, report.Safe(strings.Join(list.names, ", ")))
		}
	}
	for _, rule := range slices.Sorted(maps.Keys(d.Severity)) {
		line("severity", "严重程度", report.Safe(rule)+"  "+s.Lang.Severity(d.Severity[rule]))
	}
	for _, v := range d.Waivers {
		line("waiver", "豁免", report.Safe(strings.TrimSpace(v.Rule+v.Control+" "+v.Objects))+"  "+s.say("until ", "至 ")+report.Safe(v.Expires)+"  "+report.Safe(v.Reason))
	}
}

// ChangesText prints what a past run changed. Contents are not kept as text.
func (s Style) ChangesText(w io.Writer, changes []change.Change) {
	for _, c := range changes {
		fmt.Fprintln(w)
		s.change(w, c)
	}
}

// Failure prints why a command failed, and what to do. In Chinese the English
// message stands below, because that is what help is found by.
func (s Style) Failure(e report.Error) string {
	text := ""
	for _, t := range append([]message.Text{e.Message}, e.Also...) {
		told := s.Lang.Text(t)
		text += s.Wrap(s.paint(red, "harden:")+" "+report.Safe(told), 2) + "\n"
		if told != t.String() { // the words that docs/troubleshooting.md is searched for
			text += s.Wrap("  "+s.paint(dim, report.Safe(t.String())), 2) + "\n"
		}
	}
	if !e.Hint.IsZero() {
		text += s.Wrap("  "+s.paint(dim, report.Safe(s.Lang.Text(e.Hint))), 2) + "\n"
	}
	return text
}
