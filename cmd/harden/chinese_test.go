package main

import (
	"bytes"
	"encoding/json"
	"html"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"harden/agent/change"
	"harden/agent/message"
	"harden/integration/sampletree"
	"harden/profiles"
)

// Every reason that the built-in profiles come to on the sample node has a
// Chinese form, and the page in Chinese shows it: the text says field by field what
// is wrong.
func TestReasonsOfTheSampleNodeInChinese(t *testing.T) {
	root := filepath.Join(t.TempDir(), "node")
	if err := sampletree.Write(root); err != nil {
		t.Fatal(err)
	}
	has := regexp.MustCompile(`\p{Han}`)
	for _, profile := range profiles.Names() {
		t.Run(profile, func(t *testing.T) {
			check := func(args ...string) string {
				var stdout, stderr bytes.Buffer
				line := append([]string{"check", "--root", root, "--profile", profile}, args...)
				if code := run(line, strings.NewReader(""), &stdout, &stderr); code != exitOK && code != exitNeedsRoot {
					t.Fatalf("exit code %d: %s", code, stderr.String())
				}
				return stdout.String()
			}
			type finding struct {
				Rule, Status string
				Reason       message.Text
				Observed     []change.Observation
				message.Coded
			}
			var d struct{ Findings []finding }
			if err := json.Unmarshal([]byte(check("-o", "json")), &d); err != nil {
				t.Fatal(err)
			}
			text, told := html.UnescapeString(check("-o", "html", "--lang", "zh")), 0
			for _, f := range d.Findings {
				if f.Reason.IsZero() || f.Rule == "" { // a control without a rule has a reason of its profile's
					continue
				}
				told++
				zh := f.Coded.Text(f.Reason).In("zh")
				if !has.MatchString(zh) {
					t.Errorf("%s %s: %q is not told in Chinese: %q", f.Rule, f.Status, f.Reason, zh)
				}
				tabled := slices.ContainsFunc(f.Observed, func(o change.Observation) bool { return !o.Holds }) // a table says it instead
				if f.Status == "drift" && !tabled && !strings.Contains(text, zh) {
					t.Errorf("%s: the report in Chinese lacks %q", f.Rule, zh)
				}
			}
			// A short profile may hold as a whole, and then nothing needs a reason.
			if open := slices.ContainsFunc(d.Findings, func(f finding) bool { return f.Rule != "" && f.Status != "compliant" }); open && told == 0 {
				t.Error("no finding has a reason")
			}
		})
	}
}
