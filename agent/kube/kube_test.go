package kube_test

import (
	"slices"
	"strings"
	"testing"

	"harden/agent/kube"
)

func TestFlag(t *testing.T) {
	for _, test := range []struct {
		name      string
		component string
		flag      string
		minor     int
		want      string
		reason    string // part of it
	}{
		{"steady", "kube-apiserver", "--profiling", 11, "--profiling", ""},
		{"steady, newer than known", "kube-apiserver", "--profiling", 99, "--profiling", ""},
		{"not yet there", "kube-apiserver", "--audit-log-compress", 19, "", "came with Kubernetes 1.20"},
		{"insecure port", "kube-apiserver", "--insecure-port", 23, "--insecure-port", ""},
		{"insecure port, gone", "kube-apiserver", "--insecure-port", 24, "", "--insecure-port was removed in Kubernetes 1.24: the API server has no insecure port"},
		{"insecure address, gone", "kube-apiserver", "--insecure-bind-address", 34, "", "removed in Kubernetes 1.24"},
		{"predecessor", "kube-apiserver", "--encryption-provider-config", 12, "--experimental-encryption-provider-config", ""},
		{"both known: the current one", "kube-apiserver", "--experimental-encryption-provider-config", 13, "--encryption-provider-config", ""},
		{"successor", "kube-apiserver", "--experimental-encryption-provider-config", 34, "--encryption-provider-config", ""},
		{"automatic reload", "kube-apiserver", "--encryption-provider-config-automatic-reload", 25, "", "came with Kubernetes 1.26"},
		{"deprecated for good", "kube-apiserver", "--admission-control", 34, "--enable-admission-plugins", ""},
		{"basic auth", "kube-apiserver", "--basic-auth-file", 18, "--basic-auth-file", ""},
		{"basic auth, gone", "kube-apiserver", "--basic-auth-file", 19, "", "removed in Kubernetes 1.19"},
		{"kubelet https, gone", "kube-apiserver", "--kubelet-https", 22, "", "always speaks HTTPS"},
		{"malformed updates, gone", "kube-apiserver", "--repair-malformed-updates", 14, "", "removed in Kubernetes 1.14"},
		{"dynamic audit came and went: before", "kube-apiserver", "--audit-dynamic-configuration", 12, "", "came with Kubernetes 1.13"},
		{"dynamic audit came and went: after", "kube-apiserver", "--audit-dynamic-configuration", 19, "", "removed in Kubernetes 1.19"},
		{"controller manager's insecure address", "kube-controller-manager", "--address", 21, "--address", ""},
		{"controller manager's insecure address without effect", "kube-controller-manager", "--address", 22, "--bind-address", ""},
		{"controller manager's insecure port never becomes the secure one", "kube-controller-manager", "--port", 34, "", "removed in Kubernetes 1.24"},
		{"scheduler's insecure address beside a secure one", "kube-scheduler", "--address", 22, "--address", ""},
		{"scheduler's insecure address, gone", "kube-scheduler", "--address", 34, "--bind-address", ""},
		{"scheduler without a secure port", "kube-scheduler", "--bind-address", 12, "--address", ""},
		{"scheduler with a secure port", "kube-scheduler", "--bind-address", 13, "--bind-address", ""},
		{"kubelet, gone", "kubelet", "--cadvisor-port", 12, "", "removed in Kubernetes 1.12"},
		{"kubelet, new", "kubelet", "--seccomp-default", 21, "", "came with Kubernetes 1.22"},
		{"etcd", "etcd", "--auto-tls", 2, "--auto-tls", ""},
		{"etcd, not yet there", "etcd", "--cipher-suites", 2, "", "came with etcd 3.3"},
		{"etcd, predecessor", "etcd", "--trusted-ca-file", 3, "--trusted-ca-file", ""},
		{"no such flag", "kube-apiserver", "--profilling", 34, "", "not a flag of kube-apiserver"},
		{"without dashes", "kube-apiserver", "profiling", 34, "", "not a flag of kube-apiserver"},
		{"no such component", "kube-proxy", "--profiling", 34, "", "kube-proxy"},
	} {
		t.Run(test.name, func(t *testing.T) {
			name, exists, reason := kube.Flag(test.component, test.flag, test.minor)
			if name != test.want || exists != (test.want != "") || exists != (reason.IsZero()) || !strings.Contains(reason.String(), test.reason) {
				t.Errorf("%s %s in %d: %q, %v, %q; want %q and %q", test.component, test.flag, test.minor, name, exists, reason, test.want, test.reason)
			}
		})
	}
}

func TestAdmissionPlugin(t *testing.T) {
	for _, test := range []struct {
		plugin string
		minor  int
		reason string // part of it, "" where the plugin exists
	}{
		{"AlwaysPullImages", 11, ""},
		{"NodeRestriction", 36, ""},
		{"PodSecurityPolicy", 24, ""},
		{"PodSecurityPolicy", 25, "removed in Kubernetes 1.25: Pod Security admission replaced it"},
		{"PodSecurity", 21, "came with Kubernetes 1.22"},
		{"SecurityContextDeny", 26, ""},
		{"SecurityContextDeny", 27, "alpha feature gate"},
		{"DenyEscalatingExec", 21, "removed in Kubernetes 1.21"},
		{"DenyServiceExternalIPs", 20, "came with Kubernetes 1.21"},
		{"PersistentVolumeLabel", 31, "removed in Kubernetes 1.31"},
		{"AlwaysPull", 34, "not an admission plugin"},
	} {
		exists, reason := kube.AdmissionPlugin(test.plugin, test.minor)
		if exists != (test.reason == "") || exists != (reason.IsZero()) || !strings.Contains(reason.String(), test.reason) {
			t.Errorf("%s in %d: %v, %q; want %q", test.plugin, test.minor, exists, reason, test.reason)
		}
	}
}

func TestAdmissionPluginsOnByDefault(t *testing.T) {
	want := []string{"DefaultStorageClass", "DefaultTolerationSeconds", "LimitRanger", "MutatingAdmissionWebhook", "NamespaceLifecycle",
		"PersistentVolumeClaimResize", "ResourceQuota", "ServiceAccount", "ValidatingAdmissionWebhook"}
	if got := kube.AdmissionPluginsOnByDefault(11); !slices.Equal(got, want) {
		t.Errorf("in 1.11: %v", got)
	}
	got := kube.AdmissionPluginsOnByDefault(34)
	if !slices.IsSorted(got) || !slices.Contains(got, "PodSecurity") || slices.Contains(got, "NodeRestriction") {
		t.Errorf("in 1.34: %v", got)
	}
}

func TestFeatureGate(t *testing.T) {
	for _, test := range []struct {
		gate   string
		minor  int
		reason string
	}{
		{"RotateKubeletServerCertificate", 11, ""},
		{"RotateKubeletServerCertificate", 36, ""},
		{"RotateKubeletClientCertificate", 18, ""},
		{"RotateKubeletClientCertificate", 34, "always on since Kubernetes 1.19"},
		{"SeccompDefault", 21, "came with Kubernetes 1.22"},
		{"SeccompDefault", 27, "always on since Kubernetes 1.27"},
		{"DynamicKubeletConfig", 26, "removed in Kubernetes 1.26"},
		{"ExperimentalHostUserNamespaceDefaulting", 30, "always off since Kubernetes 1.28"},
		{"AnonymousAuthConfigurableEndpoints", 32, ""},
		{"AnonymousAuthConfigurableEndpoints", 34, "always on"},
		{"Nonsense", 34, "not a feature gate"},
	} {
		exists, reason := kube.FeatureGate(test.gate, test.minor)
		if exists != (test.reason == "") || exists != (reason.IsZero()) || !strings.Contains(reason.String(), test.reason) {
			t.Errorf("%s in %d: %v, %q; want %q", test.gate, test.minor, exists, reason, test.reason)
		}
	}
}

func TestAPIVersion(t *testing.T) {
	for _, test := range []struct {
		name  string
		minor int
		want  string // apiVersion and kind
	}{
		{"EncryptionConfiguration", 12, "v1 EncryptionConfig"},
		{"EncryptionConfiguration", 13, "apiserver.config.k8s.io/v1 EncryptionConfiguration"},
		{"Policy", 11, "audit.k8s.io/v1beta1 Policy"},
		{"Policy", 12, "audit.k8s.io/v1 Policy"},
		{"AdmissionConfiguration", 16, "apiserver.k8s.io/v1alpha1 AdmissionConfiguration"},
		{"AdmissionConfiguration", 17, "apiserver.config.k8s.io/v1 AdmissionConfiguration"},
		{"EventRateLimit", 34, "eventratelimit.admission.k8s.io/v1alpha1 Configuration"},
		{"PodSecurityConfiguration", 21, " "},
		{"PodSecurityConfiguration", 23, "pod-security.admission.config.k8s.io/v1beta1 PodSecurityConfiguration"},
		{"PodSecurityConfiguration", 25, "pod-security.admission.config.k8s.io/v1 PodSecurityConfiguration"},
		{"AuthenticationConfiguration", 28, " "},
		{"AuthenticationConfiguration", 33, "apiserver.config.k8s.io/v1beta1 AuthenticationConfiguration"},
		{"AuthenticationConfiguration", 34, "apiserver.config.k8s.io/v1 AuthenticationConfiguration"},
		{"KubeletConfiguration", 34, "kubelet.config.k8s.io/v1beta1 KubeletConfiguration"},
		{"Deployment", 34, " "},
	} {
		apiVersion, kind, exists := kube.APIVersion(test.name, test.minor)
		if got := apiVersion + " " + kind; got != test.want || exists != (got != " ") {
			t.Errorf("%s in %d: %q, %v; want %q", test.name, test.minor, got, exists, test.want)
		}
	}
}

func TestAnonymousPaths(t *testing.T) {
	if exists, reason := kube.AnonymousPaths(31); exists || !strings.Contains(reason.String(), "Kubernetes 1.32") {
		t.Errorf("in 1.31: %v, %q", exists, reason)
	}
	if exists, reason := kube.AnonymousPaths(32); !exists || !reason.IsZero() {
		t.Errorf("in 1.32: %v, %q", exists, reason)
	}
}

func TestKubeletField(t *testing.T) {
	for _, test := range []struct {
		field  string
		minor  int
		reason string
	}{
		{"authentication.anonymous.enabled", 11, ""},
		{"protectKernelDefaults", 36, ""},
		{"seccompDefault", 21, "came with Kubernetes 1.22"},
		{"seccompDefault", 22, ""},
		{"seccompdefault", 34, "not a field"},
	} {
		exists, reason := kube.KubeletField(test.field, test.minor)
		if exists != (test.reason == "") || exists != (reason.IsZero()) || !strings.Contains(reason.String(), test.reason) {
			t.Errorf("%s in %d: %v, %q; want %q", test.field, test.minor, exists, reason, test.reason)
		}
	}
}

func TestDefault(t *testing.T) {
	for _, test := range []struct {
		component, flag string
		minor           int
		want            string // "" where it is not known
	}{
		{"kube-apiserver", "--insecure-port", 19, "8080"},
		{"kube-apiserver", "--insecure-port", 20, "0"},
		{"kube-apiserver", "--insecure-port", 24, ""},
		{"kube-scheduler", "--port", 22, "10251"},
		{"kube-scheduler", "--port", 23, "0"},
		{"kubelet", "--event-qps", 26, "5"},
		{"kubelet", "--event-qps", 27, "50"},
		{"kubelet", "--anonymous-auth", 34, ""},
	} {
		value, known := kube.Default(test.component, test.flag, test.minor)
		if value != test.want || known != (test.want != "") {
			t.Errorf("%s %s in %d: %q, %v; want %q", test.component, test.flag, test.minor, value, known, test.want)
		}
	}
}
