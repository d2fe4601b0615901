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
	Fixes       Fixes
}

// Fixes are what a site decides about what is changed. An empty list is: not this.
type Fixes struct {
	// Stage and Level say which labels of Pod Security namespaces get: "warn" or
	// "enforce", "baseline" or "restricted".
	Stage, Level []string
	// TokenNotNeeded are the workloads that are known not to use the token of their
	// namespace's default account: "shop/Deployment/web".
	TokenNotNeeded []string
	// NetworkPolicy is "ingress" where namespaces without a policy get one;
	// AllowFrom are namespaces whose pods may reach all others, EnforcedBy names the
	// add-on that enforces policies, where it is not a known one.
	NetworkPolicy, AllowFrom, EnforcedBy []string
	// Quota and LimitRange are what namespaces without one get: "pods=200",
	// "default.memory=512Mi".
	Quota, LimitRange []string
	// RegistryPolicy is "warn" or "deny", TokenPolicy "on": policies for all
	// namespaces, also those to come.
	RegistryPolicy, TokenPolicy []string
}

// Defaults are the settings of a site that decided nothing.
func Defaults() Settings {
	return Settings{
		ClusterAdmins:    []string{"Group system:masters", "Group kubeadm:cluster-admins"},
		SystemNamespaces: []string{"kube-system", "kube-public", "kube-node-lease"},
		Fixes:            Fixes{Stage: []string{"warn"}, Level: []string{"baseline"}},
	}
}

// fields are the settings by the name that --set knows them by.
func (s *Settings) fields() map[string]*[]string {
	return map[string]*[]string{"rbac-allowed": &s.Allowed, "cluster-admins": &s.ClusterAdmins, "trusted-registries": &s.TrustedRegistries,
		"system-namespaces": &s.SystemNamespaces, "node-drivers": &s.NodeDrivers,
		"pod-security-stage": &s.Fixes.Stage, "pod-security-level": &s.Fixes.Level, "token-not-needed": &s.Fixes.TokenNotNeeded,
		"network-policy": &s.Fixes.NetworkPolicy, "network-policy-allow-from": &s.Fixes.AllowFrom, "network-policy-enforced-by": &s.Fixes.EnforcedBy,
		"resource-quota": &s.Fixes.Quota, "limit-range": &s.Fixes.LimitRange, "registry-policy": &s.Fixes.RegistryPolicy, "token-policy": &s.Fixes.TokenPolicy}
}

// choices are the settings that have one value of a few.
var choices = map[string][]string{"pod-security-stage": {"warn", "enforce"}, "pod-security-level": {"baseline", "restricted"},
	"network-policy": {"ingress"}, "registry-policy": {"warn", "deny"}, "token-policy": {"on"}}

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
		return message.Errorf("there is no setting %q; the settings are: %s", name, strings.Join(SettingNames(), ", "))
	}
	if allowed, limited := choices[name]; limited && value != "" && !slices.Contains(allowed, value) {
		return message.Errorf("%s is one of %s, not %q", name, strings.Join(allowed, ", "), value)
	}
	*field = nil
	for _, element := range strings.Split(value, ",") {
		if element = strings.TrimSpace(element); element != "" {
			*field = append(*field, element)
		}
	}
	return nil
}

// Chosen gives the value of a setting that has one, "" where it has none.
func Chosen(setting []string) string { return strings.Join(setting, ",") }

// System tells whether a namespace is one whose workloads are not judged.
func (s Settings) System(namespace string) bool { return s.system(namespace) }

func (s Settings) system(namespace string) bool {
	return slices.Contains(s.SystemNamespaces, namespace)
}
