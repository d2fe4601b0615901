package rules

import (
	"slices"
	"strings"

	"harden/agent/change"
	"harden/cluster/inventory"
)

func networkRules() []Rule {
	needs := append([]string{inventory.Namespaces, inventory.NetworkPolicies}, inventory.Templates...)
	why := Text{"Without a policy every pod can reach every other pod of the cluster.", "没有策略时任意 Pod 都能访问集群中的其他 Pod。"}
	return []Rule{
		{Name: "network-policy-enforced", needs: []string{inventory.DaemonSets}, judge: enforcer, Why: why,
			Title: Text{"Use a network add-on that enforces policies", "使用支持网络策略的网络插件"}},
		{Name: "network-policy-namespace", needs: needs, judge: isolated, Why: why,
			Title: Text{"Isolate the pods of every namespace", "每个命名空间以网络策略隔离 Pod"}},
		{Name: "network-policy-selects", needs: needs, judge: selecting, Why: why,
			Title: Text{"Have policies that select pods", "网络策略至少选中一个 Pod"}},
		{Name: "network-policy-default-deny", needs: needs, judge: defaultDeny, Why: why,
			Title: Text{"Deny by default, then allow", "默认拒绝并按需放行"}},
	}
}

// enforcers are add-ons that enforce NetworkPolicy, by what the name of their
// DaemonSet or an image has in it.
var enforcers = []string{"calico-node", "canal", "cilium", "antrea-agent", "kube-router", "ovnkube-node", "ovn-kubernetes", "weave-net",
	"aws-network-policy-agent", "aws-eks-nodeagent", "azure-npm", "kube-network-policies", "kindnet"}

// idle are add-ons that do not.
var idle = []string{"flannel"}

// enforcer tells who enforces policies. An add-on that is not known decides
// nothing.
func enforcer(c *Cluster) Verdict {
	var found, without []change.Observation
	for _, t := range c.Templates {
		if t.Kind != "DaemonSet" || t.Pods > 0 {
			continue
		}
		switch {
		case named(t, enforcers):
			o := observe(t.Object, "json:metadata.name", change.Present, nil, t.Name)
			o.Holds = true
			found = append(found, o)
		case named(t, idle):
			without = append(without, observe(t.Object, "json:metadata.name", change.Absent, nil, t.Name))
		}
	}
	switch {
	case len(found) > 0:
		v := compliant("DaemonSet %s enforces network policies", found[0].Target.Name()[strings.LastIndexByte(found[0].Target.Name(), '/')+1:])
		v.Observed = found
		return v
	case len(without) > 0:
		return open(without, "nothing enforces network policies: flannel alone does not; add Calico (Canal) or kube-network-policies")
	}
	return manual(nil, "no DaemonSet of an add-on that is known to enforce network policies runs; check /etc/cni/net.d of a node, and the documentation of the add-on named there")
}

func named(t inventory.Template, list []string) bool {
	return slices.ContainsFunc(list, func(part string) bool {
		return strings.Contains(t.Name, part) || slices.ContainsFunc(t.Images, func(image string) bool { return strings.Contains(image, part) })
	})
}

// isolated wants every namespace to have a policy, and every pod to be selected
// by one for incoming traffic that does not allow everything.
func isolated(c *Cluster) Verdict {
	var observed []change.Observation
	namespaces := c.judged()
	for _, n := range namespaces {
		policies := c.policiesIn(n.Name)
		if !slices.ContainsFunc(policies, limits) {
			actual := any(nil)
			if len(policies) > 0 {
				actual = "allows everything"
			}
			observed = append(observed, observe(n.Object, "json:NetworkPolicy", change.Present, nil, actual))
			continue
		}
		for _, t := range c.Templates {
			if t.Namespace == n.Name && !t.HostNetwork && !isolates(policies, t) {
				observed = append(observed, observe(t.Object, "json:NetworkPolicy", change.Present, nil, nil))
			}
		}
	}
	if len(observed) == 0 {
		return compliant("policies isolate the pods of all %d namespaces", len(namespaces))
	}
	return open(observed, "in %d of %d namespaces not every pod is isolated by a policy", inNamespaces(observed), len(namespaces))
}

// limits tells whether a policy limits incoming traffic at all.
func limits(p inventory.Policy) bool { return p.Ingress && !p.AllowsAllIn }

// isolates tells whether incoming traffic of a template's pods is limited:
// some policy selects them, and none of those allows everything.
func isolates(policies []inventory.Policy, t inventory.Template) bool {
	selected := false
	for _, p := range policies {
		if !p.Ingress || !p.Selector.Matches(t.PodLabels) {
			continue
		}
		if p.AllowsAllIn {
			return false
		}
		selected = true
	}
	return selected
}

func (c *Cluster) policiesIn(namespace string) []inventory.Policy {
	return slices.DeleteFunc(slices.Clone(c.Policies), func(p inventory.Policy) bool { return p.Namespace != namespace })
}

// inNamespaces counts the namespaces that some evidence is about.
func inNamespaces(observed []change.Observation) int {
	seen := map[string]bool{}
	for _, o := range observed {
		parts := strings.Split(o.Target.Name(), "/")
		seen[parts[1]] = true // KIND/NAME of a Namespace, or KIND/NAMESPACE/NAME
	}
	return len(seen)
}

// selecting wants every policy to select a pod or a template.
func selecting(c *Cluster) Verdict {
	var observed []change.Observation
	total := 0
	for _, p := range c.Policies {
		if c.Settings.system(p.Namespace) {
			continue
		}
		total++
		if !slices.ContainsFunc(c.Templates, func(t inventory.Template) bool { return t.Namespace == p.Namespace && p.Selector.Matches(t.PodLabels) }) {
			observed = append(observed, observe(p.Object, "json:spec.podSelector", change.Present, nil, "selects no pod"))
		}
	}
	if len(observed) == 0 {
		return compliant("all %d network policies select a pod", total)
	}
	return open(observed, "%d of %d network policies select no pod", len(observed), total)
}

// defaultDeny wants a policy in every namespace that selects all pods and
// allows no incoming traffic.
func defaultDeny(c *Cluster) Verdict {
	var observed []change.Observation
	namespaces := c.judged()
	for _, n := range namespaces {
		deny := func(p inventory.Policy) bool { return p.Ingress && p.Selector.All() && p.NoRuleIn }
		if !slices.ContainsFunc(c.policiesIn(n.Name), deny) {
			observed = append(observed, observe(n.Object, "json:NetworkPolicy", change.Present, nil, nil))
		}
	}
	if len(observed) == 0 {
		return compliant("all %d namespaces deny incoming traffic by default", len(namespaces))
	}
	return open(observed, "%d of %d namespaces have no policy that denies incoming traffic by default", len(observed), len(namespaces))
}

// Enforced tells whether an add-on that is known to enforce network policies runs.
func Enforced(c *Cluster) bool { return enforcer(c).Status == change.Compliant }

// AddOn tells whether a template is that of a network add-on.
func AddOn(t inventory.Template) bool {
	return t.Kind == "DaemonSet" && (named(t, enforcers) || named(t, idle))
}
