package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// The page names a test for each trap, and those tests are there.
func TestTraps(t *testing.T) {
	const root = "../.."
	page, err := os.ReadFile(filepath.Join(root, "docs/cluster.md"))
	if err != nil {
		t.Fatal(err)
	}
	row, named := regexp.MustCompile(`(?m)^\| (\d+) \| .* \| ([^|]+) \|$`), regexp.MustCompile("(?:`([^`]+)` )?(Test\\w+)")
	for n, r := range row.FindAllStringSubmatch(traps(t, string(page)), -1) {
		if r[1] != strconv.Itoa(n+1) {
			t.Errorf("trap %s stands at place %d", r[1], n+1)
		}
		tests := named.FindAllStringSubmatch(r[2], -1)
		if len(tests) == 0 {
			t.Errorf("trap %s has no test", r[1])
		}
		for _, test := range tests {
			dir := test[1]
			if dir == "" {
				dir = "integration/cluster"
			}
			if !hasTest(t, filepath.Join(root, dir), test[2]) {
				t.Errorf("trap %s: %s has no test %s", r[1], dir, test[2])
			}
		}
	}
	if rows := row.FindAllString(traps(t, string(page)), -1); len(rows) != 14 {
		t.Errorf("%d traps", len(rows))
	}
}

// traps is the section of the page.
func traps(t *testing.T, page string) string {
	t.Helper()
	_, section, found := strings.Cut(page, "\n## Traps\n")
	section, _, ended := strings.Cut(section, "\n## ")
	if !found || !ended {
		t.Fatal("there is no section on traps")
	}
	return section
}

// hasTest tells whether a directory has a test of a name.
func hasTest(t *testing.T, dir, name string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "\nfunc "+name+"(t *testing.T)") {
			return true
		}
	}
	return false
}
