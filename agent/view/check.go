package view

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"harden/agent/change"
	"harden/agent/report"
	"harden/agent/stable"
)

// mostListed is how many failed controls have a line each; of more than that, the
// least severe ones are listed by their ids.
const mostListed = 20

// CheckText prints a report for people on one screen: what fails, most severe first,
// and what the sections come to. title is that of the profile.
func (s Style) CheckText(w io.Writer, r report.Report, title string) {
	s.checkHeading(w, r, title)
	s.failed(w, r)
	s.group(w, r, change.Blocked, s.say("harden cannot fix this until you act", "不符合；须先人工处理，harden 才能修复"))
	s.group(w, r, change.Error, s.say("could not be checked; fix the cause first", "须先排除原因"))
	s.waived(w, r)
	s.nextBoot(w, r)
	s.SummaryText(w, r)
}

// nextBoot lists what keeps Kubernetes from working after the next boot.
func (s Style) nextBoot(w io.Writer, r report.Report) {
	if len(r.NextBoot) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s  %d", s.paint(yellow, s.say("BEFORE THE NEXT BOOT", "下次启动之前")), len(r.NextBoot))
	fmt.Fprintln(w, s.paint(dim, s.say("   settings that break Kubernetes then; harden does not change them", "   会妨碍 Kubernetes 的设置；harden 不会更改")))
	severities := 4
	for _, c := range r.NextBoot {
		severities = max(severities, columns(s.Lang.Severity(c.Severity)))
	}
	for _, c := range r.NextBoot {
		s.line(w, severities+4, "  ", s.severity(c.Severity, severities), "  ", report.Safe(s.Lang.Text(c.Reason)))
		s.line(w, severities+4, strings.Repeat(" ", severities+4), s.paint(dim, report.Safe(c.Where)+s.say(": ", "：")+report.Safe(s.Lang.Text(c.Fix))))
	}
}

// checkHeading says what was checked, where and when.
func (s Style) checkHeading(w io.Writer, r report.Report, title string) {
	at := ""
	if !r.Time.IsZero() {
		at = r.Time.UTC().Format("2006-01-02 15:04 UTC")
	}
	node := s.Lang.Node(r.Plan.Node)
	if r.Host != "" {
		node = report.Safe(r.Host) + " · " + node
	}
	s.pair(w, s.paint(bold, node), s.paint(dim, at))
	s.line(w, 2, strings.Join(nonEmpty(s.paint(bold, report.Safe(r.Plan.Profile.Name)), report.Safe(title)), " · "))
}

// pair prints two texts at both ends of a line; where there is no room, below each other.
func (s Style) pair(w io.Writer, left, right string) {
	room := s.room()
	if gap := room - columns(left) - columns(right); right != "" && gap >= 2 {
		left += strings.Repeat(" ", gap) + right
		right = ""
	}
	s.line(w, 2, left)
	if right != "" {
		s.line(w, 2, right)
	}
}

// room is how wide a screen is laid out, in columns.
func (s Style) room() int {
	const most = 100 // beyond that, what stands at the right is too far from the left
	if s.Width <= 0 {
		return most
	}
	return min(s.Width, most)
}

// failed lists what fails and apply fixes, most severe first.
func (s Style) failed(w io.Writer, r report.Report) {
	list := bySeverity(r, change.Drift)
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s  %d", s.paint(red, s.status(change.Drift)), len(list))
	fmt.Fprintln(w, s.paint(dim, s.say("   most severe first; "+Program+" apply fixes them", "   按严重程度排列；"+Program+" apply 可修复")))
	lines := together(list)
	from := collapsedFrom(lines)
	ids := s.idColumns(r, list)
	severities := s.severityColumns(list)
	for _, l := range lines {
		if l.first.Severity.AtLeast(from) && l.first.Severity != from || from == "" {
			s.controlLine(w, l, severities, ids)
		}
	}
	if from == "" {
		return
	}
	for _, severity := range change.Severities {
		if !from.AtLeast(severity) {
			continue
		}
		var names []string
		for _, c := range list {
			if c.Severity == severity {
				names = append(names, report.Safe(c.Short))
			}
		}
		if len(names) > 0 {
			s.line(w, severities+4, "  ", s.severity(severity, severities), "  ", strings.Join(names, " "), s.paint(dim, s.say("   -v lists them", "   -v 逐项列出")))
		}
	}
}

// collapsedFrom is the worst severity that is listed by ids only; "" for none.
func collapsedFrom(lines []controlLine) change.Severity {
	if len(lines) <= mostListed/2 {
		return ""
	}
	n := 0
	for i, severity := range change.Severities {
		of := 0
		for _, l := range lines {
			if l.first.Severity == severity {
				of++
			}
		}
		if i > 0 && n+of > mostListed || severity == change.Low {
			return severity
		}
		n += of
	}
	return ""
}

// controlLine is a control, with those that the same rules serve.
type controlLine struct {
	first report.ReportedControl
	also  []string
}

// together puts controls of the same rules on one line.
func together(list []report.ReportedControl) []controlLine {
	var lines []controlLine
	for _, c := range list {
		i := slices.IndexFunc(lines, func(l controlLine) bool { return len(c.Rules) > 0 && slices.Equal(l.first.Rules, c.Rules) })
		if i >= 0 {
			lines[i].also = append(lines[i].also, report.Safe(c.Short))
			continue
		}
		lines = append(lines, controlLine{first: c})
	}
	return lines
}

// bySeverity gives the controls of a status, the worst first, otherwise in the order
// of the profile.
func bySeverity(r report.Report, status change.Status) []report.ReportedControl {
	var list []report.ReportedControl
	for _, c := range r.Controls {
		if c.Status == status {
			list = append(list, c)
		}
	}
	stable.Sort(list, func(a, b report.ReportedControl) int {
		return cmp.Compare(order(a.Severity), order(b.Severity))
	})
	return list
}

// order is the place of a severity; one that is not known comes last.
func order(s change.Severity) int {
	if i := slices.Index(change.Severities, s); i >= 0 {
		return i
	}
	return len(change.Severities)
}

func (s Style) idColumns(r report.Report, list []report.ReportedControl) int {
	n := 4
	for _, c := range list {
		n = max(n, columns(report.Safe(c.Short)))
	}
	if s.Width > 0 {
		n = min(n, s.Width/4)
	}
	return n
}

func (s Style) severityColumns(list []report.ReportedControl) int {
	n := 4
	for _, c := range list {
		n = max(n, columns(s.Lang.Severity(c.Severity)))
	}
	return n
}

var severityColor = map[change.Severity]string{change.Critical: red, change.High: red, change.Medium: yellow, change.Low: dim}

func (s Style) severity(severity change.Severity, to int) string {
	return s.paint(severityColor[severity], pad(s.Lang.Severity(severity), to))
}

// controlLine prints one control on one line: its title is cut where the terminal is
// narrow, and what was found stands at the right where there is room.
func (s Style) controlLine(w io.Writer, l controlLine, severities, ids int) {
	c := l.first
	left := "  " + s.severity(c.Severity, severities) + "  " + pad(report.Safe(c.Short), ids) + "  "
	right := s.Lang.Found(c)
	title := report.Safe(c.Title.In(s.Lang))
	if len(l.also) > 0 {
		const least = 12 // columns of a title
		right = s.also(l)
		room := s.room() - columns(left) - columns(right) - 2
		switch {
		case columns(title) <= room:
		case s.Width <= 0 || room < least:
			s.fitted(w, left, title, "")
			s.below(w, left, right)
			return
		default:
			title = cut(title, room-1) + "…"
		}
	}
	s.fitted(w, left, title, right)
}

// also names the other controls of a line: they are not as they should be either.
func (s Style) also(l controlLine) string {
	return s.say("also ", "另含 ") + strings.Join(l.also, " ")
}

// below prints what has no room in the line that begins like this.
func (s Style) below(w io.Writer, left, text string) {
	s.line(w, columns(left), strings.Repeat(" ", columns(left)), s.paint(dim, text))
}

// fits tells whether the right end of a line has room beside the rest of it.
func (s Style) fits(left, middle, right string) bool {
	return s.room()-columns(left)-columns(middle)-columns(right) >= 2
}

// fitted prints a line whose middle may be cut, and whose right end is left out where
// there is no room for it.
func (s Style) fitted(w io.Writer, left, middle, right string) {
	room := s.room() - columns(left)
	if s.Width > 0 && columns(middle) > room {
		middle = cut(middle, max(room-1, 0)) + "…"
	}
	if right != "" && s.fits(left, middle, right) {
		right = strings.Repeat(" ", room-columns(middle)-columns(right)) + s.paint(dim, right)
	} else {
		right = ""
	}
	fmt.Fprintln(w, left+middle+right)
}

// group lists the controls of a status with what is to be done about them.
func (s Style) group(w io.Writer, r report.Report, status change.Status, about string) {
	list := bySeverity(r, status)
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s  %d%s\n", s.paint(red, s.status(status)), len(list), s.paint(dim, "   "+about))
	lines := together(list)
	ids, severities := s.idColumns(r, list), s.severityColumns(list)
	for _, l := range lines[:min(len(lines), mostListed/2)] {
		c := l.first
		left := "  " + s.severity(c.Severity, severities) + "  " + pad(report.Safe(c.Short), ids) + "  "
		s.fitted(w, left, report.Safe(c.Title.In(s.Lang)), Program+" explain "+report.Safe(c.ID)) // whole: the number may mean another one elsewhere
		if len(l.also) > 0 {
			s.below(w, left, s.also(l))
		}
	}
	if len(lines) > mostListed/2 {
		var names []string
		for _, l := range lines[mostListed/2:] {
			names = append(append(names, report.Safe(l.first.Short)), l.also...)
		}
		s.line(w, severities+4, "  ", strings.Repeat(" ", severities+2), strings.Join(names, " "))
	}
}

// waived lists what a site left open: each with its last day and its reason.
func (s Style) waived(w io.Writer, r report.Report) {
	list := bySeverity(r, change.Waived)
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s  %d\n", s.paint(yellow, s.status(change.Waived)), len(list))
	ids, severities := s.idColumns(r, list), s.severityColumns(list)
	for _, c := range list {
		until := ""
		for _, f := range c.Findings {
			if f.Waiver != nil {
				until = s.untilDay(f.Waiver.Expires, r.Time)
			}
		}
		left, title := "  "+s.severity(c.Severity, severities)+"  "+pad(report.Safe(c.Short), ids)+"  ", report.Safe(c.Title.In(s.Lang))
		before := ""
		if until != "" && !s.fits(left, title, until) {
			until, before = "", until+s.say(": ", "：") // it may be cut as little as the reason
		}
		s.fitted(w, left, title, until)
		for _, f := range c.Findings {
			if f.Waiver != nil {
				s.below(w, left, before+s.whyWaived(*f.Waiver))
				break
			}
		}
	}
}

// whyWaived is a site's reason, and what would be without it.
func (s Style) whyWaived(v change.Waiver) string {
	text := report.Safe(v.Reason)
	if !v.Blocked.IsZero() {
		text += s.say("; without the waiver: blocked: ", "；若无豁免：暂无法整改：") + shortened(report.Safe(s.Lang.Text(v.Blocked)), 200)
	}
	return text
}

// untilDay says how long a waiver still holds: "until 2027-06-30 (212 days)".
func (s Style) untilDay(day string, now time.Time) string {
	end, err := time.Parse(time.DateOnly, day)
	if err != nil || now.IsZero() {
		return s.say("until ", "至 ") + report.Safe(day)
	}
	days := int(end.Sub(now).Hours()/24) + 1
	return s.say(fmt.Sprintf("until %s (%s)", day, report.Plural(days, "day")), fmt.Sprintf("至 %s（%d 天）", day, days))
}
