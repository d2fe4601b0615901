// Package rules judges what was read of a cluster, one rule at a time. A rule
// is a pure function of the inventory and the site's settings. A rule whose
// objects could not all be read gives the verdict error, never compliant.
package rules

import (
	"slices"
	"sync"

	"harden/agent/change"
	"harden/agent/message"
	"harden/cluster/inventory"
)

// Text is what people read, in English and Chinese: profiles.Text, as a type of this
// package, so that rules write it without names of fields.
type Text struct{ EN, ZH string }

// Rule is one thing that is asked of a cluster.
type Rule struct {
	Name  string
	Title Text
	Why   Text
	needs []string // resources that have to be read
	judge func(*Cluster) Verdict
}

// Verdict is what a rule found.
type Verdict struct {
	Status   change.Status
	Reason   message.Text
	Targets  []change.Target // sorted, each once
	Observed []change.Observation
}

// Cluster is what rules judge.
type Cluster struct {
	*inventory.Inventory
	Settings Settings

	// What several rules ask for, once it was asked for.
	ofUsers     []inventory.Namespace
	ofWorkloads []inventory.Template
	laxAbout    map[asked][]change.Observation
}

// Judge gives the verdict of a rule.
func (r Rule) Judge(c *Cluster) Verdict {
	if err := c.Missing(r.needs...); err != nil {
		return Verdict{Status: change.Error, Reason: message.Of(err)}
	}
	v := r.judge(c)
	v.Targets = slices.Grow(v.Targets, len(v.Observed)) // there may be thousands
	for _, o := range v.Observed {
		v.Targets = append(v.Targets, o.Target)
	}
	slices.Sort(v.Targets)
	v.Targets = slices.Compact(v.Targets)
	return v
}

// All lists the rules by name.
func All() []Rule { return slices.Clone(library()) }

// Named finds a rule.
func Named(name string) (Rule, bool) {
	list := library()
	i := slices.IndexFunc(list, func(r Rule) bool { return r.Name == name })
	if i < 0 {
		return Rule{}, false
	}
	return list[i], true
}

var library = sync.OnceValue(func() []Rule {
	return slices.Concat(accountRules(), rbacRules(), podRules(), namespaceRules(), networkRules(), imageRules(), rancherRules(), kubeProxyRules())
})

// compliant is the verdict where nothing is open.
func compliant(format string, args ...any) Verdict {
	return Verdict{Status: change.Compliant, Reason: message.New(format, args...)}
}

// open is the verdict where something is, and somebody has to change it.
func open(observed []change.Observation, format string, args ...any) Verdict {
	return Verdict{Status: change.Blocked, Reason: message.New(format, args...), Observed: observed}
}

// manual is the verdict where a person has to judge what was found.
func manual(observed []change.Observation, format string, args ...any) Verdict {
	return Verdict{Status: change.Manual, Reason: message.New(format, args...), Observed: observed}
}

func notApplicable(format string, args ...any) Verdict {
	return Verdict{Status: change.NotApplicable, Reason: message.New(format, args...)}
}

// judged lists the namespaces that rules about workloads look at, for all rules once.
func (c *Cluster) judged() []inventory.Namespace {
	if c.ofUsers == nil {
		c.ofUsers = slices.DeleteFunc(slices.Clone(c.Core.Namespaces), func(n inventory.Namespace) bool { return c.Settings.system(n.Name) })
	}
	return c.ofUsers
}

// templates lists the templates in the namespaces that are judged, for all rules once.
func (c *Cluster) templates() []inventory.Template {
	if c.ofWorkloads == nil {
		c.ofWorkloads = slices.DeleteFunc(slices.Clone(c.Templates), func(t inventory.Template) bool { return c.Settings.system(t.Namespace) })
	}
	return c.ofWorkloads
}

// where says where an object is, for a person who reads evidence.
func where(o inventory.Object) string {
	name := o.Kind + " "
	if o.Namespace != "" {
		name += o.Namespace + "/"
	}
	name += o.Name
	if o.Owner.Known() {
		name += " (" + o.Owner.String() + ")"
	}
	return name
}

// observe is evidence about one field of an object.
func observe(o inventory.Object, field change.Field, op change.Op, expected, actual any) change.Observation {
	return change.Observation{Target: o.Target(), Field: field, Op: op, Expected: expected, Actual: actual, Where: message.Value(where(o)), Owner: o.Owner.String()}
}

// Judged lists the namespaces that rules about workloads look at.
func (c *Cluster) Judged() []inventory.Namespace { return c.judged() }

// Observe is evidence about one field of an object.
func Observe(o inventory.Object, field change.Field, op change.Op, expected, actual any) change.Observation {
	return observe(o, field, op, expected, actual)
}
