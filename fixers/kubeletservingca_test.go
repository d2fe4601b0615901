package fixers

import (
	"testing"

	"harden/agent/facts"
)

func TestServingCertificateIsFound(t *testing.T) {
	const config, dropIn = "/var/lib/kubelet/config.yaml", "/etc/kubelet.d/10-tls.conf"
	tests := []struct {
		name    string
		files   tree
		kubelet facts.Kubelet
		want    string
	}{
		{"flag over file", tree{config: "tlsCertFile: /file.crt\n"}, facts.Kubelet{Config: config, Flags: map[string]string{"tls-cert-file": "/flag.crt"}}, "/flag.crt"},
		{"file", tree{config: "tlsCertFile: /file.crt\n", "/var/lib/kubelet/pki/kubelet-server-current.pem": ""}, facts.Kubelet{Config: config}, "/file.crt"},
		{"file, relative to itself", tree{config: "tlsCertFile: pki/a.crt\n"}, facts.Kubelet{Config: config}, "/var/lib/kubelet/pki/a.crt"},
		{"drop-in over file", tree{config: "tlsCertFile: /file.crt\n", dropIn: "tlsCertFile: /drop-in.crt\n"},
			facts.Kubelet{Config: config, ConfigDropIns: []string{dropIn}}, "/drop-in.crt"},
		{"renewed by itself", tree{config: "serverTLSBootstrap: true\n", "/var/lib/kubelet/pki/kubelet-server-current.pem": "→/var/lib/kubelet/pki/kubelet-server-1.pem"},
			facts.Kubelet{Config: config}, "/var/lib/kubelet/pki/kubelet-server-1.pem"},
		{"made by itself", tree{config: "port: 10250\n"}, facts.Kubelet{Config: config}, "/var/lib/kubelet/pki/kubelet.crt"},
		{"in a directory of its own", tree{config: "port: 10250\n"}, facts.Kubelet{Config: config, Flags: map[string]string{"cert-dir": "/srv"}}, "/srv/kubelet.crt"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := servingCertificate(tt.files.node(t, nil), &tt.kubelet)
			if err != nil || got != tt.want {
				t.Errorf("found %q (%v), want %q", got, err, tt.want)
			}
		})
	}
}
