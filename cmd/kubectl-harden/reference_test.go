package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cpuguy83/go-md2man/v2/md2man"
	"github.com/spf13/cobra"
)

// page is the reference of all verbs, made from the commands themselves.
func page() []byte {
	root := (&app{}).command()
	root.InitDefaultHelpFlag()
	var page bytes.Buffer
	page.WriteString("# kubectl harden\n\n<!-- made from the commands by: make reference -->\n\n")
	fmt.Fprintf(&page, "%s.\n\nThese flags go with every command.\n\n```\n%s```\n\n", root.Short, root.PersistentFlags().FlagUsages())
	subs := root.Commands()
	slices.SortFunc(subs, func(a, b *cobra.Command) int { return strings.Compare(a.Name(), b.Name()) })
	for _, cmd := range subs {
		long := cmd.Long
		for _, codes := range []string{exitCodes, changeExitCodes} {
			long = strings.Replace(long, codes, "    "+strings.ReplaceAll(codes, "\n", "\n    "), 1)
		}
		fmt.Fprintf(&page, "## kubectl harden %s\n\n%s\n\n    kubectl harden %s\n\n", cmd.Name(), long, strings.TrimPrefix(cmd.UseLine(), "kubectl harden "))
		if cmd.HasExample() {
			fmt.Fprintf(&page, "```sh\n%s\n```\n\n", strings.ReplaceAll("\n"+cmd.Example, "\n  ", "\n")[1:])
		}
		if flags := cmd.NonInheritedFlags(); flags.HasAvailableFlags() {
			fmt.Fprintf(&page, "```\n%s```\n\n", flags.FlagUsages())
		}
	}
	return bytes.TrimRight(page.Bytes(), "\n")
}

// TestReference keeps docs/cluster-cli.md and the man page true to the commands;
// "make reference" writes them anew.
func TestReference(t *testing.T) {
	text := append(page(), '\n')
	_, body, _ := bytes.Cut(text, []byte("-->\n\n"))
	man := append([]byte("% KUBECTL-HARDEN(1)\n# NAME\nkubectl-harden - plan, apply, prove and undo the hardening of a cluster's objects\n\n# DESCRIPTION\n"), body...)
	for name, want := range map[string][]byte{"docs/cluster-cli.md": text, "packaging/kubectl-harden/kubectl-harden.1": md2man.Render(man)} {
		path := filepath.Join("..", "..", filepath.FromSlash(name))
		if os.Getenv("UPDATE_REFERENCE") != "" {
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what the commands say (%v): run make reference", name, err)
		}
	}
}
