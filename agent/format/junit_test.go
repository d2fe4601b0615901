package format_test

import (
	"bytes"
	"encoding/xml"
	"strconv"
	"strings"
	"testing"
	"time"

	"harden/agent/format"
	"harden/agent/report"
	"harden/agent/report/reporttest"
)

// The elements and attributes of a report as Jenkins' junit-10.xsd has them,
// as far as harden writes them.
type junitFile struct {
	XMLName  xml.Name   `xml:"testsuites"`
	Other    []xml.Attr `xml:",any,attr"`
	Name     string     `xml:"name,attr"`
	Time     string     `xml:"time,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Errors   int        `xml:"errors,attr"`
	Suites   []struct {
		Other      []xml.Attr `xml:",any,attr"`
		ID         int        `xml:"id,attr"`
		Name       string     `xml:"name,attr"`
		Package    string     `xml:"package,attr"`
		Tests      int        `xml:"tests,attr"`
		Failures   int        `xml:"failures,attr"`
		Errors     int        `xml:"errors,attr"`
		Skipped    int        `xml:"skipped,attr"`
		Time       string     `xml:"time,attr"`
		Timestamp  string     `xml:"timestamp,attr"`
		Hostname   string     `xml:"hostname,attr"`
		Properties struct {
			Property []struct {
				Name  string `xml:"name,attr"`
				Value string `xml:"value,attr"`
			} `xml:"property"`
		} `xml:"properties"`
		Cases []junitCase `xml:"testcase"`
		Any   []struct {
			XMLName xml.Name
		} `xml:",any"`
	} `xml:"testsuite"`
	Any []struct {
		XMLName xml.Name
	} `xml:",any"`
}

type junitCase struct {
	Other   []xml.Attr `xml:",any,attr"`
	Name    string     `xml:"name,attr"`
	Class   string     `xml:"classname,attr"`
	Time    string     `xml:"time,attr"`
	Failure []junitWhy `xml:"failure"`
	Error   []junitWhy `xml:"error"`
	Skipped []junitWhy `xml:"skipped"`
	Any     []struct {
		XMLName xml.Name
	} `xml:",any"`
}

type junitWhy struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

// soundJUnit reads a report as strictly as its schema, and counts it anew.
func soundJUnit(t *testing.T, text string) junitFile {
	t.Helper()
	var f junitFile
	decoder := xml.NewDecoder(strings.NewReader(text))
	if err := decoder.Decode(&f); err != nil {
		t.Fatalf("%v\n%.500s", err, text)
	}
	if rest, err := decoder.Token(); err == nil && strings.TrimSpace(string(rest.(xml.CharData))) != "" {
		t.Errorf("something follows the document: %v", rest)
	}
	if len(f.Other)+len(f.Any) > 0 || f.Name == "" {
		t.Errorf("testsuites has %v %v", f.Other, f.Any)
	}
	decimal := func(text string) {
		if _, err := strconv.ParseFloat(text, 64); err != nil {
			t.Errorf("a time is %q", text)
		}
	}
	decimal(f.Time)
	tests, failures, failed := 0, 0, 0
	for i, s := range f.Suites {
		if len(s.Other)+len(s.Any) > 0 || s.Name == "" || s.ID != i {
			t.Errorf("testsuite %d has %v %v, name %q, id %d", i, s.Other, s.Any, s.Name, s.ID)
		}
		decimal(s.Time)
		if _, err := time.Parse("2006-01-02T15:04:05", s.Timestamp); err != nil {
			t.Errorf("timestamp: %v", err)
		}
		var count struct{ failures, errors, skipped int }
		for _, c := range s.Cases {
			decimal(c.Time)
			if len(c.Other)+len(c.Any) > 0 || c.Name == "" || c.Class == "" || len(c.Failure)+len(c.Error)+len(c.Skipped) > 1 {
				t.Errorf("testcase %q has %v %v", c.Name, c.Other, c.Any)
			}
			count.failures, count.errors, count.skipped = count.failures+len(c.Failure), count.errors+len(c.Error), count.skipped+len(c.Skipped)
			for _, why := range append(append(c.Failure, c.Error...), c.Skipped...) {
				if why.Message == "" {
					t.Errorf("testcase %q does not say why", c.Name)
				}
			}
		}
		if s.Tests != len(s.Cases) || s.Failures != count.failures || s.Errors != count.errors || s.Skipped != count.skipped {
			t.Errorf("testsuite %q counts %d %d %d %d, and has %d %+v", s.Name, s.Tests, s.Failures, s.Errors, s.Skipped, len(s.Cases), count)
		}
		tests, failures, failed = tests+s.Tests, failures+s.Failures, failed+s.Errors
	}
	if f.Tests != tests || f.Failures != failures || f.Errors != failed {
		t.Errorf("the whole counts %d %d %d, its suites %d %d %d", f.Tests, f.Failures, f.Errors, tests, failures, failed)
	}
	return f
}

// Names that are hostile leave the document sound.
func TestHostileJUnit(t *testing.T) {
	f := soundJUnit(t, written(t, "junit", func(b *bytes.Buffer) error { return format.Write(b, "junit", reporttest.Hostile()) }))
	if len(f.Suites) == 0 {
		t.Error("there are no suites")
	}
}

// What a control is comes to one element, and to none where it holds.
func TestJUnitOutcomes(t *testing.T) {
	f := soundJUnit(t, written(t, "junit", func(b *bytes.Buffer) error { return format.Write(b, "junit", reporttest.Report()) }))
	got := map[string]string{}
	for _, s := range f.Suites {
		for _, c := range s.Cases {
			id, _, _ := strings.Cut(c.Name, " ")
			got[id] = map[bool]string{true: "passes"}[len(c.Failure)+len(c.Error)+len(c.Skipped) == 0]
			for element, list := range map[string][]junitWhy{"failure": c.Failure, "error": c.Error, "skipped": c.Skipped} {
				if len(list) > 0 {
					got[id] = element
				}
			}
		}
	}
	for id, want := range map[string]string{
		"3.1": "failure", // drift
		"3.2": "skipped", // blocked
		"3.4": "skipped", // not applicable
		"4.4": "failure", // one rule waived, another drifts
		"4.5": "passes",
		"5.1": "error",   // could not be checked
		"9.1": "skipped", // a person must judge
		"9.2": "passes",  // a person found that it holds
		"9.3": "failure", // and that it does not
		"9.4": "skipped", // and that is too long ago
	} {
		if got[id] != want {
			t.Errorf("control %s: %s, want %s", id, got[id], want)
		}
	}
}

// Of a comparison, what became worse fails, and nothing else.
func TestJUnitOfDiff(t *testing.T) {
	d := report.Compare(reporttest.Earlier(), reporttest.Report())
	f := soundJUnit(t, written(t, "junit", func(b *bytes.Buffer) error { return format.WriteDiff(b, "junit", d) }))
	if new := d.Counts()[report.DiffNew]; f.Failures+f.Errors != new || new == 0 {
		t.Errorf("%d failures and %d errors, and %d controls are new", f.Failures, f.Errors, new)
	}
	counts := 0
	for _, n := range d.Counts() {
		counts += n
	}
	if counts != len(d.Controls) || counts != len(d.After.Controls)+d.Counts()[report.DiffGone] {
		t.Errorf("%v does not add up to %d controls", d.Counts(), len(d.Controls))
	}
}
