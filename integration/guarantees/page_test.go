package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const sample = `# Promises

One.
<!-- proof: agent TestA, agent/edit Fuzz* -->
old figures
<!-- /proof -->
Two.
<!-- proof: the last run -->
<!-- /proof -->
`

func TestFill(t *testing.T) {
	p, err := parse(sample, "proof")
	if err != nil {
		t.Fatal(err)
	}
	results := []result{
		{"agent", "TestA", figures{"operations": 12345, "kills": 1}},
		{"agent/edit", "FuzzYAML", figures{"seconds": 10, "inputs": 7}},
		{"agent/edit", "FuzzKV", figures{}},
	}
	when := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	got, err := p.fill(results, summary{when: when, took: 90 * time.Second, where: "Linux 6.1"})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| `agent` TestA | 1 kill, 12 345 operations |\n",
		"| `agent/edit` FuzzYAML | 7 inputs, 10 seconds fuzzed |\n",
		"| `agent/edit` FuzzKV | passed |\n",
		"2026-11-22, Linux 6.1, ", "1m30s: 7 inputs, 1 kill, 12 345 operations, 10 seconds fuzzed\n",
		"# Promises\n\nOne.\n<!-- proof: agent TestA, agent/edit Fuzz* -->\n", "<!-- /proof -->\nTwo.\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in:\n%s", want, got)
		}
	}
	if strings.Contains(got, "old figures") {
		t.Error("the old figures are still there")
	}
	again, err := parse(got, "proof")
	if err != nil {
		t.Fatal(err)
	}
	if twice, err := again.fill(results, summary{when: when, took: 90 * time.Second, where: "Linux 6.1"}); err != nil || twice != got {
		t.Errorf("filled again: %v\n%s", err, cmp.Diff(got, twice))
	}
	if _, err := p.fill(results[1:], summary{}); err == nil || !strings.Contains(err.Error(), "agent TestA did not run") {
		t.Errorf("a test that did not run: %v", err)
	}
}

func TestParseRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"no proof":   "# Promises\n",
		"no end":     "<!-- proof: agent TestA -->\n",
		"no package": "<!-- proof: TestA -->\n<!-- /proof -->\n",
		"no test":    "<!-- proof: agent Whatever -->\n<!-- /proof -->\n",
	} {
		if _, err := parse(text, "proof"); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestRead(t *testing.T) {
	lines := `{"Action":"run","Test":"TestA"}
{"Action":"attr","Test":"TestA/one","Key":"figure/kills","Value":"3"}
{"Action":"attr","Test":"TestA/two","Key":"figure/kills","Value":"4"}
{"Action":"attr","Test":"TestA/two","Key":"other","Value":"text"}
{"Action":"pass","Test":"TestA/two"}
{"Action":"pass","Test":"TestA"}
{"Action":"pass","Test":"TestB"}
`
	got, err := read(strings.NewReader(lines), "agent")
	if err != nil {
		t.Fatal(err)
	}
	want := []result{{"agent", "TestA", figures{"kills": 7}}, {"agent", "TestB", figures{}}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(result{})); diff != "" {
		t.Error(diff)
	}
	for _, action := range []string{"fail", "skip"} {
		if _, err := read(strings.NewReader(`{"Action":"`+action+`","Test":"TestA"}`), "agent"); err == nil {
			t.Errorf("a test that ended as %s is accepted", action)
		}
	}
	if _, err := read(strings.NewReader(`{"Action":"attr","Test":"TestA","Key":"figure/kills","Value":"many"}`), "agent"); err == nil {
		t.Error("a figure that is not a number is accepted")
	}
}

func TestReadFuzz(t *testing.T) {
	got, err := readFuzz("building\nfuzz harden/agent/edit FuzzYAML 10 12345\n")
	want := []result{{"agent/edit", "FuzzYAML", figures{"seconds": 10, "inputs": 12345}}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(result{})); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

// TestPageNamesTests keeps the page true between two runs: what it names exists.
func TestPageNamesTests(t *testing.T) {
	root := filepath.Join("..", "..")
	text, err := os.ReadFile(filepath.Join(root, "docs", "guarantees.md"))
	if err != nil {
		t.Fatal(err)
	}
	var tests []name
	for _, k := range []kind{"proof", "oracle"} {
		p, err := parse(string(text), k)
		if err != nil {
			t.Fatal(err)
		}
		tests = append(tests, p.tests()...)
	}
	for _, n := range tests {
		pattern := "^func " + strings.TrimSuffix(n.test, "*")
		if !strings.HasSuffix(n.test, "*") {
			pattern += "("
		}
		grep := exec.Command("grep", "-rlE", "--include=*_test.go", strings.ReplaceAll(pattern, "(", `\(`), filepath.Join(root, n.dir))
		if out, err := grep.Output(); err != nil {
			t.Errorf("%s: there is no such test (%v %s)", n, err, out)
		}
	}
}
