package rbac

import (
	"iter"
	"slices"
	"strings"
)

// Grant is one subject that has one matching rule by one binding.
type Grant struct {
	Subject Subject
	Binding Binding
	Role    Role
	Rule    Rule
	// Namespace is where it holds; "" in all of them.
	Namespace string
	Bootstrap bool // role and binding are both of the API server itself
}

// Index connects bindings with their roles.
type Index struct {
	bindings []Binding
	roles    map[roleKey]Role
}

type roleKey struct{ kind, namespace, name string }

// NewIndex builds the index.
func NewIndex(roles []Role, bindings []Binding) *Index {
	x := &Index{bindings: bindings, roles: make(map[roleKey]Role, len(roles))}
	for _, r := range roles {
		x.roles[roleKey{r.Kind, r.Namespace, r.Name}] = r
	}
	return x
}

// Grants lists the grants that a right matches, in the order of the bindings,
// one for each subject of a binding. A binding to a role that does not exist
// grants nothing.
func (x *Index) Grants(right Right) []Grant {
	var list []Grant
	for _, b := range x.bindings {
		role, there := x.roleOf(b)
		if !there {
			continue
		}
		i := slices.IndexFunc(role.Rules, right.matches)
		if i < 0 || right.ClusterWide && b.Kind == "RoleBinding" {
			continue
		}
		for _, s := range b.Subjects {
			list = append(list, Grant{Subject: s, Binding: b, Role: role, Rule: role.Rules[i], Namespace: b.Namespace,
				Bootstrap: b.Bootstrap && role.Bootstrap})
		}
	}
	return list
}

// Of goes through all bindings with their roles that name a subject.
func (x *Index) Of(is func(Subject) bool) iter.Seq[Grant] {
	return func(yield func(Grant) bool) {
		for _, b := range x.bindings {
			role, there := x.roleOf(b)
			for _, s := range b.Subjects {
				if is(s) && !yield(Grant{Subject: s, Binding: b, Role: role, Namespace: b.Namespace, Bootstrap: there && b.Bootstrap && role.Bootstrap}) {
					return
				}
			}
		}
	}
}

func (x *Index) roleOf(b Binding) (Role, bool) {
	namespace := ""
	if b.RoleKind == "Role" {
		namespace = b.Namespace
	}
	r, there := x.roles[roleKey{b.RoleKind, namespace, b.RoleName}]
	return r, there
}

// Right is what a grant is looked for: one of the verbs on one of the
// resources of one of the groups.
type Right struct {
	Verbs     []string
	Groups    []string
	Resources []string // "pods", "nodes/proxy"; "*" means every resource
	// Literal takes only rules that have a "*" among verbs, groups or resources
	// themselves.
	Literal bool
	// Everything takes only rules that allow everything.
	Everything bool
	// ClusterWide leaves out what is bound in one namespace: resources that are
	// of no namespace are not granted by it.
	ClusterWide bool
}

func (r Right) matches(rule Rule) bool {
	if len(rule.Resources) == 0 {
		return r.Literal && slices.Contains(rule.NonResourceURLs, "*")
	}
	if r.Literal {
		return slices.Contains(rule.Verbs, "*") || slices.Contains(rule.Resources, "*") || slices.Contains(rule.APIGroups, "*")
	}
	if r.Everything {
		return slices.Contains(rule.Verbs, "*") && slices.Contains(rule.Resources, "*") && slices.Contains(rule.APIGroups, "*")
	}
	return anyOf(rule.Verbs, r.Verbs) && anyOf(rule.APIGroups, r.Groups) && slices.ContainsFunc(r.Resources, func(want string) bool {
		return slices.ContainsFunc(rule.Resources, func(have string) bool { return covers(have, want) })
	})
}

func anyOf(have, want []string) bool {
	return slices.Contains(have, "*") || slices.ContainsFunc(want, func(w string) bool { return slices.Contains(have, w) })
}

// covers tells whether a resource of a rule includes another: "*" all of them,
// "*/scale" that subresource of all. "pods/*" is not known to RBAC, and is
// taken as what its author meant.
func covers(have, want string) bool {
	if have == "*" || have == want {
		return true
	}
	_, sub, is := strings.Cut(want, "/")
	resource, all, wild := strings.Cut(have, "/")
	return is && wild && (resource == "*" && all == sub || all == "*" && strings.HasPrefix(want, resource+"/"))
}
