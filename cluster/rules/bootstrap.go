package rules

import (
	"slices"
	"strings"

	"harden/agent/change"
	"harden/cluster/rbac"
)

// ofBootstrapTokens tells whether a subject is one that a bootstrap token gives: its
// groups begin so by the API server's own check, and everybody is authenticated.
func ofBootstrapTokens(s rbac.Subject) bool {
	switch s.Kind {
	case "Group":
		return s.Name == "system:bootstrappers" || strings.HasPrefix(s.Name, "system:bootstrappers:") || s.Name == "system:authenticated"
	case "User":
		return strings.HasPrefix(s.Name, "system:bootstrap:")
	}
	return false
}

// tokensForJoining wants bootstrap tokens to give no right but what a node needs to
// join: then nobody can do anything else with one. Which tokens there are is in Secrets,
// which are not read.
func tokensForJoining(c *Cluster) Verdict {
	var observed []change.Observation
	for g := range c.RBAC.Of(ofBootstrapTokens) {
		if !slices.Contains(c.Settings.Allowed, g.Subject.String()) && !onlyJoins(g) {
			observed = append(observed, evidence(g))
		}
	}
	if len(observed) == 0 {
		return compliant("a bootstrap token gives only the right to join a node, so people can use it for nothing else")
	}
	return manual(observed, "because of %d bindings, a bootstrap token gives more rights than a node needs to join; remove these bindings, or make sure that nobody logs in with such a token", objects(observed))
}

// onlyJoins tells whether a binding gives no right but those that kubeadm join and a
// new kubelet use, and what everybody may ask: the version, the APIs, and what one may do
// oneself. It goes by the rules; a label of the role says nothing. A role that is not there
// gives none.
func onlyJoins(g rbac.Grant) bool {
	return !slices.ContainsFunc(g.Role.Rules, func(r rbac.Rule) bool { return !joins(r, g.Namespace) })
}

// everybody are the paths of the API server's roles system:discovery and
// system:public-info-viewer, and of the keys of service accounts.
var everybody = []string{"/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/readyz", "/openapi", "/openapi/*", "/version", "/version/",
	"/.well-known/openid-configuration", "/.well-known/openid-configuration/", "/openid/v1/jwks", "/openid/v1/jwks/"}

func joins(r rbac.Rule, namespace string) bool {
	only := func(have []string, allowed ...string) bool {
		return len(have) > 0 && !slices.ContainsFunc(have, func(h string) bool { return !slices.Contains(allowed, h) })
	}
	switch {
	case len(r.NonResourceURLs) > 0:
		return len(r.Resources) == 0 && only(r.Verbs, "get") && only(r.NonResourceURLs, everybody...)
	case only(r.APIGroups, "authorization.k8s.io"):
		return only(r.Resources, "selfsubjectaccessreviews", "selfsubjectrulesreviews") && only(r.Verbs, "create")
	case only(r.APIGroups, "authentication.k8s.io"):
		return only(r.Resources, "selfsubjectreviews") && only(r.Verbs, "create")
	case only(r.APIGroups, "certificates.k8s.io"):
		return only(r.Resources, "certificatesigningrequests") && only(r.Verbs, "create", "get", "list", "watch") ||
			only(r.Resources, "certificatesigningrequests/nodeclient") && only(r.Verbs, "create")
	case !only(r.APIGroups, "") || !only(r.Verbs, "get"):
		return false
	case only(r.Resources, "nodes"):
		return true
	}
	return namespace == "kube-system" && only(r.Resources, "configmaps") && len(r.ResourceNames) > 0 &&
		!slices.ContainsFunc(r.ResourceNames, func(n string) bool { return n != "kubeadm-config" && !strings.HasPrefix(n, "kubelet-config") })
}
