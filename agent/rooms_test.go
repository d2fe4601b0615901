package agent_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// importsOf gives, for each package of the module, the packages of the module that
// its sources import, sorted. Tests and what is only for them do not count, nor do
// integration and packaging. A package is named by its path below the module.
func importsOf(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	root := ".."
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (slices.Contains([]string{"testdata", "integration", "packaging"}, entry.Name()) || strings.HasSuffix(entry.Name(), "test") || strings.HasPrefix(entry.Name(), ".") && name != root):
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		rel, err := filepath.Rel(root, filepath.Dir(name))
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		all[rel] = append(all[rel], []string{}...)
		for _, i := range file.Imports {
			imported, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			if ours, is := strings.CutPrefix(imported, "harden/"); is {
				all[rel] = append(all[rel], ours)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, list := range all {
		slices.Sort(list)
		all[name] = slices.Compact(list)
	}
	return all
}

var quoted = regexp.MustCompile("`([^`]+)`")

// TestArchitectureTable holds the table of rooms in docs/architecture.md against
// the imports.
func TestArchitectureTable(t *testing.T) {
	page, err := os.ReadFile("../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]string{}
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) != 5 {
			continue
		}
		if name := quoted.FindStringSubmatch(cells[1]); name != nil {
			rows[name[1]] = strings.TrimSpace(cells[3])
		}
	}
	for name, imports := range importsOf(t) {
		want := "none"
		if len(imports) > 0 {
			want = "`" + strings.Join(imports, "`, `") + "`"
		}
		if rows[name] != want {
			t.Errorf("the row of %s says %q, and it imports: %s", name, rows[name], want)
		}
	}
}

// TestRoomsStandInOrder holds the picture in docs/architecture.md against the
// imports: each room of agent imports only those left of it.
func TestRoomsStandInOrder(t *testing.T) {
	page, err := os.ReadFile("../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	picture := regexp.MustCompile(`(?m)^node( ◀─ [a-z]+)+$`).FindString(string(page))
	rooms := strings.Split(picture, " ◀─ ")
	if len(rooms) != 5 {
		t.Fatalf("the picture of docs/architecture.md has %d rooms, want 5: %q", len(rooms), picture)
	}
	imports := importsOf(t)
	for i, room := range rooms {
		at := path.Join("agent", room)
		if room == "agent" {
			at = "agent"
		}
		if imports[at] == nil {
			t.Errorf("there is no package %s", at)
		}
		for _, above := range rooms[i:] {
			if above == "agent" && slices.Contains(imports[at], "agent") || slices.Contains(imports[at], "agent/"+above) {
				t.Errorf("%s imports %s, which does not stand left of it", at, above)
			}
		}
	}
}

// TestPagesNameFilesThatAreThere holds the sources that the pages name against the
// tree.
func TestPagesNameFilesThatAreThere(t *testing.T) {
	named := regexp.MustCompile("`((?:agent|cmd|fixers|profiles|systemd)/[a-z0-9/_-]+\\.go)`")
	err := filepath.WalkDir("../docs", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".md") {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for _, found := range named.FindAllStringSubmatch(string(text), -1) {
			if _, err := os.Stat(filepath.Join("..", found[1])); err != nil {
				t.Errorf("%s names %s: %v", name, found[1], err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
