package fixes

import (
	"fmt"
	"slices"

	"harden/agent/change"
	"harden/cluster/inventory"
	"harden/cluster/object"
	"harden/cluster/podsecurity"
	"harden/cluster/rules"
)

const labelPrefix = "pod-security.kubernetes.io/"

var levels = []string{"privileged", "baseline", "restricted"}

// podSecurity gives namespaces labels of Pod Security, in stages. Warnings and
// audit entries break nothing, and are as of the newest version. What is enforced
// is pinned to the server's version, so that an upgrade does not begin to refuse
// pods; and it is enforced only where no template would be refused.
func podSecurity(c *rules.Cluster, p *Plan) {
	level, stage := rules.Chosen(c.Settings.Fixes.Level), rules.Chosen(c.Settings.Fixes.Stage)
	needs := append([]string{inventory.Namespaces}, inventory.Templates...)
	if level == "" || stage == "" || c.Missing(needs...) != nil {
		return
	}
	violations := violating(c, level)
	warned := 0
	defer func() {
		if warned > 0 {
			p.blocked(rules.UpTo(level), "", nil, "after apply, %d namespaces warn about such pods, and refuse none; to refuse them: --set pod-security-stage=enforce", warned)
		}
	}()
	for _, n := range c.Judged() {
		if rules.Refuses(n, level) {
			continue
		}
		names := rules.UpTo(level)
		if stage == "warn" {
			fields := labels(n, []string{"pod-policy"}, "warn", level, "warn-version", "latest", "audit", level, "audit-version", "latest")
			warned++
			if len(fields) > 0 {
				f := edit(n.Object, []string{"pod-policy"}, fields...)
				f.Closes = nil
				p.Fixes = append(p.Fixes, f)
			}
			continue
		}
		if set, is := n.Labels[labelPrefix+"enforce"]; is {
			p.blocked(names, n.Target(), nil, "somebody set its level to %s; change the label there", set)
			continue
		}
		if found := violations[n.Name]; len(found) > 0 {
			p.blocked(names, n.Target(), found, "%d fields of its templates would be refused, the first is %s of %s", len(found), found[0].Field, found[0].Target.Name())
			continue
		}
		fields := labels(n, names, "enforce", level, "enforce-version", fmt.Sprintf("v1.%d", c.Version.Minor))
		p.Fixes = append(p.Fixes, edit(n.Object, names, fields...))
	}
}

// labels are the changes that set labels which are not set.
func labels(n inventory.Namespace, names []string, pairs ...string) []change.FieldChange {
	var fields []change.FieldChange
	for i := 0; i < len(pairs); i += 2 {
		name := labelPrefix + pairs[i]
		if _, is := n.Labels[name]; !is {
			fields = append(fields, change.FieldChange{Field: object.Label(name), After: pairs[i+1], Rules: names})
		}
	}
	return fields
}

// violating gives what templates have that a level refuses, by namespace.
func violating(c *rules.Cluster, level string) map[string][]change.Observation {
	found := map[string][]change.Observation{}
	for _, t := range c.Templates {
		for _, issue := range t.Issues {
			refusedBy := podsecurity.Level(issue.Check)
			since, is := podsecurity.Since(issue.Check)
			if !is || since > c.Version.Minor || slices.Index(levels, refusedBy) > slices.Index(levels, level) {
				continue
			}
			o := rules.Observe(t.Object, t.Address(issue), issue.Op, issue.Expected, issue.Actual)
			o.Count = t.Pods
			if !slices.ContainsFunc(found[t.Namespace], func(other change.Observation) bool { return other.Target == o.Target && other.Field == o.Field }) {
				found[t.Namespace] = append(found[t.Namespace], o)
			}
		}
	}
	return found
}
