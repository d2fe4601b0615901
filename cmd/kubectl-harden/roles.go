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
		Short: "Print the rights that check needs, and with --write those of apply",
		Long: `roles prints the ClusterRole harden-reader, for kubectl apply -f -. It can list what
check reads, no Secret, and write nothing.

With --write USER it also prints what apply needs, bound to that user (for a service
account system:serviceaccount:NAMESPACE:NAME), and a policy that has this user create
pods as a dry run only. Kubernetes before 1.30 has no such policies: leave both parts
about pods out there, and use --no-dry-run. The binding of Tiller can only be deleted
and made again by an administrator of the cluster.

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
	cmd.Flags().StringVar(&user, "write", "", "also print the rights of apply, for this `USER`")
	return cmd
}
