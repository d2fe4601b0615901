package kube_test

import (
	"testing"

	"harden/agent/kube"
)

// A gate that nothing names is switched with all of its stage.
func TestGroupGate(t *testing.T) {
	for _, test := range []struct {
		gate  string
		minor int
		want  string
	}{
		{"RotateKubeletServerCertificate", 11, "AllAlpha"},
		{"RotateKubeletServerCertificate", 12, "AllBeta"},
		{"RotateKubeletServerCertificate", 36, "AllBeta"},
		{"SeccompDefault", 25, ""},
		{"NoSuchGate", 34, ""},
	} {
		if got := kube.GroupGate(test.gate, test.minor); got != test.want {
			t.Errorf("%s in 1.%d goes with %q, want %q", test.gate, test.minor, got, test.want)
		}
	}
}

// What a word behind a flag is depends on how its component reads the flag.
func TestKindOf(t *testing.T) {
	for _, test := range []struct {
		component, flag string
		want            kube.Kind
	}{
		{"kube-apiserver", "profiling", kube.Bool},
		{"kube-apiserver", "tls-cipher-suites", kube.List},
		{"kube-apiserver", "service-account-issuer", kube.Array},
		{"kube-apiserver", "feature-gates", kube.Map},
		{"kube-apiserver", "oidc-required-claim", kube.Entry},
		{"kube-apiserver", "audit-log-maxage", kube.Number},
		{"kube-apiserver", "request-timeout", kube.Duration},
		{"kube-apiserver", "audit-log-path", kube.Text},
		{"kube-controller-manager", "use-service-account-credentials", kube.Bool},
		{"kube-scheduler", "profiling", kube.Bool},
		{"kubelet", "anonymous-auth", kube.Bool},
		{"kubelet", "streaming-connection-idle-timeout", kube.Duration},
		{"etcd", "client-cert-auth", kube.Bool},
		{"etcd", "data-dir", kube.Text},
		{"etcd", "profiling", kube.Text}, // of another component
		{"kube-proxy", "profiling", kube.Text},
	} {
		if got := kube.KindOf(test.component, test.flag); got != test.want {
			t.Errorf("--%s of %s is read as %d, want %d", test.flag, test.component, got, test.want)
		}
	}
}
