package view_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"harden/agent/change"
	"harden/agent/message"
	"harden/agent/report"
	"harden/agent/report/reporttest"
	"harden/agent/view"

	"github.com/google/go-cmp/cmp"
)

// text is what a style prints of a plan and of runs.
func text(s view.Style, p change.Plan, rules map[string]report.Rule, runs []report.Run) string {
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
	b.WriteString(s.Failure(report.Error{Code: 1, Message: message.New("cannot check everything: %s", "/etc/proxy.yaml:3:1"), Hint: message.New("fix it, or leave its rules out with --skip %s", "proxy-mode")}))
	return b.String()
}

func TestText(t *testing.T) {
	for name, s := range map[string]view.Style{
		"en.txt":       {Lang: "en"},
		"zh.txt":       {Lang: "zh"},
		"en-color.txt": {Lang: "en", Color: true},
	} {
		t.Run(name, func(t *testing.T) {
			reporttest.Golden(t, name, text(s, reporttest.Plan(), reporttest.Rules(), reporttest.Runs()))
		})
	}
	t.Run("nothing.txt", func(t *testing.T) {
		reporttest.Golden(t, "nothing.txt", text(view.Style{Lang: "en"}, change.Plan{Node: change.Node{Platform: "none"}}, nil, nil))
	})
}

// Nothing of a secret is printed but what the fields say of it.
func TestSecretIsNotShown(t *testing.T) {
	p := reporttest.Plan()
	var document bytes.Buffer
	if err := report.PlanDocument(p).Write(&document); err != nil {
		t.Fatal(err)
	}
	for name, out := range map[string]string{"text": text(view.Style{}, p, nil, nil), "JSON": document.String()} {
		if strings.Contains(out, "made-when-applied") {
			t.Errorf("the %s shows the content of a secret", name)
		}
	}
}

// Whatever a node, a profile or a file says is printed harmless: on one line,
// with nothing that steers a terminal.
func TestHostileTextIsNeverRaw(t *testing.T) {
	evil := change.State{File: &change.File{Content: change.NewContent([]byte(reporttest.HostileText+"\n"), false)}}
	plain := change.State{File: &change.File{Content: change.NewContent([]byte("x\n"), false)}}
	p := change.Plan{
		Profile: change.Profile{Name: reporttest.HostileText, Version: reporttest.HostileText},
		Node:    change.Node{Platform: reporttest.HostileText, Kubernetes: reporttest.HostileText, Roles: []string{reporttest.HostileText}},
		Changes: []change.Change{
			{Target: change.FileTarget("/" + reporttest.HostileText), Rules: []string{reporttest.HostileText}, Effects: []change.Effect{change.RestartUnit(reporttest.HostileText)},
				Fields: []change.FieldChange{{Field: "yaml:" + reporttest.HostileText, Before: reporttest.HostileText, After: []string{reporttest.HostileText}}}, After: evil},
			{Target: change.FileTarget("/old"), Fields: []change.FieldChange{{Field: change.Field(reporttest.HostileText), Before: reporttest.HostileText}}, Before: evil, After: plain},
			{Target: change.UnitTarget(reporttest.HostileText), Fields: []change.FieldChange{{Field: change.FieldProcess, Before: reporttest.HostileText}}, After: change.State{Unit: &change.Unit{}}},
			{Target: change.UserTarget(reporttest.HostileText), Fields: []change.FieldChange{{Field: change.Field(reporttest.HostileText), After: reporttest.HostileText}}, After: change.State{User: &change.User{}}},
		},
	}
	for _, status := range change.Statuses {
		p.Findings = append(p.Findings, change.Finding{Rule: reporttest.HostileText, Controls: []string{reporttest.HostileText}, Status: status, Reason: message.Value(reporttest.HostileText)})
	}
	rules := map[string]report.Rule{reporttest.HostileText: {Title: report.Bilingual{EN: reporttest.HostileText, ZH: reporttest.HostileText}, Why: report.Bilingual{EN: reporttest.HostileText, ZH: reporttest.HostileText}}}
	run := report.Run{ID: "20261119T232434Z-1a2b", State: "applied", Profile: reporttest.HostileText, Backup: reporttest.HostileText, Reason: message.Value(reporttest.HostileText), Problems: []message.Text{}, Restarts: map[string]int{reporttest.HostileText: 2}}
	profile := report.Profile{Name: reporttest.HostileText, Version: reporttest.HostileText, Title: report.Bilingual{EN: reporttest.HostileText}, Source: reporttest.HostileText, Parameters: map[string]any{reporttest.HostileText: []any{reporttest.HostileText}},
		Controls: []report.Control{{ID: reporttest.HostileText, Title: report.Bilingual{EN: reporttest.HostileText}, Rules: []string{reporttest.HostileText}}}}
	for _, lang := range []report.Language{"en", "zh"} {
		s := view.Style{Lang: lang}
		var b strings.Builder
		s.PlanText(&b, p, reporttest.HostileText, rules)
		s.RunText(&b, run)
		s.HistoryText(&b, slices.Values([]report.Run{run}))
		s.ProfilesText(&b, []report.Profile{profile})
		s.ProfileText(&b, profile, rules)
		s.ChangesText(&b, p.Changes)
		s.ExplanationText(&b, report.Explanation{Here: message.Value(reporttest.HostileText), Serves: []string{reporttest.HostileText}, Controls: profile.Controls, Findings: p.Findings,
			Rules: []report.RuleExplained{{Name: reporttest.HostileText, Title: profile.Title, Why: profile.Title, Risk: profile.Title, Needs: []string{reporttest.HostileText}}}}, view.Explained{Details: true, Diff: true})
		b.WriteString(s.Failure(report.Error{Message: message.Value(reporttest.HostileText), Hint: message.Value(reporttest.HostileText)}))
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
		if got := report.Safe(in); got != want {
			t.Errorf("%q is shown as %q, want %q", in, got, want)
		}
	}
}

// The keys of the document are a promise to programs.
func TestPlanDocument(t *testing.T) {
	var b bytes.Buffer
	if err := report.PlanDocument(reporttest.Plan()).Write(&b); err != nil {
		t.Fatal(err)
	}
	reporttest.Golden(t, "plan.json", b.String())
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
	if err := report.PlanDocument(change.Plan{Node: change.Node{Roles: []string{}}}).Write(&b); err != nil {
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
	for i, r := range reporttest.Runs() {
		var b bytes.Buffer
		d := report.PlanDocument(reporttest.Plan())
		d.Kind, d.Run, d.Error = "Run", &r, &report.Error{Code: 3, Message: message.Value("m")}
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
		t.Errorf("%v is not an object", object)
		return
	}
	var got []string
	for key := range m {
		if !slices.Contains([]string{"code", "args", "messages", "said"}, key) || slices.Contains(want, key) { // only of what is a message
			got = append(got, key)
		}
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("keys, -want +got:\n%s", diff)
	}
}
