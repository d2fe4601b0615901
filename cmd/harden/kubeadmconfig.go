package main

import (
	"context"

	"github.com/spf13/cobra"

	"harden/agent/report"
)

func (a *app) kubeadmConfigCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "kubeadm-config",
		Short: "Print a hardened configuration for kubeadm init",
		Long: `kubeadm-config prints a configuration for kubeadm init. It contains the settings that
the profile requires of the control plane and of the kubelet. With
--set kubeadm-config=FILE, kubeadm-config prints that file with these settings added.
kubeadm-config writes no file. harden apply creates the files that the configuration
names. If kubeadm init has not run yet, harden apply also adds these settings to the
configuration that it finds in /etc/kubeadm or where Cluster API puts it, or that you
name with --set kubeadm-config=FILE.

` + exitCodes,
		Example: `  harden kubeadm-config > /etc/kubeadm/init.yaml
  harden kubeadm-config --profile cis-1.12 --set kubernetes-version=1.34.1
  harden kubeadm-config --set kubeadm-config=init.yaml`,
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.kubeadmConfig(cmd.Context()) },
	}
	planFlags(cmd.Flags())
	return cmd
}

func (a *app) kubeadmConfig(ctx context.Context) error {
	s, err := a.openWithProfile()
	if err != nil {
		return err
	}
	defer s.close()
	text, err := s.KubeadmConfiguration(ctx)
	if err != nil {
		return err
	}
	if a.json() {
		return a.document(report.Document{Kind: "KubeadmConfiguration", Configuration: string(text)})
	}
	_, err = a.stdout.Write(text)
	return err
}
