package inventory

import (
	"context"

	"harden/agent/change"
	"harden/agent/message"
	"harden/cluster/client"
)

// more is what only some fixes ask for.
type more struct {
	serves map[string]string // by namespace: what the API server reaches in it
	made   map[change.Target]bool
}

const apiRegistration, apiExtensions = "apiregistration.k8s.io", "apiextensions.k8s.io"

var (
	apiServices = kind{name: "APIService", group: apiRegistration, path: "/apis/apiregistration.k8s.io/v1/apiservices"}
	definitions = kind{name: "CustomResourceDefinition", group: apiExtensions, path: "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"}
	// Servers are the kinds that say, beside webhooks, what the API server calls.
	Servers = []string{apiServices.resource(), definitions.resource()}
)

// policies are the kinds of admission policies, by version.
func policyKinds(minor int) []kind {
	list := []kind{}
	if minor >= 30 {
		list = append(list, kind{name: "ValidatingAdmissionPolicy", group: admission, path: "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies"},
			kind{name: "ValidatingAdmissionPolicyBinding", group: admission, path: "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings"})
	}
	if minor >= 36 {
		list = append(list, kind{name: "MutatingAdmissionPolicy", group: admission, path: "/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies"},
			kind{name: "MutatingAdmissionPolicyBinding", group: admission, path: "/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings"})
	}
	return list
}

// serviceRef is where the API server calls something.
type serviceRef struct{ Namespace string }

// ReadServers reads what the API server calls: APIs that something else serves, and
// conversions of custom resources.
func (i *Inventory) ReadServers(ctx context.Context, c *client.Client) {
	i.more.serves = map[string]string{}
	for _, w := range i.Webhooks {
		if w.Namespace != "" {
			i.more.serves[w.Namespace] = "the webhook " + w.Name
		}
	}
	var none []struct{}
	r := &reader{client: c, inventory: i}
	list(ctx, r, apiServices, &none, func(o *struct {
		Metadata meta
		Spec     struct{ Service *serviceRef }
	}) (struct{}, bool) {
		if o.Spec.Service != nil {
			i.more.serves[o.Spec.Service.Namespace] = "the API " + o.Metadata.Name
		}
		return struct{}{}, false
	})
	list(ctx, r, definitions, &none, func(o *struct {
		Metadata meta
		Spec     struct {
			Conversion struct {
				Webhook struct{ ClientConfig struct{ Service *serviceRef } }
			}
		}
	}) (struct{}, bool) {
		if s := o.Spec.Conversion.Webhook.ClientConfig.Service; s != nil {
			i.more.serves[s.Namespace] = "the conversion of " + o.Metadata.Name
		}
		return struct{}{}, false
	})
}

// Serves says what the API server calls in a namespace, "" where it is nothing.
// known is false where it was not read.
func (i *Inventory) Serves(namespace string) (what string, known bool) {
	return i.more.serves[namespace], i.more.serves != nil
}

// ReadPolicies reads which admission policies are there.
func (i *Inventory) ReadPolicies(ctx context.Context, c *client.Client) error {
	i.more.made = map[change.Target]bool{}
	for _, k := range policyKinds(i.Version.Minor) {
		_, err := client.List(ctx, c, k.path, nil, func(o *struct{ Metadata meta }) (struct{}, bool) {
			i.more.made[o.Metadata.object(k.name, k.group).Target()] = true
			return struct{}{}, false
		})
		if err != nil {
			return message.Errorf("%s cannot be listed: %w", k.resource(), err)
		}
	}
	return nil
}

// Made tells whether an admission policy is there.
func (i *Inventory) Made(t change.Target) bool { return i.more.made[t] }
