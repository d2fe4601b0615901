package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// measured are results that meet every goal just so.
func measured() results {
	of := func(wall time.Duration, memory int64) samples {
		return samples{{Wall: wall, CPU: wall / 2, Memory: memory}}
	}
	times := map[string]time.Duration{version: versionWithin, empty: time.Millisecond, checkOld: 10 * time.Millisecond,
		kubeBench: 500 * time.Millisecond, kubeBenchMore: time.Second, playbook: 501 * planWithin, playbookFacts: 502 * planWithin}
	r := results{binary: binaryWithin, apply: applyRace{Apply: of(30*time.Millisecond, 0), Bare: of(10*time.Millisecond, 0)}}
	for _, c := range contenders {
		took, ok := times[c.name]
		if !ok {
			took = checkWithin
		}
		memory := int64(peakWithin)
		if !strings.HasPrefix(c.name, "harden") {
			memory *= 2
		}
		r.commands = append(r.commands, raced{Name: c.name, Samples: of(took, memory)})
	}
	for _, size := range sizes {
		took := 10*time.Millisecond + time.Duration(size.files)*2*time.Microsecond
		r.trees = append(r.trees, treeRace{size.files, of(took, 20<<20), of(took, 2<<20), of(took/2, 2<<20)})
	}
	return r
}

func TestGoals(t *testing.T) {
	tests := map[string]struct {
		change func(*results)
		unmet  string // the goal that is not met
	}{
		"all are met":       {func(*results) {}, ""},
		"check is slow":     {func(r *results) { find(r.commands, checkQKXY)[0].Wall++ }, checkQKXY},
		"plan is slow":      {func(r *results) { find(r.commands, planCIS)[0].Wall += planWithin - checkWithin + 1 }, planCIS},
		"start is slow":     {func(r *results) { find(r.commands, version)[0].Wall++ }, "harden version"},
		"kube-bench wins":   {func(r *results) { find(r.commands, kubeBench)[0].Wall-- }, "kube-bench"},
		"Ansible wins":      {func(r *results) { find(r.commands, playbook)[0].Wall = 499 * checkWithin }, "Ansible"},
		"too much memory":   {func(r *results) { find(r.commands, planQKXY)[0].Memory++ }, "peak memory"},
		"too large":         {func(r *results) { r.binary++ }, "binary"},
		"find wins":         {func(r *results) { r.trees[1].Find[0].Wall-- }, "`find -printf`"},
		"memory grows":      {func(r *results) { r.trees[2].Harden[0].Memory += flatWithin + 1 }, "flat"},
		"time is quadratic": {func(r *results) { r.trees[2].Harden[0].Wall *= 2 }, "linear"},
		"apply is slow":     {func(r *results) { r.apply.Apply[0].Wall++ }, "apply within"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := measured()
			tt.change(&r)
			var unmet []string
			for line := range strings.SplitSeq(strings.TrimSpace(r.goals().text()), "\n") {
				if strings.HasPrefix(line, "not met") {
					unmet = append(unmet, line)
				}
			}
			if tt.unmet == "" && len(unmet) > 0 || tt.unmet != "" && (len(unmet) != 1 || !strings.Contains(unmet[0], tt.unmet)) {
				t.Errorf("want %q not to be met alone, got %q", tt.unmet, unmet)
			}
		})
	}
}

// TestWritePage fills in a copy of the page, so every block that is written
// has its place there.
func TestWritePage(t *testing.T) {
	dir := t.TempDir()
	page, harden := filepath.Join(dir, "page.md"), filepath.Join(dir, "harden")
	text, err := os.ReadFile("../../../docs/benchmarks.md")
	if err != nil {
		t.Fatal(err)
	}
	r := measured()
	m := machine{CPU: "A Processor", Cores: 2, Kernel: "6.1", Go: "go1.26", Load: "0.10 0.20 0.30"}
	files := map[string]any{"begin.json": m, "end.json": m, "commands.json": r.commands, "trees.json": r.trees, "apply.json": r.apply}
	for name, content := range files {
		data, err := json.Marshal(content)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, content := range map[string]string{page: string(text), harden: "program"} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := writePage(page, harden, dir); err != nil {
		t.Fatal(err)
	}
	if err := fillFile(page, map[string]string{"go": "a table of benchstat"}); err != nil {
		t.Fatal(err)
	}
	filled, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"A Processor, 2 cores", "| harden version ≤ 4 ms | 4.00 ms | met |", "| kube-bench (cis-1.10) | 1 | 500 ms |",
		"| 1 000 000 | `harden check` | 1 | 2.01 s |", "| ratio | | 3.00 |", "a table of benchstat", "| harden check (cis-1.10) | 50.0 × |"} {
		if !strings.Contains(string(filled), want) {
			t.Errorf("%q is missing in:\n%s", want, filled)
		}
	}
}

func TestFillRefuses(t *testing.T) {
	for name, text := range map[string]string{"no such block": "# A page\n", "no end": "<!-- figures: goals -->\nold\n"} {
		if _, err := fill(text, map[string]string{"goals": "new"}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
