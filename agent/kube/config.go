package kube

import "harden/agent/message"

// document is a configuration file in the API version of some releases.
type document struct {
	name       string // what it is asked for by
	since      int    // the first minor with it, 0: before Oldest
	apiVersion string
	kind       string // what stands in the file
}

// documents are the newest API version of each configuration file that a
// release reads, and that it has not deprecated (pkg/apis of
// k8s.io/apiserver, k8s.io/kubelet and k8s.io/kube-scheduler,
// admission/api of k8s.io/pod-security-admission), newest first.
var documents = []document{
	{"AdmissionConfiguration", 17, "apiserver.config.k8s.io/v1", "AdmissionConfiguration"},
	{"AdmissionConfiguration", 0, "apiserver.k8s.io/v1alpha1", "AdmissionConfiguration"},
	{"AuthenticationConfiguration", 34, "apiserver.config.k8s.io/v1", "AuthenticationConfiguration"},
	{"AuthenticationConfiguration", 30, "apiserver.config.k8s.io/v1beta1", "AuthenticationConfiguration"},
	{"AuthenticationConfiguration", 29, "apiserver.config.k8s.io/v1alpha1", "AuthenticationConfiguration"},
	{"AuthorizationConfiguration", 32, "apiserver.config.k8s.io/v1", "AuthorizationConfiguration"},
	{"AuthorizationConfiguration", 30, "apiserver.config.k8s.io/v1beta1", "AuthorizationConfiguration"},
	{"AuthorizationConfiguration", 29, "apiserver.config.k8s.io/v1alpha1", "AuthorizationConfiguration"},
	{"EncryptionConfiguration", 13, "apiserver.config.k8s.io/v1", "EncryptionConfiguration"},
	{"EncryptionConfiguration", 0, "v1", "EncryptionConfig"},
	{"EventRateLimit", 0, "eventratelimit.admission.k8s.io/v1alpha1", "Configuration"},
	{"KubeSchedulerConfiguration", 25, "kubescheduler.config.k8s.io/v1", "KubeSchedulerConfiguration"},
	{"KubeSchedulerConfiguration", 23, "kubescheduler.config.k8s.io/v1beta3", "KubeSchedulerConfiguration"},
	{"KubeSchedulerConfiguration", 22, "kubescheduler.config.k8s.io/v1beta2", "KubeSchedulerConfiguration"},
	{"KubeSchedulerConfiguration", 19, "kubescheduler.config.k8s.io/v1beta1", "KubeSchedulerConfiguration"},
	{"KubeSchedulerConfiguration", 18, "kubescheduler.config.k8s.io/v1alpha2", "KubeSchedulerConfiguration"},
	{"KubeSchedulerConfiguration", 12, "kubescheduler.config.k8s.io/v1alpha1", "KubeSchedulerConfiguration"},
	{"KubeSchedulerConfiguration", 0, "componentconfig/v1alpha1", "KubeSchedulerConfiguration"},
	{"KubeletConfiguration", 0, "kubelet.config.k8s.io/v1beta1", "KubeletConfiguration"},
	{"PodSecurityConfiguration", 25, "pod-security.admission.config.k8s.io/v1", "PodSecurityConfiguration"},
	{"PodSecurityConfiguration", 23, "pod-security.admission.config.k8s.io/v1beta1", "PodSecurityConfiguration"},
	{"PodSecurityConfiguration", 22, "pod-security.admission.config.k8s.io/v1alpha1", "PodSecurityConfiguration"},
	{"Policy", 12, "audit.k8s.io/v1", "Policy"},
	{"Policy", 0, "audit.k8s.io/v1beta1", "Policy"},
}

// APIVersion gives the apiVersion and the kind that a version reads in a
// configuration file. The name is the file's current kind: "Policy" is the
// audit policy; "EventRateLimit" is the configuration of that plugin, of kind
// Configuration. Exists is false where that version has no such file.
func APIVersion(name string, minor int) (apiVersion, kind string, exists bool) {
	for _, d := range documents {
		if d.name == name && minor >= d.since {
			return d.apiVersion, d.kind, true
		}
	}
	return "", "", false
}

// AnonymousPaths tells whether a version's AuthenticationConfiguration can
// allow anonymous requests on named paths only (its field "anonymous"): since
// 1.32, where the feature gate AnonymousAuthConfigurableEndpoints, an alpha of
// 1.31, became a beta that is on; for good since 1.34. Such a file and
// --anonymous-auth exclude each other.
func AnonymousPaths(minor int) (exists bool, reason message.Text) {
	if minor >= 32 {
		return true, message.Text{}
	}
	return false, came(message.New("limiting anonymous requests to some paths"), kubernetes(32))
}
