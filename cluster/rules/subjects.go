package rules

import (
	"harden/agent/change"
	"harden/cluster/rbac"
)

// systemMasters finds bindings that name the group. Its members cannot be seen
// in the API: they are in client certificates.
func systemMasters(c *Cluster) Verdict {
	var observed []change.Observation
	for g := range c.RBAC.Of(func(s rbac.Subject) bool { return s.Kind == "Group" && s.Name == "system:masters" }) {
		if !g.Bootstrap {
			observed = append(observed, evidence(g))
		}
	}
	if len(observed) > 0 {
		return open(observed, "%d bindings of this site name the group system:masters; bind a group of your own instead", len(observed))
	}
	return manual(nil, "no binding of this site names the group; its members are in client certificates, which the API does not show: on each control-plane node, look at the subject of the certificates in /etc/kubernetes/*.conf")
}

// accountRights lists the service accounts that have a right which gives more
// rights.
func accountRights(c *Cluster) Verdict {
	var observed []change.Observation
	for _, row := range grantRows {
		if row.name == "rbac-wildcards" {
			continue // by itself it says nothing of what is granted
		}
		for _, g := range c.RBAC.Grants(row.right) {
			if g.Subject.Kind == "ServiceAccount" && !c.mayHave(g) {
				observed = append(observed, evidence(g))
			}
		}
	}
	if len(observed) == 0 {
		return compliant("no service account has a right with which it can give itself more rights")
	}
	return manual(observed, "%d service accounts have rights with which they can give themselves more: %s", len(subjects(observed)), listed(subjects(observed)))
}
