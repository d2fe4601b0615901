package message

import (
	"cmp"
	"fmt"
	"go/ast"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestErrorsPage holds docs/errors.md to the messages that errors are made of.
func TestErrorsPage(t *testing.T) {
	text, err := os.ReadFile("messages.txt")
	if err != nil {
		t.Fatal(err)
	}
	made, hints := errorsMade(t)
	rows := parse(string(text))
	slices.SortFunc(rows, func(a, b row) int { return cmp.Compare(a.code, b.code) })
	chinese := map[string]string{}
	for _, r := range rows {
		chinese[keyOf(r.en)] = r.zh
	}
	entries := troubleshootingEntries(t)
	page := strings.Builder{}
	page.WriteString(errorsHead)
	n := 0
	for _, r := range rows {
		if !made[keyOf(r.en)] || !strings.Contains(r.en, " ") || len(fixed(r.en)) == 0 {
			continue // it passes on what another message says
		}
		n++
		fmt.Fprintf(&page, "\n### %s\n\n%s\n\n%s\n", r.code, shown(r.en), shown(r.zh))
		what := strings.Builder{}
		for _, hint := range slices.Sorted(maps.Keys(hints[keyOf(r.en)])) {
			fmt.Fprintf(&what, "\n- %s\n- %s\n", shown(hint), shown(chinese[keyOf(hint)]))
		}
		for _, e := range entries {
			if e.about(r.en) {
				fmt.Fprintf(&what, "\n[Why, and what to do](troubleshooting.md#%s)\n", e.anchor)
				break
			}
		}
		page.WriteString(what.String())
	}
	if n < 100 {
		t.Fatalf("only %d messages are errors", n)
	}
	file := filepath.Join("..", "..", "docs", "errors.md")
	if *update {
		if err := os.WriteFile(file, []byte(page.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if now, err := os.ReadFile(file); err != nil || string(now) != page.String() {
		t.Errorf("docs/errors.md is not what the errors are (%v); write it anew with: go test ./agent/message -update", err)
	}
}

const errorsHead = `# Errors, by code

Each message of harden has a code that stays when its words change. With ` + "`-o json`" + ` it
is ` + "`error.said.message.code`" + `, and of a finding ` + "`findings[].code`" + ` ([json.md](json.md)).
This page has the messages that errors are made of, in English and Chinese, with the
advice that harden prints below them; ` + "`…`" + ` stands for what differs from case to case. The
page is made from the sources. Causes are explained in [troubleshooting](troubleshooting.md), by message.

每条消息都有不随措辞改变的代码。本页按代码列出错误消息的英文与中文，以及 harden 给出的处理方法；` + "`…`" + ` 表示因情况而异的部分。
`

// shown is a format for readers.
func shown(format string) string {
	text := strings.ReplaceAll(verb.ReplaceAllString(strings.ReplaceAll(format, "%%", "\x00"), "…"), "\x00", "%")
	return "`" + strings.ReplaceAll(text, "`", "'") + "`"
}

// fixed are the parts of a message that never differ.
func fixed(format string) []string {
	var words []string
	for _, part := range verb.Split(format, -1) {
		if part = strings.Trim(part, " :;,.()"); len(part) > 3 {
			words = append(words, part)
		}
	}
	return words
}

// errorsMade are the formats of errors, and the advice that stands beside them, by keys.
func errorsMade(t *testing.T) (made map[string]bool, hints map[string]map[string]bool) {
	files := sources(t)
	made, hints = map[string]bool{}, map[string]map[string]bool{}
	takes := map[string]int{"message.Errorf": 0}
	for range 4 { // functions that call such functions
		for _, f := range files {
			for _, d := range f.Decls {
				if fn, is := d.(*ast.FuncDecl); is && fn.Body != nil && handsOn(f, fn.Type, fn.Body, takes) {
					takes[f.Name.Name+"."+fn.Name.Name] = parameter(fn.Type, "format")
				}
			}
		}
	}
	advise := func(format, hint string) {
		if format == "" || hint == "" {
			return
		}
		if hints[keyOf(format)] == nil {
			hints[keyOf(format)] = map[string]bool{}
		}
		hints[keyOf(format)][hint] = true
	}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				i, is := takes[called(f, n)]
				if !is || i >= len(n.Args) {
					return true
				}
				format, _ := constant(n.Args[i], nil)
				made[keyOf(format)] = true
				for _, arg := range n.Args[:i] {
					advise(format, given(arg))
				}
			case *ast.CompositeLit:
				format, hint := "", ""
				for _, e := range n.Elts {
					if pair, is := e.(*ast.KeyValueExpr); is && name(pair.Key) == "Err" {
						format = given(pair.Value)
					} else if is && name(pair.Key) == "Hint" {
						hint = given(pair.Value)
					}
				}
				advise(format, hint)
			}
			return true
		})
	}
	delete(made, "")
	return made, hints
}

// given is the format that a call is given first, "" of anything else.
func given(e ast.Expr) string {
	if call, is := e.(*ast.CallExpr); is && len(call.Args) > 0 {
		format, _ := constant(call.Args[0], nil)
		return format
	}
	return ""
}

// entry is one of docs/troubleshooting.md.
type entry struct {
	words  []string
	anchor string
}

func troubleshootingEntries(t *testing.T) []entry {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "troubleshooting.md"))
	if err != nil {
		t.Fatal(err)
	}
	var list []entry
	for _, h := range regexp.MustCompile("(?m)^### `(.*)`$").FindAllStringSubmatch(string(page), -1) {
		anchor := strings.ReplaceAll(regexp.MustCompile(`[^\p{L}\p{N} _-]`).ReplaceAllString(strings.ToLower(h[1]), ""), " ", "-")
		list = append(list, entry{fixed(strings.ReplaceAll(h[1], "…", "%s")), anchor})
	}
	return list
}

// about tells whether an entry is about a message: it begins as the message does, and may
// leave out its end.
func (e entry) about(format string) bool {
	words := fixed(format)
	return len(e.words) > 0 && strings.HasPrefix(words[0], e.words[0]) && !slices.ContainsFunc(e.words, func(w string) bool {
		return !strings.Contains(strings.Join(words, "\n"), w)
	})
}
