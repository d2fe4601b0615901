package fixers

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"harden/agent/change"
	"harden/agent/facts"
)

func TestOwnerOfEtcdsData(t *testing.T) {
	tests := []struct {
		name   string
		etcd   *facts.Component
		owner  any
		status change.Status
	}{
		{"root, as with kubeadm", &facts.Component{Running: true}, "root:root", ""},
		{"an account of its own", &facts.Component{Running: true, UID: 52034, GID: 52034}, "52034:52034", ""},
		{"root with a group of its own", &facts.Component{Running: true, GID: 52034}, "0:52034", ""},
		{"stopped", &facts.Component{Manifest: "/etc/kubernetes/manifests/etcd.yaml"}, nil, change.Blocked},
		{"none", nil, nil, change.NotApplicable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			made := &facts.Facts{Components: map[string]*facts.Component{}}
			if tt.etcd != nil {
				made.Components["etcd"] = tt.etcd
			}
			f := &FileAccess{Path: "@etcd-data", Owner: "@etcd"}
			if err := f.Check(); err != nil {
				t.Fatal(err)
			}
			req := f.Require("r", tree{"/var/lib/etcd/": ""}.node(t, made))
			if req.Status != tt.status {
				t.Fatalf("status %q (%s), want %q", req.Status, req.Reason, tt.status)
			}
			var owner any
			for _, w := range req.Wants {
				owner = w.Value
			}
			if diff := cmp.Diff(tt.owner, owner); diff != "" {
				t.Errorf("owner (-want +got):\n%s", diff)
			}
		})
	}
}

func TestKubeletClientCAIsFound(t *testing.T) {
	const config, dropIn = "/var/lib/kubelet/config.yaml", "/etc/kubernetes/kubelet.d/10-ca.conf"
	inFile := func(ca string) string { return "authentication:\n  x509:\n    clientCAFile: " + ca + "\n" }
	tests := []struct {
		name    string
		files   tree
		kubelet facts.Kubelet
		want    string
	}{
		{"flag over file", tree{config: inFile("/file.crt")}, facts.Kubelet{Config: config, ClientCAFile: "/flag.crt"}, "/flag.crt"},
		{"file", tree{config: inFile("/file.crt")}, facts.Kubelet{Config: config}, "/file.crt"},
		{"file, relative to itself", tree{config: inFile("pki/ca.crt")}, facts.Kubelet{Config: config}, "/var/lib/kubelet/pki/ca.crt"},
		{"drop-in over file", tree{config: inFile("/file.crt"), dropIn: inFile("/drop-in.crt")},
			facts.Kubelet{Config: config, ConfigDropIns: []string{dropIn}}, "/drop-in.crt"},
		{"drop-in about something else", tree{config: inFile("/file.crt"), dropIn: "readOnlyPort: 0\n"},
			facts.Kubelet{Config: config, ConfigDropIns: []string{dropIn}}, "/file.crt"},
		{"nowhere", tree{config: "readOnlyPort: 0\n"}, facts.Kubelet{Config: config}, ""},
		{"broken file", tree{config: "a: [\n"}, facts.Kubelet{Config: config}, ""},
		{"no configuration", tree{}, facts.Kubelet{}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list, reason := find("@kubelet-client-ca", tt.files.node(t, &facts.Facts{Kubelet: &tt.kubelet}))
			if tt.want == "" {
				if reason.IsZero() {
					t.Errorf("found %v, and no reason", list)
				}
				return
			}
			if len(list) != 1 || list[0].path != tt.want || list[0].place.Content != Certificates {
				t.Errorf("found %v, want %s", list, tt.want)
			}
		})
	}
}
