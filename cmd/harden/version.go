package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"

	"harden/agent/report"
)

// release is set by the build: -ldflags "-X main.release=1.0.0".
var release = ""

// version is the release, or the revision that the binary was built from.
func version() string {
	if release != "" {
		return release
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && len(s.Value) >= 12 {
				return "devel-" + s.Value[:12]
			}
		}
	}
	return "devel"
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version",
		Long:    "version prints the version of harden.\n\n" + exitCodes,
		Example: "  harden version",
		Args:    arguments(0, 0),
		RunE: func(*cobra.Command, []string) error {
			if a.json() {
				return a.document(report.Document{Kind: "Version", Version: version()})
			}
			_, err := fmt.Fprintln(a.stdout, "harden", version())
			return err
		},
	}
}

func (a *app) completionCommand() *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use:       "completion SHELL",
		Short:     "Print the completion script of a shell: bash, zsh, fish, powershell",
		Long:      "completion prints a script that completes harden's verbs and flags.\n\n" + exitCodes,
		Example:   "  harden completion bash > /usr/share/bash-completion/completions/harden",
		ValidArgs: shells,
		Args:      arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(a.stdout, true)
			case "zsh":
				return root.GenZshCompletion(a.stdout)
			case "fish":
				return root.GenFishCompletion(a.stdout, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(a.stdout)
			}
			return usage("there is no completion for %q: one of %v", args[0], shells)
		},
	}
}
