package inventory

import (
	"slices"

	"harden/cluster/rbac"
)

// The functions here make of an object as it is decoded what is kept of it.

func plainObject(k kind) func(*struct{ Metadata meta }) (Object, bool) {
	return func(o *struct{ Metadata meta }) (Object, bool) {
		kept := o.Metadata.object(k.name, k.group)
		kept.Labels = nil
		return kept, true
	}
}

// namespace leaves out namespaces that are going away: nothing can be made in
// them, and nothing of them can be judged for long.
func (r *reader) namespace(o *struct{ Metadata meta }) (Namespace, bool) {
	if o.Metadata.Name == "kube-system" {
		r.inventory.UID = o.Metadata.UID
	}
	return Namespace{o.Metadata.object(namespaces.name, "")}, o.Metadata.DeletionTimestamp == ""
}

type accountObject struct {
	Metadata  meta
	Automount *bool `json:"automountServiceAccountToken"`
}

func serviceAccount(o *accountObject) (ServiceAccount, bool) {
	kept := o.Metadata.object(serviceAccounts.name, "")
	kept.Labels = nil
	return ServiceAccount{kept, o.Automount}, true
}

type serviceObject struct {
	Metadata meta
	Spec     struct {
		Type     string
		Selector map[string]string
		Ports    []ServicePort
	}
}

func service(o *serviceObject) (Service, bool) {
	open := slices.ContainsFunc(o.Spec.Ports, func(p ServicePort) bool { return p.NodePort != 0 })
	kept := o.Metadata.object(services.name, "")
	kept.Labels = nil
	return Service{kept, o.Spec.Type, o.Spec.Selector, o.Spec.Ports, open}, true
}

type roleObject struct {
	Metadata meta
	Rules    []rbac.Rule
}

func role(kind string) func(*roleObject) (rbac.Role, bool) {
	return func(o *roleObject) (rbac.Role, bool) {
		return rbac.Role{Kind: kind, Namespace: o.Metadata.Namespace, Name: o.Metadata.Name, Rules: o.Rules,
			Bootstrap: rbac.Bootstrapped(o.Metadata.Labels)}, true
	}
}

type bindingObject struct {
	Metadata meta
	RoleRef  struct{ Kind, Name string }
	Subjects []rbac.Subject
}

func binding(kind string) func(*bindingObject) (rbac.Binding, bool) {
	return func(o *bindingObject) (rbac.Binding, bool) {
		return rbac.Binding{Kind: kind, Namespace: o.Metadata.Namespace, Name: o.Metadata.Name, RoleKind: o.RoleRef.Kind, RoleName: o.RoleRef.Name,
			Subjects: o.Subjects, Bootstrap: rbac.Bootstrapped(o.Metadata.Labels),
			Owner: o.Metadata.object(kind, rbacGroup).Owner.String(), UID: o.Metadata.UID}, true
	}
}

type webhookObject struct {
	Metadata meta
	Webhooks []struct {
		Name                       string
		FailurePolicy, SideEffects string
		ClientConfig               struct {
			Service *struct{ Namespace string }
		}
		Rules []struct{ Operations, APIGroups, Resources []string }
	}
}

func webhooks(k kind) func(*webhookObject) ([]Webhook, bool) {
	return func(o *webhookObject) ([]Webhook, bool) {
		var list []Webhook
		for _, w := range o.Webhooks {
			kept := Webhook{Object: o.Metadata.object(k.name, k.group), Name: w.Name, FailurePolicy: w.FailurePolicy, SideEffects: w.SideEffects}
			if w.ClientConfig.Service != nil {
				kept.Namespace = w.ClientConfig.Service.Namespace
			}
			for _, rule := range w.Rules {
				kept.PodsOnCreation = kept.PodsOnCreation || has(rule.Operations, "CREATE") && has(rule.APIGroups, "") && has(rule.Resources, "pods")
			}
			list = append(list, kept)
		}
		return list, len(list) > 0
	}
}

func has(list []string, want string) bool {
	return slices.Contains(list, want) || slices.Contains(list, "*") || slices.Contains(list, "*/*")
}

type policyObject struct {
	Metadata meta
	Spec     struct {
		PodSelector     Selector
		PolicyTypes     []string
		Ingress, Egress []struct{ From, To, Ports []any }
	}
}

func networkPolicy(o *policyObject) (Policy, bool) {
	p := Policy{Object: o.Metadata.object(networkPolicies.name, netGroup), Selector: o.Spec.PodSelector, NoRuleIn: len(o.Spec.Ingress) == 0}
	p.Ingress, p.Egress = slices.Contains(o.Spec.PolicyTypes, "Ingress"), slices.Contains(o.Spec.PolicyTypes, "Egress")
	if len(o.Spec.PolicyTypes) == 0 { // as the API server defaults them
		p.Ingress, p.Egress = true, len(o.Spec.Egress) > 0
	}
	for _, rule := range o.Spec.Ingress {
		p.AllowsAllIn = p.AllowsAllIn || len(rule.From) == 0 && len(rule.Ports) == 0
	}
	for _, rule := range o.Spec.Egress {
		p.AllowsAllOut = p.AllowsAllOut || len(rule.To) == 0 && len(rule.Ports) == 0
	}
	return p, true
}

type globalBindingObject struct {
	GlobalRoleName, UserName, GroupPrincipalName string
}

func globalBinding(o *globalBindingObject) (string, bool) {
	return "User " + o.UserName + o.GroupPrincipalName, o.GlobalRoleName == "admin" || o.GlobalRoleName == "restricted-admin"
}

type switchedObject struct {
	Metadata meta
	Enabled  bool
	Spec     struct{ Active bool }
}

func authConfig(o *switchedObject) (string, bool) { return o.Metadata.Name, o.Enabled }
func nodeDriver(o *switchedObject) (string, bool) { return o.Metadata.Name, o.Spec.Active }
