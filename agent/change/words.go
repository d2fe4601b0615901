package change

import "strings"

// knownWord tells whether a text is one of the words that settings of
// Kubernetes are chosen from. They tell nothing but the choice.
func knownWord(text string) bool {
	if strings.HasPrefix(text, "TLS_") && len(text) < 60 && strings.Contains(text, "_WITH_") {
		return strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == ""
	}
	for word := range strings.FieldsSeq(settingWords) {
		if word == text {
			return true
		}
	}
	return false
}

// settingWords are the values that the references of the kubelet, of the
// components and of etcd name for their settings, the levels of Pod Security,
// and the admission plugins.
const settingWords = `- auto on off none json legacy text ro rw
ABAC AlwaysAllow AlwaysDeny Node RBAC Webhook
VersionTLS10 VersionTLS11 VersionTLS12 VersionTLS13 TLS1.2 TLS1.3
None Metadata Request RequestResponse batch blocking blocking-strict
privileged baseline restricted latest unrestricted
canal calico weave flannel cilium
AlwaysAdmit AlwaysPullImages CertificateApproval CertificateSigning CertificateSubjectRestriction
ClusterTrustBundleAttest DefaultIngressClass DefaultStorageClass DefaultTolerationSeconds
DenyEscalatingExec DenyExecOnPrivileged DenyServiceExternalIPs EventRateLimit ExtendedResourceToleration
ImagePolicyWebhook Initializers JobValidation LimitPodHardAntiAffinityTopology LimitRanger
MutatingAdmissionPolicy MutatingAdmissionWebhook NamespaceAutoProvision NamespaceExists NamespaceLifecycle
NodeDeclaredFeatureValidator NodeRestriction OwnerReferencesPermissionEnforcement PersistentVolumeClaimResize
PersistentVolumeLabel PodGroupProtection PodGroupWorkloadExists PodNodeSelector PodPreset PodResizeValidator
PodSecurity PodSecurityPolicy PodTolerationRestriction PodTopologyLabels Priority ResourceQuota RuntimeClass
SecurityContextDeny ServiceAccount StorageObjectInUseProtection TaintNodesByCondition
ValidatingAdmissionPolicy ValidatingAdmissionWebhook
kube-system kube-public kube-node-lease`
