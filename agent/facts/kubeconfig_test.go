package facts

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadClient(t *testing.T) {
	const head = "apiVersion: v1\nkind: Config\ncurrent-context: a@b\nclusters: [{name: b, cluster: {server: https://192.0.2.1:1, certificate-authority-data: Y2E=}}]\ncontexts:\n- {name: other, context: {user: nobody}}\n- {name: a@b, context: {cluster: b, user: a}}\nusers:\n- {name: nobody, user: {token: x}}\n"
	for _, test := range []struct {
		name, text string
		want       Client
		err        string
	}{
		{"data", head + "- {name: a, user: {client-certificate-data: Y2VydA==, client-key-data: a2V5}}", Client{Certificate: []byte("cert"), Key: []byte("key"), CA: []byte("ca"), Server: "https://192.0.2.1:1"}, ""},
		{"files", head + "- {name: a, user: {client-certificate: pki/a.crt, client-key: /k/a.key}}", Client{Certificate: []byte{}, Key: []byte{}, CertificateFile: "/etc/kubernetes/pki/a.crt", KeyFile: "/k/a.key", CA: []byte("ca"), Server: "https://192.0.2.1:1"}, ""},
		{"a token", head + "- {name: a, user: {token: x}}", Client{}, "has no client certificate"},
		{"a certificate alone", head + "- {name: a, user: {client-certificate-data: Y2VydA==}}", Client{}, "has no client certificate"},
		{"no such user", head, Client{}, "no user for its current context"},
		{"no base64", head + "- {name: a, user: {client-certificate-data: '%', client-key-data: a2V5}}", Client{}, "is not base64"},
		{"no YAML", "users: [", Client{}, "it is not a kubeconfig"},
		{"nothing", "", Client{}, "no user"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := ReadClient([]byte(test.text), "/etc/kubernetes")
			if (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Fatalf("error %v, want %q", err, test.err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
