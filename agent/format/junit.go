package format

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/report"
)

// writeJUnit writes a report for what reads test results: a suite for each
// section, a case for each control. What drifts is a failure, what could not
// be checked is an error, and what apply does not fix is skipped, with its
// reason. The elements and attributes are those of Jenkins' junit-10.xsd.
//
// Of a comparison only what is new fails, so that a pipeline stops at what
// became worse.
func writeJUnit(w io.Writer, r report.Report, d *report.Diff) error {
	all := junitFile{Name: xmlText("harden " + r.Plan.Profile.Name), Suites: junitSuites(r, d)}
	for _, s := range all.Suites {
		all.Tests, all.Failures, all.Errors = all.Tests+s.Tests, all.Failures+s.Failures, all.Errors+s.Errors
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// The elements of junit-10.xsd that harden writes.
type (
	junitFile struct {
		XMLName  xml.Name      `xml:"testsuites"`
		Name     xmlText       `xml:"name,attr"`
		Tests    int           `xml:"tests,attr"`
		Failures int           `xml:"failures,attr"`
		Errors   int           `xml:"errors,attr"`
		Time     int           `xml:"time,attr"` // not measured
		Suites   []*junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		ID         int             `xml:"id,attr"`
		Name       xmlText         `xml:"name,attr"`
		Package    xmlText         `xml:"package,attr"`
		Tests      int             `xml:"tests,attr"`
		Failures   int             `xml:"failures,attr"`
		Errors     int             `xml:"errors,attr"`
		Skipped    int             `xml:"skipped,attr"`
		Time       int             `xml:"time,attr"`
		Timestamp  string          `xml:"timestamp,attr"`
		Hostname   xmlText         `xml:"hostname,attr"`
		Properties []junitProperty `xml:"properties>property"`
		Cases      []junitCase     `xml:"testcase"`
	}
	junitProperty struct {
		Name  string  `xml:"name,attr"`
		Value xmlText `xml:"value,attr"`
	}
	// junitCase is a control, with the element that says what became of it; one
	// that passes has none.
	junitCase struct {
		Name    xmlText       `xml:"name,attr"`
		Class   xmlText       `xml:"classname,attr"`
		Time    int           `xml:"time,attr"`
		Failure *junitOutcome `xml:"failure"`
		Error   *junitOutcome `xml:"error"`
		Skipped *junitOutcome `xml:"skipped"`
	}
	junitOutcome struct {
		Message xmlText `xml:"message,attr"`
		Type    string  `xml:"type,attr,omitempty"`
		Details xmlText `xml:",cdata"`
	}
)

// xmlText is a text that XML 1.0 can hold.
type xmlText string

// MarshalText shows what is not printable escaped, see printable.
func (t xmlText) MarshalText() ([]byte, error) { return []byte(printable(string(t))), nil }

func junitSuites(r report.Report, d *report.Diff) []*junitSuite {
	var suites []*junitSuite
	for _, c := range r.Controls {
		name := xmlText(cmp.Or(c.Section, r.Plan.Profile.Name))
		if len(suites) == 0 || suites[len(suites)-1].Name != name {
			suites = append(suites, newJUnitSuite(r, len(suites), name))
		}
		suites[len(suites)-1].add(r, c, d.Of(c.ID).State)
	}
	return suites
}

func newJUnitSuite(r report.Report, id int, name xmlText) *junitSuite {
	profile := r.Plan.Profile
	return &junitSuite{ID: id, Name: name, Package: xmlText(profile.Name), Timestamp: r.Time.UTC().Format("2006-01-02T15:04:05"), Hostname: xmlText(r.Host),
		Properties: []junitProperty{{"profile", xmlText(profile.Name)}, {"profile.version", xmlText(profile.Version)}, {"profile.digest", xmlText(profile.Digest)},
			{"platform", xmlText(r.Plan.Node.Platform)}, {"kubernetes", xmlText(r.Plan.Node.Kubernetes)}, {"roles", xmlText(strings.Join(r.Plan.Node.Roles, ","))}, {"harden", xmlText(r.Version)}}}
}

// add adds a control as a case, and counts it.
func (s *junitSuite) add(r report.Report, c report.ReportedControl, state report.DiffState) {
	j := junitCase{Name: xmlText(strings.TrimSpace(c.Short + " " + c.Title.In(r.Lang))), Class: s.Package}
	if c.Section != "" {
		j.Class += xmlText("." + c.Section)
	}
	verdict := r.Lang.Status(c.Status)
	if c.Severity != "" && report.Open(c.Status) {
		verdict += " (" + r.Lang.Severity(c.Severity) + ")"
	}
	message := strings.TrimSuffix(verdict+": "+c.OneLine(r.Lang), ": ")
	if state != "" && state != report.DiffSame {
		message = report.DiffTitle[state].In(r.Lang) + ": " + message
	}
	outcome := &junitOutcome{Message: xmlText(message)}
	switch element := junitElement(c, state); element {
	case "failure", "error":
		outcome.Type, outcome.Details = string(c.Status), junitDetails(r, c)
		if element == "error" {
			j.Error = outcome
			s.Errors++
			break
		}
		j.Failure = outcome
		s.Failures++
	case "skipped":
		j.Skipped = outcome
		s.Skipped++
	}
	s.Tests++
	s.Cases = append(s.Cases, j)
}

// junitElement is the element of a control; "" for one that passes.
func junitElement(c report.ReportedControl, state report.DiffState) string {
	switch {
	case c.Status == change.Compliant:
		return ""
	case state == report.DiffStill:
		return "skipped"
	case c.Status == change.Error:
		return "error"
	case c.Status == change.Drift || state == report.DiffNew || foundOpen(c):
		return "failure"
	}
	return "skipped"
}

// junitDetails are the lines that a terminal shows below a control.
func junitDetails(r report.Report, c report.ReportedControl) xmlText {
	var b strings.Builder
	for _, f := range c.Findings {
		for _, d := range c.Details(f, r.Lang) {
			fmt.Fprintf(&b, "%*s%s\n", d.Indent, "", d.Text)
		}
	}
	return xmlText(b.String())
}

// foundOpen tells whether a person found that a control does not hold.
func foundOpen(c report.ReportedControl) bool {
	return slices.ContainsFunc(c.Findings, func(f report.ReportedFinding) bool {
		return f.Attestation != nil && !f.Attestation.Expired && f.Attestation.Verdict == report.AttestedOpen
	})
}
