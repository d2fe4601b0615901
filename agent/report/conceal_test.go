package report

import (
	"math/rand/v2"
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

func TestLoginsOfURLs(t *testing.T) {
	got := concealed(`dial https://hunter2:x@proxy:3128/a, "http://u:p@ss@b?x=hunter2": refused`)
	if want := `dial https://…@proxy:3128/a, "http://…@b?…": refused`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// What the quick look passes by, the expressions would have left as it is.
func TestSuspicious(t *testing.T) {
	pieces := []string{" ", "\t", "- ", "  - ", "--", "--x-token=", ":", "ſecret", "to\u212aen", "=", ": ", "'", "\"", "/", ".", "_", "-", ",", "[", "]", "#", "é", "name", "value", "VALUE", "Key", "ssh_key", "private-key", "token", "Secret",
		"passwd", "Password", "access", "credential", "Bearer", "BASIC", "abcdefghij", "ABCDEFGHIJ", "0123456789", "7", "x1y2z3w4v5", "+", "hunter2"}
	random := rand.New(rand.NewPCG(1, 2))
	shown := 0
	for range 200_000 {
		var line strings.Builder
		for range 1 + random.IntN(9) {
			line.WriteString(pieces[random.IntN(len(pieces))])
		}
		text := line.String()
		if suspicious(text) {
			continue
		}
		shown++
		if got := withoutSecrets(text); got != text {
			t.Fatalf("%q is not suspicious, and is to be shown as %q", text, got)
		}
	}
	if shown < 10_000 {
		t.Errorf("only %d lines were passed by", shown)
	}
}
