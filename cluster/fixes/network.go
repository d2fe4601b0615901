package fixes

import (
	"cmp"
	"slices"

	"harden/agent/change"
	"harden/cluster/inventory"
	"harden/cluster/rules"
)

const networkRule = "network-policy-namespace"

// networkPolicies gives each namespace without a policy one that allows what its
// objects say is needed, and nothing else comes in. It is one object: a first policy
// that allows something isolates already. Where nothing enforces policies none is
// made, since it would look like protection; and none where a webhook or an API of
// the cluster is served from, since cutting that off could stop the undo too.
func networkPolicies(c *rules.Cluster, p *Plan) {
	f := c.Settings.Fixes
	needs := slices.Concat([]string{inventory.Namespaces, inventory.NetworkPolicies, inventory.Services, inventory.Ingresses}, inventory.Servers, inventory.Templates, inventory.Webhooks)
	if len(f.NetworkPolicy) == 0 {
		return
	}
	names := []string{networkRule}
	enforced := rules.Enforced(c) || len(f.EnforcedBy) > 0
	for _, n := range c.Judged() {
		if slices.ContainsFunc(c.Policies, func(o inventory.Policy) bool { return o.Namespace == n.Name }) {
			continue // a policy that allows more would undo what those forbid
		}
		switch serves, known := c.Serves(n.Name); {
		case !known:
			p.blocked(names, n.Target(), nil, "harden does not know which clients have to reach the pods of this namespace")
		case c.Missing(needs...) != nil:
			p.blocked(names, n.Target(), nil, "harden does not know which clients have to reach the pods of this namespace: %v", c.Missing(needs...))
		case !enforced:
			p.blocked(names, n.Target(), nil, "no add-on is known to enforce network policies here; name the add-on that does in --set network-policy-enforced-by=NAME")
		case serves != "":
			p.blocked(names, n.Target(), nil, "%s is served from this namespace, and the API server has to reach it", serves)
		case slices.ContainsFunc(c.Templates, func(t inventory.Template) bool { return t.Namespace == n.Name && rules.AddOn(t) }):
			p.blocked(names, n.Target(), nil, "the network add-on runs in this namespace")
		default:
			p.Fixes = append(p.Fixes, policyOf(c, n))
		}
	}
}

// policyOf is the policy of a namespace.
func policyOf(c *rules.Cluster, n inventory.Namespace) Fix {
	from := []any{map[string]any{"podSelector": map[string]any{}}}
	for _, other := range c.Settings.Fixes.AllowFrom {
		from = append(from, map[string]any{"namespaceSelector": map[string]any{"matchLabels": map[string]any{"kubernetes.io/metadata.name": other}}})
	}
	ingress := []any{map[string]any{"from": from}}
	if ports := outside(c, n.Name); len(ports) > 0 {
		ingress = append(ingress, map[string]any{"ports": ports})
	}
	spec := map[string]any{"podSelector": map[string]any{}, "policyTypes": []any{"Ingress"}, "ingress": ingress}
	names := []string{networkRule}
	f := addition(change.ObjectTarget("NetworkPolicy", "networking.k8s.io", n.Name, Name), names,
		made("networking.k8s.io/v1", "NetworkPolicy", n.Name, Name, spec), change.FieldChange{Field: "json:spec", After: string(encoded(spec)), Rules: names})
	f.Closes = []Point{{networkRule, n.Target()}}
	for _, t := range c.Templates {
		if t.Namespace == n.Name {
			f.Closes = append(f.Closes, Point{networkRule, t.Target()})
		}
	}
	return f
}

// outside are the ports that something outside of the namespace has to reach, as
// objects say: Services that are open on nodes or by a load balancer, and where there
// is an Ingress, all Services, since its controller may run anywhere.
func outside(c *rules.Cluster, namespace string) []any {
	routed := slices.ContainsFunc(c.Core.Ingresses, func(o inventory.Object) bool { return o.Namespace == namespace })
	var ports []any
	seen := map[string]bool{}
	for _, s := range c.Core.Services {
		if s.Namespace != namespace || len(s.Selector) == 0 || !routed && s.Type != "NodePort" && s.Type != "LoadBalancer" {
			continue
		}
		for _, port := range s.Ports {
			target := port.TargetPort
			if target == nil || target == float64(0) {
				target = port.Port
			}
			one := map[string]any{"port": target, "protocol": cmp.Or(port.Protocol, "TCP")}
			if text := string(encoded(one)); !seen[text] {
				seen[text] = true
				ports = append(ports, one)
			}
		}
	}
	slices.SortFunc(ports, func(a, b any) int { return cmp.Compare(string(encoded(a)), string(encoded(b))) })
	return ports
}
