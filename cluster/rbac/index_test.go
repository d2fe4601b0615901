package rbac_test

import (
	"slices"
	"testing"

	"harden/cluster/rbac"
)

// one index with one role that has one rule, bound to a user.
func index(rule rbac.Rule, bindingKind string) *rbac.Index {
	return rbac.NewIndex(
		[]rbac.Role{{Kind: "ClusterRole", Name: "r", Rules: []rbac.Rule{rule}}},
		[]rbac.Binding{{Kind: bindingKind, Name: "b", RoleKind: "ClusterRole", RoleName: "r", Subjects: []rbac.Subject{{Kind: "User", Name: "eve"}}}},
	)
}

func TestGrants(t *testing.T) {
	secrets := rbac.Right{Verbs: []string{"get", "list", "watch"}, Groups: []string{""}, Resources: []string{"secrets"}}
	tokens := rbac.Right{Verbs: []string{"create"}, Groups: []string{""}, Resources: []string{"serviceaccounts/token"}}
	tests := map[string]struct {
		right rbac.Right
		rule  rbac.Rule
		want  bool
	}{
		"exactly":                      {secrets, rbac.Rule{Verbs: []string{"list"}, APIGroups: []string{""}, Resources: []string{"secrets"}}, true},
		"another verb":                 {secrets, rbac.Rule{Verbs: []string{"create"}, APIGroups: []string{""}, Resources: []string{"secrets"}}, false},
		"another group":                {secrets, rbac.Rule{Verbs: []string{"list"}, APIGroups: []string{"apps"}, Resources: []string{"secrets"}}, false},
		"all resources":                {secrets, rbac.Rule{Verbs: []string{"get"}, APIGroups: []string{""}, Resources: []string{"*"}}, true},
		"all verbs":                    {secrets, rbac.Rule{Verbs: []string{"*"}, APIGroups: []string{""}, Resources: []string{"secrets"}}, true},
		"all groups":                   {secrets, rbac.Rule{Verbs: []string{"watch"}, APIGroups: []string{"*"}, Resources: []string{"secrets"}}, true},
		"by name counts":               {secrets, rbac.Rule{Verbs: []string{"get"}, APIGroups: []string{""}, Resources: []string{"secrets"}, ResourceNames: []string{"one"}}, true},
		"a url":                        {secrets, rbac.Rule{Verbs: []string{"get"}, NonResourceURLs: []string{"*"}}, false},
		"a subresource":                {tokens, rbac.Rule{Verbs: []string{"create"}, APIGroups: []string{""}, Resources: []string{"serviceaccounts/token"}}, true},
		"the resource is not its part": {tokens, rbac.Rule{Verbs: []string{"create"}, APIGroups: []string{""}, Resources: []string{"serviceaccounts"}}, false},
		"that part of all":             {tokens, rbac.Rule{Verbs: []string{"create"}, APIGroups: []string{""}, Resources: []string{"*/token"}}, true},
		"all parts":                    {tokens, rbac.Rule{Verbs: []string{"create"}, APIGroups: []string{""}, Resources: []string{"serviceaccounts/*"}}, true},
		"a star in the urls":           {rbac.Right{Literal: true}, rbac.Rule{Verbs: []string{"get"}, NonResourceURLs: []string{"*"}}, true},
		"no star":                      {rbac.Right{Literal: true}, rbac.Rule{Verbs: []string{"get"}, APIGroups: []string{""}, Resources: []string{"pods"}}, false},
		"everything":                   {rbac.Right{Everything: true}, rbac.Rule{Verbs: []string{"*"}, APIGroups: []string{"*"}, Resources: []string{"*"}}, true},
		"everything of one group":      {rbac.Right{Everything: true}, rbac.Rule{Verbs: []string{"*"}, APIGroups: []string{"apps"}, Resources: []string{"*"}}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := len(index(test.rule, "ClusterRoleBinding").Grants(test.right)) == 1; got != test.want {
				t.Errorf("granted: %v, want %v", got, test.want)
			}
		})
	}
}

func TestNodesAreNotGrantedInANamespace(t *testing.T) {
	proxy := rbac.Right{Verbs: []string{"get"}, Groups: []string{""}, Resources: []string{"nodes/proxy"}, ClusterWide: true}
	rule := rbac.Rule{Verbs: []string{"*"}, APIGroups: []string{"*"}, Resources: []string{"*"}}
	if n := len(index(rule, "RoleBinding").Grants(proxy)); n != 0 {
		t.Errorf("%d grants by a RoleBinding", n)
	}
	if n := len(index(rule, "ClusterRoleBinding").Grants(proxy)); n != 1 {
		t.Errorf("%d grants by a ClusterRoleBinding", n)
	}
}

func TestARoleThatIsNotThereGrantsNothing(t *testing.T) {
	x := rbac.NewIndex(nil, []rbac.Binding{{Kind: "RoleBinding", Namespace: "a", Name: "b", RoleKind: "Role", RoleName: "gone",
		Subjects: []rbac.Subject{{Kind: "User", Name: "eve"}}}})
	if grants := x.Grants(rbac.Right{Literal: true}); len(grants) != 0 {
		t.Errorf("granted: %v", grants)
	}
	if bound := slices.Collect(x.Of(func(s rbac.Subject) bool { return s.Name == "eve" })); len(bound) != 1 {
		t.Errorf("%d bindings name eve, want 1", len(bound))
	}
}
