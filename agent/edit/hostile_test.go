package edit

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"

	"harden/integration/hostile"
)

// TestHostileYAML shows every hostile form to the readers of YAML: it is
// refused with a line, or an edit of it changes nothing else.
func TestHostileYAML(t *testing.T) {
	inputs := 0
	for _, c := range []struct{ syntax, sound, address, value string }{
		{"yaml", "kind: KubeletConfiguration\nport: 10250\nlist: [a, b]\n", "kind", "Other"},
		{"pod:kube-apiserver", "kind: Pod\nspec:\n  containers:\n  - command:\n    - kube-apiserver\n    - --profiling=true\n", "flag:--profiling", "false"},
	} {
		for _, form := range hostile.YAML(c.sound) {
			inputs++
			t.Run(c.syntax+"/"+form.Name, func(t *testing.T) {
				hostile.Watch(t)
				d, err := Open(c.syntax, []byte(form.Text))
				switch syntax, located := errors.AsType[*SyntaxError](err); {
				case err != nil && form.Verdict == hostile.Same:
					t.Fatalf("refused: %v", err)
				case err == nil && form.Verdict == hostile.Refused:
					t.Fatal("it was accepted")
				case err != nil && (!located || syntax.Line < 1):
					t.Fatalf("the error names no line: %v", err)
				case err == nil && form.Verdict == hostile.Same:
					if got, _, _, err := d.Get(c.address); got != firstValue(c.syntax) {
						t.Fatalf("%s is %v, %v", c.address, got, err)
					}
				}
				fuzzDocument(t, c.syntax, []byte(form.Text), c.address, c.value)
				if c.syntax == "yaml" && len(form.Text) < 1<<20 {
					fuzzDocument(t, c.syntax, []byte(form.Text), "x-new.list[0].y", c.value)
				}
			})
		}
	}
	t.Attr("figure/inputs", strconv.Itoa(inputs))
}

func firstValue(syntax string) string {
	if syntax == "pod:kube-apiserver" {
		return "true"
	}
	return "KubeletConfiguration"
}

// TestHostileLines does the same for the line-based syntaxes. Where refused
// is set, the error has it; otherwise the text must be taken.
func TestHostileLines(t *testing.T) {
	size := 1 << 18 // anything quadratic shows here already
	if os.Getenv("HARDEN_TORTURE") == "1" {
		size = MaxSize - 100
	}
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	var many strings.Builder
	for i := range size / 40 {
		many.WriteString("A" + strconv.Itoa(i) + "=--a\n")
	}
	rows := []struct {
		name, syntax, text, address string
		refused                     string
	}{
		{"empty", "kv", "", "a", ""},
		{"comments only", "kv", "# a = 1\n; a = 2\n", "a", ""},
		{"one key very often", "kv", fill("a=1\n"), "a", ""},
		{"another beside it", "kv", fill("a=1\n"), "b", ""},
		{"blanks", "kv", fill(" "), "a", ""},
		{"line breaks", "kv", fill("\r\n"), "a", ""},
		{"a long key", "kv", fill("a") + "=1\n", "a", ""},
		{"a long value", "kv", "a=" + fill("1"), "a", ""},
		{"equals signs", "kv", fill("="), "a", ""},
		{"Windows-1252", "kv", "a=caf\xe9\n", "a", ""},
		{"UTF-16", "kv", "\xff\xfea\x00=\x001\x00", "a", "line 1, column 4: a NUL byte"},
		{"mark", "kv", "\ufeffa=1\n", "a", ""},
		{"octal", "kv", "a=0644\n", "a", ""},
		{"old Mac line breaks", "kv", "a=1\rb=2\r", "b", ""},
		{"NUL", "kv", "a=1\nb=\x00\n", "a", "line 2, column 3: a NUL byte"},

		{"empty", "env", "", "A", ""},
		{"no final line break", "env", "A=1", "A", ""},
		{"one variable very often", "env", fill("A=1\n"), "A", ""},
		{"continued for ever", "env", "A=" + fill("x\\\n"), "A", ""},
		{"continued at the end", "env", "A=x\\", "A", ""},
		{"pieces", "env", "A=" + fill("'' \"\" "), "A", ""},
		{"CRLF", "env", "A='1'\r\nB=2\r\n", "A", ""},
		{"open quote at the end", "env", fill("A=1\n") + "B='", "A", "the quote is not closed"},
		{"lines without an assignment", "env", fill("x\n"), "A", ""},
		{"shell", "env", "export A=1\nA=$(id)\n", "A", ""},

		{"one flag very often", "flag", "A=\"" + fill("--a ") + "\"\n", "--a", ""},
		{"a flag in each of many variables", "flag", many.String(), "--a", ""},
		{"one command very often", "flag", "[Service]\n" + fill("ExecStart=/x --a\n"), "--a", ""},
		{"one variable of a unit", "flag", "[Service]\nEnvironment=" + fill("A=--a "), "--a", ""},
		{"quoted variables of a unit", "flag", "[Service]\nEnvironment=" + fill("\"A=--a\" "), "--a", ""},
		{"continued for ever", "flag", "[Service]\nExecStart=/x --a " + fill("\\\n"), "--a", ""},
		{"comments between", "flag", "[Service]\nExecStart=/x \\\n# --a=1\n; --a=2\n --a=3\n", "--a", ""},
		{"backslashes", "flag", "A=--a=" + fill("\\"), "--a", ""},
		{"underscores", "flag", "A=--a_b=1 --a-b=2\n", "--a-b", ""},
		{"open quote", "flag", "[Service]\nExecStart=/x --a='b\n", "--a", "line 2, column 1: a quote in the value is not closed"},

		{"empty", "unit", "", "S/A", ""},
		{"sections without an end", "unit", fill("[\n"), "S/A", ""},
		{"one section very often", "unit", fill("[S]\n"), "S/A", ""},
		{"one key very often", "unit", "[S]\n" + fill("A=b\n"), "S/A", ""},
		{"very many resets", "unit", "[S]\n" + fill("A=\n"), "S/A", ""},
		{"continued for ever", "unit", "[S]\nA=" + fill("\\\n"), "S/A", ""},
		{"NUL", "unit", "[S]\nA=\x00", "S/A", "line 2, column 3: a NUL byte"},
		{"too large", "unit", strings.Repeat(" ", MaxSize+1), "S/A", "more than the limit"},
	}
	for _, r := range rows {
		t.Run(r.syntax+"/"+r.name, func(t *testing.T) {
			hostile.Watch(t)
			if d, err := Open(r.syntax, []byte(r.text)); r.refused != "" {
				if err == nil || !strings.Contains(err.Error(), r.refused) {
					t.Fatalf("error %v, want %q", err, r.refused)
				}
			} else if err != nil {
				t.Fatal(err)
			} else if r.syntax == "unit" {
				if _, _, _, err := d.Get(r.address); err != nil {
					t.Fatal(err)
				}
			} else {
				fuzzDocument(t, r.syntax, []byte(r.text), r.address, "x")
			}
		})
	}
	t.Attr("figure/inputs", strconv.Itoa(len(rows)))
}
