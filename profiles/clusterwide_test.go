package profiles

import "testing"

// What kubectl harden judges, and what only a person can judge of a cluster, is
// about the cluster; the rest is about a node.
func TestClusterWide(t *testing.T) {
	counts := map[string]int{}
	for _, name := range Names() {
		p, err := Load(name, nil, Source{})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range p.Controls {
			if c.ClusterWide() {
				counts[name]++
				if len(c.Rules) > 0 {
					t.Errorf("%s is judged by rules of the node", c.ID)
				}
			}
		}
	}
	for name, want := range map[string]int{"cis-1.12": 36, "qkxy-cs001-2023": 59, "rancher-2.1": 6, "kubeadm-node": 0, "eks-1.8": 0} {
		if counts[name] != want {
			t.Errorf("%s has %d, want %d", name, counts[name], want)
		}
	}
	for id, want := range map[string]bool{"cis-2.0.1/5.1.1": true, "cis-1.12/3.1.2": true, "cis-1.12/3.2.2": false, "cis-1.12/1.2.11": false, "cis-1.12/4.2.8": false,
		"qkxy-cs001-2023/5.1.6.3": true, "qkxy-cs001-2023/5.8.1.1": false, "qingteng-12/10.6": false, "qingteng-12/1": true, "site/5.1.1": false} {
		if got := (Control{ID: id}).ClusterWide(); got != want {
			t.Errorf("%s: %v", id, got)
		}
	}
}
