package fixes

import (
	"encoding/json"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/cluster/inventory"
	"harden/cluster/rules"
)

// Name is what every object is called that harden makes.
const Name = "harden"

func encoded(v any) []byte {
	text, err := json.Marshal(v) // keys are sorted
	if err != nil {
		panic("fixes: an object cannot be encoded: " + err.Error())
	}
	return text
}

// made is an object of harden's in a namespace.
func made(version, kind, namespace, name string, spec any) map[string]any {
	metadata := map[string]any{"name": name, "labels": map[string]any{"app.kubernetes.io/managed-by": "harden"}}
	if namespace != "" {
		metadata["namespace"] = namespace
	}
	return map[string]any{"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec}
}

// pairs reads "pods=200" into a map.
func pairs(list []string) map[string]any {
	values := map[string]any{}
	for _, element := range list {
		key, value, _ := strings.Cut(element, "=")
		values[key] = value
	}
	return values
}

// quotas gives each namespace that has none a quota of the site's values.
func quotas(c *rules.Cluster, p *Plan) {
	setting := c.Settings.Fixes.Quota
	if len(setting) == 0 || c.Missing(inventory.Namespaces, inventory.Quotas) != nil {
		return
	}
	spec := map[string]any{"hard": pairs(setting)}
	inEach(c, p, "namespace-quota", "v1", "ResourceQuota", c.Core.Quotas, spec)
}

// limitRanges gives each namespace that has none one of the site's values:
// "default.memory=512Mi", "defaultRequest.cpu=100m".
func limitRanges(c *rules.Cluster, p *Plan) {
	setting := c.Settings.Fixes.LimitRange
	if len(setting) == 0 || c.Missing(inventory.Namespaces, inventory.LimitRanges) != nil {
		return
	}
	item := map[string]any{"type": "Container"}
	for key, value := range pairs(setting) {
		field, resource, _ := strings.Cut(key, ".")
		within, _ := item[field].(map[string]any)
		if within == nil {
			within = map[string]any{}
			item[field] = within
		}
		within[resource] = value
	}
	inEach(c, p, "namespace-limit-range", "v1", "LimitRange", c.Core.LimitRanges, map[string]any{"limits": []any{item}})
}

// inEach makes an object in each namespace that has none of its kind.
func inEach(c *rules.Cluster, p *Plan, rule, version, kind string, have []inventory.Object, spec map[string]any) {
	for _, n := range c.Judged() {
		if slices.ContainsFunc(have, func(o inventory.Object) bool { return o.Namespace == n.Name }) {
			continue
		}
		f := addition(change.ObjectTarget(kind, "", n.Name, Name), []string{rule}, made(version, kind, n.Name, Name, spec),
			change.FieldChange{Field: "json:spec", After: string(encoded(spec)), Rules: []string{rule}})
		f.Closes = []Point{{rule, n.Target()}}
		p.Fixes = append(p.Fixes, f)
	}
}
