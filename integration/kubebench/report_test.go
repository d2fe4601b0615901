// Package kubebench holds the format that harden calls kube-bench against the
// types that kube-bench writes its own reports from.
package kubebench

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/aquasecurity/kube-bench/check"
)

// Whatever an importer reads of a report of kube-bench stands in one of
// harden: the same keys, no others, with values of the same types.
func TestReportIsOneOfKubeBench(t *testing.T) {
	files, err := filepath.Glob("../../agent/format/testdata/*.kube-bench")
	if err != nil || len(files) == 0 {
		t.Fatalf("there is no golden file (%v)", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var report check.OverallControls
			decoder := json.NewDecoder(bytes.NewReader(text))
			decoder.DisallowUnknownFields()
			if err := decoder.Decode(&report); err != nil {
				t.Fatal(err)
			}
			data, err := json.Marshal(report)
			if err != nil {
				t.Fatal(err)
			}
			var ours, theirs any
			if err := errors.Join(json.Unmarshal(text, &ours), json.Unmarshal(data, &theirs)); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(ours, theirs) {
				t.Errorf("kube-bench would write it otherwise:\n%s\n%s", text, data)
			}
			var total check.Summary
			for _, c := range report.Controls {
				var part check.Summary
				for _, g := range c.Groups {
					part.Pass, part.Fail, part.Warn, part.Info = part.Pass+g.Pass, part.Fail+g.Fail, part.Warn+g.Warn, part.Info+g.Info
					if n := g.Pass + g.Fail + g.Warn + g.Info; n != len(g.Checks) {
						t.Errorf("section %s counts %d checks, and has %d", g.ID, n, len(g.Checks))
					}
				}
				if part != c.Summary {
					t.Errorf("part %s counts %+v, its sections %+v", c.ID, c.Summary, part)
				}
				total.Pass, total.Fail, total.Warn, total.Info = total.Pass+part.Pass, total.Fail+part.Fail, total.Warn+part.Warn, total.Info+part.Info
			}
			if total != report.Totals {
				t.Errorf("the totals are %+v, the parts have %+v", report.Totals, total)
			}
		})
	}
}
