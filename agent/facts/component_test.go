package facts

import (
	"slices"
	"strings"
	"testing"
)

// TestFlagOfComponent: a flag has the value that the manifest gives it, and the
// file that it names lies where the host has it.
func TestFlagOfComponent(t *testing.T) {
	text := strings.Replace(manifest("kube-apiserver", "kube-apiserver:v1.34.1",
		"--client-ca-file=/etc/kubernetes/pki/ca.crt, --tls-cert-file=/own/tls.crt, --audit-policy-file=, --token-auth-file=$(TOKENS), --kubeconfig=relative"),
		"spec:\n", "spec:\n  volumes:\n  - {name: pki, hostPath: {path: /srv/pki}}\n", 1) +
		"    volumeMounts:\n    - {name: pki, mountPath: /etc/kubernetes/pki}\n" +
		"    env:\n    - {name: TOKENS, valueFrom: {secretKeyRef: {name: a, key: b}}}\n"
	f, err := Collect(kubeadmControlPlane.and(files{"/etc/kubernetes/manifests/kube-apiserver.yaml": text}).make(t), nil, Override{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	api := f.Components["kube-apiserver"]
	for _, tt := range []struct {
		flag, value string
		given       bool
		file        string
		names       bool // a file
	}{
		{"client-ca-file", "/etc/kubernetes/pki/ca.crt", true, "/srv/pki/ca.crt", true},
		{"tls-cert-file", "/own/tls.crt", true, "/own/tls.crt", true}, // not mounted
		{"kubeconfig", "relative", true, "relative", true},
		{"audit-policy-file", "", true, "", false},
		{"token-auth-file", "", true, "", true}, // not known
		{"etcd-cafile", "", false, "", false},
	} {
		value, given := api.Flag(tt.flag)
		file, names := api.File(tt.flag)
		if value != tt.value || given != tt.given || file != tt.file || names != tt.names {
			t.Errorf("--%s: got %q, %v, the file %q, %v; want %+v", tt.flag, value, given, file, names, tt)
		}
	}
}

// TestRunsAsStarted: a process that has another command line than its manifest
// was started before that was changed.
func TestRunsAsStarted(t *testing.T) {
	byImage := made.and(files{"/etc/kubernetes/manifests/etcd.yaml": strings.Replace(manifest("etcd", "etcd:3.6", "--data-dir=/srv/etcd"), "command: [etcd]\n    ", "", 1)})
	for _, tt := range []struct {
		name  string
		files files
		argv  string // "" where it does not run
		want  bool
	}{
		{"the same", made, "etcd --data-dir=/srv/etcd", true},
		{"before a change", made, "etcd --data-dir=/srv/etcd --auto-tls=true", false},
		{"in another order", made, "etcd --v=2 --data-dir=/srv/etcd", false},
		{"it does not run", made, "", false},
		{"the image has the program", byImage, "/usr/local/bin/etcd --data-dir=/srv/etcd", true},
		{"the image has the program, before a change", byImage, "/usr/local/bin/etcd", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := newMachine(t, version2, "")
			if tt.argv != "" {
				m.run(proc{pid: 30, argv: tt.argv, group: etcdGroup})
			}
			etcd := m.collect(tt.files).Components["etcd"]
			if etcd.Running != (tt.argv != "") || etcd.RunsAsStarted() != tt.want {
				t.Errorf("running %v, as started %v; want %v", etcd.Running, etcd.RunsAsStarted(), tt.want)
			}
		})
	}
}

func TestFlagValues(t *testing.T) {
	for _, tt := range []struct {
		component, argv, flag string
		want                  []string
	}{
		{"kube-apiserver", "kube-apiserver --service-account-issuer=https://a --v=2 --service-account-issuer https://b", "service-account-issuer", []string{"https://a", "https://b"}},
		{"kube-apiserver", "kube-apiserver --tls_cert_file=/a", "tls-cert-file", []string{"/a"}},
		{"etcd", "etcd -listen-client-urls=https://a,https://b", "listen-client-urls", []string{"https://a,https://b"}},
		{"etcd", "etcd --v=2", "data-dir", nil},
	} {
		if got := FlagValues(tt.component, strings.Fields(tt.argv), tt.flag); !slices.Equal(got, tt.want) {
			t.Errorf("--%s of %q: got %q, want %q", tt.flag, tt.argv, got, tt.want)
		}
	}
}
