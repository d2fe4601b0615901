package rules

import (
	"maps"
	"slices"
	"strings"

	"harden/agent/message"
)

// Settings are what a site decides about its cluster.
type Settings struct {
	// Allowed are the subjects that may have any right that a rule asks about:
	// "User ops@example.com", "Group ops", "ServiceAccount shop/deployer".
	Allowed []string
	// ClusterAdmins are those that may be cluster-admin, and so have every right.
	ClusterAdmins []string
	// TrustedRegistries are the hosts that images may come from.
	TrustedRegistries []string
	// SystemNamespaces are those whose workloads are not judged.
	SystemNamespaces []string
	// NodeDrivers are those of Rancher that are approved.
	NodeDrivers []string
}

// Defaults are the settings of a site that decided nothing.
func Defaults() Settings {
	return Settings{
		ClusterAdmins:    []string{"Group system:masters", "Group kubeadm:cluster-admins"},
		SystemNamespaces: []string{"kube-system", "kube-public", "kube-node-lease"},
	}
}

// fields are the settings by the name that --set knows them by.
func (s *Settings) fields() map[string]*[]string {
	return map[string]*[]string{"rbac-allowed": &s.Allowed, "cluster-admins": &s.ClusterAdmins, "trusted-registries": &s.TrustedRegistries,
		"system-namespaces": &s.SystemNamespaces, "node-drivers": &s.NodeDrivers}
}

// SettingNames lists the names of the settings.
func SettingNames() []string {
	var s Settings
	return slices.Sorted(maps.Keys(s.fields()))
}

// Set changes a setting. Its elements are separated by commas; an empty text is
// the empty list.
func (s *Settings) Set(name, value string) error {
	field, is := s.fields()[name]
	if !is {
		return message.Errorf("there is no setting %q; there are: %s", name, strings.Join(SettingNames(), ", "))
	}
	*field = nil
	for _, element := range strings.Split(value, ",") {
		if element = strings.TrimSpace(element); element != "" {
			*field = append(*field, element)
		}
	}
	return nil
}

func (s Settings) system(namespace string) bool {
	return slices.Contains(s.SystemNamespaces, namespace)
}
