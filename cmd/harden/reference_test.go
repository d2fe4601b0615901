package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// referenceFiles are the CLI reference and the man pages, by their paths from
// the root of the repository. All of it is made from the commands themselves.
func referenceFiles(t *testing.T) map[string][]byte {
	t.Helper()
	root := (&app{}).command(nil)
	root.InitDefaultHelpFlag()
	root.DisableAutoGenTag = true
	files := map[string][]byte{}
	var page bytes.Buffer
	page.WriteString("# The commands\n\n<!-- made from the commands by: make reference -->\n\n")
	for _, cmd := range commands(root) {
		cmd.DisableAutoGenTag = true
		section(&page, cmd)
		// Without a code block man would fill the lines of the table.
		cmd.Long = strings.Replace(cmd.Long, exitCodes, strings.Replace(indented(exitCodes), "    Exit codes:\n", "Exit codes:\n\n", 1), 1)
		var man bytes.Buffer
		// A date would make every build a different one.
		header := &doc.GenManHeader{Section: "8", Source: "harden", Manual: "Kubernetes node hardening", Date: &time.Time{}}
		if err := doc.GenMan(cmd, header, &man); err != nil {
			t.Fatal(err)
		}
		name := strings.ReplaceAll(cmd.CommandPath(), " ", "-") + ".8"
		files[filepath.Join("packaging", "man", name)] = bytes.ReplaceAll(man.Bytes(), []byte(` "Jan 0001"`), []byte(` ""`))
	}
	files[filepath.Join("docs", "cli.md")] = page.Bytes()
	maps.Copy(files, rulesPages(t))
	return files
}

// commands lists a command and those below it, in the order of their paths.
func commands(cmd *cobra.Command) []*cobra.Command {
	list := []*cobra.Command{cmd}
	for _, sub := range cmd.Commands() {
		if !sub.Hidden {
			list = append(list, commands(sub)...)
		}
	}
	slices.SortFunc(list, func(a, b *cobra.Command) int { return strings.Compare(a.CommandPath(), b.CommandPath()) })
	return list
}

// section writes what the help of a command says; the exit codes are the same
// for all, and stand once.
func section(page *bytes.Buffer, cmd *cobra.Command) {
	long := strings.TrimSpace(strings.TrimSuffix(cmd.Long, exitCodes))
	fmt.Fprintf(page, "## %s\n\n%s\n\n    %s\n\n", cmd.CommandPath(), long, cmd.UseLine())
	if cmd.HasExample() {
		fmt.Fprintf(page, "```sh\n%s\n```\n\n", unindented(cmd.Example))
	}
	if flags := cmd.NonInheritedFlags(); flags.HasAvailableFlags() {
		fmt.Fprintf(page, "```\n%s```\n\n", flags.FlagUsages())
	}
	if cmd.HasParent() {
		return
	}
	fmt.Fprintf(page, "These flags go with every command.\n\n%s\n\n", indented(exitCodes))
}

func unindented(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimPrefix(lines[i], "  ")
	}
	return strings.Join(lines, "\n")
}

func indented(text string) string { return "    " + strings.ReplaceAll(text, "\n", "\n    ") }

// TestReference keeps docs/cli.md and the man pages true to the commands;
// "make reference" writes them anew.
func TestReference(t *testing.T) {
	root := filepath.Join("..", "..")
	files := referenceFiles(t)
	if os.Getenv("UPDATE_REFERENCE") != "" {
		if err := os.RemoveAll(filepath.Join(root, "packaging", "man")); err != nil {
			t.Fatal(err)
		}
		for name, text := range files {
			if err := os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(root, name), text, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, want := range files {
		if got, err := os.ReadFile(filepath.Join(root, name)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what the commands say (%v): run make reference", name, err)
		}
	}
	pages, err := filepath.Glob(filepath.Join(root, "packaging", "man", "*"))
	if err != nil || len(pages) != len(files)-3 { // beside three pages in docs
		t.Errorf("there are %d man pages (%v), and %d commands: run make reference", len(pages), err, len(files)-3)
	}
}
