package view

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"harden/agent/change"
)

// writeJUnit writes a report for what reads test results: a suite for each
// section, a case for each control. What drifts is a failure, what could not
// be checked is an error, and what apply does not mend is skipped, with its
// reason. The elements and attributes are those of Jenkins' junit-10.xsd.
//
// Of a comparison only what is new fails, so that a pipeline stops at what
// became worse.
func writeJUnit(w io.Writer, r Report, d *Diff) error {
	suites := junitSuites(r, d)
	var all junitCount
	for _, s := range suites {
		all.add(s.count)
	}
	x := &xmlWriter{w: w}
	x.text("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
	x.open("testsuites", "name", "harden "+r.Plan.Profile.Name, "tests", all.tests, "failures", all.failures, "errors", all.errors, "time", "0")
	for i, s := range suites {
		x.open("testsuite", "id", i, "name", s.name, "package", r.Plan.Profile.Name, "tests", s.count.tests, "failures", s.count.failures,
			"errors", s.count.errors, "skipped", s.count.skipped, "time", "0", "timestamp", r.Time.UTC().Format("2006-01-02T15:04:05"), "hostname", r.Host)
		x.open("properties")
		for _, p := range [][2]string{{"profile", r.Plan.Profile.Name}, {"profile.version", r.Plan.Profile.Version}, {"profile.digest", r.Plan.Profile.Digest},
			{"platform", r.Plan.Node.Platform}, {"kubernetes", r.Plan.Node.Kubernetes}, {"roles", strings.Join(r.Plan.Node.Roles, ",")}, {"harden", r.Version}} {
			x.empty("property", "name", p[0], "value", p[1])
		}
		x.close("properties")
		for _, c := range s.cases {
			x.junitCase(r, c)
		}
		x.close("testsuite")
	}
	x.close("testsuites")
	return x.err
}

type junitSuite struct {
	name  string
	count junitCount
	cases []junitCase
}

// junitCase is a control and the element that says what became of it; "" for
// one that passes.
type junitCase struct {
	ReportedControl
	element, kind, message string
}

type junitCount struct{ tests, failures, errors, skipped int }

func (c *junitCount) add(o junitCount) {
	c.tests, c.failures, c.errors, c.skipped = c.tests+o.tests, c.failures+o.failures, c.errors+o.errors, c.skipped+o.skipped
}

func junitSuites(r Report, d *Diff) []junitSuite {
	var suites []junitSuite
	for _, c := range r.Controls {
		name := c.Section
		if name == "" {
			name = r.Plan.Profile.Name
		}
		if len(suites) == 0 || suites[len(suites)-1].name != name {
			suites = append(suites, junitSuite{name: name})
		}
		s := &suites[len(suites)-1]
		j := junitOutcome(c, d.of(c.ID).State, r.Lang)
		s.cases = append(s.cases, j)
		s.count.tests++
		switch j.element {
		case "failure":
			s.count.failures++
		case "error":
			s.count.errors++
		case "skipped":
			s.count.skipped++
		}
	}
	return suites
}

func junitOutcome(c ReportedControl, state DiffState, lang string) junitCase {
	s := Style{Lang: lang}
	j := junitCase{ReportedControl: c, kind: string(c.Status), message: strings.TrimSuffix(s.status(c.Status)+": "+c.told(lang), ": ")}
	if state != "" && state != DiffSame {
		j.message = diffTitle[state].In(lang) + ": " + j.message
	}
	switch {
	case c.Status == change.Compliant:
	case state == DiffStill:
		j.element = "skipped"
	case c.Status == change.Error:
		j.element = "error"
	case c.Status == change.Drift || state == DiffNew || foundOpen(c):
		j.element = "failure"
	default:
		j.element = "skipped"
	}
	return j
}

// foundOpen tells whether a person found that a control does not hold.
func foundOpen(c ReportedControl) bool {
	return slices.ContainsFunc(c.Findings, func(f ReportedFinding) bool {
		return f.Attestation != nil && !f.Attestation.Expired && f.Attestation.Verdict == AttestedOpen
	})
}

func (x *xmlWriter) junitCase(r Report, c junitCase) {
	class := r.Plan.Profile.Name
	if c.Section != "" {
		class += "." + c.Section
	}
	name := []any{"name", strings.TrimSpace(c.Short + " " + c.Title.In(r.Lang)), "classname", class, "time", "0"}
	switch c.element {
	case "":
		x.empty("testcase", name...)
		return
	case "skipped":
		x.open("testcase", name...)
		x.empty("skipped", "message", c.message)
	default:
		x.open("testcase", name...)
		x.element(c.element, c.details(r), "message", c.message, "type", c.kind)
	}
	x.close("testcase")
}

// xmlWriter writes XML 1.0, in lines, and keeps the first error.
type xmlWriter struct {
	w     io.Writer
	depth int
	err   error
}

func (x *xmlWriter) text(s string) {
	if x.err == nil {
		_, x.err = io.WriteString(x.w, s)
	}
}

func (x *xmlWriter) open(name string, attributes ...any) {
	x.text(x.tag(name, attributes) + ">\n")
	x.depth++
}

func (x *xmlWriter) empty(name string, attributes ...any) { x.text(x.tag(name, attributes) + "/>\n") }

func (x *xmlWriter) element(name, text string, attributes ...any) {
	x.text(x.tag(name, attributes) + ">" + xmlText(text) + "</" + name + ">\n")
}

func (x *xmlWriter) close(name string) {
	x.depth--
	x.text(strings.Repeat("  ", x.depth) + "</" + name + ">\n")
}

func (x *xmlWriter) tag(name string, attributes []any) string {
	tag := strings.Repeat("  ", x.depth) + "<" + name
	for i := 0; i+1 < len(attributes); i += 2 {
		tag += fmt.Sprintf(" %s=\"%s\"", attributes[i], xmlText(fmt.Sprint(attributes[i+1])))
	}
	return tag
}

// xmlText writes a text as XML 1.0 can hold it. Control characters, most of
// which it cannot hold even escaped, and what else is not printable or no UTF-8
// are shown as in the text face.
func xmlText(text string) string {
	var b strings.Builder
	for i, r := range text {
		switch {
		case r == utf8.RuneError:
			if _, size := utf8.DecodeRuneInString(text[i:]); size == 1 {
				fmt.Fprintf(&b, `\x%02x`, text[i])
				continue
			}
			b.WriteRune(r)
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"':
			b.WriteString("&quot;")
		case r == '\n' || unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			b.WriteString(Safe(string(r)))
		}
	}
	return b.String()
}
