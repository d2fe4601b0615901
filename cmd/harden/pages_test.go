package main

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// link is a link of Markdown to a file of the repository, without title.
var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// TestLinks makes sure that what a page links to is there, and its heading
// too; and that the index of docs/ lists every page.
func TestLinks(t *testing.T) {
	root := filepath.Join("..", "..")
	pages := 0
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{".git", "bin", "dist", "node_modules"}, entry.Name()):
			return fs.SkipDir
		case entry.IsDir() || filepath.Ext(name) != ".md":
			return nil
		}
		pages++
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for _, m := range link.FindAllStringSubmatch(withoutCode(string(text)), -1) {
			if strings.Contains(m[1], "://") || strings.HasPrefix(m[1], "mailto:") {
				continue
			}
			file, heading, _ := strings.Cut(m[1], "#")
			target := filepath.Join(filepath.Dir(name), file)
			if file == "" {
				target = name
			}
			linked, err := os.Stat(target)
			if err != nil {
				t.Errorf("%s links to %s, which is not there", name, m[1])
			} else if heading != "" && !linked.IsDir() && !slices.Contains(anchors(t, target), heading) {
				t.Errorf("%s links to %s, which has no such heading", name, m[1])
			}
		}
		return nil
	})
	if err != nil || pages < 10 {
		t.Fatalf("%d pages, %v", pages, err)
	}
	index := readRepository(t, filepath.Join("docs", "README.md"))
	for _, dir := range []string{"", "howto"} {
		files, err := filepath.Glob(filepath.Join(root, "docs", dir, "*.md"))
		if err != nil || len(files) == 0 {
			t.Fatal(files, err)
		}
		for _, file := range files {
			if name := filepath.Join(dir, filepath.Base(file)); name != "README.md" && !strings.Contains(index, "("+filepath.ToSlash(name)+")") {
				t.Errorf("docs/README.md does not list %s", name)
			}
		}
	}
}

// TestDecisions holds the list of decisions against their pages, and a number without a
// page to the sentence that says so.
func TestDecisions(t *testing.T) {
	dir := filepath.Join("..", "..", "docs", "decisions")
	index, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob(filepath.Join(dir, "[0-9]*.md"))
	if err != nil || len(pages) == 0 {
		t.Fatal(pages, err)
	}
	replaced := regexp.MustCompile(`(?m)^Replaced by \[(\d+)\]`)
	last := 0
	unused := map[int]bool{}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(page)
		number, err := strconv.Atoi(name[:4])
		if err != nil {
			t.Fatal(err)
		}
		for n := last + 1; n < number; n++ {
			unused[n] = true
		}
		last = number
		heading, _, _ := strings.Cut(string(text), "\n")
		title, is := strings.CutPrefix(heading, fmt.Sprintf("# %d. ", number))
		row := fmt.Sprintf("\n- %d [%s](%s)", number, title, name)
		if by := replaced.FindStringSubmatch(string(text)); by != nil {
			row += ", replaced by " + by[1]
		}
		if !is || !strings.Contains(string(index), row+"\n") {
			t.Errorf("%s is headed %q; the list has to have the line%s", name, heading, row)
		}
	}
	_, sentence, _ := strings.Cut(string(index), "\nThe numbers ")
	for _, m := range regexp.MustCompile(`(\d+)(?: to (\d+))?`).FindAllStringSubmatch(sentence, -1) {
		from, _ := strconv.Atoi(m[1]) // they are figures
		to, err := strconv.Atoi(m[2])
		if err != nil {
			to = from
		}
		for n := from; n <= to; n++ {
			if !unused[n] {
				t.Errorf("number %d is said not to be used", n)
			}
			delete(unused, n)
		}
	}
	if len(unused) > 0 {
		t.Errorf("nothing is said of the numbers without a page: %v", slices.Sorted(maps.Keys(unused)))
	}
}

// withoutCode leaves out fenced blocks, where brackets are not links.
func withoutCode(text string) string {
	return regexp.MustCompile("(?ms)^```.*?^```$").ReplaceAllString(text, "")
}

// anchors are the names under which a page's headings can be linked to.
func anchors(t *testing.T, file string) []string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, h := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(withoutCode(string(text)), -1) {
		name := regexp.MustCompile(`[^\p{L}\p{N} _-]`).ReplaceAllString(strings.ToLower(h[1]), "")
		names = append(names, strings.ReplaceAll(name, " ", "-"))
	}
	return names
}
