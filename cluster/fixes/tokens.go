package fixes

import (
	"slices"

	"harden/agent/change"
	"harden/cluster/inventory"
	"harden/cluster/rules"
)

const (
	tokenRule  = "default-service-account"
	tillerRule = "tiller-binding"
	automount  = change.Field("json:automountServiceAccountToken")
)

// tokens takes the token from each default account that no pod gets it from. What a
// pod that runs has it keeps; one that starts later would be without, and a health
// check after the change sees nothing of it. So where a template gets the token, it
// is changed only if the site says that it does not need it.
func tokens(c *rules.Cluster, p *Plan) {
	if c.Missing(append([]string{inventory.ServiceAccounts, inventory.Namespaces}, inventory.Templates...)...) != nil {
		return
	}
	users := map[string][]inventory.Template{}
	for _, t := range c.Templates {
		if t.ServiceAccount == "default" && t.Automount == nil && !notNeeded(c.Settings.Fixes.TokenNotNeeded, t) {
			users[t.Namespace] = append(users[t.Namespace], t)
		}
	}
	for _, a := range c.Core.ServiceAccounts {
		there := slices.ContainsFunc(c.Core.Namespaces, func(n inventory.Namespace) bool { return n.Name == a.Namespace })
		if a.Name != "default" || !there || a.Automount != nil && !*a.Automount {
			continue
		}
		names := []string{tokenRule}
		if list := users[a.Namespace]; len(list) > 0 {
			var observed []change.Observation
			seen := map[change.Target]bool{}
			for _, t := range list {
				if !seen[t.Target()] {
					seen[t.Target()] = true
					o := rules.Observe(t.Object, change.Field("json:"+t.Field+".automountServiceAccountToken"), change.Exact, false, nil)
					o.Count = t.Pods
					observed = append(observed, o)
				}
			}
			p.blocked(names, a.Target(), observed, "%d workloads would start without the token, the first is %s; give them an account of their own, or name those that do not need the token in --set token-not-needed=NAMESPACE/KIND/NAME",
				len(observed), observed[0].Target.Name())
			continue
		}
		var before any
		if a.Automount != nil {
			before = *a.Automount
		}
		f := edit(a.Object, names, change.FieldChange{Field: automount, Before: before, After: false, Rules: names})
		p.Fixes = append(p.Fixes, f)
	}
}

// notNeeded tells whether the site says that a workload does not use its token.
func notNeeded(list []string, t inventory.Template) bool {
	return slices.Contains(list, t.Namespace+"/"+t.Kind+"/"+t.Name)
}

// tiller deletes the binding that Helm 2 had, where nothing of it runs any more.
func tiller(c *rules.Cluster, p *Plan) {
	b := c.Core.TillerBinding
	if b == nil || b.RoleName != "cluster-admin" || len(b.Subjects) == 0 || c.Missing(append([]string{inventory.ClusterBindings}, inventory.Templates...)...) != nil {
		return
	}
	names := []string{tillerRule}
	o := inventory.Object{Kind: "ClusterRoleBinding", Group: "rbac.authorization.k8s.io", Name: "tiller", UID: b.UID}
	for _, t := range c.Templates {
		if t.Namespace == "kube-system" && (t.ServiceAccount == "tiller" || t.Name == "tiller-deploy") {
			p.blocked(names, o.Target(), nil, "%s %s/%s still runs under this account", t.Kind, t.Namespace, t.Name)
			return
		}
	}
	f := edit(o, names, change.FieldChange{Field: "json:roleRef", Before: b.RoleKind + " " + b.RoleName, Rules: names})
	f.After = change.State{}
	f.Closes = []Point{{tillerRule, o.Target()}}
	p.Fixes = append(p.Fixes, f)
}
