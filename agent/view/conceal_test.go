package view

import (
	"strings"
	"testing"
)

func TestConcealed(t *testing.T) {
	for _, shown := range []string{
		"   image: rancher/hyperkube:v1.15.9", " secrets_encryption_config:", "   secret:", "   password: \"\"", "   ssh_key: |-",
		"   token: # later", "   - name: restricted", "   feature-gates: RotateKubeletServerCertificate=true",
	} {
		if got := concealed(shown); got != shown {
			t.Errorf("%q is shown as %q", shown, got)
		}
	}
	for _, hidden := range []string{
		"   password: hunter2", "   - secret_key: 'hunter2'", "   s3SecretKey: hunter2 # c", `   "apiToken": "hunter2"`,
		"      MIIEhunter2AABAoIBAQC7VJTUt9Us8cKjMzEfYyjiWA4R4",
	} {
		if got := concealed(hidden); strings.Contains(got, "hunter2") || !strings.Contains(got, "sha256:") {
			t.Errorf("%q is shown as %q", hidden, got)
		}
	}
}
