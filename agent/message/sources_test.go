package message

import (
	"bytes"
	"compress/flate"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "compress messages.txt anew")

// TestMessagesAreThoseOfTheText holds what is built in to messages.txt.
func TestMessagesAreThoseOfTheText(t *testing.T) {
	text, err := os.ReadFile("messages.txt")
	if err != nil {
		t.Fatal(err)
	}
	rows := parse(string(text))
	var plain strings.Builder
	for _, r := range rows {
		plain.WriteString(r.code + "\n" + r.en + "\n" + r.zh + "\n")
	}
	if *update {
		var out bytes.Buffer
		w, err := flate.NewWriter(&out, flate.BestCompression)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, plain.String()); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("messages.deflate", out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		compressed = out.Bytes()
	}
	built, err := io.ReadAll(flate.NewReader(bytes.NewReader(compressed)))
	if err != nil || string(built) != plain.String() {
		t.Errorf("messages.deflate is not messages.txt (%v); write it anew with: go test ./agent/message -update", err)
	}
}

// TestEveryMessageIsInTheTable holds that each format of a message in the sources
// stands in the table, that no row stands there without a use, and that its code
// is like no other.
func TestEveryMessageIsInTheTable(t *testing.T) {
	text, err := os.ReadFile("messages.txt")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]row{}
	codes := map[string]string{}
	for _, r := range parse(string(text)) {
		if rows[keyOf(r.en)].en != "" {
			t.Errorf("%q appears twice", r.en)
		}
		if codes[r.code] != "" {
			t.Errorf("%s is the code of %q and of %q", r.code, codes[r.code], r.en)
		}
		if !codeForm.MatchString(r.code) || strings.Count(r.code, "-") > 5 {
			t.Errorf("%q is not a code: up to six words in lower case", r.code)
		}
		rows[keyOf(r.en)], codes[r.code] = r, r.en
	}
	used := map[string]bool{}
	for _, text := range ofOthers {
		used[keyOf(text)] = true
	}
	for _, f := range formats(t) {
		used[keyOf(f.text)] = true
		if rows[keyOf(f.text)].en == "" && len(f.text) > 2 {
			t.Errorf("%s: %q is not in messages.txt", f.place, f.text)
		}
	}
	for key, r := range rows {
		if !used[key] {
			t.Errorf("%q is not used", r.en)
		}
	}
}

var codeForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// ofOthers are texts of system calls and of Go's libraries, known as a whole.
var ofOthers = []string{
	"permission denied", "no such file or directory", "not a directory", "file exists", "is a directory", "invalid argument", "input/output error",
	"no space left on device", "disk quota exceeded", "device or resource busy", "operation not permitted", "read-only file system", "too many open files",
	"too many levels of symbolic links", "interrupted system call", "connection refused", "connection reset by peer", "context canceled",
	"context deadline exceeded", "unexpected EOF", "file does not exist", "open %s: %s", "stat %s: %s", "read %s: %s", "dial tcp %s: connect: %s",
}

type use struct{ place, text string }

// formats are the formats of messages in the sources: what is given to New and
// Errorf, or to a function that hands its parameter format on to them.
func formats(t *testing.T) []use {
	t.Helper()
	files := sources(t)
	constants := map[string]string{}
	for _, f := range files {
		for _, d := range f.Decls {
			if g, is := d.(*ast.GenDecl); is && g.Tok == token.CONST {
				for _, s := range g.Specs {
					v := s.(*ast.ValueSpec)
					for i, name := range v.Names {
						if i < len(v.Values) {
							if text, is := constant(v.Values[i], nil); is {
								constants[name.Name] = text
							}
						}
					}
				}
			}
		}
	}
	takes := map[string]int{"message.New": 0, "message.Errorf": 0}
	for range 4 { // functions that call such functions
		for _, f := range files {
			ast.Inspect(f, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.FuncDecl:
					if n.Body != nil && handsOn(f, n.Type, n.Body, takes) {
						takes[f.Name.Name+"."+n.Name.Name] = parameter(n.Type, "format")
					}
				case *ast.AssignStmt:
					if fn, is := n.Rhs[0].(*ast.FuncLit); is && handsOn(f, fn.Type, fn.Body, takes) {
						takes[f.Name.Name+"."+name(n.Lhs[0])] = parameter(fn.Type, "format")
					}
				}
				return true
			})
		}
	}
	var list []use
	for path, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			call, is := n.(*ast.CallExpr)
			if !is {
				return true
			}
			i, known := takes[called(f, call)]
			if !known || i >= len(call.Args) || name(call.Args[i]) == "format" {
				return true
			}
			if called(f, call) == "message.compose" {
				return true // of Go's libraries
			}
			text, is := constant(call.Args[i], constants)
			if !is {
				t.Errorf("%s: the format of %s is not a constant", path, called(f, call))
			}
			list = append(list, use{path, text})
			return true
		})
	}
	return list
}

// handsOn tells whether a function gives its parameter format to one that takes a
// format.
func handsOn(f *ast.File, fn *ast.FuncType, body *ast.BlockStmt, takes map[string]int) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		if call, is := n.(*ast.CallExpr); is {
			i, known := takes[called(f, call)]
			found = found || known && i < len(call.Args) && name(call.Args[i]) == "format"
		}
		return true
	})
	return found && parameter(fn, "format") >= 0
}

// called is the function of a call with its package: "fixers.blocked".
func called(f *ast.File, call *ast.CallExpr) string {
	if s, is := call.Fun.(*ast.SelectorExpr); is {
		x, is := s.X.(*ast.Ident)
		if is && slices.ContainsFunc(f.Imports, func(i *ast.ImportSpec) bool {
			return strings.HasSuffix(i.Path.Value, "/"+x.Name+`"`) || i.Path.Value == `"`+x.Name+`"`
		}) {
			return x.Name + "." + s.Sel.Name
		}
		return f.Name.Name + "." + s.Sel.Name // a method
	}
	return f.Name.Name + "." + name(call.Fun)
}

// name is that of a variable.
func name(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

func parameter(fn *ast.FuncType, of string) int {
	i := 0
	for _, p := range fn.Params.List {
		for _, n := range p.Names {
			if n.Name == of {
				return i
			}
			i++
		}
	}
	return -1
}

// constant gives a text that stands in the source.
func constant(e ast.Expr, known map[string]string) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		x, isX := constant(e.X, known)
		y, isY := constant(e.Y, known)
		return x + y, isX && isY
	case *ast.Ident:
		text, is := known[e.Name]
		return text, is
	case *ast.SelectorExpr:
		text, is := known[e.Sel.Name]
		return text, is
	}
	return "", false
}

// sources are all files of the program and of kubectl-harden, by path.
func sources(t *testing.T) map[string]*ast.File {
	t.Helper()
	files := map[string]*ast.File{}
	set := token.NewFileSet()
	for _, dir := range []string{"agent", "cluster", "cmd", "fixers", "profiles", "systemd"} {
		err := filepath.WalkDir(filepath.Join("../..", dir), func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && slices.Contains([]string{"testdata", "generated", "reporttest"}, d.Name()):
				return filepath.SkipDir
			case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
				return nil
			}
			f, err := parser.ParseFile(set, path, nil, 0)
			if err != nil {
				return err
			}
			if f.Name.Name == "main" { // there are several
				f.Name.Name = filepath.Base(filepath.Dir(path))
			}
			files[path] = f
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
}
