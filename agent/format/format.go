// Package format writes a report in the formats of other programs: JUnit, SARIF,
// OSCAL, Prometheus, kube-bench, HTML, STIG checklists, XCCDF, and entries of the systemd journal. It
// decides nothing and reads nothing of a node.
package format

import (
	"bytes"
	"io"

	"harden/agent/message"
	"harden/agent/report"
)

// writer writes a report in one format; of a comparison it is the later report,
// with what became of each control.
type writer func(w io.Writer, r report.Report, d *report.Diff) error

// formats are those beside text and json. What reads one stands in the completion of
// -o, and in docs/reports.md.
var formats = []struct {
	name, reader string
	write        writer
	stig         bool // only of reports on a STIG
}{
	{"junit", "pipelines that show test results", writeJUnit, false},
	{"sarif", "code scanning, editors", writeSARIF, false},
	{"oscal", "compliance tools", writeOSCAL, false},
	{"prometheus", "alerts and dashboards", writePrometheus, false},
	{"kube-bench", "programs that read reports of kube-bench", writeKubeBench, false},
	{"html", "auditors: one page that needs nothing else", writeHTML, false},
	{"ckl", "STIG Viewer 2, STIG Manager, SAF", writeCKL, true},
	{"cklb", "STIG Viewer 3, STIG Manager, SAF", writeCKLB, true},
	{"xccdf", "STIG Viewer, STIG Manager, SAF: results in XCCDF 1.2", writeXCCDF, true},
}

// Names are those of the formats that a report, and a comparison of two, can be
// written in beside text and json.
func Names() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name
	}
	return names
}

// OfSTIG tells whether a format is one for reports on a STIG only.
func OfSTIG(name string) bool {
	for _, f := range formats {
		if f.name == name {
			return f.stig
		}
	}
	return false
}

// Reader says what reads a format: "code scanning, editors".
func Reader(name string) string {
	for _, f := range formats {
		if f.name == name {
			return f.reader
		}
	}
	return ""
}

// Write writes a report in one of Names: whole, or after an error nothing.
func Write(w io.Writer, name string, r report.Report) error { return write(w, name, r, nil) }

// WriteDiff writes a comparison in one of Names: whole, or after an error
// nothing.
func WriteDiff(w io.Writer, name string, d report.Diff) error { return write(w, name, d.After, &d) }

func write(w io.Writer, name string, r report.Report, d *report.Diff) error {
	for _, f := range formats {
		if f.name != name {
			continue
		}
		if f.stig && r.STIG == nil {
			return message.Errorf("-o %s is for reports on a STIG, and %s is not one; choose one with --profile, such as stig-kubernetes-v2r6", name, r.Plan.Profile.Name)
		}
		var whole bytes.Buffer
		if err := f.write(&whole, r, d); err != nil {
			return message.Errorf("cannot write the report as %s: %w", name, err)
		}
		_, err := w.Write(whole.Bytes())
		return err
	}
	return message.Errorf("there is no format %q", name)
}
