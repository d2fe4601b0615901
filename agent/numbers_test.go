package agent_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What a reader can be asked to hold in mind.
const (
	mostFiles  = 28  // in a package below agent, besides tests
	mostFields = 12  // of a struct whose comment gives no reason for more
	mostLines  = 60  // of a function
	medianFile = 130 // lines
)

// TestNumbers holds the sizes of packages, files, functions and structs. Generated
// files do not count.
func TestNumbers(t *testing.T) {
	files := map[string]int{}
	var lengths []int
	for name, src := range parsed(t) {
		dir := filepath.Dir(name)
		files[dir]++
		lengths = append(lengths, src.lines)
		for _, d := range src.file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if n := src.line(d.End()) - src.line(d.Pos()) + 1; n > mostLines {
					t.Errorf("%s: %s has %d lines, want at most %d", name, d.Name.Name, n, mostLines)
				}
			case *ast.GenDecl:
				src.structs(t, name, d)
			}
		}
	}
	for dir, n := range files {
		if n > mostFiles && strings.HasPrefix(dir, "agent") {
			t.Errorf("%s has %d files, want at most %d", dir, n, mostFiles)
		}
	}
	slices.Sort(lengths)
	if median := lengths[len(lengths)/2]; median > medianFile {
		t.Errorf("half of all files have more than %d lines, want at most %d", median, medianFile)
	}
}

// source is a Go file.
type source struct {
	file  *ast.File
	lines int
	line  func(token.Pos) int
}

// parsed gives the sources of the module, by their path in it.
func parsed(t *testing.T) map[string]source {
	t.Helper()
	all := map[string]source{}
	for dir := range importsOf(t) {
		names, err := filepath.Glob(filepath.Join("..", dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, name, nil, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			if ast.IsGenerated(file) {
				continue
			}
			all[filepath.Join(dir, filepath.Base(name))] = source{file, set.File(file.Pos()).LineCount(), func(p token.Pos) int { return set.Position(p).Line }}
		}
	}
	return all
}

// structs judges the types of a declaration. A comment that says "fields" gives
// the reason for many.
func (s source) structs(t *testing.T, name string, d *ast.GenDecl) {
	t.Helper()
	for _, spec := range d.Specs {
		declared, is := spec.(*ast.TypeSpec)
		if !is {
			continue
		}
		made, is := declared.Type.(*ast.StructType)
		if !is {
			continue
		}
		reason := d.Doc.Text() + declared.Doc.Text()
		if n := made.Fields.NumFields(); n > mostFields && !strings.Contains(reason, "fields") {
			t.Errorf("%s: %s has %d fields, want at most %d, or a comment that says why it has so many fields", name, declared.Name.Name, n, mostFields)
		}
	}
}
