package main

import (
	_ "embed"
	"fmt"

	"github.com/spf13/cobra"
)

// reader is the ClusterRole that check needs.
//
//go:embed reader.yaml
var reader string

func (a *app) rolesCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "roles",
		Short:   "Print the ClusterRole that check needs",
		Long:    "roles prints the ClusterRole harden-reader, for kubectl apply -f -. It can list what\ncheck reads, no Secret, and write nothing.\n\n" + exitCodes,
		Example: "  kubectl harden roles | kubectl apply -f -",
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprint(a.stdout, reader)
			return err
		},
	}
}
