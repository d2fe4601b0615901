package view

import (
	"strings"
	"testing"
)

func TestConcealed(t *testing.T) {
	for _, shown := range []string{
		"   image: rancher/hyperkube:v1.15.9", " secrets_encryption_config:", "   secret:", "   password: \"\"", "   ssh_key: |-",
		"   token: # later", "   - name: restricted", "   feature-gates: RotateKubeletServerCertificate=true",
		"    - --tls-private-key-file=/etc/kubernetes/pki/apiserver.key", "    - --kubelet-client-key=/etc/kubernetes/pki/apiserver-kubelet-client.key",
		"    - --enable-bootstrap-token-auth=true", "- TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305", "    - --service-cluster-ip-range=10.96.0.0/12",
		"    - path: /etc/kubernetes/pki/etcd2/peer.crt", "   value: \"\"", "    evictionPressureTransitionPeriod: 0s",
	} {
		if got := concealed(shown); got != shown {
			t.Errorf("%q is shown as %q", shown, got)
		}
	}
	for _, hidden := range []string{
		"   password: hunter2", "   - secret_key: 'hunter2'", "   s3SecretKey: hunter2 # c", `   "apiToken": "hunter2"`,
		"    - --cloud-password=hunter2", "    - \"--token=hunter2\"", "  command: [kubelet, --bootstrap-token hunter2, -v]",
		"  - Bearer hunter2", "  Authorization: [\"Basic hunter2x\", a]", "      value: hunter2", "  x: abcdefghij0123456789hunter2",
		"      MIIEhunter2AABAoIBAQC7VJTUt9Us8cKjMzEfYyjiWA4R4",
	} {
		if got := concealed(hidden); strings.Contains(got, "hunter2") || !strings.Contains(got, "sha256:") {
			t.Errorf("%q is shown as %q", hidden, got)
		}
	}
}
