package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// formatVerb is what of a format differs from case to case.
var formatVerb = regexp.MustCompile(`%(\[\d+\])?[-+#0-9.]*[a-zA-Z]`)

// TestTroubleshooting holds docs/troubleshooting.md to the program: each
// heading is a message that the sources have, and each message with a hint,
// and each reason of a blocked rule, is a heading.
func TestTroubleshooting(t *testing.T) {
	page := readRepository(t, filepath.Join("docs", "troubleshooting.md"))
	sources := parseSources(t)
	headings := regexp.MustCompile("(?m)^### `(.*)`$").FindAllStringSubmatch(page, -1)
	if entries := strings.Count(page, "\n### "); len(headings) == 0 || len(headings) != entries {
		t.Fatalf("%d of %d entries are headed by a message", len(headings), entries)
	}
	var all []string
	for _, h := range headings {
		if slices.Contains(all, h[1]) {
			t.Errorf("%q appears twice", h[1])
		}
		all = append(all, h[1])
		if !slices.ContainsFunc(sources, func(s source) bool { return s.says(h[1]) }) {
			t.Errorf("no message of the program is %q", h[1])
		}
	}
	for _, s := range sources {
		for _, message := range s.helped {
			if words := fixedWords(message); len(words) > 0 && !slices.ContainsFunc(all, func(heading string) bool { return tells(heading, words) }) {
				t.Errorf("%s: docs/troubleshooting.md does not tell of %q", s.file, message)
			}
		}
	}
}

// source is what a Go file says to users.
type source struct {
	file   string
	texts  string   // all its string literals, one a line
	helped []string // messages that come with advice
}

// says tells whether the fixed words of a heading are among the texts.
func (s source) says(heading string) bool { return containsAll(s.texts, fixedWords(heading)) }

// tells tells whether a heading begins as a message does; it may leave out its end.
func tells(heading string, message []string) bool {
	words := fixedWords(heading)
	return len(words) > 0 && strings.HasPrefix(message[0], words[0]) && containsAll(strings.Join(message, "\n"), words)
}

func containsAll(text string, words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
}

// fixedWords are the parts of a message, or of a heading, that never differ.
func fixedWords(message string) []string {
	message, _, _ = strings.Cut(formatVerb.ReplaceAllString(message, "…"), "\n")
	var words []string
	for _, part := range strings.Split(message, "…") {
		if part = strings.Trim(part, " :;,.()"); len(part) > 3 {
			words = append(words, part)
		}
	}
	return words
}

func parseSources(t *testing.T) []source {
	t.Helper()
	root := filepath.Join("..", "..")
	var sources []source
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "integration" || entry.Name() == "testdata" || entry.Name() == "packaging"):
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		s := source{file: name}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BasicLit:
				s.texts += literal(n) + "\n"
			case *ast.CallExpr:
				s.helped = append(s.helped, ofCall(n)...)
			case *ast.CompositeLit:
				s.helped = append(s.helped, ofError(n)...)
			}
			return true
		})
		sources = append(sources, s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return sources
}

// ofCall gives the message of node.Failure(kind, hint, format, …) where it has a
// hint, and of blocked(format, …).
func ofCall(call *ast.CallExpr) []string {
	function, is := call.Fun.(*ast.Ident)
	if selector, qualified := call.Fun.(*ast.SelectorExpr); qualified {
		function, is = selector.Sel, true
	}
	switch {
	case !is:
		return nil
	case function.Name == "Failure" && len(call.Args) > 2 && literal(call.Args[1]) != "":
		return []string{literal(call.Args[2])}
	case function.Name == "blocked" && len(call.Args) > 0:
		return []string{literal(call.Args[0])}
	}
	return nil
}

// ofError gives the message of a node.Error that is written out with a hint.
func ofError(value *ast.CompositeLit) []string {
	var message string
	hinted := false
	for _, element := range value.Elts {
		pair, is := element.(*ast.KeyValueExpr)
		if !is {
			continue
		}
		key, _ := pair.Key.(*ast.Ident)
		if call, is := pair.Value.(*ast.CallExpr); is && key != nil && key.Name == "Err" && len(call.Args) > 0 {
			message = literal(call.Args[0])
		}
		hinted = hinted || key != nil && key.Name == "Hint"
	}
	if !hinted || message == "" {
		return nil
	}
	return []string{message}
}

// literal is the text of a string literal, "" of anything else.
func literal(e ast.Expr) string {
	l, is := e.(*ast.BasicLit)
	if !is || l.Kind != token.STRING {
		return ""
	}
	text, err := strconv.Unquote(l.Value)
	if err != nil {
		return ""
	}
	return text
}
