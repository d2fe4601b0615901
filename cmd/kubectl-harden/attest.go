package main

import (
	"errors"
	"io/fs"
	"os"
	"os/user"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"harden/agent/change"
	"harden/agent/host"
	"harden/agent/message"
	"harden/agent/report"
	"harden/cluster/catalog"
	"harden/profiles"
)

// attestOptions are the flags of attest.
type attestOptions struct {
	file, reason, expires, verdict string
	remove                         bool
}

func (a *app) attestCommand() *cobra.Command {
	var o attestOptions
	cmd := &cobra.Command{
		Use:   "attest CONTROL",
		Short: "Record a person's verdict on a control about the cluster",
		Long: `attest writes a verdict into a file, for check --attestations. The file has the format of
harden attest on nodes, so nodes can use this file, too. You can keep it under version
control.
Write the full name of the control, such as cis-2.0.1/5.4.2. attest does not connect to a
cluster.

` + exitCodes,
		Example: "  kubectl harden attest cis-2.0.1/5.4.2 --file attestations.yaml --reason 'Vault holds them' --expires 2027-06-30\n  kubectl harden check --attestations attestations.yaml",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("attest takes one control")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return a.attest(args[0], o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.file, "file", "attestations.yaml", "the `FILE` to write")
	f.StringVar(&o.reason, "reason", "", "the reason: what was examined, and what was found")
	f.StringVar(&o.expires, "expires", "", "the last `DAY` on which the verdict holds, such as 2027-06-30")
	f.StringVar(&o.verdict, "verdict", profiles.AttestedCompliant, "compliant or open")
	f.BoolVar(&o.remove, "remove", false, "remove the verdict on the control")
	return cmd
}

func (a *app) attest(control string, o attestOptions) error {
	if err := a.format("text", "json"); err != nil {
		return err
	}
	list, err := readAttestations(o.file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	now := time.Now().UTC()
	rest := slices.DeleteFunc(slices.Clone(list), func(v profiles.Attestation) bool { return v.Control == control })
	switch {
	case o.remove && len(rest) == len(list):
		return usage("%s has no verdict on %s", o.file, control)
	case !o.remove:
		verdict := profiles.Attestation{Control: control, Verdict: o.verdict, Reason: strings.TrimSpace(o.reason), By: person(),
			Date: now.Format(time.DateOnly), Expires: o.expires, Scope: profiles.ScopeCluster}
		if err := verdict.Check(); err != nil {
			return usage("%v", err)
		}
		if verdict.Expired(now) {
			return usage("--expires %s is already in the past", o.expires)
		}
		if _, is := catalog.Of(control); !is {
			return usage("no rule and no control about the cluster is called %q; write the full name of a control, such as cis-1.12/5.1.2", control)
		}
		rest = append(rest, verdict)
	}
	text, err := profiles.WriteAttestations(rest)
	if err != nil {
		return err
	}
	if err := host.ReplaceOutput(o.file, text, 0o644); err != nil {
		return message.Errorf("cannot write attestations: %w", err)
	}
	views := []report.Attestation{}
	for _, v := range rest {
		views = append(views, report.Attestation{Control: v.Control, Attestation: change.Attestation{Verdict: v.Verdict, By: v.By, Date: v.Date,
			Reason: v.Reason, Expires: v.Expires, Expired: v.Expired(now), Scope: v.Scope}})
	}
	if a.output == "json" {
		return report.Document{Schema: report.Schema, Kind: "Attestations", Attestations: views}.Write(a.stdout)
	}
	a.style().AttestationsText(a.stdout, views)
	return nil
}

// person is the name of who gives a verdict.
func person() string {
	if name := os.Getenv("SUDO_USER"); name != "" {
		return name
	}
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "unknown"
}
