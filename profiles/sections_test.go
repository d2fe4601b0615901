package profiles

import "testing"

func TestSectionTitle(t *testing.T) {
	for _, tt := range []struct{ profile, id, want string }{
		{"cis-1.12", "1.2", "API server"},
		{"cis-1.12", "5.7", "General policies"},
		{"cis-1.12", "6", ""},
		{"cis", "1.2", ""}, // an edition has a number
		{"stig-kubernetes-v2r6", "1.2", ""},
		{"qkxy-cs001-2023", "5.8.2", "Network policies"},
		{"qkxy-cs001", "5.8.2", ""},
		{"rancher-2.3.5", "1.1", ""},
		{"rancher-2.1", "1.1", "Hosts"},
		{"site", "files", ""},
		{"kubeadm-node", "files", "Files"},
	} {
		if got := SectionTitle(tt.profile, tt.id).EN; got != tt.want {
			t.Errorf("section %s of %s is %q, want %q", tt.id, tt.profile, got, tt.want)
		}
	}
}

// TestWhereControlsAreJudged: of what a person judges, a control is about the whole
// cluster, about each control plane, or about each node.
func TestWhereControlsAreJudged(t *testing.T) {
	for _, tt := range []struct {
		control         string
		cluster, planes bool
	}{
		{"cis-1.12/1.1.9", false, true},
		{"cis-1.12/1.2.11", false, true},
		{"cis-1.12/2.7", false, false}, // etcd may have nodes of its own
		{"cis-1.12/3.2.1", true, true},
		{"cis-1.12/4.1.1", false, false},
		{"cis-1.12/5.1.1", true, true},
		{"cis-1.12/5", false, false}, // no control: the section
		{"qkxy-cs001-2023/5.1.2.3", false, true},
		{"qkxy-cs001-2023/5.6.2.3", false, false},
		{"qkxy-cs001-2023/5.7.1.1", true, true},
		{"qkxy-cs001-2023/5.8.1.1", false, false},
		{"qkxy-cs001-2023/5.8.2.1", true, true},
		{"qingteng-12/3.1", true, true},
		{"qingteng-12/11.1", false, true},
		{"kubeadm-node/files.pki", false, false},
		{"site/5.1.1", false, false},
	} {
		c := Control{ID: tt.control}
		if c.OfCluster() != tt.cluster || c.OnPlanes() != tt.planes {
			t.Errorf("%s: about the cluster %v, on control planes %v", tt.control, c.OfCluster(), c.OnPlanes())
		}
	}
}
