package profiles

import "strings"

// clusterWide are the controls, and the sections of controls, that are about a
// cluster and not about one of its nodes, by profile; a name that ends with - is
// the beginning of those of all editions.
var clusterWide = [...]struct{ profile, ids string }{
	{"cis-", "3.1 5"},
	{"qkxy-cs001-2023", "5.1.6.3 5.7 5.8.2"},
	{"qingteng-12", "1 2 3 4"},
	{"rancher-2.1", "3"},
	{"rancher-2.3.5", "default-sa network-policy rke-cluster.addons.tiller rke-template.addons.tiller"},
	{"stig-kubernetes-v2r6", "V-242383 V-242395 V-242414 V-242415 V-242417 V-242437 V-242442 V-274883 V-274884"},
}

// ClusterWide tells whether the control is about the cluster as a whole: a verdict
// on it holds for all nodes. One that a rule judges is about the node.
func (c Control) ClusterWide() bool {
	profile, id, _ := strings.Cut(c.ID, "/")
	for _, of := range clusterWide {
		if len(c.Rules) > 0 || of.profile != profile && (!strings.HasSuffix(of.profile, "-") || !strings.HasPrefix(profile, of.profile)) {
			continue
		}
		for _, section := range strings.Fields(of.ids) {
			if id == section || strings.HasPrefix(id, section+".") {
				return true
			}
		}
	}
	return false
}
