// Package kubebench reads the reports that kube-bench writes with --json: of
// which benchmark they are, and which of its controls failed. Nothing else of
// a report is believed, and a report that is not wholly understood is refused.
// It runs nothing and judges nothing.
package kubebench

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"slices"
	"sync"

	"harden/agent/message"
	"harden/agent/strictjson"
)

// MaxSize is the largest report that is read, in bytes. One of a whole node
// has about 200 KB.
const MaxSize = 16 << 20

// Report is what a report says.
type Report struct {
	Benchmark string   // "cis-1.10"
	Failed    []string // ids of the controls that failed, "1.2.15", in the order of the report
}

// section is the part of a report on one kind of node. The names are those of
// kube-bench v0.12.0.
type section struct {
	Version string `json:"version"`
	Tests   []struct {
		Results []struct {
			ID     string `json:"test_number"`
			Status string `json:"status"`
		} `json:"results"`
	} `json:"tests"`
}

var (
	benchmarkName = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
	})
	// Beside the numbers of benchmarks the ids of harden's own profiles, and of
	// a control of another one with its name before a slash.
	controlID = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)?$`)
	})
	statuses = []string{"PASS", "FAIL", "WARN", "INFO"}
)

// Read reads a report: an object with Controls, or with --nototals the list of
// these alone. Errors name the line where the text is not JSON.
func Read(data []byte) (Report, error) {
	sections, err := parse(data)
	if err != nil {
		return Report{}, err
	}
	if len(sections) == 0 {
		return Report{}, message.Errorf("it holds no Controls; kube-bench writes such a report with --json")
	}
	r := Report{Failed: []string{}}
	results := 0
	seen := map[string]bool{}
	for i, s := range sections {
		switch {
		case s.Version == "":
			return Report{}, message.Errorf("section %d of Controls does not name its benchmark (version)", i+1)
		case !benchmarkName().MatchString(s.Version):
			return Report{}, message.Errorf("section %d of Controls: %q is not the name of a benchmark", i+1, s.Version)
		case r.Benchmark != "" && r.Benchmark != s.Version:
			return Report{}, message.Errorf("it is of two benchmarks, %s and %s", r.Benchmark, s.Version)
		}
		r.Benchmark = s.Version
		for _, t := range s.Tests {
			for _, result := range t.Results {
				if !controlID().MatchString(result.ID) || len(result.ID) > 128 {
					return Report{}, message.Errorf("section %d of Controls: %q is not the id of a control (test_number)", i+1, result.ID)
				}
				if !slices.Contains(statuses, result.Status) {
					return Report{}, message.Errorf("control %s: %q is not a status; one of %v", result.ID, result.Status, statuses)
				}
				results++
				if result.Status == "FAIL" && !seen[result.ID] {
					r.Failed, seen[result.ID] = append(r.Failed, result.ID), true
				}
			}
		}
	}
	if results == 0 {
		return Report{}, message.Errorf("it holds no results: no control was checked")
	}
	return r, nil
}

// parse decodes the one JSON value that a report is.
func parse(data []byte) ([]section, error) {
	if len(data) > MaxSize {
		return nil, message.Errorf("it is larger than %d bytes", MaxSize)
	}
	var report struct{ Controls []section }
	var into any = &report
	list := bytes.HasPrefix(bytes.TrimSpace(data), []byte("["))
	if list {
		into = &report.Controls
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	if err := decoder.Decode(into); err != nil {
		return nil, located(data, err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, message.Errorf("line %d: something follows the report", line(data, decoder.InputOffset()))
	}
	// Of two Controls the decoder would mix the sections.
	return report.Controls, strictjson.Check(data)
}

// located says in which line the text is not a report.
func located(data []byte, err error) error {
	var syntax *json.SyntaxError
	var typed *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return message.Errorf("line %d: %w; keep what kube-bench --json writes to stdout, and nothing else", line(data, syntax.Offset), err)
	case errors.As(err, &typed):
		return message.Errorf("line %d: %s cannot be a %s", line(data, typed.Offset), typed.Field, typed.Value)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return message.Errorf("line %d: the text ends before the report does", line(data, int64(len(data))))
	}
	return err
}

func line(data []byte, offset int64) int {
	return 1 + bytes.Count(data[:min(max(offset, 0), int64(len(data)))], []byte("\n"))
}
