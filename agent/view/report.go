package view

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"harden/agent/change"
)

// Document is a report as a document: what was found, and as the fix what
// apply would change.
func (r Report) Document() Document {
	d := documentOf(r.Plan, "Report", r.Digest())
	d.Host, d.Version, d.Controls = r.Host, r.Version, r.Controls
	if !r.Time.IsZero() {
		t := r.Time.UTC().Truncate(time.Second)
		d.Time = &t
	}
	if d.Controls == nil {
		d.Controls = []ReportedControl{}
	}
	return d
}

// ReportText prints a report for people: every control of the profile with
// its verdict, and for each that is open what was expected, what is there,
// where it was read, and its fix.
func (s Style) ReportText(w io.Writer, r Report, title string) {
	s.heading(w, r.Plan, title)
	ids, statuses := 0, 0
	for _, c := range r.Controls {
		ids = max(ids, columns(Safe(c.Short)))
	}
	if s.Width > 0 {
		ids = min(ids, s.Width/4) // a few long ones leave room for the titles
	}
	for _, status := range change.Statuses {
		statuses = max(statuses, columns(s.status(status)))
	}
	section := "\x00"
	for _, c := range r.Controls {
		if c.Section != section {
			section = c.Section
			s.section(w, r, section)
		}
		row := "  " + s.paint(statusColor[c.Status], pad(s.status(c.Status), statuses)) + "  " + pad(Safe(c.Short), ids) + "  "
		s.line(w, statuses+ids+6, row, Safe(c.Title.In(s.Lang)))
		for _, f := range c.Findings {
			s.detail(w, f, c)
		}
	}
	fmt.Fprintln(w)
	s.line(w, 2, s.counted(s.controls(len(r.Controls)), r.Counts()))
	s.total(w, r.Plan)
}

func (s Style) controls(n int) string {
	return s.say(plural(n, "control"), fmt.Sprintf("%d 项控制", n))
}

// section begins the controls of a section, with what they come to.
func (s Style) section(w io.Writer, r Report, name string) {
	fmt.Fprintln(w)
	if name == "" {
		return
	}
	controls, counts := 0, map[change.Status]int{}
	for i := range r.Controls {
		if c := &r.Controls[i]; c.Section == name {
			controls++
			counts[c.Status]++
		}
	}
	s.line(w, 2, s.paint(bold, Safe(name)), "  ", s.counted(s.controls(controls), counts))
}

// shortID is a control's id, without the name of the profile that is reported.
func shortID(c Control, p change.Plan) string { return strings.TrimPrefix(c.ID, p.Profile.Name+"/") }

// sectionOf is what ids have in common that stand together: "1.1" of "1.1.12".
func sectionOf(id string) string {
	return id[:max(strings.LastIndexByte(id, '.'), 0)]
}

// severity orders the verdicts: the worst of a control's findings is its own.
var severity = []change.Status{change.NotApplicable, change.Compliant, change.Waived, change.Manual, change.Drift, change.Blocked, change.Error}

func worst(findings []ReportedFinding) change.Status {
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
			parts = append(parts, s.paint(statusColor[status], fmt.Sprintf("%d %s", n, s.status(status))))
		}
	}
	if len(parts) == 0 {
		return what
	}
	return what + s.say(": ", "：") + strings.Join(parts, " · ")
}

// mostObserved bounds the lines of evidence of one finding.
const mostObserved = 5

// detail says why a finding is what it is, and what mends it.
func (s Style) detail(w io.Writer, f ReportedFinding, c ReportedControl) {
	line := func(indent int, color, text string) {
		if text != "" {
			s.line(w, indent+2, strings.Repeat(" ", indent), s.paint(color, text))
		}
	}
	reason := c.Reason(f.Finding, s.Lang)
	text := Safe(reason)
	if f.Rule != "" {
		name := Safe(f.Rule)
		if f.Status != c.Status {
			name += " (" + s.status(f.Status) + ")"
		}
		if text != "" {
			name += s.say(": ", "：")
		}
		text = name + text
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
	failed := evidence(f.Finding)
	for _, o := range failed[:min(len(failed), mostObserved)] {
		line(8, dim, s.observed(o))
	}
	if more := len(failed) - mostObserved; more > 0 {
		line(8, dim, s.say(fmt.Sprintf("and %d more (-o json lists them)", more), fmt.Sprintf("另有 %d 条（-o json 可列出）", more)))
	}
	if fix := f.Fix(s.Lang); fix != "" {
		line(8, cyan, s.say("harden apply would: ", "harden apply 将：")+fix)
	}
}

// evidence gives the observations that speak against a finding; of what is not
// there at all, one for each target.
func evidence(f change.Finding) []change.Observation {
	var list []change.Observation
	missing := map[change.Target]bool{}
	for _, o := range f.Observed {
		if o.Holds || o.Actual == nil && missing[o.Target] {
			continue
		}
		missing[o.Target] = missing[o.Target] || o.Actual == nil
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
	return fmt.Sprintf("%s · %s %s · %s", s.expected(o), s.say("actual", "实际"), value(o.Actual), Safe(s.translated(o.Where)))
}

// expected says what an observation was held against.
func (s Style) expected(o change.Observation) string {
	expected := opText[o.Op].In(s.Lang)
	if o.Expected != nil {
		expected += value(o.Expected)
	}
	_, name := o.Field.Address()
	return Safe(name) + s.say(": expected ", "：期望 ") + expected
}
