package main

import (
	"bytes"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"harden/integration/sampletree"
)

// TestReadmes keeps the first page short, and its translation complete: the
// same sections, rows of tables, commands and links.
func TestReadmes(t *testing.T) {
	shape := func(name string) (page, targets []string) {
		text := readRepository(t, name)
		if n := strings.Count(text, "\n"); n > 130 {
			t.Errorf("%s has %d lines; 130 are the most", name, n)
		}
		for _, line := range strings.Split(text, "\n") {
			switch {
			case strings.HasPrefix(line, "    $ "):
				page = append(page, line)
			case line != "" && strings.ContainsAny(line[:1], "#|-"):
				page = append(page, line[:1])
			}
		}
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if !strings.HasPrefix(m[1], "README") {
				targets = append(targets, strings.Replace(m[1], ".zh.md", ".md", 1)) // its own language, where there is one
			}
		}
		slices.Sort(targets)
		return page, targets
	}
	page, targets := shape("README.md")
	translated, itsTargets := shape("README.zh.md")
	if diff := cmp.Diff(page, translated); diff != "" {
		t.Errorf("README.zh.md has other sections, rows or commands (- English, + Chinese):\n%s", diff)
	}
	if diff := cmp.Diff(targets, itsTargets); diff != "" {
		t.Errorf("README.zh.md has other links (- English, + Chinese):\n%s", diff)
	}
}

// TestReadmesShowWhatIsPrinted runs the commands of the first page on the
// sample node. Lines are left out there, and times and numbers of runs differ.
func TestReadmesShowWhatIsPrinted(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("skipped: the first page shows what root sees, who alone can change owners")
	}
	varies := regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d UTC|\d{8}T\d{6}Z-[0-9a-f]{4}`)
	for name, lang := range map[string]string{"README.md": "en", "README.zh.md": "zh"} {
		t.Run(lang, func(t *testing.T) {
			text := readRepository(t, name)
			t.Chdir(t.TempDir())
			t.Setenv("HARDEN_LANG", lang)
			if err := sampletree.Write("node"); err != nil {
				t.Fatal(err)
			}
			commands := strings.Split(text, "\n    $ harden ")[1:]
			if len(commands) != 5 {
				t.Fatalf("%d commands", len(commands))
			}
			for _, command := range commands {
				command, shown, _ := strings.Cut(command, "\n")
				shown, _, _ = strings.Cut(shown, "\n\n")
				var out, log bytes.Buffer
				if code := run(strings.Fields(command), nil, &out, &log); code != exitOK {
					t.Fatalf("harden %s: exit code %d\n%s", command, code, &log)
				}
				printed := varies.ReplaceAllString(out.String(), "…")
				for _, line := range strings.Split(shown, "\n") {
					if strings.TrimSpace(line) == "…" {
						continue
					}
					line = strings.TrimSuffix(varies.ReplaceAllString(strings.TrimPrefix(line, "    "), "…"), " …")
					if !strings.Contains("\n"+printed, "\n"+line) {
						t.Errorf("harden %s prints no line that begins with %q:\n%s", command, line, printed)
					}
				}
			}
		})
	}
}
