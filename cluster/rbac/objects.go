// Package rbac answers who may do what: it connects bindings, roles and
// subjects of a cluster in one index, and finds the grants that match a right.
// It asks no API server: what it says comes from the objects it was given.
package rbac

// Role is a Role or a ClusterRole. An aggregated ClusterRole has the rules that
// its controller stored.
type Role struct {
	Kind, Namespace, Name string // Kind "Role" or "ClusterRole"
	Rules                 []Rule
	Bootstrap             bool // made by the API server itself
}

// Rule is one rule of a role.
type Rule struct {
	Verbs           []string `json:"verbs"`
	APIGroups       []string `json:"apiGroups"`
	Resources       []string `json:"resources"`
	ResourceNames   []string `json:"resourceNames"`
	NonResourceURLs []string `json:"nonResourceURLs"`
}

// Binding is a RoleBinding or a ClusterRoleBinding.
type Binding struct {
	Kind, Namespace, Name string
	RoleKind, RoleName    string
	Subjects              []Subject
	Bootstrap             bool
	Owner                 string // the tool that manages it, or ""
	UID                   string
}

// Subject is who a binding is for.
type Subject struct {
	Kind      string `json:"kind"` // "User", "Group" or "ServiceAccount"
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
}

// String writes a subject as settings name it: "Group system:masters",
// "ServiceAccount shop/web".
func (s Subject) String() string {
	if s.Kind == "ServiceAccount" {
		return s.Kind + " " + s.Namespace + "/" + s.Name
	}
	return s.Kind + " " + s.Name
}

// Bootstrapped tells whether an object was made by the API server itself: by
// its label, and by a name that only the API server's own objects have.
func Bootstrapped(labels map[string]string) bool {
	return labels["kubernetes.io/bootstrapping"] == "rbac-defaults"
}
