package main

import (
	"os"
	"strings"
	"testing"
)

// TestProve runs the tests that a page names, in a module of its own, and has their figures
// written; where one of them fails, the page stays as it is.
func TestProve(t *testing.T) {
	t.Chdir(t.TempDir())
	write := func(file, text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir("promise", 0o700); err != nil {
		t.Fatal(err)
	}
	write("go.mod", "module example\n\ngo 1.25\n")
	write("promise/promise_test.go", `package promise

import (
	"os"
	"testing"
)

func TestKept(t *testing.T) {
	if os.Getenv("HARDEN_TORTURE") == "" {
		t.Error("not in its thorough form")
	}
	t.Attr("figure/kills", "3")
}

func TestBroken(t *testing.T) { t.Error("broken") }
`)
	const kept = "<!-- proof: promise TestKept -->\nold figures\n<!-- /proof -->\n"
	write("page.md", kept)
	if err := prove("page.md", "proof"); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("page.md")
	if err != nil {
		t.Fatal(err)
	}
	if got := string(text); !strings.Contains(got, "| `promise` TestKept | 3 kills |\n") || strings.Contains(got, "old figures") {
		t.Errorf("the page is\n%s", got)
	}

	broken := strings.Replace(kept, "TestKept", "TestKept, promise TestBroken", 1)
	write("page.md", broken)
	if err := prove("page.md", "proof"); err == nil || !strings.Contains(err.Error(), "promise TestBroken: fail") {
		t.Errorf("a test that fails: %v", err)
	}
	if text, err := os.ReadFile("page.md"); err != nil || string(text) != broken {
		t.Errorf("the page was written: %v\n%s", err, text)
	}
	if err := prove("absent.md", "proof"); err == nil {
		t.Error("a page that is not there was taken")
	}
}
