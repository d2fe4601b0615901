package profiles

import (
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"harden/agent/change"
)

// SeverityOf says how severe it is when a rule of the profile does not hold:
// what the site's profile says of it, or the rule itself. A rule that says nothing
// is medium.
func (p *Profile) SeverityOf(rule string) change.Severity {
	if s := p.severity[rule]; s != "" {
		return s
	}
	if r, found := p.Rule(rule); found && r.definition.Severity != "" {
		return change.Severity(r.definition.Severity)
	}
	return change.Medium
}

// checkSeverity says what is wrong with a rule's severity, or with what it names of
// frameworks.
func (r *rule) checkSeverity() error {
	if r.Severity != "" && !slices.Contains(change.Severities, change.Severity(r.Severity)) {
		return at(r.path, r.node, "rule %s: severity must be critical, high, medium or low, not %q", r.Name, r.Severity)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Frameworks)) {
		if known := frameworkNames(); !slices.Contains(known, name) {
			return at(r.path, r.node, "rule %s: unknown framework %q; known are %s", r.Name, name, strings.Join(known, ", "))
		}
	}
	return nil
}

// severities lays what a profile says of the severity of rules over what it
// inherits.
func (r *resolver) severities(d *draft) {
	for _, name := range slices.Sorted(maps.Keys(d.file.Severity)) {
		node := d.file.Severity[name]
		if _, used := d.with[name]; !used {
			r.wrong(at(d.file.path, &node, "gives a severity to rule %q, which the profile does not use%s", name, similar(name, slices.Sorted(maps.Keys(d.with)))))
			continue
		}
		s := change.Severity(node.Value)
		if node.Kind != yaml.ScalarNode || !slices.Contains(change.Severities, s) {
			r.wrong(at(d.file.path, &node, "rule %s: severity must be critical, high, medium or low, not %q", name, node.Value))
			continue
		}
		if d.severity == nil {
			d.severity = map[string]change.Severity{}
		}
		d.severity[name] = s
	}
}
