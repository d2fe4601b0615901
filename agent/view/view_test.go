package view_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"harden/agent/change"
	"harden/agent/view"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write testdata anew")

// golden compares a text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (go test ./agent/view -update writes it anew), -want +got:\n%s", file, diff)
	}
}

// text is what a style prints of a plan and of runs.
func text(s view.Style, p change.Plan, rules map[string]view.Rule, runs []view.Run) string {
	var b strings.Builder
	s.PlanText(&b, p, "What our site wants", rules)
	fmt.Fprintln(&b, strings.Repeat("=", 20))
	newest := slices.Clone(runs)
	slices.Reverse(newest)
	s.HistoryText(&b, slices.Values(newest))
	for _, r := range runs {
		fmt.Fprintln(&b)
		s.RunText(&b, r)
	}
	b.WriteString(s.Failure(view.Error{Code: 1, Message: "cannot check everything: /etc/proxy.yaml:3:1", Hint: "mend it, or leave its rules out with --skip proxy-mode"}))
	return b.String()
}

func TestText(t *testing.T) {
	for name, s := range map[string]view.Style{
		"en.txt":       {Lang: "en"},
		"zh.txt":       {Lang: "zh"},
		"en-color.txt": {Lang: "en", Color: true},
	} {
		t.Run(name, func(t *testing.T) {
			golden(t, name, text(s, samplePlan(), sampleRules(), sampleRuns()))
		})
	}
	t.Run("nothing.txt", func(t *testing.T) {
		golden(t, "nothing.txt", text(view.Style{Lang: "en"}, change.Plan{Node: change.Node{Platform: "none"}}, nil, nil))
	})
}

// Nothing of a secret is printed but what the fields say of it.
func TestSecretIsNotShown(t *testing.T) {
	p := samplePlan()
	var document bytes.Buffer
	if err := view.PlanDocument(p).Write(&document); err != nil {
		t.Fatal(err)
	}
	for name, out := range map[string]string{"text": text(view.Style{}, p, nil, nil), "JSON": document.String()} {
		if strings.Contains(out, "made-when-applied") {
			t.Errorf("the %s shows the content of a secret", name)
		}
	}
}

// hostile is a text that would clear a terminal, forge a line, or turn the
// reading direction around.
const hostile = "a\x1b[2J\x07b\r\nrm -rf / \u202egnp.exe \x9b31m\u009b\xff"

// Whatever a node, a profile or a file says is printed harmless: on one line,
// with nothing that steers a terminal.
func TestHostileTextIsNeverRaw(t *testing.T) {
	evil := change.State{File: &change.File{Content: change.NewContent([]byte(hostile+"\n"), false)}}
	plain := change.State{File: &change.File{Content: change.NewContent([]byte("x\n"), false)}}
	p := change.Plan{
		Profile: change.Profile{Name: hostile, Version: hostile},
		Node:    change.Node{Platform: hostile, Kubernetes: hostile, Roles: []string{hostile}},
		Changes: []change.Change{
			{Target: change.FileTarget("/" + hostile), Rules: []string{hostile}, Effects: []change.Effect{change.RestartUnit(hostile)},
				Fields: []change.FieldChange{{Field: "yaml:" + hostile, Before: hostile, After: []string{hostile}}}, After: evil},
			{Target: change.FileTarget("/old"), Fields: []change.FieldChange{{Field: change.Field(hostile), Before: hostile}}, Before: evil, After: plain},
			{Target: change.UnitTarget(hostile), Fields: []change.FieldChange{{Field: change.FieldProcess, Before: hostile}}, After: change.State{Unit: &change.Unit{}}},
			{Target: change.UserTarget(hostile), Fields: []change.FieldChange{{Field: change.Field(hostile), After: hostile}}, After: change.State{User: &change.User{}}},
		},
	}
	for _, status := range change.Statuses {
		p.Findings = append(p.Findings, change.Finding{Rule: hostile, Controls: []string{hostile}, Status: status, Reason: hostile})
	}
	rules := map[string]view.Rule{hostile: {Title: view.Bilingual{EN: hostile, ZH: hostile}, Why: view.Bilingual{EN: hostile, ZH: hostile}}}
	run := view.Run{ID: "20261119T232434Z-1a2b", State: "applied", Profile: hostile, Backup: hostile, Reason: hostile, Problems: []string{hostile}, Restarts: map[string]int{hostile: 2}}
	profile := view.Profile{Name: hostile, Version: hostile, Title: view.Bilingual{EN: hostile}, Source: hostile, Parameters: map[string]any{hostile: []any{hostile}},
		Controls: []view.Control{{ID: hostile, Title: view.Bilingual{EN: hostile}, Rules: []string{hostile}}}}
	for _, lang := range []string{"en", "zh"} {
		s := view.Style{Lang: lang}
		var b strings.Builder
		s.PlanText(&b, p, hostile, rules)
		s.RunText(&b, run)
		s.HistoryText(&b, slices.Values([]view.Run{run}))
		s.ProfilesText(&b, []view.Profile{profile})
		s.ProfileText(&b, profile, rules)
		s.ChangesText(&b, p.Changes)
		s.ExplanationText(&b, view.Explanation{Here: hostile, Serves: []string{hostile}, Controls: profile.Controls, Findings: p.Findings,
			Rules: []view.RuleExplained{{Name: hostile, Title: profile.Title, Why: profile.Title, Risk: profile.Title, Needs: []string{hostile}}}})
		b.WriteString(s.Failure(view.Error{Message: hostile, Hint: hostile}))
		for line := range strings.Lines(b.String()) {
			body := strings.TrimSuffix(line, "\n")
			raw := func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }
			if i := strings.IndexFunc(body, raw); i >= 0 {
				t.Errorf("%s: raw at %d: %q", lang, i, body)
			}
			if strings.HasPrefix(strings.TrimSpace(body), "rm -rf") {
				t.Errorf("%s: a line was forged: %q", lang, body)
			}
		}
	}
}

func TestSafe(t *testing.T) {
	for in, want := range map[string]string{
		"plain":         "plain",
		"日本 – ünïcödé":  "日本 – ünïcödé",
		`say "hi" \ ok`: `say "hi" \ ok`,
		"a\nb":          `a\nb`,
		"a\x1b[0m":      `a\x1b[0m`,
		"a\x9bb":        `a\x9bb`,
		"a\u202eb":      `a\u202eb`,
		"a\u2028b":      `a\u2028b`,
		"\x7f":          `\x7f`,
	} {
		if got := view.Safe(in); got != want {
			t.Errorf("%q is shown as %q, want %q", in, got, want)
		}
	}
}

// The keys of the document are a promise to programs.
func TestPlanDocument(t *testing.T) {
	var b bytes.Buffer
	if err := view.PlanDocument(samplePlan()).Write(&b); err != nil {
		t.Fatal(err)
	}
	golden(t, "plan.json", b.String())
	var d map[string]any
	if err := json.Unmarshal(b.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	keys(t, d, "changes", "digest", "findings", "kind", "node", "profile", "schema", "summary")
	keys(t, d["profile"], "digest", "name", "version")
	keys(t, d["node"], "kubernetes", "platform", "roles")
	keys(t, d["summary"], "blocked", "changes", "compliant", "drift", "error", "manual", "not-applicable", "waived")
	for _, c := range d["changes"].([]any) {
		keys(t, c, "controls", "effects", "fields", "rules", "target")
		for _, f := range c.(map[string]any)["fields"].([]any) {
			keys(t, f, "after", "before", "field")
		}
	}
	for _, f := range d["findings"].([]any) {
		keys(t, f, "controls", "reason", "rule", "status", "targets")
	}
	if d["schema"] != "harden/v1" || d["kind"] != "Plan" {
		t.Errorf("schema %v, kind %v", d["schema"], d["kind"])
	}
}

// An empty plan has empty lists, not null.
func TestEmptyPlanDocument(t *testing.T) {
	var b bytes.Buffer
	if err := view.PlanDocument(change.Plan{Node: change.Node{Roles: []string{}}}).Write(&b); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`"changes": []`, `"findings": []`, `"roles": []`} {
		if !strings.Contains(b.String(), part) {
			t.Errorf("%s is missing in %s", part, b.String())
		}
	}
	if strings.Contains(b.String(), "null") || strings.Count(b.String(), "\n}\n") != 1 {
		t.Errorf("null, or not one document: %s", b.String())
	}
}

// A run's document has the keys of the contract, also where it never ended.
func TestRunDocument(t *testing.T) {
	for i, r := range sampleRuns() {
		var b bytes.Buffer
		d := view.PlanDocument(samplePlan())
		d.Kind, d.Run, d.Error = "Run", &r, &view.Error{Code: 3, Message: "m"}
		if err := d.Write(&b); err != nil {
			t.Fatal(err)
		}
		var got map[string]any
		if err := json.Unmarshal(b.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		keys(t, got["error"], "code", "hint", "message")
		run := got["run"].(map[string]any)
		for _, key := range []string{"id", "state", "started", "finished", "restarts"} {
			if _, found := run[key]; !found {
				t.Errorf("run %d has no %s: %v", i, key, run)
			}
		}
		if _, is := run["restarts"].(map[string]any); !is {
			t.Errorf("run %d: restarts is %v", i, run["restarts"])
		}
	}
}

// keys makes sure that an object has exactly some keys.
func keys(t *testing.T, object any, want ...string) {
	t.Helper()
	m, is := object.(map[string]any)
	if !is {
		t.Errorf("%v is no object", object)
		return
	}
	var got []string
	for key := range m {
		got = append(got, key)
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("keys, -want +got:\n%s", diff)
	}
}
