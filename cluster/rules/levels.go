package rules

import (
	"slices"
	"strconv"
	"strings"

	"harden/agent/change"
	"harden/cluster/inventory"
	"harden/cluster/podsecurity"
)

// The labels of Pod Security admission.
const (
	labelPrefix  = "pod-security.kubernetes.io/"
	enforceLabel = labelPrefix + "enforce"
	versionLabel = labelPrefix + "enforce-version"
)

const enforceField = change.Field(`json:metadata.labels["` + enforceLabel + `"]`)

var levels = []string{"privileged", "baseline", "restricted"}

// levelsFrom lists a level and those above it.
func levelsFrom(level string) []string { return levels[slices.Index(levels, level):] }

func label(n inventory.Namespace, name string) any {
	if v, there := n.Labels[name]; there {
		return v
	}
	return nil
}

// refuses tells whether a namespace's label has pods refused that a level
// refuses since a minor version. A label that the API server does not
// understand is taken by it for restricted, but nobody meant that: it counts as
// none. The defaults of the API server's admission configuration are not seen
// in the API and count for nothing here.
func refuses(n inventory.Namespace, level string, since int) bool {
	if !slices.Contains(levelsFrom(level), n.Labels[enforceLabel]) {
		return false
	}
	version, pinned := n.Labels[versionLabel]
	if !pinned || version == "latest" {
		return true
	}
	minor, err := strconv.Atoi(strings.TrimPrefix(version, "v1."))
	return err == nil && minor >= since
}

// asked is what namespaces are asked to refuse: what a level refuses since a minor version.
type asked struct {
	level string
	since int
}

// lax is the evidence of the namespaces that do not refuse what a level refuses since a
// minor version. Many rules ask for the same, and share it: nobody may change it.
func (c *Cluster) lax(level string, since int) []change.Observation {
	if observed, known := c.laxAbout[asked{level, since}]; known {
		return observed
	}
	var observed []change.Observation
	for _, n := range c.judged() {
		if !refuses(n, level, since) {
			observed = append(observed, observe(n.Object, enforceField, change.OneOf, levelsFrom(level), label(n, enforceLabel)))
		}
	}
	if c.laxAbout == nil {
		c.laxAbout = map[asked][]change.Observation{}
	}
	c.laxAbout[asked{level, since}] = observed
	return observed
}

// activePolicy wants something to judge pods in every namespace: a label, or a
// webhook that is asked about every pod.
func activePolicy(c *Cluster) Verdict {
	without, namespaces := slices.Clone(c.lax("baseline", 0)), c.judged()
	if len(without) == 0 {
		return compliant("Pod Security admission judges the pods of all %d namespaces", len(namespaces))
	}
	var engines []string
	for _, w := range c.Webhooks {
		if w.PodsOnCreation && !slices.Contains(engines, w.Object.Name) {
			engines = append(engines, w.Object.Name)
		}
	}
	if len(engines) > 0 {
		return manual(without, "%d of %d namespaces have no level of Pod Security, but a webhook reviews pods (%s); check whether it refuses risky ones",
			len(without), len(namespaces), listed(engines))
	}
	return open(without, "%d of %d namespaces have no level of Pod Security, and no webhook reviews pods; a default in the API server's admission configuration is not visible here",
		len(without), len(namespaces))
}

// EnforceField is the address of the label that has pods refused.
const EnforceField = enforceField

// Refuses tells whether a namespace has pods refused that a level refuses, as of the
// newest version.
func Refuses(n inventory.Namespace, level string) bool { return refuses(n, level, 0) }

// UpTo lists the rules about pods that a level of Pod Security serves.
func UpTo(level string) []string {
	list := []string{"pod-policy"}
	for _, row := range podRows {
		if slices.Contains(levelsFrom(podsecurity.Level(row.checks[0])), level) {
			list = append(list, row.name)
		}
	}
	return list
}
