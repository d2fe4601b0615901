package rules

import (
	"slices"

	"harden/agent/change"
	"harden/cluster/inventory"
	"harden/cluster/rbac"
)

func accountRules() []Rule {
	needs := slices.Concat([]string{inventory.ServiceAccounts, inventory.Namespaces}, inventory.RBAC, inventory.Templates)
	return []Rule{
		{Name: "default-service-account", needs: needs, judge: defaultAccounts,
			Title: Text{"Give default service accounts no token and no rights", "默认 ServiceAccount 不挂载令牌且无权限"},
			Why: Text{"A pod that names no account gets the default account. An attacker who takes over the pod can use the token of this account at the API server.",
				"未指定账户的 Pod 使用默认账户；其令牌使被入侵的程序能够访问 API Server。"}},
		{Name: "service-account-token", needs: needs, judge: mountedTokens,
			Title: Text{"Mount tokens only where they are used", "仅在需要处挂载令牌"},
			Why: Text{"A token that nothing uses helps only an attacker who takes over the pod.",
				"无人使用的令牌只会帮助入侵者。"}},
		{Name: "tiller-binding", needs: []string{inventory.ClusterBindings}, judge: tiller,
			Title: Text{"Do not bind Tiller to cluster-admin", "Tiller 不绑定 cluster-admin"},
			Why: Text{"Whoever can reach Tiller, the server of Helm 2, acts with Tiller's rights.",
				"任何能访问 Tiller（Helm 2 服务端）的人都以其权限行事。"}},
	}
}

const automount = change.Field("json:automountServiceAccountToken")

// defaultAccounts wants the token of each default account off, and no binding
// that names one. Namespaces that are going away are left out.
func defaultAccounts(c *Cluster) Verdict {
	var observed []change.Observation
	total := 0
	for _, a := range c.Core.ServiceAccounts {
		if a.Name != "default" || !c.exists(a.Namespace) {
			continue
		}
		total++
		if a.Automount == nil || *a.Automount {
			observed = append(observed, observe(a.Object, automount, change.Exact, false, value(a.Automount)))
		}
	}
	mounted := len(observed)
	for g := range c.RBAC.Of(func(s rbac.Subject) bool { return s.Kind == "ServiceAccount" && s.Name == "default" }) {
		if !slices.Contains(c.Settings.Allowed, g.Subject.String()) {
			observed = append(observed, evidence(g))
		}
	}
	if len(observed) == 0 {
		return compliant("all %d default service accounts have neither a token nor rights", total)
	}
	return open(observed, "%d of %d default service accounts give their pods a token, and %d bindings give such an account rights", mounted, total, len(observed)-mounted)
}

func (c *Cluster) exists(namespace string) bool {
	return slices.ContainsFunc(c.Core.Namespaces, func(n inventory.Namespace) bool { return n.Name == namespace })
}

func value(b *bool) any {
	if b == nil {
		return nil
	}
	return *b
}

// mountedTokens finds templates whose pods get a token. Where the account has
// no rights at all, nothing can use it.
func mountedTokens(c *Cluster) Verdict {
	accounts := map[string]*bool{}
	for _, a := range c.Core.ServiceAccounts {
		accounts[a.Namespace+"/"+a.Name] = a.Automount
	}
	bound := map[string]bool{}
	for g := range c.RBAC.Of(func(s rbac.Subject) bool { return s.Kind == "ServiceAccount" }) {
		bound[g.Subject.Namespace+"/"+g.Subject.Name] = true
	}
	var useless, used []change.Observation
	for _, t := range c.templates() {
		account := t.Namespace + "/" + t.ServiceAccount
		if !t.MountsToken(accounts[account]) && !t.Projected {
			continue
		}
		o := observe(t.Object, change.Field("json:"+t.Field+".automountServiceAccountToken"), change.Exact, false, value(t.Automount))
		o.Count = t.Pods
		if bound[account] {
			used = append(used, o)
		} else {
			useless = append(useless, o)
		}
	}
	switch {
	case len(useless) > 0:
		return open(useless, "%d pod templates mount the token of an account without rights of its own; %d more mount the token of an account with rights", len(useless), len(used))
	case len(used) > 0:
		return manual(used, "%d pod templates mount the token of an account that has rights; check whether their pods use it", len(used))
	}
	return compliant("no pod template mounts a token")
}

// tiller wants the binding that the Rancher guide makes to be away.
func tiller(c *Cluster) Verdict {
	b := c.Core.TillerBinding
	if b == nil || b.RoleName != "cluster-admin" {
		return compliant("no binding named tiller gives cluster-admin")
	}
	var observed []change.Observation
	for _, s := range b.Subjects {
		observed = append(observed, evidence(rbac.Grant{Subject: s, Binding: *b}))
	}
	if len(observed) == 0 {
		return compliant("the binding named tiller has no subject")
	}
	return open(observed, "the ClusterRoleBinding tiller gives cluster-admin: move the releases to Helm 3, then delete it")
}
