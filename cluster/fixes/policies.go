package fixes

import (
	"fmt"
	"strings"

	"harden/agent/change"
	"harden/cluster/rules"
)

// Since when the API has policies that admission carries out itself.
const (
	validatingSince = 30
	mutatingSince   = 36
)

const admissionGroup = "admissionregistration.k8s.io"

// registries makes a policy that warns of, or refuses, images from other registries
// than the site's. It judges what is made from now on; what runs is not touched.
func registries(c *rules.Cluster, p *Plan) {
	mode := rules.Chosen(c.Settings.Fixes.RegistryPolicy)
	if mode == "" {
		return
	}
	names := []string{"image-registry"}
	t := change.ObjectTarget("ValidatingAdmissionPolicy", admissionGroup, "", "harden-registries")
	switch {
	case len(c.Settings.TrustedRegistries) == 0:
		p.blocked(names, t, nil, "no registry is named in --set trusted-registries=")
		return
	case c.Version.Minor < validatingSince:
		p.blocked(names, t, nil, "Kubernetes 1.%d has no such policies; they are there from 1.%d on", c.Version.Minor, validatingSince)
		return
	case c.Made(t):
		return
	}
	var trusted []string
	for _, r := range c.Settings.TrustedRegistries {
		trusted = append(trusted, fmt.Sprintf("c.image.startsWith(%q)", strings.TrimSuffix(r, "/")+"/"))
		if r == "docker.io" { // the default of an image without a registry
			trusted = append(trusted, "!c.image.contains('/')", "!c.image.split('/')[0].matches('[.:]|^localhost$')")
		}
	}
	either := strings.Join(trusted, " || ")
	expression := "object.spec.containers.all(c, " + either + ")"
	for _, field := range []string{"initContainers", "ephemeralContainers"} {
		expression += " && (!has(object.spec." + field + ") || object.spec." + field + ".all(c, " + either + "))"
	}
	spec := map[string]any{
		"failurePolicy": "Ignore",
		"matchConstraints": map[string]any{"resourceRules": []any{map[string]any{"apiGroups": []any{""}, "apiVersions": []any{"v1"},
			"operations": []any{"CREATE", "UPDATE"}, "resources": []any{"pods", "pods/ephemeralcontainers"}}}},
		"validations": []any{map[string]any{"expression": expression, "message": "an image comes from a registry that this cluster does not trust"}},
	}
	actions := []any{"Warn", "Audit"}
	if mode == "deny" {
		spec["failurePolicy"] = "Fail"
		actions = []any{"Deny"}
	}
	p.policy(names, "ValidatingAdmissionPolicy", "harden-registries", spec, map[string]any{"policyName": "harden-registries", "validationActions": actions,
		"matchResources": map[string]any{"namespaceSelector": exempt(c)}})
	for i := range p.Fixes {
		if mode != "deny" || p.Fixes[i].Rules[0] != names[0] {
			continue
		}
		for _, n := range c.Judged() {
			p.Fixes[i].Proves = append(p.Fixes[i].Proves, n.Name)
		}
	}
}

// exempt selects all namespaces but those of the system.
func exempt(c *rules.Cluster) map[string]any {
	var values []any
	for _, n := range c.Settings.SystemNamespaces {
		values = append(values, n)
	}
	if len(values) == 0 {
		return map[string]any{}
	}
	return map[string]any{"matchExpressions": []any{map[string]any{"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": values}}}
}

// tokenPolicy makes a policy that takes the token from the default account of each
// namespace that is made from now on, and from one that is made anew.
func tokenPolicy(c *rules.Cluster, p *Plan) {
	if rules.Chosen(c.Settings.Fixes.TokenPolicy) == "" {
		return
	}
	names := []string{tokenRule}
	t := change.ObjectTarget("MutatingAdmissionPolicy", admissionGroup, "", "harden-default-tokens")
	if c.Version.Minor < mutatingSince {
		p.blocked(names, t, nil, "Kubernetes 1.%d has no such policies; they are there from 1.%d on", c.Version.Minor, mutatingSince)
		return
	}
	if c.Made(t) {
		return
	}
	spec := map[string]any{
		"failurePolicy": "Ignore", "reinvocationPolicy": "Never",
		"matchConstraints": map[string]any{"resourceRules": []any{map[string]any{"apiGroups": []any{""}, "apiVersions": []any{"v1"},
			"operations": []any{"CREATE"}, "resources": []any{"serviceaccounts"}}}},
		"matchConditions": []any{map[string]any{"name": "default", "expression": "object.metadata.name == 'default' && !has(object.automountServiceAccountToken)"}},
		"mutations": []any{map[string]any{"patchType": "ApplyConfiguration",
			"applyConfiguration": map[string]any{"expression": "Object{automountServiceAccountToken: false}"}}},
	}
	p.policy(names, "MutatingAdmissionPolicy", "harden-default-tokens", spec, map[string]any{"policyName": "harden-default-tokens"})
}

// policy adds a policy and what puts it into force.
func (p *Plan) policy(names []string, kind, name string, spec, binding map[string]any) {
	for _, part := range []struct {
		kind string
		spec map[string]any
	}{{kind, spec}, {kind + "Binding", binding}} {
		p.Fixes = append(p.Fixes, addition(change.ObjectTarget(part.kind, admissionGroup, "", name), names,
			made(admissionGroup+"/v1", part.kind, "", name, part.spec), change.FieldChange{Field: "json:spec", After: string(encoded(part.spec)), Rules: names}))
	}
}
