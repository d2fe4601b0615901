package main

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// reader is the ClusterRole that check needs.
//
//go:embed reader.yaml
var reader string

// writer is what plan, apply and undo need beside, for one user.
//
//go:embed writer.yaml
var writer string

func (a *app) rolesCommand() *cobra.Command {
	var user string
	cmd := &cobra.Command{
		Use:   "roles",
		Short: "Print the rights that check needs, and with --write the rights that apply needs",
		Long: `roles prints the ClusterRole harden-reader, for kubectl apply -f -. This role
can list what check reads, but no Secrets, and can write nothing.

With --write USER, roles also prints the rights that apply needs, bound to that user. For
a service account, USER is system:serviceaccount:NAMESPACE:NAME. A policy allows this user
to create pods only as a dry run. Kubernetes before 1.30 has no such policies: there, remove
both parts about pods from the output, and use --no-dry-run. Only an administrator of
the cluster can delete the binding of Tiller and create it again.

` + exitCodes,
		Example: "  kubectl harden roles | kubectl apply -f -\n  kubectl harden roles --write ops@example.com | kubectl apply -f -",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			text := reader
			if cmd.Flags().Changed("write") {
				if user == "" || strings.ContainsAny(user, "\"'\\\n") {
					return usage("--write takes the name of a user, not %q", user)
				}
				text = strings.TrimSuffix(reader, "\n") + "\n---\n" + strings.ReplaceAll(writer, `"USER"`, `"`+user+`"`)
			}
			_, err := fmt.Fprint(a.stdout, text)
			return err
		},
	}
	cmd.Flags().StringVar(&user, "write", "", "also print the rights that apply needs, for this `USER`")
	return cmd
}
