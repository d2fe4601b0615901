package rules

import (
	"slices"
	"strings"

	"harden/agent/change"
	"harden/cluster/inventory"
)

func namespaceRules() []Rule {
	return []Rule{
		{Name: "namespace-quota", needs: []string{inventory.Namespaces, inventory.Quotas}, judge: quotas,
			Title: Text{"Give every namespace a quota", "每个命名空间设置资源配额"},
			Why:   Text{"Without a quota, a single team can use up the cluster.", "没有配额时单个团队可能耗尽集群资源。"}},
		{Name: "namespace-limit-range", needs: []string{inventory.Namespaces, inventory.LimitRanges}, judge: limitRanges,
			Title: Text{"Give every namespace a LimitRange", "每个命名空间配置 LimitRange"},
			Why:   Text{"A LimitRange gives default requests and limits to containers that set none.", "为未设置请求与限制的容器提供默认值。"}},
		{Name: "namespace-default-empty", judge: defaultEmpty,
			needs: slices.Concat([]string{inventory.Services, inventory.ServiceAccounts, inventory.NetworkPolicies, inventory.Ingresses}, inventory.Templates, inventory.Bindings),
			Title: Text{"Keep the namespace default empty", "default 命名空间保持为空"},
			Why:   Text{"Policies and rights apply to a whole namespace, so all objects in default share the same ones.", "策略与权限按命名空间授予；default 中的对象与所有人共享。"}},
		{Name: "namespace-name", needs: []string{inventory.Namespaces}, judge: names,
			Title: Text{"Do not begin names of namespaces with kube-", "命名空间名称不以 kube- 开头"},
			Why:   Text{"The prefix is for Kubernetes itself, and policies may exempt such namespaces.", "该前缀为 Kubernetes 保留，策略可能排除此类命名空间。"}},
		{Name: "service-type", needs: []string{inventory.Services}, judge: nodePorts,
			Title: Text{"Avoid Services that open a port on every node", "避免在每个节点开放端口的 Service"},
			Why:   Text{"A node port is open on every address of every node, and bypasses ingress and its rules.", "NodePort 在每个节点的所有地址上开放，绕过 Ingress 及其规则。"}},
	}
}

func quotas(c *Cluster) Verdict { return c.haveObject("ResourceQuota", c.Core.Quotas) }

func limitRanges(c *Cluster) Verdict { return c.haveObject("LimitRange", c.Core.LimitRanges) }

// haveObject wants an object of a kind in every namespace that is judged.
func (c *Cluster) haveObject(kind string, list []inventory.Object) Verdict {
	have := map[string]bool{}
	for _, o := range list {
		have[o.Namespace] = true
	}
	var without []change.Observation
	namespaces := c.judged()
	for _, n := range namespaces {
		if !have[n.Name] {
			without = append(without, observe(n.Object, change.Field("json:"+kind), change.Present, nil, nil))
		}
	}
	if len(without) == 0 {
		return compliant("all %d namespaces have a %s", len(namespaces), kind)
	}
	return open(without, "%d of %d namespaces have no %s", len(without), len(namespaces), kind)
}

// defaultEmpty lists what is in the namespace default beside what Kubernetes
// makes there.
func defaultEmpty(c *Cluster) Verdict {
	var there []inventory.Object
	for _, t := range c.Templates {
		there = append(there, t.Object)
	}
	for _, s := range c.Core.Services {
		if s.Name != "kubernetes" {
			there = append(there, s.Object)
		}
	}
	for _, a := range c.Core.ServiceAccounts {
		if a.Name != "default" {
			there = append(there, a.Object)
		}
	}
	for _, p := range c.Policies {
		there = append(there, p.Object)
	}
	there = append(there, c.Core.Ingresses...)
	var observed []change.Observation
	for _, o := range there {
		if o.Namespace == "default" {
			observed = append(observed, observe(o, "json:metadata.namespace", change.Excludes, "default", "default"))
		}
	}
	if len(observed) == 0 {
		return compliant("the namespace default contains no objects of the listed kinds")
	}
	return open(observed, "%d objects are in the namespace default; move them to namespaces of their own", objects(observed))
}

// ownNames are the namespaces that Kubernetes makes.
var ownNames = []string{"kube-system", "kube-public", "kube-node-lease"}

func names(c *Cluster) Verdict {
	var observed []change.Observation
	for _, n := range c.Core.Namespaces {
		if strings.HasPrefix(n.Name, "kube-") && !slices.Contains(ownNames, n.Name) && !c.Settings.system(n.Name) {
			observed = append(observed, observe(n.Object, "json:metadata.name", change.Excludes, "kube-", n.Name))
		}
	}
	if len(observed) == 0 {
		return compliant("no other namespace has a name that begins with kube-")
	}
	return open(observed, "%d namespaces have a name that begins with kube-; if one belongs to a vendor's product, name it in --set system-namespaces=", len(observed))
}

func nodePorts(c *Cluster) Verdict {
	var observed []change.Observation
	for _, s := range c.Core.Services {
		if s.NodePorts && !c.Settings.system(s.Namespace) {
			observed = append(observed, observe(s.Object, "json:spec.type", change.OneOf, "ClusterIP", s.Type))
		}
	}
	if len(observed) == 0 {
		return compliant("no Service opens a port on the nodes")
	}
	return open(observed, "%d Services open a port on every node", len(observed))
}
