package kube

import (
	"slices"

	"harden/agent/message"
)

// plugin is an admission plugin of kube-apiserver.
type plugin struct {
	name         string
	since, until int // the first minor that can turn it on, and the first that cannot; 0: before Oldest, after Newest
	on           int // the first minor that has it on by default; 0: none, 1: all
	why          message.Text
}

// plugins are AllOrderedPlugins and DefaultOffAdmissionPlugins of each release
// (pkg/kubeapiserver/options/plugins.go). Those that are about a feature gate
// do nothing without it, on by default or not.
var plugins = []plugin{
	{name: "AlwaysAdmit"},
	{name: "AlwaysDeny"},
	{name: "AlwaysPullImages"},
	{name: "CertificateApproval", since: 18, on: 18},
	{name: "CertificateSigning", since: 18, on: 18},
	{name: "CertificateSubjectRestriction", since: 18, on: 18},
	{name: "ClusterTrustBundleAttest", since: 27, on: 27},
	{name: "DefaultIngressClass", since: 18, on: 18},
	{name: "DefaultStorageClass", on: 1},
	{name: "DefaultTolerationSeconds", on: 1},
	{name: "DenyEscalatingExec", until: 21, why: message.New("Pod Security admission keeps such pods from being made")},
	{name: "DenyExecOnPrivileged", until: 21, why: message.New("Pod Security admission keeps such pods from being made")},
	{name: "DenyServiceExternalIPs", since: 21},
	{name: "EventRateLimit"},
	{name: "ExtendedResourceToleration"},
	{name: "ImagePolicyWebhook"},
	{name: "Initializers", until: 14, why: message.New("admission webhooks replaced initializers")},
	{name: "JobValidation", since: 36, until: 37, on: 36},
	{name: "LimitPodHardAntiAffinityTopology"},
	{name: "LimitRanger", on: 1},
	{name: "MutatingAdmissionPolicy", since: 32, on: 32},
	{name: "MutatingAdmissionWebhook", on: 1},
	{name: "NamespaceAutoProvision"},
	{name: "NamespaceExists"},
	{name: "NamespaceLifecycle", on: 1},
	{name: "NodeDeclaredFeatureValidator", since: 35, on: 35},
	{name: "NodeRestriction"},
	{name: "OwnerReferencesPermissionEnforcement"},
	{name: "PersistentVolumeClaimResize", on: 1},
	{name: "PersistentVolumeLabel", until: 31, why: message.New("the cloud's own controller labels volumes")},
	{name: "PodGroupProtection", since: 36, on: 36},
	{name: "PodGroupWorkloadExists", since: 36, until: 37, on: 36},
	{name: "PodNodeSelector"},
	{name: "PodPreset", until: 20, why: message.New("pod presets were removed")},
	{name: "PodResizeValidator", since: 36, on: 36},
	{name: "PodSecurity", since: 22, on: 22},
	{name: "PodSecurityPolicy", until: 25, why: message.New("Pod Security admission replaced it")},
	{name: "PodTolerationRestriction"},
	{name: "PodTopologyLabels", since: 33, on: 33},
	{name: "Priority", on: 16},
	{name: "ResourceQuota", on: 1},
	{name: "RuntimeClass", since: 16, on: 17},
	// From 1.27 to 1.29 it keeps the API server from starting where the feature
	// gate of its name, an alpha, is not on (plugin/pkg/admission/securitycontext).
	{name: "SecurityContextDeny", until: 27, why: message.New("Pod Security admission replaced it (in 1.27 to 1.29 it needs an alpha feature gate)")},
	{name: "ServiceAccount", on: 1},
	{name: "StorageObjectInUseProtection", on: 15},
	{name: "TaintNodesByCondition", since: 14, on: 17},
	{name: "ValidatingAdmissionPolicy", since: 26, on: 26},
	{name: "ValidatingAdmissionWebhook", on: 1},
}

// AdmissionPlugin tells whether a version's API server knows an admission
// plugin and starts with it; reason says why not.
func AdmissionPlugin(name string, minor int) (exists bool, reason message.Text) {
	i := slices.IndexFunc(plugins, func(p plugin) bool { return p.name == name })
	if i < 0 {
		return false, message.New("%s is not an admission plugin that harden knows", name)
	}
	p := plugins[i]
	if within(p.since, p.until, minor) {
		return true, message.Text{}
	}
	label := message.New("the admission plugin %s", name)
	if minor < p.since {
		return false, came(label, kubernetes(p.since))
	}
	return false, went(label, kubernetes(p.until), p.why)
}

// AdmissionPluginsOnByDefault lists, sorted, the plugins that a version's API
// server runs when neither --enable-admission-plugins nor
// --disable-admission-plugins names them.
func AdmissionPluginsOnByDefault(minor int) []string {
	minor = max(minor, Oldest)
	var names []string
	for _, p := range plugins {
		if p.on != 0 && minor >= p.on && within(p.since, p.until, minor) {
			names = append(names, p.name)
		}
	}
	return names
}
