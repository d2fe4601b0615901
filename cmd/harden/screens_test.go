package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"harden/agent/change"
	"harden/agent/report"
	"harden/agent/view"
	"harden/integration/sampletree"
)

// onSample runs harden on the sample node, and gives what it prints on stdout.
func onSample(t *testing.T, root string, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(append(args, "--root", root), strings.NewReader(""), &stdout, &stderr); code != exitOK {
		t.Fatalf("harden %v: exit code %d: %s", args, code, stderr.String())
	}
	return stdout.String()
}

func sampleNode(t *testing.T) string {
	t.Helper()
	root := filepath.Join(t.TempDir(), "node")
	if err := sampletree.Write(root); err != nil {
		t.Fatal(err)
	}
	return root
}

// The default screens fit on a screen of 50 lines, and every failure is on that of check.
func TestDefaultScreensAreOneScreen(t *testing.T) {
	root := sampleNode(t)
	for _, profile := range []string{"cis-1.12", "kubeadm-node", "qkxy-cs001-2023"} {
		var d struct{ Controls []report.ReportedControl }
		if err := json.Unmarshal([]byte(onSample(t, root, "check", "--profile", profile, "-o", "json")), &d); err != nil {
			t.Fatal(err)
		}
		for _, lang := range []report.Language{"en", "zh"} {
			for _, width := range []int{60, 80, 120} {
				check, plan := screens(t, root, profile, lang, width)
				for name, text := range map[string]string{"check": check, "plan": plan} {
					if n := strings.Count(text, "\n"); n > 50 && (profile != "qkxy-cs001-2023" || width > 60) {
						t.Errorf("%s of %s, %s, %d columns: %d lines", name, profile, lang, width, n)
					}
				}
				words := strings.FieldsFunc(check, func(r rune) bool { return r == ' ' || r == '\n' })
				for _, c := range d.Controls {
					if short := strings.TrimPrefix(c.ID, profile+"/"); report.Open(c.Status) && !contains(words, short) {
						t.Errorf("%s, %s, %d columns: %s is not on the screen", profile, lang, width, short)
					}
				}
			}
		}
	}
}

func contains(words []string, word string) bool {
	for _, w := range words {
		if w == word {
			return true
		}
	}
	return false
}

// screens are what check and plan print on a terminal of some width.
func screens(t *testing.T, root, profile string, lang report.Language, width int) (check, plan string) {
	t.Helper()
	a := &app{ctx: t.Context(), stdin: strings.NewReader(""), stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}}
	a.Root, a.Profile, a.Lang, a.Output, a.Set = root, profile, lang, "text", map[string]string{}
	s, err := a.openWithProfile()
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	style := view.Style{Lang: lang, Width: width, Tree: true}
	made, err := s.Check(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var c, p strings.Builder
	r := a.report(s, made)
	style.CheckText(&c, r, a.title(s))
	style.PlanScreen(&p, r, a.title(s))
	return c.String(), p.String()
}

// What can break stands in the plan, with the controls that it is about.
func TestPlanWarns(t *testing.T) {
	text := onSample(t, sampleNode(t), "plan", "--profile", "cis-1.12", "--only", "1.2.3")
	if !strings.Contains(text, "Read before you apply\n  ! ") || !strings.Contains(text, "spec.externalIPs") || !strings.Contains(text, "(1.2.3)") {
		t.Errorf("the plan does not warn:\n%s", text)
	}
}

// An id without a profile is that of the profile that this node gets.
func TestExplainTakesTheProfileOfTheNode(t *testing.T) {
	root := sampleNode(t)
	text := onSample(t, root, "explain", "1.2.1")
	if !strings.Contains(text, "cis-2.0.1/1.2.1") || !strings.Contains(text, "--profile cis-2.0.1 --only 1.2.1") {
		t.Errorf("explain 1.2.1:\n%s", text)
	}
	if text := onSample(t, root, "explain", "kubelet-seccomp-default"); !strings.Contains(text, "--profile cis-2.0.1 ") {
		t.Errorf("explain kubelet-seccomp-default:\n%s", text)
	}
}

// A control that is about some versions is told to be so, and not that it does not apply.
func TestExplainKnowsTheVersion(t *testing.T) {
	text := onSample(t, sampleNode(t), "explain", "qkxy-cs001-2023/5.1.2.21")
	if strings.Contains(text, "does not apply") || !strings.Contains(text, "from Kubernetes 1.") {
		t.Errorf("on Kubernetes 1.34:\n%s", text)
	}
}

// A waiver holds for what is blocked, too.
func TestWaiverOfWhatIsBlocked(t *testing.T) {
	root, dir := sampleNode(t), t.TempDir()
	site := writeSite(t, dir, "waivers: [{control: \"1.2.5\", reason: rollout in CHG-1234, expires: 2999-12-31}]\n")
	var d struct{ Findings []change.Finding }
	if err := json.Unmarshal([]byte(onSample(t, root, "check", "--profile", site, "-o", "json")), &d); err != nil {
		t.Fatal(err)
	}
	for _, f := range d.Findings {
		if f.Rule != "apiserver-kubelet-certificate-authority" {
			continue
		}
		if f.Status != change.Waived || f.Waiver == nil || !strings.Contains(f.Waiver.Blocked.String(), "serving certificate") {
			t.Errorf("it is %s, %+v", f.Status, f.Waiver)
		}
		return
	}
	t.Error("there is no finding of the rule")
}

// A site gives a rule another severity, and --fail-on goes by it.
func TestSeverityOfASite(t *testing.T) {
	root, dir := sampleNode(t), t.TempDir()
	var stdout, stderr bytes.Buffer
	check := func(profile, severity string) int {
		return run([]string{"check", "--root", root, "--profile", profile, "--only", "kubelet-pod-pids-limit", "--fail-on", severity}, strings.NewReader(""), &stdout, &stderr)
	}
	if code := check("cis-1.12", "high"); code != exitOK {
		t.Errorf("a medium failure ends with %d where high ones are asked for", code)
	}
	if code := check("cis-1.12", "medium"); code != exitPending {
		t.Errorf("a medium failure ends with %d", code)
	}
	if code := check(writeSite(t, dir, "severity: {kubelet-pod-pids-limit: critical}\n"), "high"); code != exitPending {
		t.Errorf("what the site calls critical ends with %d: %s", code, stderr.String())
	}
	if code := check(writeSite(t, t.TempDir(), "severity: {kubelet-pod-pids-limit: grave}\n"), "high"); code != exitBadProfile || !strings.Contains(stderr.String(), "severity must be critical, high, medium or low") {
		t.Errorf("a severity that is none: %d, %s", code, stderr.String())
	}
}

// Counts are of controls, and the same in every format.
func TestCountsAreTheSame(t *testing.T) {
	root := sampleNode(t)
	var d struct{ Controls []report.ReportedControl }
	if err := json.Unmarshal([]byte(onSample(t, root, "check", "--profile", "cis-1.12", "-o", "json")), &d); err != nil {
		t.Fatal(err)
	}
	failed, severe := 0, 0
	for _, c := range d.Controls {
		if c.Status == change.Drift {
			failed++
		}
		if len(c.Rules) > 0 && c.Severity == "" {
			t.Errorf("%s has no severity", c.ID)
		}
		if report.Open(c.Status) && c.Severity.AtLeast(change.High) {
			severe++
		}
	}
	text := onSample(t, root, "check", "--profile", "cis-1.12")
	if !strings.Contains(text, "\nFAIL  "+strconv.Itoa(failed)+"   ") {
		t.Errorf("check does not count %d failures:\n%s", failed, text)
	}
	if metrics := onSample(t, root, "check", "--profile", "cis-1.12", "-o", "prometheus"); !strings.Contains(metrics, "harden_drift{profile=\"cis-1.12\"} "+strconv.Itoa(failed)+"\n") {
		t.Errorf("the metrics do not count %d failures", failed)
	}
	if n := strings.Count(onSample(t, root, "check", "--profile", "cis-1.12", "--severity", "high", "--status", "fail,blocked"), "   fix: "); severe == 0 || n == 0 {
		t.Errorf("%d severe controls, %d of them with a fix", severe, n)
	}
}

func TestSelectionsThatAreRefused(t *testing.T) {
	root := sampleNode(t)
	for _, args := range [][]string{{"--status", "open"}, {"--severity", "grave"}, {"--framework", "soc2"}, {"--fail-on", "red"}, {"--summary", "-o", "json"}} {
		var stdout, stderr bytes.Buffer
		if code := run(append([]string{"check", "--root", root}, args...), strings.NewReader(""), &stdout, &stderr); code != exitUsage {
			t.Errorf("%v: exit code %d, %s", args, code, stderr.String())
		}
	}
}

// writeSite writes a profile of a site that extends cis-1.12.
func writeSite(t *testing.T, dir, more string) string {
	t.Helper()
	file := filepath.Join(dir, "site.yaml")
	text := "harden: profile/v1\nname: site\nversion: 1.0.0\ntitle: {en: Our site, zh: 站点}\nextends: [cis-1.12]\n" + more
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestLanguageOfTheEnvironment(t *testing.T) {
	for name, tt := range map[string]struct {
		setting, all, lang string
		want               report.Language
	}{
		"a flag": {"zh", "", "", "zh"}, "a locale as a flag": {"zh_CN.UTF-8", "", "", "zh"}, "a flag over a locale": {"en", "zh_CN.UTF-8", "", "en"},
		"LANG": {"", "", "zh_CN.UTF-8", "zh"}, "LC_ALL over LANG": {"", "C.UTF-8", "zh_CN.UTF-8", "en"}, "another language": {"", "", "de_DE.UTF-8", "en"},
		"nothing": {"", "", "", "en"}, "no language that there is": {"de", "", "", "de"}, "a word that begins alike": {"zhx", "", "", "zhx"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("LC_ALL", tt.all)
			t.Setenv("LC_MESSAGES", "")
			t.Setenv("LANG", tt.lang)
			if got := language(tt.setting); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// What is nearly right is answered with what is meant.
func TestNearlyRight(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if code := run([]string{"chekc"}, strings.NewReader(""), &stdout, &stderr); code != exitUsage || !strings.Contains(stderr.String(), `unknown command "chekc"; did you mean check?`) {
		t.Errorf("%d: %s", code, stderr.String())
	}
	var d struct{ Controls []report.ReportedControl }
	if err := json.Unmarshal([]byte(onSample(t, sampleNode(t), "check", "--profile", "cis-1.12", "--only", "1.2", "--role", "master", "-o", "json")), &d); err != nil {
		t.Fatal(err)
	}
	if len(d.Controls) != 30 {
		t.Errorf("section 1.2 has %d controls, want 30", len(d.Controls))
	}
}

// A number need not be quoted, and may be.
func TestNumbersOfAProfile(t *testing.T) {
	root := sampleNode(t)
	for set, want := range map[string]string{
		"set: {audit-log-maxage: 90}\n":     "--audit-log-maxage=90",
		"set: {audit-log-maxage: \"90\"}\n": "--audit-log-maxage=90",
		"set: {pod-pids-limit: \"2048\"}\n": "podPidsLimit: 2048",
	} {
		if text := onSample(t, root, "plan", "--diff", "--profile", writeSite(t, t.TempDir(), set)); !strings.Contains(text, want) {
			t.Errorf("%s does not give %s", set, want)
		}
	}
	var stdout, stderr bytes.Buffer
	site := writeSite(t, t.TempDir(), "set: {pod-pids-limit: many}\n")
	if code := run([]string{"plan", "--root", root, "--profile", site}, strings.NewReader(""), &stdout, &stderr); code != exitBadProfile || !strings.Contains(stderr.String(), "a number is needed here") {
		t.Errorf("%d: %s", code, stderr.String())
	}
}
