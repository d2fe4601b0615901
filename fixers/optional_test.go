package fixers

import (
	"slices"
	"strings"
	"testing"

	"harden/agent/change"
	"harden/agent/facts"
)

// TestWhatKindsTell: what a rule restarts, when it can be met, and which flags it is
// about are told by its kind, also where the node could not be judged.
func TestWhatKindsTell(t *testing.T) {
	const api, kubeletUnit = "roll:kube-apiserver", "restart:kubelet.service"
	file := func(path string) *FileAccess { return &FileAccess{Path: path} }
	yamlSetting := &YAMLSetting{Restart: "containerd.service"}
	yamlSetting.Path = "/etc/containerd/config.yaml"
	for _, tt := range []struct {
		name     string
		fixer    Fixer
		phase    Phase
		restarts string
		starts   string // the component and its flags
	}{
		{"a kernel parameter", &Sysctl{Key: "kernel.panic"}, Host, "", ""},
		{"an account", &Account{}, Host, "", ""},
		{"a file of the host", file("/etc/passwd"), Host, "", ""},
		{"a file of a node", file("/etc/kubernetes/admin.conf"), Cluster, "", ""},
		{"a directory of a node", file("/etc/kubernetes"), Cluster, "", ""},
		{"a file that is called alike", file("/etc/kubernetes-old/admin.conf"), Host, "", ""},
		{"the kubelet's units", file(placeKubeletUnits), Host, "", ""},
		{"the kubelet's configuration", file(placeKubeletConfig), Cluster, "", ""},
		{"a text", &FileContent{Path: "/etc/issue"}, Host, "", ""},
		{"a text that a service reads", &FileContent{Path: "/etc/x", Restart: "x.service"}, Host, "restart:x.service", ""},
		{"a setting of a service", yamlSetting, Host, "restart:containerd.service", ""},
		{"a setting of the kubelet", kubelet("maxPods", "--max-pods", 1), Cluster, kubeletUnit, ""},
		{"the kubelet's addresses", &KubeletAddresses{}, Cluster, kubeletUnit, ""},
		{"what runs", &UnitCurrent{Unit: KubeletUnit}, Cluster, kubeletUnit, ""},
		{"a flag", flagged("--profiling", "", false), Cluster, api, "kube-apiserver --profiling"},
		{"a flag of etcd", &ComponentFlag{Component: "etcd", Flag: "--auto-tls"}, Cluster, "roll:etcd", "etcd --auto-tls"},
		{"anonymous requests", &AnonymousAccess{}, Cluster, api, "kube-apiserver --anonymous-auth --authentication-config"},
		{"what is stored", &EncryptionAtRest{}, Cluster, api, "kube-apiserver --encryption-provider-config --encryption-provider-config-automatic-reload"},
		{"an audit policy", &ControlPlaneFile{File: "audit-policy"}, Cluster, api, "kube-apiserver --audit-policy-file"},
		{"limits of events", &ControlPlaneFile{File: "event-rate-limit"}, Cluster, api, "kube-apiserver --admission-control-config-file"},
		{"pod security", &PodSecurity{}, Cluster, api, "kube-apiserver --admission-control-config-file"},
		{"the CA of kubelets", &KubeletServingCA{}, Cluster, api, "kube-apiserver --kubelet-certificate-authority"},
	} {
		if got := PhaseOf(tt.fixer); got != tt.phase {
			t.Errorf("%s: can be met from phase %s on, want %s", tt.name, got, tt.phase)
		}
		var restarts []change.Effect
		if r, is := tt.fixer.(Restarting); is {
			restarts = r.Restarts()
		}
		if want := change.Effect(tt.restarts); want != "" && !slices.Equal(restarts, []change.Effect{want}) || want == "" && len(restarts) > 0 {
			t.Errorf("%s: restarts %q, want %q", tt.name, restarts, want)
		}
		starts := ""
		if s, is := tt.fixer.(Starting); is {
			component, flags := s.Flags()
			starts = component + " " + strings.Join(flags, " ")
		}
		if starts != tt.starts {
			t.Errorf("%s: is about %q, want %q", tt.name, starts, tt.starts)
		}
	}
	if field, flag := kubelet("maxPods", "--max-pods", 1).KubeletSetting(); field != "maxPods" || flag != "--max-pods" {
		t.Errorf("the setting of the kubelet is %s, %s", field, flag)
	}
	if unit := (&UnitCurrent{Unit: KubeletUnit}).OfUnit(); unit != "kubelet.service" {
		t.Errorf("what runs is %s", unit)
	}
	if got := (&Port{Protocol: "tcp", Port: 10255}).Listens(); got != (facts.Port{Protocol: "tcp", Number: 10255}) {
		t.Errorf("the port is %+v", got)
	}
}
