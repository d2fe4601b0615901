package format_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode"

	"harden/agent/change"
	"harden/agent/format"
	"harden/agent/message"
	"harden/agent/report"
	"harden/agent/report/reporttest"
)

func written(t *testing.T, name string, write func(*bytes.Buffer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return b.String()
}

// Each format of the sample, of reporttest.HostileText names, and of a comparison. The files
// are held against the published schemas in integration/formats.
func TestFormats(t *testing.T) {
	zh := reporttest.Report()
	zh.Lang = "zh"
	diff := report.Compare(reporttest.Earlier(), reporttest.Report())
	for _, name := range format.Names() {
		t.Run(name, func(t *testing.T) {
			for file, write := range map[string]func(*bytes.Buffer) error{
				"sample":  func(b *bytes.Buffer) error { return write(b, name, reporttest.Report()) },
				"zh":      func(b *bytes.Buffer) error { return write(b, name, zh) },
				"hostile": func(b *bytes.Buffer) error { return write(b, name, reporttest.Hostile()) },
				"diff":    func(b *bytes.Buffer) error { return writeDiff(b, name, diff) },
				"empty": func(b *bytes.Buffer) error {
					return write(b, name, report.NewReport(change.Plan{}, report.About{}, nil, nil))
				},
			} {
				text := written(t, name, write)
				if file == "empty" && name != "junit" && name != "kube-bench" {
					continue // it may be empty, and is not to fail
				}
				reporttest.Golden(t, file+"."+name, text)
				if again := written(t, name, write); again != text {
					t.Errorf("%s: the same report gives other bytes", file)
				}
			}
		})
	}
}

// No format lets through what steers a terminal, and JSON and XML are sound.
func TestHostileFaces(t *testing.T) {
	for _, name := range format.Names() {
		text := written(t, name, func(b *bytes.Buffer) error { return write(b, name, reporttest.Hostile()) })
		for _, r := range text {
			if !unicode.IsPrint(r) && r != '\n' {
				t.Errorf("%s: raw %q", name, r)
				break
			}
		}
		switch {
		case strings.HasPrefix(text, "<?xml"):
			soundXML(t, name, text)
		case strings.HasPrefix(text, "<"):
			if n := strings.Count(text, "<script"); n != 1 {
				t.Errorf("%s: %d scripts, not only its own", name, n)
			}
		case strings.HasPrefix(text, "{"):
			if !json.Valid([]byte(text)) {
				t.Errorf("%s: no JSON", name)
			}
		}
	}
}

func soundXML(t *testing.T, name, text string) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(text))
	for {
		_, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
}

// The table of formats in the documentation is made of the list of them.
func TestFormatsAreDocumented(t *testing.T) {
	const page = "../../docs/reports.md"
	const begin, end = "<!-- the formats, made from agent/format by: go test ./agent/format -update -->\n\n", "\n<!-- end of the formats -->"
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(data), begin)
	_, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatalf("%s has no place for the formats", page)
	}
	table := "| `-o` | is for |\n| --- | --- |\n| `text` | people |\n| `json` | programs; see [json.md](json.md) |\n"
	for _, name := range format.Names() {
		if format.Reader(name) == "" {
			t.Errorf("nothing is said of who reads %s", name)
		}
		table += "| `" + name + "` | " + format.Reader(name) + " |\n"
	}
	reporttest.Golden(t, "../"+page, before+begin+table+end+after)
	if got := format.Reader("html5"); got != "" {
		t.Errorf("a format that does not exist is read by %q", got)
	}
}

// The content of a secret is in no format.
func TestSecretIsInNoFormat(t *testing.T) {
	r := reporttest.Report()
	d := report.Compare(reporttest.Earlier(), r)
	for _, name := range format.Names() {
		for _, text := range []string{
			written(t, name, func(b *bytes.Buffer) error { return write(b, name, r) }),
			written(t, name, func(b *bytes.Buffer) error { return writeDiff(b, name, d) }),
		} {
			if strings.Contains(text, "made-when-applied") {
				t.Errorf("%s shows the content of a secret", name)
			}
		}
	}
	for i := range r.Plan.Changes {
		if strings.Contains(strings.Join(report.DiffLines(r.Plan.Changes[i]), "\n"), "made-when-applied") {
			t.Error("a diff shows the content of a secret")
		}
	}
}

// oneWrite fails at its first use.
type oneWrite struct{ calls int }

func (w *oneWrite) Write([]byte) (int, error) {
	w.calls++
	return 0, errors.New("the disk is full")
}

// A report goes out in one piece, so that an error leaves nothing half.
func TestFormatIsWrittenWhole(t *testing.T) {
	for _, name := range format.Names() {
		w := &oneWrite{}
		if err := write(w, name, reporttest.Report()); err == nil || w.calls != 1 {
			t.Errorf("%s: %d writes, error %v", name, w.calls, err)
		}
	}
	if err := format.Write(&bytes.Buffer{}, "html5", reporttest.Report()); err == nil {
		t.Error("a format that does not exist is written")
	}
}

// Two thousand findings take no time that anybody would notice.
func TestManyFindings(t *testing.T) {
	p := change.Plan{Profile: change.Profile{Name: "many"}}
	var controls []report.Control
	for i := range 2000 {
		id := fmt.Sprintf("many/%d.%d", i/50, i)
		target := change.FileTarget(fmt.Sprintf("/etc/file%d", i))
		p.Findings = append(p.Findings, change.Finding{Rule: fmt.Sprint("rule", i), Controls: []string{id}, Status: change.Statuses[i%len(change.Statuses)], Reason: message.Value("mode is 0644"),
			Targets: []change.Target{target}, Observed: []change.Observation{{Target: target, Field: change.FieldMode, Op: change.AtMost, Expected: "0600", Actual: "0644", Where: message.Value(target.Name()), Path: target.Name()}}})
		p.Changes = append(p.Changes, change.Change{Target: target, Rules: []string{fmt.Sprint("rule", i)}, Fields: []change.FieldChange{{Field: change.FieldMode, Before: "0644", After: "0600"}}})
		controls = append(controls, report.Control{ID: id, Title: report.Bilingual{EN: "A file"}, Rules: []string{fmt.Sprint("rule", i)}})
	}
	started := processorTime(t)
	r := report.NewReport(p, reporttest.About, controls, nil)
	d := report.Compare(r, r)
	for _, name := range format.Names() {
		written(t, name, func(b *bytes.Buffer) error { return write(b, name, r) })
		written(t, name, func(b *bytes.Buffer) error { return writeDiff(b, name, d) })
	}
	if took := processorTime(t) - started; took > 20*time.Second { // it is a third of one, and ten times that with the race detector
		t.Errorf("it took %s of the processor", took)
	} else {
		t.Log(took)
	}
}

// processorTime is what this process has used so far. A clock on the wall
// would measure the neighbours as well.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
