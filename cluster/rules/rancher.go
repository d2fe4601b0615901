package rules

import (
	"slices"

	"harden/agent/change"
	"harden/cluster/inventory"
)

func rancherRules() []Rule {
	why := Text{"Rancher manages other clusters: a weakness in Rancher is a weakness in all of them.", "Rancher 管理其他集群：其中的缺口会影响所有下游集群。"}
	return []Rule{
		{Name: "rancher-local-hidden", needs: []string{inventory.Deployments}, judge: localHidden, Why: why,
			Title: Text{"Hide the local cluster from Rancher", "对 Rancher 隐藏 local 集群"}},
		{Name: "rancher-audit-log", needs: []string{inventory.Deployments}, judge: rancherAudit, Why: why,
			Title: Text{"Write Rancher's audit log", "启用 Rancher 审计日志"}},
		{Name: "rancher-identity-provider", needs: []string{inventory.AuthConfigs}, judge: identityProvider, Why: why,
			Title: Text{"Use an identity provider for logins to Rancher", "Rancher 使用外部身份认证"}},
		{Name: "rancher-admins", needs: []string{inventory.GlobalBindings}, judge: rancherAdmins, Why: why,
			Title: Text{"Limit who administrates Rancher", "限制 Rancher 管理员"}},
		{Name: "rancher-node-drivers", needs: []string{inventory.NodeDrivers}, judge: nodeDrivers, Why: why,
			Title: Text{"Activate approved node drivers only", "仅启用获批的节点驱动"}},
	}
}

const notHere = "no Rancher server runs in this cluster; to check it, name the context of its own cluster with --context"

// server finds the Deployment of Rancher.
func (c *Cluster) server() (inventory.Template, bool) {
	i := slices.IndexFunc(c.Templates, func(t inventory.Template) bool {
		return t.Kind == "Deployment" && t.Namespace == "cattle-system" && t.Name == "rancher" && t.Pods == 0
	})
	if i < 0 {
		return inventory.Template{}, false
	}
	return c.Templates[i], true
}

func localHidden(c *Cluster) Verdict {
	t, there := c.server()
	switch {
	case !there:
		return notApplicable(notHere)
	case t.Rancher["--add-local"] == "false":
		return compliant("Rancher runs with --add-local=false")
	}
	field := change.Field("json:" + t.Field + ".containers[name=rancher].args")
	return open([]change.Observation{observe(t.Object, field, change.Includes, "--add-local=false", nilIfEmpty(t.Rancher["--add-local"]))},
		"Rancher does not run with --add-local=false")
}

func rancherAudit(c *Cluster) Verdict {
	t, there := c.server()
	if !there {
		return notApplicable(notHere)
	}
	if level := t.Rancher["AUDIT_LEVEL"]; level != "" && level != "0" {
		return compliant("AUDIT_LEVEL is %s", level)
	}
	field := change.Field("json:" + t.Field + ".containers[name=rancher].env[name=AUDIT_LEVEL].value")
	return open([]change.Observation{observe(t.Object, field, change.AtLeast, "1", nilIfEmpty(t.Rancher["AUDIT_LEVEL"]))}, "Rancher writes no audit log")
}

func nilIfEmpty(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func identityProvider(c *Cluster) Verdict {
	if !c.Rancher.Installed {
		return notApplicable(notHere)
	}
	others := slices.DeleteFunc(slices.Clone(c.Rancher.AuthConfigs), func(name string) bool { return name == "local" })
	if len(others) == 0 {
		return open(nil, "no identity provider is enabled in Rancher; everyone logs in with a local account")
	}
	return manual(nil, "enabled identity providers: %s; check that the only local account left is the one for outages", listed(others))
}

func rancherAdmins(c *Cluster) Verdict {
	if !c.Rancher.Installed {
		return notApplicable(notHere)
	}
	others := slices.DeleteFunc(slices.Clone(c.Rancher.Admins), func(name string) bool { return slices.Contains(c.Settings.Allowed, name) })
	if len(others) == 0 {
		return compliant("all administrators of Rancher are allowed by the settings")
	}
	return manual(nil, "%d administrators of Rancher: %s; allow the intended ones with --set rbac-allowed=", len(others), listed(others))
}

func nodeDrivers(c *Cluster) Verdict {
	if !c.Rancher.Installed {
		return notApplicable(notHere)
	}
	others := slices.DeleteFunc(slices.Clone(c.Rancher.NodeDrivers), func(name string) bool { return slices.Contains(c.Settings.NodeDrivers, name) })
	if len(others) == 0 {
		return compliant("all active node drivers are approved")
	}
	return manual(nil, "active node drivers: %s; name those that are approved with --set node-drivers=", listed(others))
}
