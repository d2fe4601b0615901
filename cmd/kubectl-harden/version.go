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
		Long:    "version prints the version of kubectl-harden.\n\n" + exitCodes,
		Example: "  kubectl harden version",
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			if err := a.format("text", "json"); err != nil {
				return err
			}
			if a.output == "json" {
				return report.Document{Schema: report.Schema, Kind: "Version", Version: version()}.Write(a.stdout)
			}
			_, err := fmt.Fprintln(a.stdout, "kubectl-harden", version())
			return err
		},
	}
}
