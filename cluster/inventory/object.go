// Package inventory reads what of a cluster is judged: each kind of object by
// one list, as a stream, of which only what rules ask for is kept. A kind that
// cannot be listed is remembered with the reason, so that nobody takes it for
// empty. It judges nothing and writes nothing, and never reads a Secret.
package inventory

import (
	"harden/agent/change"
	"harden/cluster/owner"
)

// Object is what is known of any object.
type Object struct {
	Kind      string // "Deployment"
	Group     string // "apps"; "" for the core group
	Namespace string // "" where the kind has none
	Name      string
	UID       string
	Labels    map[string]string
	Owner     owner.Owner
}

// Target names the object without its version, so that another version of the
// API gives the same name.
func (o Object) Target() change.Target {
	return change.ObjectTarget(o.Kind, o.Group, o.Namespace, o.Name)
}

// meta is an object's metadata as it is decoded.
type meta struct {
	Name            string            `json:"name"`
	Namespace       string            `json:"namespace"`
	UID             string            `json:"uid"`
	Labels          map[string]string `json:"labels"`
	Annotations     map[string]string `json:"annotations"`
	OwnerReferences []owner.Reference `json:"ownerReferences"`
	// DeletionTimestamp is set on an object that is going away.
	DeletionTimestamp string `json:"deletionTimestamp"`
}

func (m meta) object(kind, group string) Object {
	return Object{Kind: kind, Group: group, Namespace: m.Namespace, Name: m.Name, UID: m.UID, Labels: m.Labels,
		Owner: owner.Of(m.Namespace, m.Labels, m.Annotations, m.OwnerReferences)}
}

// Namespace is one that is not going away.
type Namespace struct{ Object }

// ServiceAccount is an account of a namespace.
type ServiceAccount struct {
	Object
	Automount *bool // automountServiceAccountToken
}

// Service is how pods are reached.
type Service struct {
	Object
	Type      string // "ClusterIP", "NodePort", "LoadBalancer", "ExternalName"
	Selector  map[string]string
	Ports     []ServicePort
	NodePorts bool // at least one port is open on every node
}

// ServicePort is a port of a Service, with the one of the pods.
type ServicePort struct {
	Port       int32
	TargetPort any // a number or a name
	NodePort   int32
	Protocol   string
}

// Webhook is an admission webhook of a configuration.
type Webhook struct {
	Object                // of the configuration
	Name           string // of the webhook
	Namespace      string // of the Service behind it, "" where it is a URL
	FailurePolicy  string
	SideEffects    string
	PodsOnCreation bool // it is asked when a pod is made
}

// Policy is a NetworkPolicy.
type Policy struct {
	Object
	Selector     Selector
	Ingress      bool // it isolates for incoming traffic
	Egress       bool
	AllowsAllIn  bool // a rule without conditions
	AllowsAllOut bool
	NoRuleIn     bool // no incoming traffic at all is allowed by it
}
