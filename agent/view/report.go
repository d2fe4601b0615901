package view

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"harden/agent/change"
)

// ReportDocument is a report as a document: what was found, and as the fix
// what apply would change.
func ReportDocument(p change.Plan) Document {
	d := PlanDocument(p)
	d.Kind = "Report"
	return d
}

// ReportText prints a report for people: every control of the profile with
// its verdict, and for each that is open what was expected, what is there,
// where it was read, and its fix.
func (s Style) ReportText(w io.Writer, p change.Plan, title string, controls []Control) {
	s.heading(w, p, title)
	ids := 0
	for _, c := range controls {
		ids = max(ids, columns(shortID(c, p)))
	}
	statuses := 0
	for _, status := range change.Statuses {
		statuses = max(statuses, columns(s.status(status)))
	}
	counts := map[change.Status]int{}
	section := "\x00"
	total := 0
	for _, c := range controls {
		findings := slices.DeleteFunc(slices.Clone(p.Findings), func(f change.Finding) bool { return !slices.Contains(f.Controls, c.ID) })
		if len(findings) == 0 {
			continue // left out by --only or --skip
		}
		if now := sectionOf(shortID(c, p)); now != section {
			section = now
			fmt.Fprintln(w)
			if section != "" {
				fmt.Fprintln(w, s.paint(bold, Safe(section)))
			}
		}
		status := worst(findings)
		counts[status]++
		total++
		fmt.Fprintf(w, "  %s  %s  %s\n", s.paint(statusColor[status], pad(s.status(status), statuses)), pad(Safe(shortID(c, p)), ids), Safe(c.Title.In(s.Lang)))
		for _, f := range findings {
			s.detail(w, f, c, status, p.Changes)
		}
	}
	fmt.Fprintln(w)
	fmt.Fprintln(w, s.counted(s.say(plural(total, "control"), fmt.Sprintf("%d 项控制", total)), counts))
	s.total(w, p)
}

// shortID is a control's id, without the name of the profile that is reported.
func shortID(c Control, p change.Plan) string { return strings.TrimPrefix(c.ID, p.Profile.Name+"/") }

// sectionOf is what ids have in common that stand together: "1.1" of "1.1.12".
func sectionOf(id string) string {
	return id[:max(strings.LastIndexByte(id, '.'), 0)]
}

// severity orders the verdicts: the worst of a control's findings is its own.
var severity = []change.Status{change.NotApplicable, change.Compliant, change.Waived, change.Manual, change.Drift, change.Blocked, change.Error}

func worst(findings []change.Finding) change.Status {
	status := findings[0].Status
	for _, f := range findings {
		if slices.Index(severity, f.Status) > slices.Index(severity, status) {
			status = f.Status
		}
	}
	return status
}

var statusColor = map[change.Status]string{change.Compliant: green, change.Drift: red, change.Blocked: red, change.Error: red,
	change.Manual: yellow, change.Waived: yellow, change.NotApplicable: dim}

// counted sums verdicts up: "3 controls: 2 compliant · 1 drift".
func (s Style) counted(what string, counts map[change.Status]int) string {
	var parts []string
	for _, status := range change.Statuses {
		if n := counts[status]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s.status(status)))
		}
	}
	if len(parts) == 0 {
		return what
	}
	return what + ": " + strings.Join(parts, " · ")
}

// mostObserved bounds the lines of evidence of one finding.
const mostObserved = 5

// detail says why a finding is what it is, and what mends it. told is
// the status that its control is listed with.
func (s Style) detail(w io.Writer, f change.Finding, c Control, told change.Status, changes []change.Change) {
	line := func(indent int, color, text string) {
		if text != "" {
			fmt.Fprintf(w, "%s%s\n", strings.Repeat(" ", indent), s.paint(color, text))
		}
	}
	reason := f.Reason
	if f.Rule == "" && reason == c.Manual.EN {
		reason = c.Manual.In(s.Lang)
	}
	text := Safe(reason)
	if f.Rule != "" {
		name := Safe(f.Rule)
		if f.Status != told {
			name += " (" + s.status(f.Status) + ")"
		}
		text = strings.TrimSuffix(name+": "+text, ": ")
	}
	switch f.Status {
	case change.Compliant, change.NotApplicable:
		if reason != "" {
			line(6, dim, text)
		}
		return
	}
	line(6, "", text)
	if f.Status == change.Manual {
		return
	}
	failed := evidence(f)
	for _, o := range failed[:min(len(failed), mostObserved)] {
		line(8, dim, s.observed(o))
	}
	if more := len(failed) - mostObserved; more > 0 {
		line(8, dim, s.say(fmt.Sprintf("and %d more (-o json lists them)", more), fmt.Sprintf("另有 %d 条（-o json 可列出）", more)))
	}
	if fix := s.fix(f, changes); fix != "" && f.Status == change.Drift {
		line(8, cyan, s.say("harden apply would: ", "harden apply 将：")+fix)
	}
}

// evidence gives the observations that speak against a finding; of what is not
// there at all, one for each target.
func evidence(f change.Finding) []change.Observation {
	var list []change.Observation
	for _, o := range f.Observed {
		told := func(p change.Observation) bool { return p.Target == o.Target && p.Actual == nil }
		if o.Holds || o.Actual == nil && slices.ContainsFunc(list, told) {
			continue
		}
		list = append(list, o)
	}
	return list
}

var opText = map[change.Op]Bilingual{
	change.AtMost: {"at most ", "最多 "}, change.AtLeast: {"at least ", "至少 "}, change.OneOf: {"one of ", "其中之一 "},
	change.Includes: {"with ", "包含 "}, change.Excludes: {"without ", "不含 "}, change.Present: {"set", "已设置"}, change.Absent: {"not set", "未设置"},
}

// observed shows one observation in a line.
func (s Style) observed(o change.Observation) string {
	expected := opText[o.Op].In(s.Lang)
	if o.Expected != nil {
		expected += value(o.Expected)
	}
	_, name := o.Field.Address()
	return fmt.Sprintf("%s: %s %s · %s %s · %s", Safe(name), s.say("expected", "期望"), expected, s.say("actual", "实际"), value(o.Actual), Safe(o.Where))
}
