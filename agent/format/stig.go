package format

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"strings"

	"harden/agent/change"
	"harden/agent/report"
)

// stigResult is what a checklist, or a result, says of one rule of a STIG.
type stigResult struct {
	group    string // "V-242376"
	rule     report.STIGRule
	status   stigStatus
	title    string
	why      string // what the rule is for
	check    string // how a person judges it
	fix      string
	details  string // what was found
	comments string // what the site, or a person, says of it
}

// stigStatus is a status; stigWords are what checklists of STIG Viewer 2 and 3 and XCCDF call
// it.
type stigStatus int

const (
	stigOpen stigStatus = iota
	stigNotAFinding
	stigNotApplicable
	stigNotReviewed
	stigError // it could not be checked
)

var stigWords = [...]struct{ ckl, cklb, xccdf string }{
	{"Open", "open", "fail"},
	{"NotAFinding", "not_a_finding", "pass"},
	{"Not_Applicable", "not_applicable", "notapplicable"},
	{"Not_Reviewed", "not_reviewed", "notchecked"},
	{"Not_Reviewed", "not_reviewed", "error"},
}

// stigResults are the rules of the STIG in the order of the profile. Controls of a site's own
// are not among them.
func stigResults(r report.Report, d *report.Diff) []stigResult {
	var list []stigResult
	for _, c := range r.Controls {
		group := c.ID[strings.LastIndexByte(c.ID, '/')+1:]
		rule, is := r.STIG.Rules[group]
		if !is {
			continue
		}
		v := stigResult{group: group, rule: rule, status: stigStatusOf(c), title: c.Title.In(r.Lang), check: cmp.Or(c.Manual.In(r.Lang), "harden explain "+c.ID)}
		v.details = r.Lang.Status(c.Status)
		if state := d.Of(c.ID).State; state != "" && state != report.DiffSame {
			addLine(&v.comments, report.DiffTitle[state].In(r.Lang))
		}
		for _, f := range c.Findings {
			addLine(&v.why, f.About.Why.In(r.Lang))
			if f.Status == change.Manual && f.Attestation == nil {
				continue // how to judge it stands where the check is described
			}
			addLine(&v.fix, c.Remedy(f, r.Lang))
			for _, detail := range c.Details(f, r.Lang) {
				addLine(&v.details, strings.Repeat(" ", max(detail.Indent-6, 0))+detail.Text)
			}
			if f.Waiver != nil || f.Attestation != nil {
				addLine(&v.comments, c.Reason(f.Finding, r.Lang))
			}
		}
		addLine(&v.comments, c.Note.In(r.Lang))
		list = append(list, v)
	}
	return list
}

// stigStatusOf is the status of a rule. What a site waived is open all the same: its reason
// stands in the comments.
func stigStatusOf(c report.ReportedControl) stigStatus {
	switch {
	case c.Status == change.Compliant:
		return stigNotAFinding
	case c.Status == change.NotApplicable:
		return stigNotApplicable
	case c.Status == change.Error:
		return stigError
	case c.Status == change.Manual && !foundOpen(c):
		return stigNotReviewed
	}
	return stigOpen
}

// addLine adds a line to others, unless it is among them.
func addLine(lines *string, text string) {
	text = printable(text)
	switch {
	case text == "" || strings.Contains("\n"+*lines+"\n", "\n"+text+"\n"):
	case *lines == "":
		*lines = text
	default:
		*lines += "\n" + text
	}
}

// stigSource says what made a checklist: harden, the profile and the time.
func stigSource(r report.Report) string {
	return report.Safe(fmt.Sprintf("harden %s, %s %s, %s", r.Version, r.Plan.Profile.Name, r.Plan.Profile.Version, oscalTime(r.Time)))
}

// xmlWriter writes elements, each on a line.
type xmlWriter struct {
	bytes.Buffer
	within []string
}

func newXML() *xmlWriter {
	x := &xmlWriter{}
	x.WriteString(xml.Header)
	return x
}

// begin opens an element; attributes are names and values in turn.
func (x *xmlWriter) begin(name string, attributes ...string) {
	x.start(name, attributes)
	x.WriteString("\n")
	x.within = append(x.within, name)
}

// end closes the innermost element.
func (x *xmlWriter) end() {
	last := len(x.within) - 1
	name := x.within[last]
	x.within = x.within[:last]
	x.WriteString(strings.Repeat("  ", last) + "</" + name + ">\n")
}

// text writes an element that holds a text.
func (x *xmlWriter) text(name, text string, attributes ...string) {
	x.start(name, attributes)
	x.escape(text)
	x.WriteString("</" + name + ">\n")
}

func (x *xmlWriter) start(name string, attributes []string) {
	x.WriteString(strings.Repeat("  ", len(x.within)) + "<" + name)
	for i := 0; i+1 < len(attributes); i += 2 {
		x.WriteString(" " + attributes[i] + `="`)
		x.escape(attributes[i+1])
		x.WriteString(`"`)
	}
	x.WriteString(">")
}

// escape writes a text; a buffer takes everything.
func (x *xmlWriter) escape(text string) { _ = xml.EscapeText(x, []byte(printable(text))) }
