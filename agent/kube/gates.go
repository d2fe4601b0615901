package kube

import (
	"slices"

	"harden/agent/message"
)

// gate is a feature gate.
type gate struct {
	name         string
	since, until int  // the first minor with it, and the first without; 0: before Oldest, after Newest
	locked       int  // the first minor in which it can no longer be switched, 0: none
	off          bool // it is locked to false rather than to true
}

// gates are those that are about the security of a node or a control plane, or
// that old guides ask for (pkg/features of Kubernetes and of
// k8s.io/apiserver, of each release). All components share them.
var gates = []gate{
	{name: "AllAlpha"},
	{name: "AllBeta", since: 17},
	{name: "APIPriorityAndFairness", since: 17, until: 31, locked: 29},
	{name: "AdvancedAuditing", until: 28, locked: 27},
	{name: "AllowInsecureBackendProxy", since: 17, until: 23, locked: 21},
	{name: "AllowInsecureKubeletCertificateSigningRequests", since: 31},
	{name: "AnonymousAuthConfigurableEndpoints", since: 31, until: 37, locked: 34},
	{name: "AppArmor", until: 33, locked: 31},
	{name: "AppArmorFields", since: 30, until: 33, locked: 31},
	{name: "AuthorizeNodeWithSelectors", since: 31, until: 37, locked: 34},
	{name: "AuthorizeWithSelectors", since: 31, until: 37, locked: 34},
	{name: "BoundServiceAccountTokenVolume", since: 13, until: 23, locked: 22},
	{name: "DebugContainers", until: 16},
	{name: "DynamicAuditing", since: 13, until: 19},
	{name: "DynamicKubeletConfig", until: 26},
	{name: "ExperimentalHostUserNamespaceDefaulting", until: 30, locked: 28, off: true},
	{name: "ExternalServiceAccountTokenSigner", since: 32, locked: 36},
	{name: "GracefulNodeShutdown", since: 20},
	{name: "Initializers", until: 14},
	{name: "KMSv1", since: 28},
	{name: "KMSv2", since: 25, until: 32, locked: 29},
	{name: "KMSv2KDF", since: 28, until: 32, locked: 29},
	{name: "KubeletEnsureSecretPulledImages", since: 33},
	{name: "KubeletFineGrainedAuthz", since: 32, locked: 36},
	{name: "KubeletServiceAccountTokenForCredentialProviders", since: 33},
	{name: "LegacyServiceAccountTokenCleanUp", since: 28, until: 32, locked: 30},
	{name: "LegacyServiceAccountTokenNoAutoGeneration", since: 24, until: 29, locked: 27},
	{name: "LegacyServiceAccountTokenTracking", since: 26, until: 30, locked: 28},
	{name: "LocalStorageCapacityIsolation", until: 27, locked: 25},
	{name: "MountContainers", until: 17},
	{name: "MutatingAdmissionPolicy", since: 30},
	{name: "NodeSwap", since: 22, locked: 34},
	{name: "PodPriority", until: 18, locked: 16},
	{name: "PodSecurity", since: 22, until: 28, locked: 25},
	{name: "ProcMountType", since: 12, locked: 36},
	{name: "ReadOnlyAPIDataVolumes", until: 12},
	{name: "RecursiveReadOnlyMounts", since: 30, locked: 33},
	{name: "RemoteRequestHeaderUID", since: 32},
	{name: "RotateKubeletClientCertificate", until: 21, locked: 19},
	{name: "RotateKubeletServerCertificate"},
	{name: "RunAsGroup", until: 22, locked: 21},
	{name: "SeccompDefault", since: 22, until: 29, locked: 27},
	{name: "SecurityContextDeny", since: 27, until: 30},
	{name: "ServiceAccountIssuerDiscovery", since: 18, until: 23, locked: 21},
	{name: "ServiceAccountTokenJTI", since: 29, locked: 32},
	{name: "ServiceAccountTokenNodeBinding", since: 29, locked: 33},
	{name: "ServiceAccountTokenPodNodeInfo", since: 29, locked: 32},
	{name: "StreamingProxyRedirects", until: 24},
	{name: "StructuredAuthenticationConfiguration", since: 29, until: 37, locked: 34},
	{name: "StructuredAuthorizationConfiguration", since: 29, until: 36, locked: 32},
	{name: "SupportNodePidsLimit", since: 14, until: 23, locked: 20},
	{name: "SupportPodPidsLimit", until: 23, locked: 20},
	{name: "Sysctls", until: 23, locked: 21},
	{name: "TaintBasedEvictions", until: 20, locked: 18},
	{name: "TokenRequest", until: 21, locked: 20},
	{name: "TokenRequestProjection", until: 21, locked: 20},
	{name: "UnauthenticatedHTTP2DOSMitigation", since: 29},
	{name: "UserNamespacesSupport", since: 28, locked: 36},
	{name: "ValidateProxyRedirects", since: 13, until: 24},
	{name: "ValidatingAdmissionPolicy", since: 26, until: 32, locked: 30},
}

// RefusesGate says why a version does not start where a feature gate is named, and is ""
// where it does, or where nothing is known of the gate.
func RefusesGate(name string, minor int) message.Text {
	i := slices.IndexFunc(gates, func(g gate) bool { return g.name == name })
	if i < 0 || within(gates[i].since, gates[i].until, minor) {
		return message.Text{}
	}
	_, reason := FeatureGate(name, minor)
	return reason
}

// FeatureGate tells whether --feature-gates of a version may name a gate. It
// may not where the version does not know it, or no longer lets it be
// switched: both are on their way to keep a component from starting. Reason
// says what holds instead.
func FeatureGate(name string, minor int) (exists bool, reason message.Text) {
	i := slices.IndexFunc(gates, func(g gate) bool { return g.name == name })
	if i < 0 {
		return false, message.New("%s is not a feature gate that harden knows", name)
	}
	g := gates[i]
	label := message.New("the feature gate %s", name)
	switch {
	case minor < g.since:
		return false, came(label, kubernetes(g.since))
	case g.locked != 0 && minor >= g.locked:
		state := "on"
		if g.off {
			state = "off"
		}
		return false, message.New("the feature of the gate %s is always %s since %s", name, state, kubernetes(g.locked))
	case g.until != 0 && minor >= g.until:
		return false, went(label, kubernetes(g.until), message.Text{})
	}
	return true, message.Text{}
}
